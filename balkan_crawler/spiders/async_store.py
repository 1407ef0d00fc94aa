"""The store as the crawl asks it: each method in a thread, so that waiting for the disk or a lock stops no fetch."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from balkan_crawler.storage import Store

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

P = ParamSpec("P")
T = TypeVar("T")


def _in_a_thread(
    method: Callable[Concatenate[Store, P], T],
) -> Callable[Concatenate[AsyncStore, P], Awaitable[T]]:
    async def call(store: AsyncStore, /, *args: P.args, **kwargs: P.kwargs) -> T:
        bound: Callable[P, T] = getattr(store.store, method.__name__)
        return await asyncio.to_thread(bound, *args, **kwargs)

    call.__name__, call.__doc__ = method.__name__, method.__doc__
    return call


class AsyncStore:
    """The asynchronous face of a `Store`; each method promises and raises what the store's own does."""

    def __init__(self, store: Store) -> None:
        self.store = store

    register = _in_a_thread(Store.register)
    lease = _in_a_thread(Store.lease)
    holders = _in_a_thread(Store.holders)
    renew = _in_a_thread(Store.renew)
    release = _in_a_thread(Store.release)
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
    close = _in_a_thread(Store.close)
