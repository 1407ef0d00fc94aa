"""What a survey asks the web for: single documents, by whoever can fetch them politely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, Protocol, TypeAlias, TypeVar

from balkan_crawler.errors import BalkanCrawlerError, FetchError, RobotsUnavailableError, UnverifiedError
from balkan_crawler.urls import same_site

if TYPE_CHECKING:
    from balkan_crawler.manners.robots import RobotsRules
    from balkan_crawler.model import Outlet

P = ParamSpec("P")
T = TypeVar("T")


def at_once(about: str, task: Callable[[], Any]) -> Any:
    """Do a task here and now, without a limit."""
    return task()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One answer, any status: its final URL, and the one asked for; ``content`` is unpacked.

    ``worker`` does the reading of it, given the URL and the task: within limits where the web is read.
    """

    url: str
    asked: str
    status: int
    content: bytes
    content_type: str | None = None
    worker: Callable[[str, Callable[[], Any]], Any] = field(default=at_once, repr=False, compare=False)

    def read(self, function: Callable[Concatenate[bytes, str, P], T], /, *arguments: P.args, **named: P.kwargs) -> T:
        """Run a function of a module over content and URL.

        Raises `ExtractionTimeoutError` and `ExtractionCrashError` where it takes more than the worker gives,
        `WorkersUnavailableError` where there is none, and whatever the function raises.
        """
        found: T = self.worker(self.url, partial(function, self.content, self.url, *arguments, **named))
        return found


_EXEMPTION: Final = 'the line `unverified_tls = "WHY"` in its table lets its site be fetched all the same'
"""What to do about an outlet whose certificate cannot be verified, where its owner does nothing about it."""

Answer: TypeAlias = Document | BalkanCrawlerError
"""What came of asking for a document: an answer of any status, or why there is none."""


class Visitor(Protocol):
    """Who fetches documents; may be used by several threads at once."""

    def fetch(self, url: str) -> Document:
        """Fetch a document, redirects followed; any status is an answer.

        Raises `FetchError`, `RobotsDisallowedError`, `RobotsUnavailableError`, `RetryLaterError`, `PrivateAddressError`
        and `InvalidUrlError`.
        """
        ...

    def rules_for(self, url: str) -> RobotsRules:
        """Give the rules of the host of ``url``. Raises `RobotsUnavailableError`, and what `fetch` raises."""
        ...


def ask(visitor: Visitor, url: str) -> Answer:
    """Fetch a document, or give the reason why there is none."""
    try:
        return visitor.fetch(url)
    except BalkanCrawlerError as error:
        return error


def sitemaps_of(visitor: Visitor, url: str) -> tuple[str, ...]:
    """Give the sitemaps that the robots.txt of the host of ``url`` names; none where it cannot be read."""
    try:
        return visitor.rules_for(url).sitemaps
    except BalkanCrawlerError:
        return ()


def has_page_for_robots(visitor: Visitor, url: str) -> bool:
    """Say whether a web page is in the place of the robots.txt of the host of ``url``."""
    try:
        return visitor.rules_for(url).is_page
    except BalkanCrawlerError:
        return False


def in_words(error: BalkanCrawlerError, outlet: Outlet) -> str:
    """Say why a document of an outlet is not there; where its table can help, with the line that does."""
    reason = reason_of(error)
    if isinstance(reason, UnverifiedError) and same_site(reason.url, outlet.homepage):
        return f"{reason}; {_EXEMPTION}"
    return str(error)


def reason_of(error: BalkanCrawlerError) -> BalkanCrawlerError:
    """Give what kept a document away: of a robots.txt that could not be fetched, the failure of that fetch."""
    cause = error.__cause__
    return cause if isinstance(error, RobotsUnavailableError) and isinstance(cause, FetchError) else error
