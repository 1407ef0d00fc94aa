"""Every way the program can fail, as one tree.

Each message says what is wrong, with which outlet or file, and what to do next. All errors survive pickling, since
extraction runs in other processes: a subclass hands its own arguments to ``Exception`` unchanged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class BalkanCrawlerError(Exception):
    """Base of all errors of this program; ``exit_code`` is what a command ends with when it meets one."""

    exit_code = 3


class CatalogueError(BalkanCrawlerError):
    """A table of the catalogue is refused; raised while outlets are loaded. Arguments: file, outlet, reason."""

    exit_code = 2

    def __init__(self, file: str, outlet: str | None, reason: str) -> None:
        super().__init__(file, outlet, reason)
        self.file, self.outlet, self.reason = file, outlet, reason

    def __str__(self) -> str:
        where = f"{self.file}, outlet {self.outlet}" if self.outlet else self.file
        return f"{where}: {self.reason}"


class UnknownOutletError(BalkanCrawlerError):
    """A named outlet is in no table; raised where the user chooses outlets. Arguments: name, nearest known keys."""

    exit_code = 2

    def __init__(self, name: str, near: tuple[str, ...] = ()) -> None:
        super().__init__(name, near)
        self.name, self.near = name, near

    def __str__(self) -> str:
        hint = f" Did you mean {' or '.join(self.near)}?" if self.near else ""
        return f"no outlet is called {self.name!r}.{hint} `balkan-crawler outlets list` shows all."


class NoOutletsError(BalkanCrawlerError):
    """No outlet fits what was asked for; raised where the user chooses outlets. Arguments: countries, languages."""

    exit_code = 2

    def __init__(self, countries: tuple[str, ...] = (), languages: tuple[str, ...] = ()) -> None:
        super().__init__(countries, languages)
        self.countries, self.languages = countries, languages

    def __str__(self) -> str:
        asked = [f"country {' or '.join(self.countries)}"] if self.countries else []
        asked += [f"language {' or '.join(self.languages)}"] if self.languages else []
        what = f" with {' and '.join(asked)}" if asked else ""
        return f"there is no outlet{what}; `balkan-crawler outlets list` shows all (countries are codes such as AL)."


class OutletRefusedError(BalkanCrawlerError):
    """A site cannot be added to the catalogue, and nothing was written; raised by ``outlets add``.

    Arguments: URL or key, reason.
    """

    exit_code = 1

    def __init__(self, site: str, reason: str) -> None:
        super().__init__(site, reason)
        self.site, self.reason = site, reason

    def __str__(self) -> str:
        return f"{self.site} is not added: {self.reason}"


class FileError(BalkanCrawlerError):
    """Base of the errors about one file. Arguments: path, detail (may be empty)."""

    advice = "check the file"
    problem = "cannot be used"

    def __init__(self, path: str, detail: str = "") -> None:
        super().__init__(path, detail)
        self.path, self.detail = path, detail

    def __str__(self) -> str:
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.path}: {self.problem}{detail}; {self.advice}"


class ChecksFileError(FileError):
    """The file of earlier checks cannot be read or written; raised before and after outlets are visited."""

    exit_code = 2
    problem = "cannot be used to keep checks in"
    advice = "name another file with --history"


class StoreError(FileError):
    """Base of the errors of the database file; raised by every method of a store."""


class StoreLockedError(StoreError):
    """Another program holds the database's write lock longer than the time limit; raised by any writing method."""

    problem = "is locked by another program"
    advice = "close what writes to it (a DB browser with open edits?) and run again; nothing is lost"


class StoreBrokenError(StoreError):
    """The file is no SQLite database or is damaged; raised by any method of a store."""

    problem = "is not a sound SQLite database"
    advice = "move it away or restore a backup; docs/operations.md tells how"


class StoreReadOnlyError(StoreError):
    """The database or its folder cannot be written to; raised on opening and by any writing method."""

    problem = "cannot be written to"
    advice = "check the permissions of the file and its folder, or name another file with --db"


class StoreFullError(StoreError):
    """The disk is full; raised by any writing method. What was committed before stays."""

    problem = "could not grow, the disk is full"
    advice = "make room and run again; nothing stored is lost"


class StoreTooNewError(StoreError):
    """The file was written by a newer version of this program; raised on opening."""

    problem = "was written by a newer version of balkan-crawler"
    advice = "upgrade with `pip install -U balkan-crawler`"


class StoreMissingError(StoreError):
    """There is no database at the path; raised on opening a store that is only to be read."""

    problem = "does not exist"
    advice = "run `balkan-crawler crawl` first, or name the file with --db"


class LeaseLostError(BalkanCrawlerError):
    """The lease's token is no longer the newest; raised by renew, take, commit and release. Argument: politeness key.

    The batch at hand is dropped: somebody else has the outlet now.
    """

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key

    def __str__(self) -> str:
        return f"the lease of {self.key} was taken over by another run; this batch is dropped"


class InvalidUrlError(BalkanCrawlerError, ValueError):
    """A text is no http(s) URL that could be fetched; raised by everything in `urls` that takes one.

    Arguments: the text, the reason. Also a ``ValueError``.
    """

    exit_code = 2

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url, self.reason = url, reason

    def __str__(self) -> str:
        shown = self.url if len(self.url) <= 200 else f"{self.url[:200]}..."
        return f"{shown!r} is no usable URL: {self.reason}"


