"""A grid of hours by weekdays: from counts to cells, the darker the more. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HOURS: Final = 24
WEEKDAYS: Final = 7
LEVELS: Final = 6
"""Shades of a cell that is not empty."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of one weekday (Monday is 0): its count, and its shade from 0 (nothing) to `LEVELS`."""

    weekday: int
    hour: int
    value: int
    level: int


@dataclass(frozen=True, slots=True)
class HourGrid:
    """All cells, weekday by weekday."""

    cells: tuple[Cell, ...]

    @property
    def total(self) -> int:
        """What all cells have together."""
        return sum(cell.value for cell in self.cells)

    @property
    def most(self) -> Cell:
        """The cell with most, the first of several."""
        return max(self.cells, key=lambda cell: cell.value)

    def of_weekday(self, weekday: int) -> tuple[Cell, ...]:
        """Give the hours of a weekday."""
        return self.cells[weekday * HOURS : (weekday + 1) * HOURS]


def hour_grid(days: Iterable[tuple[date, Sequence[int]]]) -> HourGrid:
    """Add up the hours of days by weekday."""
    counts = [[0] * HOURS for _ in range(WEEKDAYS)]
    for day, hours in days:
        for hour, value in enumerate(hours):
            counts[day.weekday()][hour] += value
    most = max(max(hours) for hours in counts) or 1
    return HourGrid(
        tuple(
            Cell(weekday, hour, value, ceil(value / most * LEVELS))
            for weekday, hours in enumerate(counts)
            for hour, value in enumerate(hours)
        )
    )
