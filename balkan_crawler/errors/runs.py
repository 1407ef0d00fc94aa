"""A run, or its work on one site, cannot go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from balkan_crawler.errors.base import BalkanCrawlerError

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(eq=False, repr=False)
class LeaseLostError(BalkanCrawlerError):
    """The lease's token is no longer the newest; raised by renew, take, commit and release.

    The batch at hand is dropped: somebody else has the outlet now.
    """

    key: str
    says = "the lease of {key} was taken over by another run; this batch is dropped"


@dataclass(eq=False, repr=False)
class LeaseOverdueError(LeaseLostError):
    """The lease's time is over by this process's own clock; raised before a request goes out to its site.

    The process stood still, or could not renew the lease in time. What is left of the work comes back by itself.
    """

    says = "the lease of {key} ran out before it could be renewed; what is left of its work comes back by itself"


@dataclass(eq=False, repr=False)
class LeaseTooShortError(BalkanCrawlerError):
    """A lease ends before the answers that may be waited for under it; raised when a crawl begins. Both in seconds."""

    lease: int
    answer: int
    says = "a lease of {lease} s is too short for answers that may take {answer} s"
    advice = "set BALKAN_LEASE_SECONDS to three times DOWNLOAD_TIMEOUT at least"


@dataclass(eq=False, repr=False)
class WorkersUnavailableError(BalkanCrawlerError):
    """No worker process can be started, several times in a row, so that nothing can be read; raised by the worker pool.

    It ends the run; the pages at hand go back to the frontier.
    """

    detail: str = ""
    says = "no worker process can be started on this machine"
    advice = "free memory or allow more processes, and run again"


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

    def __str__(self) -> str:
        none = "the outlet could not be" if self.outlets == 1 else f"none of {self.outlets} outlets could be"
        return f"{none} reached; is this machine online?"


@dataclass(eq=False, repr=False)
class SiteLaterError(BalkanCrawlerError):
    """Nothing more may be asked of the site in this run; raised while its sources or its past are read.

    It never leaves the site's crawl. ``until`` is when the site may be asked again, where it said so.
    """

    reason: str
    until: datetime | None = None

    def __str__(self) -> str:
        return f"{self.reason}; asked again from {self.until}" if self.until else self.reason
