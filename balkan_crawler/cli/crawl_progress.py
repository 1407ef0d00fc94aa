"""How far a crawl is, with what still waits to be fetched, for the display of `progress`."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from balkan_crawler.cli.progress import Progress
from balkan_crawler.errors import StoreError
from balkan_crawler.outlets import DEFAULT_DELAY
from balkan_crawler.spiders.run_summary import totals
from balkan_crawler.text.counting import counted
from balkan_crawler.urls import politeness_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType
    from typing import Self

    from balkan_crawler.model import Outlet
    from balkan_crawler.spiders.run_results import OutletRun, Run
    from balkan_crawler.storage import Store

_SECONDS_BETWEEN_COUNTS: Final = 2.0
_OF_THE_TIME: Final = 20
"""Counting what waits takes at most this part of the time: a large frontier is counted less often."""


class CrawlProgress:
    """Looks at a run from another thread; what waits is counted in the database, by a reader of its own.

    A context: the reader is opened on the first count, and closed in the end. Where the database cannot be read, that
    is left to the run to tell.
    """

    def __init__(self, run: Run, open_reader: Callable[[], Store]) -> None:
        self._run = run
        self._open_reader = open_reader
        self._reader: Store | None = None
        self._waiting: dict[str, int] = {}
        self._next_count = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reader is not None:
            self._reader.close()

    def look(self) -> Progress:
        """Say how far the run is."""
        self._count()
        run, now = self._run, datetime.now(UTC)
        outlets = dict(run.outlets)
        sums = totals(run, now)
        waiting = sum(self._waiting.get(key, 0) for key, outlet in outlets.items() if not outlet.over)
        counts = [counted(sums.pages, "page"), f"{sums.new:,} new", f"{waiting:,} waiting"]
        counts += [f"{sums.edited:,} edited"] * bool(sums.edited)
        counts += [f"{counted(sums.failed, 'outlet')} failed"] * bool(sums.failed)
        counts += [f"{counted(sums.failures, 'page')} failed"] * bool(sums.failures)
        counts.append(f"{sums.rate:.1f} pages/s")
        return Progress(
            share=share_done(outlets, self._waiting) if outlets else 0.0,
            done=self._done(sums.over, outlets),
            counts=tuple(counts),
            seconds_left=self._seconds_left(outlets, now),
        )

    def _done(self, over: int, outlets: Mapping[str, OutletRun]) -> str:
        if not outlets:
            return "beginning"
        if self._run.stopped:
            return "ending, once what is under way is done"
        [first, *others] = outlets.values()
        if others or first.plan is None:
            return f"{over:,} of {counted(len(outlets), 'outlet')} done"
        if not first.fetched:
            return f"planning: {counted(first.plan.documents, 'document')} read"
        return f"{first.fetched:,} of {counted(first.fetched + self._waiting.get(first.outlet.key, 0), 'page')}"

    def _seconds_left(self, outlets: Mapping[str, OutletRun], now: datetime) -> float | None:
        left = seconds_left(outlets, self._waiting, now)
        if left is None or self._run.order.minutes is None:
            return left
        return min(left, max(0.0, self._run.order.minutes * 60 - (now - self._run.started).total_seconds()))

    def _count(self) -> None:
        began = time.monotonic()
        if began < self._next_count or not self._run.outlets:
            return
        try:
            if self._reader is None:
                self._reader = self._open_reader()
            self._waiting = waiting_pages(self._reader, self._run)
        except StoreError:
            self._waiting = {}
        ended = time.monotonic()
        self._next_count = ended + max(_SECONDS_BETWEEN_COUNTS, (ended - began) * _OF_THE_TIME)


def waiting_pages(store: Store, run: Run) -> dict[str, int]:
    """Count the pages that a run will still fetch, by outlet; stored articles that it may visit again are not."""
    found: dict[str, int] = {}
    outlets = {key: outlet for key, outlet in run.outlets.items() if not outlet.over}
    due = store.work_due(list(outlets), datetime.now(UTC)) if run.order.span is None else {}
    for key, outlet in outlets.items():
        plan = outlet.plan
        pages = store.left_of_backfill(plan.id) if plan is not None else due[key].pages if key in due else 0
        limit = run.order.limit
        found[key] = 0 if run.order.plan_only else pages if limit is None else min(pages, max(0, limit - outlet.new))
    return found


def share_done(outlets: Mapping[str, OutletRun], waiting: Mapping[str, int]) -> float:
    """Give the share of a run that is done (0 to 1): each outlet counts once, by its own pages."""
    return sum(_share_of(outlet, waiting.get(key, 0)) for key, outlet in outlets.items()) / max(1, len(outlets))


def _share_of(outlet: OutletRun, waiting: int) -> float:
    if outlet.over:
        return 1.0
    done = outlet.fetched + outlet.failed
    return done / (done + waiting) if waiting else 0.0


def seconds_left(outlets: Mapping[str, OutletRun], waiting: Mapping[str, int], now: datetime) -> float | None:
    """Estimate how long a run will take: as long as the site that has most to wait for; ``None`` before any page.

    Sites are asked side by side, the pages of a site one after the other, at the pace seen so far or its delay.
    """
    sites: dict[str, float] = {}
    for key, outlet in outlets.items():
        if not outlet.over and waiting.get(key):
            site = politeness_key(outlet.outlet.homepage)
            sites[site] = sites.get(site, 0.0) + waiting[key] * _seconds_a_page(outlet, now)
    return max(sites.values(), default=None)


def _seconds_a_page(outlet: OutletRun, now: datetime) -> float:
    """Give the seconds between two pages of an outlet: its delay, or more where it was slower so far."""
    asked = outlet.fetched + outlet.sources_read + len(outlet.failed_sources)
    seen = (now - outlet.started).total_seconds() / asked if asked else 0.0
    return max(delay_of(outlet.outlet) / outlet.outlet.concurrency, seen)


def delay_of(outlet: Outlet) -> float:
    """Give the least seconds between two requests to the site of an outlet."""
    return DEFAULT_DELAY if outlet.delay is None else outlet.delay
