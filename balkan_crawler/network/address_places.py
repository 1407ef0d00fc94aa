"""Places at network addresses: sites that share a machine are asked together no more than it bears."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from balkan_crawler.manners.shared_addresses import AddressLimit


@dataclass(slots=True)
class _Address:
    """Who is at one address: its places, how many want or hold one, and when the next request may go out."""

    places: asyncio.Semaphore
    pace: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    next_at: float = 0.0


class AddressPlaces:
    """Gives out places at addresses that have a limit; first come, first served, since each site asks for one."""

    def __init__(self, limit_of: Callable[[str], AddressLimit | None]) -> None:
        self._limit_of = limit_of
        self._addresses: dict[str, _Address] = {}

    @asynccontextmanager
    async def place(self, address: str) -> AsyncIterator[None]:
        """Wait for a place at an address, and until its delay is over; hold the place."""
        limit = self._limit_of(address)
        if limit is None:
            yield
            return
        loop = asyncio.get_running_loop()
        self._forget_idle(loop.time())
        at = self._addresses.setdefault(address, _Address(asyncio.Semaphore(limit.at_once)))
        at.users += 1
        try:
            async with at.places:
                async with at.pace:
                    await asyncio.sleep(at.next_at - loop.time())
                    at.next_at = loop.time() + limit.delay
                yield
        finally:
            at.users -= 1

    def _forget_idle(self, now: float) -> None:
        """Keep nothing of addresses that nobody is at, and whose delay is over."""
        for address in [each for each, at in self._addresses.items() if not at.users and at.next_at <= now]:
            del self._addresses[address]
