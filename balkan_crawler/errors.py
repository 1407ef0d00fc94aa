"""Every way the program can fail, as one tree.

Each message says what is wrong, with which outlet or file, and what to do next: what a class ``says`` of its fields,
the detail at hand, and its ``advice``. All errors survive pickling, since extraction runs in other processes: their
fields are the arguments of ``Exception``.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(eq=False, repr=False)
class BalkanCrawlerError(Exception):
    """Base of all errors of this program; ``exit_code`` is what a command ends with when it meets one."""

    exit_code: ClassVar[int] = 3
    says: ClassVar[str] = "something failed"
    advice: ClassVar[str] = ""

    def __post_init__(self) -> None:
        self.args = tuple(getattr(self, field.name) for field in fields(self))

    def __str__(self) -> str:
        detail = getattr(self, "detail", "")
        said = self.says.format(**{field.name: getattr(self, field.name) for field in fields(self)})
        return f"{said}{detail and ': '}{detail}{self.advice and '; '}{self.advice}"


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
class FileError(BalkanCrawlerError):
    """Base of the errors about one file."""

    path: str
    detail: str = ""
    says = "{path} cannot be used"
    advice = "check the file"


class ChecksFileError(FileError):
    """The file of earlier checks cannot be read or written; raised before and after outlets are visited."""

    exit_code = 2
    says = "{path} cannot be used to keep checks in"
    advice = "name another file with --history"


class StoreError(FileError):
    """Base of the errors of the database file; raised by every method of a store."""


class StoreLockedError(StoreError):
    """Another program holds the database's write lock longer than the time limit; raised by any writing method."""

    says = "{path} is locked by another program"
    advice = "close what writes to it (a DB browser with open edits?) and run again; nothing is lost"


class StoreBrokenError(StoreError):
    """The file is no SQLite database or is damaged; raised by any method of a store."""

    says = "{path} is not a sound SQLite database"
    advice = "move it away or restore a backup; docs/operations.md tells how"


class StoreReadOnlyError(StoreError):
    """The database or its folder cannot be written to; raised on opening and by any writing method."""

    says = "{path} cannot be written to"
    advice = "check the permissions of the file and its folder, or name another file with --db"


class StoreFullError(StoreError):
    """The disk is full; raised by any writing method. What was committed before stays."""

    says = "{path} could not grow, the disk is full"
    advice = "make room and run again; nothing stored is lost"


class StoreTooNewError(StoreError):
    """The file was written by a newer version of this program; raised on opening."""

    says = "{path} was written by a newer version of balkan-crawler"
    advice = "install the version that wrote it, or a newer one, from a newer clone or wheel"


class StoreGoneError(StoreError):
    """The database was deleted, moved or replaced while it was open; raised by any writing method, and on opening one
    that lacks its main file. Nothing more is written, neither there nor to what stands in its place.
    """

    says = "{path} is not there any more as it was"
    advice = (
        "put it back together with its -wal file, or move that away too, and run again; "
        "move or copy a database only while nothing uses it (docs/operations.md)"
    )


class StoreMissingError(StoreError):
    """There is no database at the path; raised on opening a store that is only to be read."""

    says = "{path} does not exist"
    advice = "run `balkan-crawler crawl` first, or name the file with --db"


class ExportError(FileError):
    """Base of the errors of writing an export."""


class ExportExistsError(ExportError):
    """The file to be written is there already and was not to be overwritten; raised before anything is written."""

    exit_code = 2
    says = "{path} exists already"
    advice = "name another file, or add --force to replace it"


class ExportUnwritableError(ExportError):
    """The export's folder cannot be written to, or its disk is full; raised while it is written, and nothing stays."""

    says = "{path} cannot be written"
    advice = "check the folder's permissions and its free space, or name another file with --output"


class PagesUnwritableError(FileError):
    """A folder that pages are kept in cannot be written to, or its disk is full; raised by `PageFolder`.

    A crawl then goes on without keeping pages.
    """

    exit_code = 2
    says = "{path} cannot be written"
    advice = "check the folder's permissions and its free space, or name another one with --keep-pages"


class WarcUnreadableError(FileError):
    """None of the named files gave a single WARC record; raised at the end of ``reextract``."""

    says = "nothing could be read of {path}"
    advice = "check that these are WARC files"


@dataclass(eq=False, repr=False)
class LeaseLostError(BalkanCrawlerError):
    """The lease's token is no longer the newest; raised by renew, take, commit and release.

    The batch at hand is dropped: somebody else has the outlet now.
    """

    key: str
    says = "the lease of {key} was taken over by another run; this batch is dropped"


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
class AddressError(BalkanCrawlerError):
    """Base of the errors about what an address leads to."""

    url: str
    detail: str = ""


class ExtractionError(AddressError):
    """Base of the errors of extraction; raised by `extract` and its worker pool."""

    says = "{url} could not be extracted"


