"""The names of backups in a folder, and which of them go when a new one has come. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

DAYS: Final = 7
WEEKS: Final = 4
"""Without a number of one's own: the newest backup of each of so many days is kept, and of so many weeks before."""
PACKED: Final = ".zst"
_MOMENT: Final = "%Y-%m-%dT%H%M"
_AHEAD: Final = timedelta(days=1)
"""A backup from a later time than this was made by a clock that ran ahead; it is neither counted nor removed."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Backup:
    """A backup in a folder: the minute in UTC that its name gives, which of that minute it is, and the file."""

    moment: datetime
    number: int
    path: Path


def name_of(stem: str, now: datetime, number: int = 1, *, packed: bool = False) -> str:
    """Name a backup of the database ``stem``: ``balkan-2026-11-30T0330.db``, a second one of that minute ``-2.db``."""
    second = "" if number == 1 else f"-{number}"
    return f"{stem}-{now.astimezone(UTC):{_MOMENT}}{second}.db{PACKED if packed else ''}"


def backups_among(paths: Iterable[Path], stem: str) -> list[Backup]:
    """Find the backups of a database by their names, the oldest first."""
    form = re.compile(rf"{re.escape(stem)}-(\d{{4}}-\d\d-\d\dT\d{{4}})(?:-(\d+))?\.db(?:\.zst|\.gz)?")
    found = []
    for path in paths:
        match = form.fullmatch(path.name)
        if match is None:
            continue
        try:
            moment = datetime.strptime(match[1], _MOMENT).replace(tzinfo=UTC)
        except ValueError:
            continue
        found.append(Backup(moment=moment, number=int(match[2] or 1), path=path))
    return sorted(found)


def to_remove(backups: Sequence[Backup], now: datetime, keep: int | None = None) -> list[Backup]:
    """Say which backups go: all but the newest ``keep``; without a number all but those of `DAYS` and `WEEKS`.

    Days and weeks count that have a backup, so that a machine that was off for a month loses none by it.
    """
    known = sorted((backup for backup in backups if backup.moment <= now + _AHEAD), reverse=True)
    if keep is not None:
        return sorted(known[keep:])
    of_day: dict[object, Backup] = {}
    of_week: dict[object, Backup] = {}
    for backup in known:
        of_day.setdefault(backup.moment.date(), backup)
        of_week.setdefault(backup.moment.isocalendar()[:2], backup)
    kept = set(list(of_day.values())[:DAYS])
    before = [backup for backup in of_week.values() if backup not in kept]
    kept.update(before[:WEEKS])
    return sorted(set(known) - kept)
