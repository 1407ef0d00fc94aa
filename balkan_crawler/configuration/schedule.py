"""The table ``[schedule]``: when `balkan-crawler run` does what is not crawling, by the clock on the wall."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from functools import partial
from pathlib import Path
from typing import Final

from balkan_crawler.configuration.keys import Reader, read_table
from balkan_crawler.outlets.fields import text

NEVER: Final = "never"
DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_BETWEEN: Final = 7 * 24 * 60
"""Minutes; what is done more rarely than weekly has another place."""
_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Hour:
    """A time of day by the machine's own zone; with a ``weekday`` (0 is Monday) only on that day."""

    at: time
    weekday: int | None = None

    def __str__(self) -> str:
        day = f"{DAYS[self.weekday].capitalize()} " if self.weekday is not None else ""
        return f"{day}{self.at:%H:%M}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What the table says; ``None`` where it says nothing of a thing. Texts are checked."""

    nightly: str | None = None
    """A time of day, such as ``03:30``, or ``never``."""
    weekly: str | None = None
    """A day and time, such as ``Mon 07:00``, or ``never``."""
    health_every: float | None = None
    """Minutes; 0 for never."""


def read_hour(written: str, *, weekly: bool = False) -> Hour | None:
    """Read a time of day, or a day of the week and a time; ``None`` for ``never``. Raises `ValueError`."""
    parts = written.strip().lower().split()
    if parts == [NEVER]:
        return None
    found = _TIME.fullmatch(parts[-1]) if parts else None
    if found is not None and len(parts) == 1 + weekly:
        at = time(int(found[1]), int(found[2]))
        if not weekly:
            return Hour(at)
        if parts[0][:3] in DAYS and len(parts[0]) >= 3:
            return Hour(at, DAYS.index(parts[0][:3]))
    raise ValueError(f"expected {'a day and time such as Mon 07:00' if weekly else 'a time such as 03:30'}, or never")


def read_schedule(value: object, folder: Path) -> Schedule:
    """Read the table. Raises `ValueError`, or `WrongKeyError` with the place within it."""
    values = read_table(value, folder, _READERS)
    return Schedule(**{key.replace("-", "_"): given for key, given in values.items()})


def _hour(value: object, _: Path, *, weekly: bool = False) -> str:
    hour = read_hour(text(value), weekly=weekly)
    return NEVER if hour is None else str(hour)


def _minutes(value: object, _: Path) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LONGEST_BETWEEN:
        raise ValueError(f"expected a number of minutes from 0 (never) to {LONGEST_BETWEEN:,}")
    return float(value)


_READERS: Final[Mapping[str, Reader]] = {
    "nightly": _hour,
    "weekly": partial(_hour, weekly=True),
    "health-every": _minutes,
}
