"""How crawls and the care of the archive go, gathered in the background."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.revisiting.outcomes import Fault, rule_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from balkan_crawler.model import SourceState
    from balkan_crawler.storage import CrawlReport, DaySize, StepRun, Store

FETCHES_DAYS: Final = 14
_FAILING: Final = 3
"""A source that failed so often in a row is told of."""
_MOST_SOURCES: Final = 50
_MOST_WAITS: Final = 30
_SIZE_DAYS: Final = 30
_LONG: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An outlet whose site is not asked before a time."""

    outlet: str
    until: datetime
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Workings:
    """What the page about operations shows.

    ``latest`` are the last parts of runs, one of each outlet, the last first. ``outcomes_of_days`` are those of this
    day and the one before (UTC), ``outcomes_of_week`` those of seven days.
    """

    latest: tuple[CrawlReport, ...]
    outcomes_of_days: Mapping[str, int]
    outcomes_of_week: Mapping[str, int]
    fetches: Mapping[date, Mapping[str, int]]
    outlets: int
    pages_due: int
    revisits_due: int
    outlets_due: int
    waits: tuple[Waiting, ...]
    waiting: int
    sources: tuple[SourceState, ...]
    failing: int
    steps: Mapping[str, StepRun]
    sizes: tuple[DaySize, ...]

    @property
    def states(self) -> Counter[str]:
        """Count the outlets by how their last part of a run ended."""
        return Counter(crawl.state for crawl in self.latest)

    @property
    def failed(self) -> tuple[CrawlReport, ...]:
        """The outlets whose last part of a run was not done, the last first."""
        return tuple(crawl for crawl in self.latest if crawl.state not in ("done", "running"))


def make_workings(store: Store, now: datetime, before: Any) -> Workings:
    """Gather how it goes."""
    today = now.date()
    outlets = list(store.outlets())
    due = store.work_due(outlets, now)
    waits = sorted(
        (
            Waiting(outlet=key, until=work.site_due, pages=work.pages)
            for key, work in due.items()
            if work.site_due - now > _LONG and work.pages
        ),
        key=lambda wait: (-wait.pages, wait.outlet),
    )
    sources = store.failing_sources(_FAILING)
    return Workings(
        latest=tuple(sorted(store.latest_crawls(), key=lambda crawl: crawl.started, reverse=True)),
        outcomes_of_days=store.outcomes(today - timedelta(days=1), today),
        outcomes_of_week=store.outcomes(today - timedelta(days=6), today),
        fetches=store.fetches(today - timedelta(days=FETCHES_DAYS - 1), today),
        outlets=len(outlets),
        pages_due=sum(work.pages for work in due.values()),
        revisits_due=sum(work.revisits for work in due.values()),
        outlets_due=sum(work.site_due <= now for work in due.values()),
        waits=tuple(waits[:_MOST_WAITS]),
        waiting=len(waits),
        sources=tuple(sources[:_MOST_SOURCES]),
        failing=len(sources),
        steps=store.maintenance_runs(),
        sizes=tuple(store.sizes(today - timedelta(days=_SIZE_DAYS))),
    )


def by_fault(outcomes: Mapping[str, int]) -> dict[Fault, dict[str, int]]:
    """Put outcomes that were no success under whose fault they are."""
    found: dict[Fault, dict[str, int]] = {}
    for outcome, visits in outcomes.items():
        fault = rule_of(outcome).fault
        if fault is not Fault.NONE:
            found.setdefault(fault, {})[outcome] = visits
    return found
