"""Many saved pages read together: first each outlet's pages teach what they have in common, then all are read by it."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import ExtractionError, ExtractionTimeoutError
from balkan_crawler.extensions.workers.reading import add_lessons
from balkan_crawler.model import Extraction, Outcome, PageReading
from balkan_crawler.rereading.saved_pages import NO_ADDRESS, SavedPage, Unreadable
from balkan_crawler.urls import politeness_key

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from balkan_crawler.extensions.worker_pool import WorkerPool

    Pages = Callable[[], Iterator[SavedPage | Unreadable]]

_UNDER_WAY: Final = 8
"""Pages a worker that are read ahead of the one whose turn it is."""
_LESSONS_AT_ONCE: Final = 25
"""Lessons of an outlet that are gathered before they are added to what is known."""


async def read_together(pool: WorkerPool, pages: Pages) -> AsyncIterator[tuple[SavedPage, Extraction] | Unreadable]:
    """Give what each page holds, in their order, read by what all pages of its outlet have in common.

    ``pages`` gives them anew each time that it is called: they are gone through twice, so that not all of them are held
    in memory. Outlets are told apart by the addresses that pages state for themselves. Raises
    `WorkersUnavailableError`.
    """
    known: dict[str, bytes] = {}
    lessons: dict[str, list[bytes]] = defaultdict(list)
    outlets: dict[str, str] = {}
    async for page, reading in _read(pool, pages(), lambda _: b""):
        if isinstance(page, SavedPage) and reading is not None and reading.lesson is not None:
            outlet = outlets[page.url] = _outlet_of(reading.extraction)
            lessons[outlet].append(reading.lesson)
            if len(lessons[outlet]) >= _LESSONS_AT_ONCE:
                known[outlet] = await _more(pool, known.get(outlet, b""), lessons.pop(outlet))
    for outlet, waiting in lessons.items():
        known[outlet] = await _more(pool, known.get(outlet, b""), waiting)
    async for page, reading in _read(pool, pages(), lambda page: known.get(outlets.get(page.url, ""), b"")):
        if isinstance(page, Unreadable):
            yield page
        elif reading is not None:
            yield page, reading.extraction


async def _more(pool: WorkerPool, known: bytes, lessons: list[bytes]) -> bytes:
    return await pool.run(NO_ADDRESS, None, add_lessons, known, tuple(lessons))


async def _read(
    pool: WorkerPool, pages: Iterator[SavedPage | Unreadable], known_for: Callable[[SavedPage], bytes]
) -> AsyncIterator[tuple[SavedPage | Unreadable, PageReading | None]]:
    """Have pages read by the workers, some ahead, and give them in their order."""
    under_way: deque[tuple[SavedPage | Unreadable, asyncio.Task[PageReading] | None]] = deque()
    try:
        while True:
            room = _UNDER_WAY * pool.workers - len(under_way)
            for page in await asyncio.to_thread(_next_of, pages, room):
                task = asyncio.create_task(_one(pool, page, known_for(page))) if isinstance(page, SavedPage) else None
                kept = replace(page, content=b"") if isinstance(page, SavedPage) else page
                under_way.append((kept, task))
            if not under_way:
                return
            page, task = under_way.popleft()
            yield page, await task if task is not None else None
    finally:
        for _, task in under_way:
            if task is not None:
                task.cancel()


async def _one(pool: WorkerPool, page: SavedPage, known: bytes) -> PageReading:
    """Read a page; one that extraction gives up on has that as its outcome."""
    now = datetime.now(UTC)
    try:
        return await pool.read(page.content, page.url, None, page.fetched or now, None, page.content_type, known)
    except ExtractionTimeoutError as error:
        return PageReading(Extraction(outcome=Outcome.TIMED_OUT, reason=str(error)), None, known)
    except ExtractionError as error:
        return PageReading(Extraction(outcome=Outcome.EXTRACTION_ERROR, reason=str(error)), None, known)


def _next_of(pages: Iterator[SavedPage | Unreadable], count: int) -> list[SavedPage | Unreadable]:
    return list(islice(pages, count))


def _outlet_of(extraction: Extraction) -> str:
    """Tell the outlet of an article by the address that its page states; all without one are of one outlet."""
    address = extraction.article.url if extraction.article is not None else NO_ADDRESS
    return "" if address.startswith(NO_ADDRESS) else politeness_key(address)
