"""The steps of maintenance over a database on a server: what is kept for a time only, and how large it grows.

Soundness, room within files, journals and backups are the server's own, which has better means for each.
"""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Final

from balkan_crawler.maintenance.forecast import PAST, Filling, growth
from balkan_crawler.maintenance.records import Result, State, Step
from balkan_crawler.maintenance.retaining import retention_step
from balkan_crawler.storage.overviews import DaySize

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from balkan_crawler.maintenance.job import Job
    from balkan_crawler.storage.server_upkeep import ServerUpkeep


def filling(upkeep: ServerUpkeep, today: date) -> Filling:
    """Say how large a database on a server is, and what it grows by. Raises a `StoreError`."""
    since, size = today - PAST, upkeep.state().bytes
    grown = growth(today, upkeep.new_by_day(since), upkeep.sizes(since), size, upkeep.articles())
    return Filling(
        bytes=size,
        bytes_a_day=max(0.0, grown.bytes_a_day) if grown is not None else 0.0,
        articles_a_day=grown.articles_a_day if grown is not None else 0.0,
        is_known=grown is not None,
    )


def _check(_: ServerUpkeep, __: Job, ___: datetime) -> Result:
    text = "left to the server: `pg_amcheck` looks for damage, `balkan-crawler doctor` at how it stands"
    return Result(step=Step.CHECK, state=State.NOTHING, text=text)


def _vacuum(upkeep: ServerUpkeep, _: Job, __: datetime) -> Result:
    state = upkeep.state()
    dead = f"{state.dead_rows:,} dead rows beside {state.live_rows:,}"
    if not state.has_autovacuum:
        text = f"{dead}, and autovacuum is off on the server: turn it on, or run `vacuumdb --analyze` at night"
        return Result(step=Step.VACUUM, state=State.FINDING, text=text)
    return Result(step=Step.VACUUM, state=State.NOTHING, text=f"left to the server's autovacuum: {dead}")


def _backup(_: ServerUpkeep, job: Job, __: datetime) -> Result:
    what = "none is made here of a database on a server: pg_dump, or pg_basebackup with archived WAL, does it there"
    ignored = f"; the folder {job.rules.backup} is for files" if job.rules.backup is not None else ""
    return Result(step=Step.BACKUP, state=State.NOTHING, text=what + ignored)


def _disk(upkeep: ServerUpkeep, job: Job, now: datetime) -> Result:
    today = now.astimezone(UTC).date()
    if not job.dry_run:
        upkeep.remember_size(DaySize(day=today, bytes=upkeep.state().bytes, articles=upkeep.articles()))
    return Result(step=Step.DISK, state=State.DONE, text=filling(upkeep, today).text)


STEPS_ON_SERVERS: Final[dict[Step, Callable[[ServerUpkeep, Job, datetime], Result]]] = {
    Step.CHECK: _check,
    Step.RETENTION: retention_step,
    Step.VACUUM: _vacuum,
    Step.BACKUP: _backup,
    Step.DISK: _disk,
}
"""A journal there is none."""
