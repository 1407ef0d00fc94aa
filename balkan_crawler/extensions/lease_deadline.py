"""Until when requests may go out to a site: a lease's end, by a clock that nobody sets and that sleep does not stop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import LeaseLostError, LeaseOverdueError
from balkan_crawler.extensions.clock import elapsed

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request

KEY: Final = "lease"
"""The key of a request's meta that its deadline stands under; redirects and retries keep it."""
LEAST_TIMEOUTS: Final = 3
"""A lease lasts so many of the longest answers at least: renewed at each third, it may miss one renewal."""


class LeaseDeadline:
    """The end of one lease, less the time that the last answer may take.

    So whoever has the site next finds nothing of this process still under way there. The end counts from the moment
    at which a lease or a renewal was *asked for*: the archive counts from a later one.
    """

    __slots__ = ("_clock", "_ends", "_lost", "margin", "site")

    def __init__(self, site: str, *, margin: float, clock: Callable[[], float] = elapsed) -> None:
        """Begin with a deadline that is past; ``margin`` is in seconds, ``clock`` gives such that only grow."""
        self.site, self.margin = site, margin
        self._clock = clock
        self._ends = float("-inf")
        self._lost: LeaseLostError | None = None

    def move(self, asked: float, seconds: float) -> None:
        """Note a lease for so many seconds that was asked for at a time of the clock; never back."""
        self._ends = max(self._ends, asked + seconds - self.margin)

    def end(self, error: LeaseLostError) -> None:
        """Let nothing more go out: the lease was lost."""
        self._lost = self._lost or error

    def check(self) -> None:
        """Raise `LeaseLostError` where the lease was lost, `LeaseOverdueError` where its time is over."""
        if self._lost is not None:
            raise type(self._lost)(self.site)  # one of its own for each request
        if self._clock() >= self._ends:
            raise LeaseOverdueError(self.site)


def deadline_of(request: Request) -> LeaseDeadline | None:
    """Give the deadline of a request; ``None`` for those that are made under no lease."""
    found: Any = request.meta.get(KEY)
    return found if isinstance(found, LeaseDeadline) else None
