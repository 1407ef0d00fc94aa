"""The store as the crawl asks it: each method in a thread, so that waiting for the disk or a lock stops no fetch.

What fails because a server has gone away is tried again for a while (`Patience`). That is sound, also where the answer
of a call that was done got lost: most calls write what they are handed, as often as they are made. A second row of
``crawls`` or ``repairs`` says the same as the first; URLs and sites that were taken, and nobody was told, come back
with their lease.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from balkan_crawler.errors import LeaseLostError
from balkan_crawler.spiders.patience import Patience
from balkan_crawler.storage import Store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime, timedelta

    from balkan_crawler.model import Lease
    from balkan_crawler.storage import Beat

P = ParamSpec("P")
T = TypeVar("T")


def _in_a_thread(
    method: Callable[Concatenate[Store, P], T],
) -> Callable[Concatenate[AsyncStore, P], Awaitable[T]]:
    async def call(store: AsyncStore, /, *args: P.args, **kwargs: P.kwargs) -> T:
        bound: Callable[P, T] = getattr(store.store, method.__name__)
        return await store.patience.of(lambda _: asyncio.to_thread(bound, *args, **kwargs))

    call.__name__, call.__doc__ = method.__name__, method.__doc__
    return call


class AsyncStore:
    """The asynchronous face of a `Store`; each method promises and raises what the store's own does."""

    def __init__(self, store: Store, patience: Patience | None = None) -> None:
        self.store, self.patience = store, patience or Patience()

    async def lease(
        self,
        outlets: Sequence[str],
        holder: str,
        now: datetime,
        seconds: float,
        limit: int | None = None,
        unused_since: datetime | None = None,
    ) -> list[Lease]:
        """Lease the sites of ``outlets`` that are due and not held.

        This is not tried again, as `renew` is not: a lease counts from when it was asked for.
        """
        return await asyncio.to_thread(self.store.lease, outlets, holder, now, seconds, limit, unused_since)

    async def renew(self, lease: Lease, now: datetime, seconds: float) -> Lease:
        """Move the lease's end."""
        return await asyncio.to_thread(self.store.renew, lease, now, seconds)

    async def beat(self, beat: Beat, now: datetime) -> bool:
        """Keep a sign of life; one that is late tells nothing, and the next is soon to come."""
        return await asyncio.to_thread(self.store.beat, beat, now)

    async def leave(self, holder: str) -> None:
        """Forget a process."""
        await asyncio.to_thread(self.store.leave, holder)

    async def release(self, lease: Lease, now: datetime, due: datetime, address: str | None = None) -> None:
        """Give the site back with its next due time."""
        was_tried = False

        async def ask(_: timedelta) -> None:
            nonlocal was_tried
            with suppress(*((LeaseLostError,) if was_tried else ())):  # it was given back, and the answer was lost
                was_tried = True
                await asyncio.to_thread(self.store.release, lease, now, due, address)

        await self.patience.of(ask)

    async def close(self) -> None:
        """Release what the store holds."""
        await asyncio.to_thread(self.store.close)

    register = _in_a_thread(Store.register)
    holders = _in_a_thread(Store.holders)
    clock_skew = _in_a_thread(Store.clock_skew)
    offer = _in_a_thread(Store.offer)
    take = _in_a_thread(Store.take)
    next_due = _in_a_thread(Store.next_due)
    correct = _in_a_thread(Store.correct)
    reread_files = _in_a_thread(Store.reread_files)
    note_reread = _in_a_thread(Store.note_reread)
    forget_reread = _in_a_thread(Store.forget_reread)
    known_urls = _in_a_thread(Store.known_urls)
    source_state = _in_a_thread(Store.source_state)
    record_source = _in_a_thread(Store.record_source)
    signs = _in_a_thread(Store.signs)
    note_repair = _in_a_thread(Store.note_repair)
    repairs = _in_a_thread(Store.repairs)
    note_search = _in_a_thread(Store.note_search)
    last_search = _in_a_thread(Store.last_search)
    sites_of_owner = _in_a_thread(Store.sites_of_owner)
    note = _in_a_thread(Store.note)
    open_backfill = _in_a_thread(Store.open_backfill)
    plan_pages = _in_a_thread(Store.plan_pages)
    take_planned = _in_a_thread(Store.take_planned)
    close_plan = _in_a_thread(Store.close_plan)
    left_of_backfill = _in_a_thread(Store.left_of_backfill)
    knowledge = _in_a_thread(Store.knowledge)
    keep_knowledge = _in_a_thread(Store.keep_knowledge)
    start_crawl = _in_a_thread(Store.start_crawl)
    finish_crawl = _in_a_thread(Store.finish_crawl)
    count = _in_a_thread(Store.count)