class ExtractionError(BalkanCrawlerError):
    """Base of the errors of extraction; raised by `extract` and its worker pool. Arguments: URL, detail."""

    problem = "could not be extracted"

    def __init__(self, url: str, detail: str = "") -> None:
        super().__init__(url, detail)
        self.url, self.detail = url, detail

    def __str__(self) -> str:
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.url} {self.problem}{detail}"


class ExtractionTimeoutError(ExtractionError):
    """A document took longer than the time limit and its worker was stopped; raised by the worker pool."""

    problem = "took too long to read and is skipped"


class ExtractionCrashError(ExtractionError):
    """A worker process died over a document (out of memory, a fault in a C library); raised by the worker pool."""

    problem = "stopped its worker process and is skipped"


class DiscoveryError(BalkanCrawlerError):
    """Base of the errors of feeds, sitemaps and robots.txt. Arguments: URL, detail."""

    problem = "could not be read"

    def __init__(self, url: str, detail: str = "") -> None:
        super().__init__(url, detail)
        self.url, self.detail = url, detail

    def __str__(self) -> str:
        detail = f": {self.detail}" if self.detail else ""
        return f"{self.url} {self.problem}{detail}"


class NotAFeedError(DiscoveryError):
    """The document is no feed (an HTML page, an empty file, something else); raised by the feed parser."""

    problem = "is not a feed"


class NotASitemapError(DiscoveryError):
    """The document is no sitemap; raised by the sitemap parser."""

    problem = "is not a sitemap"


class RobotsUnavailableError(DiscoveryError):
    """robots.txt gave no readable answer (time-out, 5xx, an HTML page): not now; raised by the robots middleware."""

    problem = "gave no readable answer, so nothing is fetched from the site for now"


class ExportError(FileError):
    """Base of the errors of writing an export."""


class ExportExistsError(ExportError):
    """The file to be written is there already and was not to be overwritten; raised before anything is written."""

    exit_code = 2
    problem = "exists already"
    advice = "name another file, or add --force to replace it"


class ExportUnwritableError(ExportError):
    """The export's folder cannot be written to, or its disk is full; raised while it is written, and nothing stays."""

    problem = "cannot be written"
    advice = "check the folder's permissions and its free space, or name another file with --output"


class MissingExtraError(BalkanCrawlerError):
    """A feature needs an extra that is not installed. Arguments: what needs it, the extra's name."""

    exit_code = 2

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(what, extra)
        self.what, self.extra = what, extra

    def __str__(self) -> str:
        return f"{self.what} needs an extra: pip install 'balkan-crawler[{self.extra}]'"


class QueryError(BalkanCrawlerError):
    """A full-text query cannot be understood; raised by search. Arguments: query, detail."""

    exit_code = 2

    def __init__(self, query: str, detail: str = "") -> None:
        super().__init__(query, detail)
        self.query, self.detail = query, detail

    def __str__(self) -> str:
        detail = f": {self.detail}" if self.detail else ""
        return f"cannot search for {self.query!r}{detail}"


class NetworkUnavailableError(BalkanCrawlerError):
    """No outlet of the run could be reached at all; raised at the end of a crawl. Argument: number of outlets tried."""

    def __init__(self, outlets: int) -> None:
        super().__init__(outlets)
        self.outlets = outlets

    def __str__(self) -> str:
        return f"none of {self.outlets} outlets could be reached; is this machine online?"


class PrivateAddressError(BalkanCrawlerError):
    """A URL leads to an address that is not public; raised by the address guard. Arguments: URL, address."""

    def __init__(self, url: str, address: str) -> None:
        super().__init__(url, address)
        self.url, self.address = url, address

    def __str__(self) -> str:
        return f"{self.url} leads to {self.address}, no public address; --allow-private lets it be fetched"


class FetchError(BalkanCrawlerError):
    """A document could not be fetched (no such host, time-out, too large, too many redirects); raised by the visits of
    ``outlets check`` and ``outlets add``. Arguments: URL, detail.
    """

    def __init__(self, url: str, detail: str) -> None:
        super().__init__(url, detail)
        self.url, self.detail = url, detail

    def __str__(self) -> str:
        return f"{self.url} could not be fetched: {self.detail}"


class RobotsDisallowedError(BalkanCrawlerError):
    """The site's robots.txt forbids the URL to this program; raised before it is asked for. Argument: URL."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url

    def __str__(self) -> str:
        return f"{self.url} is forbidden by the site's robots.txt"


class RetryLaterError(BalkanCrawlerError):
    """A site asks to be left alone for a while (429 or 503); raised by the back-off middleware.

    Arguments: URL, HTTP status, and the aware time before which nothing of the site is to be asked again.
    """

    def __init__(self, url: str, status: int, until: datetime) -> None:
        super().__init__(url, status, until)
        self.url, self.status, self.until = url, status, until

    def __str__(self) -> str:
        return f"{self.url} answered {self.status}: its site is left alone until {self.until}"