class ExtractionTimeoutError(ExtractionError):
    """A document took longer than the time limit and its worker was stopped; raised by the worker pool."""

    says = "{url} took too long to read and is skipped"


class ExtractionCrashError(ExtractionError):
    """A worker process died over a document (out of memory, a fault in a C library); raised by the worker pool."""

    says = "{url} stopped its worker process and is skipped"


@dataclass(eq=False, repr=False)
class WorkersUnavailableError(BalkanCrawlerError):
    """No worker process can be started, several times in a row, so that nothing can be read; raised by the worker pool.

    It ends the run; the pages at hand go back to the frontier.
    """

    detail: str = ""
    says = "no worker process can be started on this machine"
    advice = "free memory or allow more processes, and run again"


class DiscoveryError(AddressError):
    """Base of the errors of feeds, sitemaps and robots.txt."""

    says = "{url} could not be read"


class DocumentMissedError(AddressError):
    """A document of a back-fill's plan could not be fetched or read; it is counted, and never leaves the planning.

    Whoever meets it goes on without the document and does not keep it, so that the next run asks for it again.
    """

    says = "{url} is missed in the plan"


class NotAFeedError(DiscoveryError):
    """The document is no feed (an HTML page, an empty file, something else); raised by the feed parser."""

    says = "{url} is not a feed"


class NotASitemapError(DiscoveryError):
    """The document is no sitemap; raised by the sitemap parser."""

    says = "{url} is not a sitemap"


class RobotsUnavailableError(DiscoveryError):
    """robots.txt gave no readable answer (time-out, 5xx): not now; raised by the robots middleware."""

    says = "{url} gave no readable answer, so nothing is fetched from the site for now"


class FetchError(AddressError):
    """A document could not be fetched (no such host, time-out, too large, too many redirects).

    Raised by the visits of ``outlets check``, ``outlets add`` and ``extract``.
    """

    says = "{url} could not be fetched"


@dataclass(eq=False, repr=False)
class UnverifiedError(FetchError):
    """A server's certificate does not show that it is who it says; raised before anything is asked of it.

    ``flaw`` is the outcome of the visit: ``tls-incomplete``, ``tls-expired``, ``tls-name``, ``tls-untrusted`` or
    ``tls-invalid``.
    """

    flaw: str = "tls-invalid"


class CrowdedError(FetchError):
    """An answer was dropped since all that were under way together took too much memory; raised by the way to fetch."""


class BadAnswerError(FetchError):
    """What a server sent is no HTTP, or beyond all bounds of a head; raised by the way to fetch."""


class RobotsDisallowedError(AddressError):
    """The site's robots.txt forbids the URL to this program; raised before it is asked for."""

    says = "{url} is forbidden by the site's robots.txt"


@dataclass(eq=False, repr=False)
class PrivateAddressError(BalkanCrawlerError):
    """A URL leads to an address that is not public; raised by the address guard."""

    url: str
    address: str
    says = "{url} leads to {address}, no public address"
    advice = "--allow-private lets it be fetched"


@dataclass(eq=False, repr=False)
class RetryLaterError(BalkanCrawlerError):
    """A site asks to be left alone for a while (429 or 503); raised by the back-off middleware.

    ``status`` is HTTP's, ``until`` the aware time before which nothing of the site is to be asked again.
    """

    url: str
    status: int
    until: datetime
    says = "{url} answered {status}: its site is left alone until {until}"


@dataclass(eq=False, repr=False)
class NetworkUnavailableError(BalkanCrawlerError):
    """No outlet of the run could be reached at all; raised at the end of a crawl."""

    outlets: int
    says = "none of {outlets} outlets could be reached; is this machine online?"


@dataclass(eq=False, repr=False)
class QueryError(BalkanCrawlerError):
    """A full-text query cannot be understood; raised by search."""

    query: str
    detail: str = ""
    exit_code = 2
    says = "cannot search for {query!r}"


@dataclass(eq=False, repr=False)
class OutputLostError(BalkanCrawlerError):
    """What the user had asked to be printed could not be; raised at the end of a command, when its work is done."""

    detail: str = ""
    says = "the answer could not be written to standard output"


@dataclass(eq=False, repr=False)
class MissingExtraError(BalkanCrawlerError):
    """A feature needs an extra that is not installed."""

    what: str
    extra: str
    exit_code = 2
    says = "{what} needs an extra; run `pip install '.[{extra}]'` in the clone, or 'FILE.whl[{extra}]' with the wheel"


@dataclass(eq=False, repr=False)
class SiteLaterError(BalkanCrawlerError):
    """Nothing more may be asked of the site in this run; raised while its sources or its past are read.

    It never leaves the site's crawl. ``until`` is when the site may be asked again, where it said so.
    """

    reason: str
    until: datetime | None = None

    def __str__(self) -> str:
        return f"{self.reason}; asked again from {self.until}" if self.until else self.reason
