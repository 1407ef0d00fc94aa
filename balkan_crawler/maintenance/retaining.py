"""Deleting what is older than its user keeps it, a little at a time, so that a crawl beside it has its turn."""

from __future__ import annotations

import shutil
import time
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import PagesUnwritableError
from balkan_crawler.maintenance import due, kept_pages
from balkan_crawler.maintenance.records import Result, State, Step
from balkan_crawler.storage import Filter, open_store
from balkan_crawler.storage.tables.retention import Aged

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime
    from pathlib import Path

    from balkan_crawler.configuration import Maintenance
    from balkan_crawler.maintenance.job import Job
    from balkan_crawler.storage.row_upkeep import RowUpkeep

ARTICLES: Final = "articles"
PAGES: Final = "pages"
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    ARTICLES: ("article", "articles"),
    Aged.VERSIONS: ("earlier version", "earlier versions"),
    PAGES: ("file of kept pages", "files of kept pages"),
    Aged.COUNTS: ("daily count", "daily counts"),
    Aged.GONE: ("URL that is gone", "URLs that are gone"),
}
"""What may be kept for a time only, in its order, as one and as many are called."""
_ARTICLES_AT_ONCE: Final = 50
_ROWS_AT_ONCE: Final = 1000
_LEAST_PAUSE: Final = 0.15
"""Seconds between two portions: who waits for the lock of SQLite looks every tenth of one."""
_LONGEST: Final = 1200.0
"""Seconds after which the rest is left to the next call."""


def retention_step(upkeep: RowUpkeep, job: Job, now: datetime) -> Result:
    """Delete what is older than it is kept, or say how much would be."""
    if due.is_damaged(upkeep.runs()):
        return Result(step=Step.RETENTION, state=State.WAITS, text="nothing is deleted while the database is damaged")
    if not has_rules(job.rules):
        return Result(step=Step.RETENTION, state=State.NOTHING, text="everything is kept: no rule is set")
    if job.dry_run:
        text = in_words(expired(upkeep, job.rules, job.pages, now))
        return Result(step=Step.RETENTION, state=State.DONE, text=f"would delete {text}")
    deleted, is_done = delete_expired(upkeep, job.rules, job.pages, now, job.pause)
    more = "" if is_done else "; more at the next call"
    state = State.DONE if is_done else State.WAITS
    return Result(step=Step.RETENTION, state=state, text=f"deleted {in_words(deleted)}{more}")


def has_rules(rules: Maintenance) -> bool:
    """Say whether anything is kept for a time only."""
    return any(_days(rules).values())


def expired(upkeep: RowUpkeep, rules: Maintenance, pages: Path | None, now: datetime) -> dict[str, int]:
    """Count what would be deleted now, by what it is."""
    found: dict[str, int] = {}
    for kind, before in _ends(rules, now).items():
        if kind == ARTICLES:
            with open_store(upkeep.location, read_only=True) as store:
                found[kind] = store.count(Filter(until=before - timedelta(days=1)))
        elif kind == PAGES:
            found[kind] = len(_old_pages(pages, before))
        else:
            found[kind] = len(upkeep.find_old(Aged(kind), before))
    return found


def delete_expired(
    upkeep: RowUpkeep, rules: Maintenance, pages: Path | None, now: datetime, pause: Callable[[float], object]
) -> tuple[dict[str, int], bool]:
    """Delete what is older than it is kept, and count it by what it is; gives also whether nothing is left of it.

    ``pause`` is called after each portion with as many seconds as it took. Raises a `StoreError` and `OSError`.
    """
    deleted: dict[str, int] = {}
    end = time.monotonic() + _LONGEST

    def let_others(start: float) -> bool:
        pause(max(_LEAST_PAUSE, time.monotonic() - start))
        return time.monotonic() < end

    for kind, before in _ends(rules, now).items():
        deleted[kind] = 0
        if kind == ARTICLES:
            with open_store(upkeep.location) as store:
                start = time.monotonic()
                while some := store.prune(before, now, (), _ARTICLES_AT_ONCE):
                    deleted[kind] += some
                    if not let_others(start):
                        return deleted, False
                    start = time.monotonic()
        elif kind == PAGES:
            try:
                deleted[kind] = len(kept_pages.remove(_old_pages(pages, before)))
            except OSError as error:
                raise PagesUnwritableError(str(pages), error.strerror or str(error)) from error
        else:
            keys = upkeep.find_old(Aged(kind), before)
            for place in range(0, len(keys), _ROWS_AT_ONCE):
                start = time.monotonic()
                deleted[kind] += upkeep.delete_old(Aged(kind), before, keys[place : place + _ROWS_AT_ONCE])
                if not let_others(start):
                    return deleted, False
    return deleted, True


def in_words(counts: Mapping[str, int]) -> str:
    """Say what was counted: ``12 articles, 3 earlier versions``."""
    return (
        ", ".join(f"{number:,} {_WORDS[kind][number != 1]}" for kind, number in counts.items() if number) or "nothing"
    )


def free_bytes(path: Path) -> int:
    """Give the room on the disk of a file. Raises `OSError`."""
    return shutil.disk_usage(path.absolute().parent).free


def _old_pages(pages: Path | None, before: date) -> list[kept_pages.KeptFile]:
    return [] if pages is None else kept_pages.older(kept_pages.kept_files(pages), before)


def _days(rules: Maintenance) -> dict[str, int | None]:
    return {
        ARTICLES: rules.keep_articles_days,
        Aged.VERSIONS: rules.keep_versions_days,
        PAGES: rules.keep_pages_days,
        Aged.COUNTS: rules.keep_counts_days,
        Aged.GONE: rules.keep_gone_days,
    }


def _ends(rules: Maintenance, now: datetime) -> dict[str, date]:
    """Give the day before which each thing goes, of those that a rule speaks of."""
    today = now.astimezone(UTC).date()
    return {kind: today - timedelta(days=days) for kind, days in _days(rules).items() if days is not None}
