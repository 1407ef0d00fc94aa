"""The database and the clock, as a store and SQLite describe them. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.doctor.check import Check, State
from balkan_crawler.revisiting.schedule import OFTEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from balkan_crawler.model import SourceState
    from balkan_crawler.storage import Statistics
    from balkan_crawler.storage.file.inspection import Inspection

_MOST_NAMED: Final = 5
_CLOCK_SLACK: Final = timedelta(minutes=10)
"""So far ahead of the clock may a time lie that must be past: machines differ by as much without harm."""


def database(path: Path, statistics: Statistics, found: Inspection) -> Iterator[Check]:
    """Judge the file, its journal and its leases."""
    if found.faults:
        text = f"{path} is damaged: {found.faults[0]}; `maintain --repair` mends what can be, else restore a backup"
        yield Check("database", State.PROBLEM, text)
    else:
        text = f"{path} is sound: {statistics.articles} articles, schema step {found.schema}"
        yield Check("database", State.OK, text)
    if found.journal == "wal":
        text = "write-ahead log: reading and crawling do not block each other"
        yield Check("journal", State.OK, text)
    else:
        text = f"mode {found.journal} instead of WAL: reading may have to wait for a crawl"
        yield Check("journal", State.NOTE, text)
    if found.abandoned:
        text = f"{len(found.abandoned)} of {found.leases} held by runs that are gone; the next crawl takes them over"
        yield Check("leases", State.NOTE, text)
    else:
        yield Check("leases", State.OK, f"{found.leases} held by runs at work")


def sources(failing: Sequence[SourceState]) -> Check:
    """Judge the feeds, sitemaps and pages that name articles, by those that have failed again and again."""
    if not failing:
        return Check("sources", State.OK, f"none has failed {OFTEN} times in a row")
    worst = "; ".join(f"{state.outlet} {state.url} ({state.failures} times)" for state in failing[:_MOST_NAMED])
    text = f"{len(failing)} failed {OFTEN} times in a row or more: {worst}; `balkan-crawler outlets check` says why"
    return Check("sources", State.NOTE, text)


def last_crawl(statistics: Statistics) -> datetime | None:
    """Give when the latest crawl began."""
    return max((outlet.last_crawl.started for outlet in statistics.outlets if outlet.last_crawl), default=None)


def clock(now: datetime, past: Mapping[str, datetime | None]) -> Check:
    """Compare the clock with times that must be past, by what happened then."""
    for what, moment in past.items():
        if moment is not None and moment > now + _CLOCK_SLACK:
            text = f"it says {now:%Y-%m-%d %H:%M} UTC, but {what} {moment:%Y-%m-%d %H:%M}"
            return Check("clock", State.PROBLEM, text)
    return Check("clock", State.OK, f"{now:%Y-%m-%d %H:%M} UTC")
