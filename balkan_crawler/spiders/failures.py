"""What an error of the fetch means for a page and for its site. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scrapy.exceptions import DownloadCancelledError, IgnoreRequest

from balkan_crawler.errors import (
    DiscoveryError,
    ExtractionError,
    InvalidUrlError,
    PrivateAddressError,
    RetryLaterError,
    RobotsUnavailableError,
)
from balkan_crawler.middlewares.backoff import PASSING
from balkan_crawler.middlewares.failures_in_words import in_words
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

UNREACHABLE: Final = frozenset({"timeout", "dns", "refused", "connection"})
"""Outcomes that mean that no server answered at all."""


def judge(error: BaseException, url: str) -> Failure:
    """Say what an error means that came of asking for ``url``.

    Where another site is the one that fails, since the URL redirected to it, the page alone has to wait. An error that
    nobody foresaw is the page's too, to be tried again later.
    """
    reason = str(error) or type(error).__name__
    if isinstance(error, RetryLaterError | RobotsUnavailableError) and not same_site(error.url, url):
        return Failure(outcome="elsewhere", reason=reason)
    if isinstance(error, RetryLaterError):
        return Failure(outcome="retry-later", is_of_site=True, reason=reason, until=error.until)
    if isinstance(error, RobotsUnavailableError):
        cause = error.__cause__
        until = cause.until if isinstance(cause, RetryLaterError) else None
        return Failure(
            outcome="robots-unavailable",
            is_of_site=True,
            reason=reason,
            unreachable=cause is not None and judge(cause, url).unreachable,
            until=until,
        )
    if isinstance(error, DisallowedByRobots):
        return Failure(outcome="robots", reason="robots.txt forbids it")
    if isinstance(error, PrivateAddressError):
        return Failure(outcome="private-address", reason=reason)
    if isinstance(error, InvalidUrlError):
        return Failure(outcome="bad-url", reason=reason)
    if isinstance(error, DownloadCancelledError):
        return Failure(outcome=Outcome.TOO_LARGE, reason=in_words(error))
    if isinstance(error, IgnoreRequest):
        return Failure(outcome="redirects", reason=in_words(error))
    if isinstance(error, DiscoveryError | ExtractionError):
        return Failure(outcome="unreadable", reason=reason)
    for kind, outcome in PASSING.items():
        if isinstance(error, kind):
            unreachable = outcome in UNREACHABLE
            return Failure(outcome=outcome, reason=in_words(error), unreachable=unreachable)
    return Failure(outcome=UNFORESEEN, reason=f"{type(error).__name__}: {reason}")
