"""One run: pages out of the files, extraction in the workers, corrections into the archive, in the files' order."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import BalkanCrawlerError, ExtractionTimeoutError, WorkersUnavailableError
from balkan_crawler.model import Hints, Outcome
from balkan_crawler.outlets.by_host import finder_of
from balkan_crawler.rereading.first_pages import MOST_PAGES, FirstPages
from balkan_crawler.rereading.storing import Storing
from balkan_crawler.warc.pages import LeftOut, Trouble, WarcPage, read_pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from balkan_crawler.extensions.clock import Clock
    from balkan_crawler.extensions.worker_pool import WorkerPool
    from balkan_crawler.model import Outlet, PageReading
    from balkan_crawler.outlets import Catalogue
    from balkan_crawler.rereading.results import Rereading
    from balkan_crawler.spiders.async_store import AsyncStore

logger = logging.getLogger(__name__)

_READ_AT_ONCE: Final = 16
"""Records that are read out of a file before the loop goes on."""
_UNDER_WAY: Final = 16
"""Pages a worker that are read ahead of the one whose turn it is to be stored: enough to do while others are stored."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A page that a worker is at; its bytes are with the task alone, and go with its end."""

    page: WarcPage
    outlet: Outlet
    hints: Hints
    task: asyncio.Task[PageReading]


class Reextraction:
    """Reads files again, one after the other.

    Pages are stored in the order of their files, whichever worker is done first: so a run that was killed and begun
    again comes to the same as one that was not.
    """

    def __init__(
        self, store: AsyncStore, pool: WorkerPool, catalogue: Catalogue, results: Rereading, clock: Clock
    ) -> None:
        self._store, self._pool, self._catalogue, self._results = store, pool, catalogue, results
        self._clock = clock
        self._outlet_of = finder_of(catalogue.values())
        self._under_way: deque[_Reading] = deque()
        self._storing = Storing(store, catalogue, results, clock)
        self._first_pages = FirstPages(pool)
        self._knowledge: dict[str, bytes] = {}
        """What is known of each outlet, packed: the same for all pages, whatever their order."""

    async def read(self, files: Sequence[Path]) -> None:
        """Read all pages of the files. Raises `StoreError` and `WorkersUnavailableError`; what is stored stays."""
        try:
            for file in files:
                await self._learn(file)
                await self._read_file(file)
            while self._under_way:
                await self._settle()
            await self._storing.finish()
        finally:
            for reading in self._under_way:  # none is left but where the run was broken off
                reading.task.cancel()
            await asyncio.gather(*(reading.task for reading in self._under_way), return_exceptions=True)

    async def _read_file(self, file: Path) -> None:
        found = read_pages(file)
        self._results.files += 1
        while batch := await asyncio.to_thread(_next_of, found):
            pages = [page for each in batch if (page := self._page_of(file, each)) is not None]
            known = await self._store.known_urls([page.url for page in pages])
            for page in pages:
                of_archive = known.get(page.url)
                outlet = self._catalogue.get(of_archive.outlet) if of_archive else None
                outlet = outlet or self._outlet_of(page.url)
                if outlet is None:
                    self._results.left_out["unknown-outlet"] += 1
                    continue
                if page.captured > self._clock():  # nobody has seen it yet
                    self._results.left_out["bad-time"] += 1
                    continue
                await self._begin(page, outlet, of_archive.hints if of_archive else Hints())

    async def _learn(self, file: Path) -> None:
        """Learn the outlets of a file that neither crawls nor the files before have taught of."""
        pages = (each for each in islice(read_pages(file), MOST_PAGES) if isinstance(each, WarcPage))
        told = ((page, outlet) for page in pages if (outlet := self._outlet_of(page.url)) is not None)
        unknown = ((page, outlet) for page, outlet in told if not self._known(outlet))
        self._knowledge |= await self._first_pages.learn(unknown)

    def _known(self, outlet: Outlet) -> bytes:
        """Give what is known of an outlet, packed; asks the store once, in this thread."""
        if outlet.key not in self._knowledge:
            self._knowledge[outlet.key] = self._store.store.knowledge(outlet.key)
        return self._knowledge[outlet.key]

    def _page_of(self, file: Path, found: WarcPage | LeftOut | Trouble) -> WarcPage | None:
        """Give the page that was found, or count why there is none."""
        results = self._results
        if isinstance(found, Trouble):
            if found.of_the_file:
                results.files -= 1
                results.unreadable[file] = found.reason
            else:
                results.damaged[found.reason] += 1
            return None
        results.records += 1
        if isinstance(found, LeftOut):
            results.left_out[found.reason] += 1
            return None
        return found

    async def _begin(self, page: WarcPage, outlet: Outlet, hints: Hints) -> None:
        self._results.pages += 1
        await self._pool.room()
        known = await asyncio.to_thread(self._known, outlet)
        task = asyncio.create_task(
            self._pool.read(page.content, page.url, outlet, page.captured, hints, page.content_type, known)
        )
        self._under_way.append(_Reading(replace(page, content=b""), outlet, hints, task))
        while len(self._under_way) >= _UNDER_WAY * self._pool.workers:
            await self._settle()

    async def _settle(self) -> None:
        """Wait for the page whose turn it is."""
        reading = self._under_way[0]
        try:
            extraction = (await reading.task).extraction
        except WorkersUnavailableError:
            raise  # the machine's fault, and no page's
        except ExtractionTimeoutError:
            self._storing.failed(Outcome.TIMED_OUT)
        except Exception as error:  # a page that extraction stumbles over must not stop the others
            level = logging.INFO if isinstance(error, BalkanCrawlerError) else logging.WARNING
            logger.log(level, "%s could not be extracted", reading.page.url, exc_info=error)
            self._storing.failed(Outcome.EXTRACTION_ERROR)
        else:
            page = reading.page
            await self._storing.add(page.url, page.captured, reading.outlet, reading.hints, extraction)
        self._under_way.popleft()


def _next_of(found: Iterator[WarcPage | LeftOut | Trouble]) -> list[WarcPage | LeftOut | Trouble]:
    return list(islice(found, _READ_AT_ONCE))
