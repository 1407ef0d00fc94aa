"""What the user asked for cannot be had: outlets, addresses, queries, extras."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from balkan_crawler.errors.base import BalkanCrawlerError


@dataclass(eq=False, repr=False)
class CatalogueError(BalkanCrawlerError):
    """A table of the catalogue is refused; raised while outlets are loaded."""

    file: str
    outlet: str | None
    reason: str
    exit_code = 2

    def __str__(self) -> str:
        where = f"{self.file}, outlet {self.outlet}" if self.outlet else self.file
        return f"{where}: {self.reason}"


@dataclass(eq=False, repr=False)
class UnknownOutletError(BalkanCrawlerError):
    """A named outlet is in no table; raised where the user chooses outlets."""

    name: str
    near: tuple[str, ...] = ()
    exit_code = 2

    def __str__(self) -> str:
        hint = f" Did you mean {' or '.join(self.near)}?" if self.near else ""
        return f"no outlet is called {self.name!r}.{hint} `balkan-crawler outlets list` shows all."


@dataclass(eq=False, repr=False)
class UnknownCodeError(BalkanCrawlerError):
    """A country or language is that of no outlet; raised where the user chooses outlets or articles.

    ``what`` is ``country`` or ``language``, ``known`` the codes that there are.
    """

    what: str
    code: str
    known: tuple[str, ...] = ()
    exit_code = 2

    def __str__(self) -> str:
        return f"there is no outlet with {self.what} {self.code}; there are {', '.join(self.known)}"


@dataclass(eq=False, repr=False)
class NoOutletsError(BalkanCrawlerError):
    """No outlet fits what was asked for; raised where the user chooses outlets."""

    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    exit_code = 2

    def __str__(self) -> str:
        asked = [f"country {' or '.join(self.countries)}"] if self.countries else []
        asked += [f"language {' or '.join(self.languages)}"] if self.languages else []
        what = f" with {' and '.join(asked)}" if asked else ""
        return f"there is no outlet{what}; `balkan-crawler outlets list` shows all (countries are codes such as AL)."


@dataclass(eq=False, repr=False)
class OutletRefusedError(BalkanCrawlerError):
    """A site (URL or key) is not added to the catalogue, and nothing was written; raised by ``outlets add``."""

    site: str
    reason: str
    exit_code = 1
    says = "{site} is not added: {reason}"


@dataclass(eq=False, repr=False)
class ConfigurationError(BalkanCrawlerError):
    """A configuration file, or a variable of the environment, says what cannot be; raised where it is read."""

    place: str
    reason: str
    exit_code = 2
    says = "{place}: {reason}"


@dataclass(eq=False, repr=False)
class LocationError(BalkanCrawlerError):
    """What was named is no archive's place: another scheme, or a URL that is misspelt; raised where it is read."""

    reason: str
    exit_code = 2
    says = "this names no archive: {reason}"


@dataclass(eq=False, repr=False)
class ContactError(BalkanCrawlerError):
    """A contact is no address at which anybody could be reached; raised where it is read."""

    contact: str
    exit_code = 2

    def __str__(self) -> str:
        shown = self.contact if len(self.contact) <= 200 else f"{self.contact[:200]}..."
        return f"{shown!r} is no contact; give an e-mail address or a URL, as you@example.org or https://example.org/"


@dataclass(eq=False, repr=False)
class ListUnreadableError(BalkanCrawlerError):
    """A file is no list of feeds, or cannot be read; raised by ``outlets import``, and nothing is written."""

    path: str
    detail: str
    exit_code = 2
    says = "{path} cannot be read as OPML"
    advice = "have the feed reader export its feeds as OPML again, or name another file"


@dataclass(eq=False, repr=False)
class InvalidUrlError(BalkanCrawlerError, ValueError):
    """A text is no http(s) URL that could be fetched; raised by everything in `urls` that takes one."""

    url: str
    reason: str
    exit_code = 2

    def __str__(self) -> str:
        shown = self.url if len(self.url) <= 200 else f"{self.url[:200]}..."
        return f"{shown!r} is no usable URL: {self.reason}"


@dataclass(eq=False, repr=False)
class QueryError(BalkanCrawlerError):
    """A full-text query cannot be understood; raised by search."""

    query: str
    detail: str = ""
    exit_code = 2
    says = "cannot search for {query!r}"


@dataclass(eq=False, repr=False)
class MissingExtraError(BalkanCrawlerError):
    """A feature needs an extra that is not installed."""

    what: str
    extra: str
    exit_code = 2
    says = "{what} needs an extra; run `pip install '.[{extra}]'` in the clone, or 'FILE.whl[{extra}]' with the wheel"


class StatementFault(StrEnum):
    """Why a statement that somebody typed was not answered.

    ``WRONG``: the database does not understand it. ``WRITES``: it would do something else than read. ``SEVERAL``: it is
    more than one. ``SLOW``: it took too long. ``BIG``: a value or the answer would be too large. ``VALUES``: what
    stands behind a colon was not filled in, or cannot be. ``NOTHING``: there is nothing to be answered.
    """

    WRONG = "cannot be understood"
    WRITES = "does something else than read"
    SEVERAL = "is more than one statement"
    SLOW = "takes too long"
    BIG = "asks for too much at once"
    VALUES = "lacks a value"
    NOTHING = "asks for nothing"


@dataclass(eq=False, repr=False)
class StatementError(BalkanCrawlerError):
    """A statement of SQL is refused, or cannot be answered; ``detail`` are the database's own words, if it has any."""

    fault: StatementFault
    detail: str = ""
    exit_code = 2

    def __str__(self) -> str:
        return f"this statement {self.fault}{f': {self.detail}' if self.detail else ''}"
