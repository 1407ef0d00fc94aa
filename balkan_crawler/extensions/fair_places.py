"""Places at the workers, given out so that no site keeps the others waiting."""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict, deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator


class FairPlaces:
    """So many places, of which one site has a part at most; of those that wait, the site that has used least is next.

    A site whose documents take seconds each, by accident or on purpose, is so never before one whose documents take
    milliseconds.
    """

    def __init__(self, places: int, of_one: int) -> None:
        """Prepare ``places``, of which one site has ``of_one`` at most."""
        self._free = places
        self._of_one = of_one
        self._held: Counter[str] = Counter()
        self._used: defaultdict[str, float] = defaultdict(float)
        self._slow: set[str] = set()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    @asynccontextmanager
    async def place(self, site: str) -> AsyncIterator[None]:
        """Wait for a place and hold it; the time it is held counts as used by the site."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(site, deque()).append(turn)
        self._give_out()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was given in the moment of giving up
                self._give_back(site)
            raise
        began = asyncio.get_running_loop().time()
        try:
            yield
        finally:
            self._used[site] += asyncio.get_running_loop().time() - began
            self._give_back(site)

    def slow_down(self, site: str) -> None:
        """Leave a site, whose documents take all of their time, one place."""
        self._slow.add(site)

    def forget(self, site: str) -> None:
        """Let a site begin anew, as one that has used nothing yet."""
        self._used.pop(site, None)
        self._slow.discard(site)
        if not self._held[site]:
            del self._held[site]

    def _give_back(self, site: str) -> None:
        self._free += 1
        self._held[site] -= 1
        self._give_out()

    def _give_out(self) -> None:
        """Give the free places to those who wait."""
        while self._free and (site := self._next()) is not None:
            turn = self._waiting[site].popleft()
            if not self._waiting[site]:
                del self._waiting[site]
            if not turn.done():  # else its task has given up
                self._free -= 1
                self._held[site] += 1
                turn.set_result(None)

    def _next(self) -> str | None:
        """Choose the site whose turn it is."""
        able = [site for site in self._waiting if self._held[site] < (1 if site in self._slow else self._of_one)]
        return min(able, key=lambda site: (self._used[site], self._held[site]), default=None)
