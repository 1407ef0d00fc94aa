"""What was read of pages, into the archive: corrections, a few of one transaction, in the order in which they come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from balkan_crawler.model import Discovery, FrontierEntry, Outcome
from balkan_crawler.spiders import visits
from balkan_crawler.spiders.fetching import Page

if TYPE_CHECKING:
    from datetime import datetime

    from balkan_crawler.extensions.clock import Clock
    from balkan_crawler.model import Extraction, Hints, Outlet, Visit
    from balkan_crawler.outlets import Catalogue
    from balkan_crawler.rereading.results import Rereading
    from balkan_crawler.spiders.async_store import AsyncStore

_STORED_AT_ONCE: Final = 20
"""Pages of one transaction, so that a crawl beside it waits for a part of a second."""


class Storing:
    """Takes what was read of each page, counts it, and has the articles corrected or stored."""

    def __init__(self, store: AsyncStore, catalogue: Catalogue, results: Rereading, clock: Clock) -> None:
        self._store, self._catalogue, self._results, self._clock = store, catalogue, results, clock
        self._visits: list[Visit] = []

    async def add(self, url: str, captured: datetime, outlet: Outlet, hints: Hints, extraction: Extraction) -> None:
        """Take what was read of a page. Raises `StoreError`."""
        if extraction.article is None:
            self._results.no_article(extraction.outcome)
            return
        self._visits.append(visit_of(url, captured, outlet, hints, extraction, self._clock))
        if len(self._visits) >= _STORED_AT_ONCE:
            await self.finish()

    def failed(self, outcome: Outcome) -> None:
        """Count a page that could not be read."""
        self._results.no_article(outcome)

    async def finish(self) -> None:
        """Store what waits. Raises `StoreError`."""
        batch, self._visits = self._visits, []
        if batch:
            outlets = [self._catalogue[key] for key in {visit.outlet for visit in batch}]
            for correction in await self._store.correct(batch, self._clock(), outlets):
                self._results.stored(correction)


def visit_of(url: str, captured: datetime, outlet: Outlet, hints: Hints, extraction: Extraction, clock: Clock) -> Visit:
    """Give the visit that a page of a WARC file stands for, with the time of the next one, if any is worth while."""
    entry = FrontierEntry(
        url=url, outlet=outlet.key, found_by=Discovery.SECTION, found_in="", hints=hints, appeared=captured
    )
    fetched = Page(url=url, status=200, content=b"", fetched=captured, content_type=None)
    visit = visits.extracted(entry, fetched, extraction, ZoneInfo(outlet.timezone))
    return visits.planned(entry, visit, outlet.revisits, clock())
