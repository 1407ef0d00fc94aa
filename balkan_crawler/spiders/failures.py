"""What an error of the fetch means for a page and for its site. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeGuard
from urllib.parse import urlsplit

from scrapy.exceptions import DownloadCancelledError, IgnoreRequest

from balkan_crawler.errors import (
    BadAnswerError,
    CrowdedError,
    DiscoveryError,
    ExtractionError,
    InvalidUrlError,
    PrivateAddressError,
    RetryLaterError,
    RobotsUnavailableError,
    UnverifiedError,
)
from balkan_crawler.middlewares.backoff import PASSING
from balkan_crawler.middlewares.robots import DisallowedByRobots
from balkan_crawler.model import Outcome
from balkan_crawler.urls import same_site

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An error as the frontier keeps it; what follows for the page, its outcome's rule says (`revisiting.outcomes`).

    ``is_of_site`` says that nothing more is to be asked of the site in this run, ``unreachable`` that no server
    answered at all; ``until`` is when the site may be asked again, where it said.
    """

    outcome: str
    reason: str
    is_of_site: bool = False
    unreachable: bool = False
    until: datetime | None = None


UNFORESEEN: Final = "error"
"""The outcome of an error that nobody foresaw, a fault of our own perhaps: whoever logs it adds the traceback."""

ELSEWHERE: Final = "elsewhere"
"""The outcome of a refusal that is not of the site that was asked, but of one that it redirected to."""

UNREACHABLE: Final = frozenset({"timeout", "dns", "refused", "connection"})
"""Outcomes that mean that no server answered at all."""


OF_PAGE: Final = {
    BadAnswerError: "connection",  # a server answered, and not in HTTP
    CrowdedError: "crowded",
    PrivateAddressError: "private-address",
    DownloadCancelledError: Outcome.TOO_LARGE.value,
    IgnoreRequest: "redirects",
    DiscoveryError: "unreadable",
    ExtractionError: "unreadable",
}
"""Errors that are the page's own, with their outcomes."""


def judge(error: BaseException, url: str, home: str | None = None) -> Failure:
    """Say what an error means that came of asking for ``url``, a document of the site that ``home`` is of.

    Without ``home`` it is the document's own site.

    Where another site, or another host's robots.txt, is the one that fails, since the URL redirected to it, the page
    alone has to wait. An error that nobody foresaw is the page's too, to be tried again later.
    """
    reason = str(error) or type(error).__name__
    if isinstance(error, RobotsUnavailableError) and isinstance(error.__cause__, UnverifiedError):
        is_of_site = not _is_elsewhere(error, url, home or url)
        return Failure(outcome=error.__cause__.flaw, is_of_site=is_of_site, reason=reason)
    if _is_elsewhere(error, url, home or url):
        return Failure(outcome=ELSEWHERE, reason=reason, unreachable=_is_out_of_reach(error))
    if isinstance(error, RetryLaterError):
        return Failure(outcome="retry-later", is_of_site=True, reason=reason, until=error.until)
    if isinstance(error, RobotsUnavailableError):
        cause = error.__cause__
        until = cause.until if isinstance(cause, RetryLaterError) else None
        return Failure(
            outcome="robots-unavailable",
            is_of_site=True,
            reason=reason,
            unreachable=_is_out_of_reach(error),
            until=until,
        )
    if isinstance(error, UnverifiedError):
        return Failure(outcome=error.flaw, reason=reason)
    if isinstance(error, DisallowedByRobots):
        return Failure(outcome="robots", reason="robots.txt forbids it")
    if isinstance(error, InvalidUrlError):
        return Failure(outcome="bad-url" if error.url == url else "bad-redirect", reason=reason)
    for kind, outcome in (*OF_PAGE.items(), *PASSING.items()):
        if isinstance(error, kind):
            unreachable = kind in PASSING and outcome in UNREACHABLE
            return Failure(outcome=outcome, reason=reason, unreachable=unreachable)
    return Failure(outcome=UNFORESEEN, reason=f"{type(error).__name__}: {reason}")


def _is_out_of_reach(error: RetryLaterError | RobotsUnavailableError) -> bool:
    """Say whether a site refused nothing, but could not be reached: a line that is down reaches no host at all."""
    return error.__cause__ is not None and judge(error.__cause__, error.url).unreachable


def _is_elsewhere(error: BaseException, url: str, home: str) -> TypeGuard[RetryLaterError | RobotsUnavailableError]:
    """Say whether a refusal is not of the site that was asked: pleas are a whole site's, robots.txt is one origin's."""
    if not isinstance(error, RetryLaterError | RobotsUnavailableError):
        return False
    asked, refused = urlsplit(url), urlsplit(error.url)
    is_redirected = (asked.scheme, asked.netloc.lower()) != (refused.scheme, refused.netloc.lower())
    is_other_host = is_redirected or _host_of(error.url) != _host_of(home)
    return not same_site(error.url, home) or (isinstance(error, RobotsUnavailableError) and is_other_host)


def _host_of(url: str) -> str:
    """Give the host of a URL without ``www.``: where only another one's robots.txt is missing, the site goes on."""
    return (urlsplit(url).hostname or "").removeprefix("www.")
