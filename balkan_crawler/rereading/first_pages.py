"""What the first pages of a file teach of outlets that no crawl has learned, before the file is read."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from itertools import islice
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import ExtractionError
from balkan_crawler.model import Hints
from balkan_crawler.spiders.fetching import Page
from balkan_crawler.spiders.learning import SETTLED, OutletLearning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from balkan_crawler.extensions.worker_pool import WorkerPool
    from balkan_crawler.model import Outlet
    from balkan_crawler.warc.pages import WarcPage

logger = logging.getLogger(__name__)

MOST_PAGES: Final = 1_000
"""Pages of a file that are looked at: those of an outlet stand together, or many outlets take turns."""
_AT_ONCE: Final = 8
"""Pages that are read side by side where they are of several outlets."""


class FirstPages:
    """Learns outlets from the first pages of a file. It is the same for the same file, whatever was read before."""

    def __init__(self, pool: WorkerPool) -> None:
        self._pool = pool
        self._learning: dict[str, tuple[Outlet, OutletLearning]] = {}

    async def learn(self, pages: Iterable[tuple[WarcPage, Outlet]]) -> dict[str, bytes]:
        """Give what these pages teach, packed, by the key of the outlet. Raises `WorkersUnavailableError`."""
        wanted = self._wanted(pages)
        while batch := await asyncio.to_thread(_next_of, wanted):
            by_outlet: defaultdict[str, list[tuple[WarcPage, Outlet]]] = defaultdict(list)
            for page, outlet in batch:
                by_outlet[outlet.key].append((page, outlet))
            await asyncio.gather(*map(self._read_in_turn, by_outlet.values()))
        known = {
            key: await learning.learned(self._pool, outlet.homepage) or b""
            for key, (outlet, learning) in self._learning.items()
        }
        self._learning = {}
        return known

    def _wanted(self, pages: Iterable[tuple[WarcPage, Outlet]]) -> Iterator[tuple[WarcPage, Outlet]]:
        """Leave out the pages of outlets of which enough is known by then."""
        for page, outlet in pages:
            _, learning = self._learning.setdefault(outlet.key, (outlet, OutletLearning(b"")))
            if learning.articles < SETTLED:
                yield page, outlet

    async def _read_in_turn(self, pages: Sequence[tuple[WarcPage, Outlet]]) -> None:
        """Read pages of one outlet, each by what those before it taught, whichever worker is faster."""
        for page, outlet in pages:
            await self._read(page, outlet)

    async def _read(self, page: WarcPage, outlet: Outlet) -> None:
        fetched = Page(
            url=page.url, status=200, content=page.content, fetched=page.captured, content_type=page.content_type
        )
        try:
            await self._learning[outlet.key][1].read(self._pool, fetched, outlet, Hints())
        except ExtractionError as error:  # it is told of when the page is read for the archive
            logger.info("%s teaches nothing", page.url, exc_info=error)


def _next_of(pages: Iterator[tuple[WarcPage, Outlet]]) -> list[tuple[WarcPage, Outlet]]:
    return list(islice(pages, _AT_ONCE))
