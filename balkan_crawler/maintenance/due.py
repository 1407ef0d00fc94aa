"""Which steps of maintenance are due. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.maintenance.records import State, Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from balkan_crawler.storage.overviews import StepRun

_EVERY: Final[Mapping[Step, timedelta]] = {
    Step.CHECK: timedelta(days=7),
    Step.RETENTION: timedelta(days=1),
    Step.VACUUM: timedelta(days=1),
    Step.BACKUP: timedelta(days=1),
}
"""How long a step that was done is not due; those that are missing here are due at each call."""
_SLACK: Final = timedelta(hours=2)
"""A timer of once a day is never exact, and must not find its work undone for lack of a minute."""
_AGAIN: Final = timedelta(minutes=50)
"""How long a step is not due that failed, found something, or had to wait."""
_SOUND: Final = frozenset({State.DONE, State.NOTHING})
LEAST_FREE_BYTES: Final = 64 * 2**20
LEAST_FREE_SHARE: Final = 0.25
"""A vacuum pays from so many free bytes, and so large a share, on: fewer are filled anew within days."""
BYTES_A_SECOND: Final = 12_000_000
"""What a vacuum came to in a second on a busy machine (`benchmarks/backup.py`): it writes everything three times."""
SHORT_VACUUM: Final = 3.0
LONGEST_VACUUM: Final = 20.0
"""Seconds that a vacuum may be expected to take while a crawl is at work, and while one may begin: a crawl waits 30."""
BROKEN_OFF: Final = 12.0
"""Seconds after which one is broken off that takes longer than expected; its last part cannot be."""


def due_from(step: Step, runs: Mapping[str, StepRun], now: datetime) -> datetime:
    """Say from when on a step is due. One that ran at a later time than now, by a clock that ran ahead, is due."""
    last = runs.get(step)
    if last is None or last.ran > now or step not in _EVERY:
        return now
    waits = _EVERY[step] - _SLACK if last.state in _SOUND else min(_AGAIN, _EVERY[step])
    return last.ran + waits


def is_damaged(runs: Mapping[str, StepRun]) -> bool:
    """Say whether the last check of the database found damage."""
    last = runs.get(Step.CHECK)
    return last is not None and last.state == State.FINDING


def vacuum_pays(file: int, free: int) -> bool:
    """Say whether a file of so many bytes, of which so many are free, is worth writing anew."""
    return free >= LEAST_FREE_BYTES and free >= file * LEAST_FREE_SHARE


def vacuum_seconds(file: int, free: int) -> float:
    """Say how long that may take."""
    return (file - free) / BYTES_A_SECOND
