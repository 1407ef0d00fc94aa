"""Doing what is due: step after step, where one that fails stops no other."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, TypeVar

from balkan_crawler.errors import BalkanCrawlerError, StoreBrokenError
from balkan_crawler.maintenance import due, retaining
from balkan_crawler.maintenance.backing_up import back_up
from balkan_crawler.maintenance.disk import foresee
from balkan_crawler.maintenance.forecast import size_in_words
from balkan_crawler.maintenance.on_servers import STEPS_ON_SERVERS
from balkan_crawler.maintenance.records import Result, State, Step
from balkan_crawler.maintenance.retaining import retention_step
from balkan_crawler.storage.overviews import DaySize, StepRun
from balkan_crawler.storage.upkeep import Upkeep, check_soundness
from balkan_crawler.text.counting import about, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from balkan_crawler.maintenance.job import Job
    from balkan_crawler.storage.row_upkeep import RowUpkeep

AnyUpkeep = TypeVar("AnyUpkeep", bound="RowUpkeep")

_BEHIND_A_VACUUM: Final = 2.2
"""A vacuum writes what is left twice: beside the file, and into its journal."""


def maintain(job: Job, now: datetime) -> Iterator[Result]:
    """Do what is due, and tell of each step when it is done; how it went is remembered in the archive.

    Raises a `StoreError` where the archive cannot be opened, but for one that is damaged: that is a result.
    """
    if job.location.is_server:
        from balkan_crawler.storage.server_upkeep import ServerUpkeep

        with ServerUpkeep(job.location, read_only=job.dry_run) as on_server:
            for step, do_there in STEPS_ON_SERVERS.items():
                yield _tried(step, do_there, on_server, job, now)
        return
    try:
        upkeep = Upkeep(job.location.path, read_only=job.dry_run)
    except StoreBrokenError as error:
        yield Result(step=Step.CHECK, state=State.FINDING, text=f"{error}")
        return
    with upkeep:
        for step, do in _STEPS.items():
            yield _tried(step, do, upkeep, job, now)


def _tried(
    step: Step, do: Callable[[AnyUpkeep, Job, datetime], Result], upkeep: AnyUpkeep, job: Job, now: datetime
) -> Result:
    """Do one step if it is due, and remember how it went."""
    try:
        runs = upkeep.runs()
        from_when = due.due_from(step, runs, now)
        if from_when > now and not job.everything and not (step is Step.VACUUM and job.vacuum):
            return _not_due(step, runs[step], from_when)
        result = do(upkeep, job, now)
    except (BalkanCrawlerError, OSError) as error:
        state = State.FINDING if isinstance(error, StoreBrokenError) else State.FAILED
        result = Result(step=step, state=state, text=str(error))
    if not job.dry_run:
        try:
            upkeep.remember(step, StepRun(ran=now, state=result.state, said=result.text))
        except BalkanCrawlerError as error:  # a full disk, say: the work itself may have been done
            unremembered = f"{result.text}; it will be done again, as it could not be noted: {error}"
            return Result(step=step, state=State.FAILED, text=unremembered)
    return result


def _not_due(step: Step, last: StepRun, from_when: datetime) -> Result:
    """Say when a step is due; what it found, or failed at, stays true until it is done again."""
    again = f"{from_when.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    was = f"{last.ran.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if last.state in {State.FINDING, State.FAILED}:
        return Result(step=step, state=State(last.state), text=f"{last.said} ({was}; again from {again})")
    return Result(step=step, state=State.NOT_DUE, text=f"not due until {again}; last {was}")


def _check(upkeep: Upkeep, job: Job, _: datetime) -> Result:
    if job.dry_run:
        return Result(step=Step.CHECK, state=State.DONE, text="would be looked through")
    found = check_soundness(job.location.path)
    if found.is_sound:
        return Result(step=Step.CHECK, state=State.DONE, text="the database is sound")
    return Result(step=Step.CHECK, state=State.FINDING, text=f"{found.first}; {found.advice}")


def _vacuum(upkeep: Upkeep, job: Job, now: datetime) -> Result:
    room = upkeep.room()
    free, size = size_in_words(room.free), size_in_words(room.file)
    if not job.vacuum and not due.vacuum_pays(room.file, room.free):
        return Result(step=Step.VACUUM, state=State.NOTHING, text=f"{free} of {size} are free, and will be filled anew")
    if due.is_damaged(upkeep.runs()):
        return Result(step=Step.VACUUM, state=State.WAITS, text="not while the database is damaged")
    needed = (room.file - room.free) * _BEHIND_A_VACUUM
    if retaining.free_bytes(job.location.path) < needed:
        text = f"{free} of {size} could be given back, but {size_in_words(needed)} have to be free to do so"
        return Result(step=Step.VACUUM, state=State.WAITS, text=text)
    takes = due.vacuum_seconds(room.file, room.free)
    if takes > due.SHORT_VACUUM and upkeep.holders(now):
        text = f"{free} of {size} can be given back when no crawl is at work"
        return Result(step=Step.VACUUM, state=State.WAITS, text=text)
    if takes > due.LONGEST_VACUUM and not job.vacuum:
        text = f"{free} of {size} could be given back; no crawl can write for up to {about(takes)} meanwhile: run "
        return Result(step=Step.VACUUM, state=State.WAITS, text=f"{text}`balkan-crawler maintain --vacuum` between two")
    if job.dry_run:
        return Result(step=Step.VACUUM, state=State.DONE, text=f"would give back {free} of {size}")
    if not upkeep.vacuum(None if job.vacuum else due.BROKEN_OFF):
        return Result(
            step=Step.VACUUM, state=State.WAITS, text="broken off for taking too long; a crawl may want to write"
        )
    return Result(step=Step.VACUUM, state=State.DONE, text=f"gave back {free} of {size}")


def _backup(upkeep: Upkeep, job: Job, now: datetime) -> Result:
    rules = job.rules
    if rules.backup is None:
        text = "none is made: no folder is set (`backup` in [maintenance])"
        return Result(step=Step.BACKUP, state=State.NOTHING, text=text)
    if job.dry_run:
        size = size_in_words(upkeep.room().file)
        return Result(step=Step.BACKUP, state=State.DONE, text=f"would copy {size} to {rules.backup}")
    rotates = not due.is_damaged(upkeep.runs())  # a damaged database must not drive its sound backups out
    made = back_up(
        job.location.path,
        rules.backup,
        now,
        keep=rules.keep_backups,
        rotates=rotates,
        packed=rules.compress_backups,
        pause=job.pause,
    )
    said = [f"{made.path}, {size_in_words(made.size)}, {counted(made.contents.articles, 'article')}"]
    if made.removed:
        said.append(f"{counted(len(made.removed), 'older one')} removed")
    if made.is_beside:
        said.append("on the disk of the database, with which it would be lost")
    return Result(step=Step.BACKUP, state=State.DONE, text="; ".join(said))


def _journal(upkeep: Upkeep, job: Job, _: datetime) -> Result:
    size = upkeep.room().journal if job.dry_run else upkeep.checkpoint()
    return Result(step=Step.JOURNAL, state=State.DONE, text=f"{size_in_words(size)} beside the database")


def _disk(upkeep: Upkeep, job: Job, now: datetime) -> Result:
    room = upkeep.room()
    today = now.astimezone(UTC).date()
    if not job.dry_run:
        upkeep.remember_size(DaySize(day=today, bytes=room.file - room.free, articles=upkeep.articles()))
    found = foresee(upkeep, job.rules, job.pages, today)
    state = State.FINDING if found.is_soon else State.DONE
    return Result(step=Step.DISK, state=state, text=found.text)


_STEPS: Final[dict[Step, Callable[[Upkeep, Job, datetime], Result]]] = {
    Step.CHECK: _check,
    Step.RETENTION: retention_step,
    Step.VACUUM: _vacuum,
    Step.BACKUP: _backup,
    Step.JOURNAL: _journal,
    Step.DISK: _disk,
}
