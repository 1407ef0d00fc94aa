"""The tasks of the schedule, and when each was done last, kept in a small file beside the database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from balkan_crawler.data import read_table
from balkan_crawler.supervision.files import write_whole

_LONGEST_LEAP: Final = timedelta(days=1)
"""A last time so far ahead was stamped by a clock that has been set back since."""
_NOTIFY: Final = "--notify"
"""The option of the commands that tell somebody."""
_OFTEN: Final = "health-every"
_DONE: Final = frozenset({0, 1})
"""Exit codes of a task that was done: 1 says that it found something, and has told so itself."""
UNDER_WAY_ELSEWHERE: Final = 75
"""Exit code of a task that another run over the archive is at, or that could not be asked for: to be tried again."""
DONE_ELSEWHERE: Final = 76
"""Exit code of a task that another run over the archive has done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One task; ``minutes`` are the longest that it may take, ``alone`` ends the crawl for so long."""

    name: str
    arguments: tuple[str, ...]
    when: tuple[str, ...]
    minutes: float
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A task at the time that it is done for; see `balkan_crawler.storage.Duty`.

    One that is asked for ``is_again`` was under way elsewhere before.
    """

    task: Task
    occasion: datetime
    tolerance: timedelta
    tolerance_elsewhere: timedelta
    is_again: bool = False

    def packed(self, database: str | None) -> str:
        """Write it for a process of its own; ``database`` is a file, or ``None`` where the environment names one."""
        return json.dumps(
            {
                "name": self.task.name,
                "occasion": self.occasion.isoformat(),
                "tolerance": self.tolerance.total_seconds(),
                "tolerance_elsewhere": self.tolerance_elsewhere.total_seconds(),
                "is_again": self.is_again,
                "database": database,
            }
        )


def read_tasks() -> tuple[Task, ...]:
    """Give the tasks of ``tasks.toml``."""
    return tuple(tasks_of(read_table(__name__, "tasks.toml")))


def tasks_of(tables: Mapping[str, Mapping[str, object]]) -> Iterable[Task]:
    """Make tasks of the tables of such a file."""
    for name, table in tables.items():
        yield Task(
            name=name,
            arguments=tuple(map(str, _list(table["arguments"]))),
            when=tuple(map(str, _list(table["when"]))),
            minutes=float(str(table["longest_minutes"])),
            alone=bool(table.get("alone", False)),
        )


def without_notification(task: Task) -> Task:
    """Give a task as it is done where nobody is to be told: what it says goes to the log, once a night at most."""
    if _NOTIFY not in task.arguments:
        return task
    arguments = tuple(word for word in task.arguments if word != _NOTIFY)
    return replace(task, arguments=arguments, when=tuple(each for each in task.when if each != _OFTEN))


def has_failed(code: int | None) -> bool:
    """Say whether an exit code means that a task was not done; ``None`` is that of one that was ended."""
    return code not in _DONE | {UNDER_WAY_ELSEWHERE, DONE_ELSEWHERE}


def was_done(code: int) -> bool:
    """Say whether an exit code is that of a task that has done what it is for."""
    return code in _DONE


def _list(value: object) -> list[object]:
    assert isinstance(value, list), value
    return value


class LastTimes:
    """When each task was begun last: a JSON file, so that a laptop that sleeps at night does the tasks by day.

    A file that cannot be read is as none; what cannot be written is known until the process ends.
    """

    def __init__(self, file: Path, names: Iterable[str], now: datetime) -> None:
        """Read the file; of a task that is not in it, what lies before ``now`` was not missed."""
        self._file = file
        known = _read(file)
        self._times = {name: known.get(name, now) for name in names}
        if self._times != known:
            self._write()

    def of(self, name: str, now: datetime) -> datetime:
        """Give when a task was begun last; where a clock that was ahead has said so, it counts as now."""
        if self._times[name] > now + _LONGEST_LEAP:
            self.note(name, now)
        return self._times[name]

    def note(self, name: str, now: datetime) -> None:
        """Note that a task is begun."""
        self._times[name] = now
        self._write()

    def _write(self) -> None:
        write_whole(self._file, json.dumps({name: time.isoformat() for name, time in self._times.items()}, indent=2))


def _read(file: Path) -> dict[str, datetime]:
    try:
        told = json.loads(file.read_text("utf-8"))
        times = {str(name): datetime.fromisoformat(time) for name, time in told.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    return {name: time for name, time in times.items() if time.tzinfo is not None}
