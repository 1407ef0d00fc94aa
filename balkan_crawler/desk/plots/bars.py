"""Bars by day, week, month or year, single or stacked: from counts to rectangles. Pure.

All lengths are hundredths of the plot's width or height, so that a page of any width can draw them; texts are the
template's (``templates/plots/bars.html``), in the reader's language.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.plots.periods import MOST, Period, Step, periods, step_for
from balkan_crawler.desk.plots.scale import SIZE, ValueTick, scale_for

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_LABELS: Final = 7
"""So many days are written below a plot: more do not fit on a telephone."""
_GAP: Final = 0.2
"""The part of a bar's place that is left free."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar: which of the series it is of (from 0), its value, and where it stands."""

    series: int
    value: int
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A period's bar: the values of all series in ``values``, and those that are not nought as ``parts``."""

    period: Period
    left: float
    width: float
    values: tuple[int, ...]
    parts: tuple[Part, ...]

    @property
    def total(self) -> int:
        """What all series have together."""
        return sum(self.values)


@dataclass(frozen=True, slots=True)
class DayTick:
    """A day that is written below the plot: ``anchor`` is ``start``, ``middle`` or ``end``, as SVG's texts have it."""

    day: date
    left: float
    anchor: str


@dataclass(frozen=True, slots=True)
class BarPlot:
    """All that is drawn. ``series`` is how many there are; their names are the template's."""

    step: Step
    series: int
    bars: tuple[Bar, ...]
    values: tuple[ValueTick, ...]
    days: tuple[DayTick, ...]

    @property
    def first(self) -> date:
        """The first day."""
        return self.bars[0].period.first

    @property
    def last(self) -> date:
        """The last day."""
        return self.bars[-1].period.last

    @property
    def total(self) -> int:
        """What all bars have together."""
        return sum(bar.total for bar in self.bars)


def bar_plot(
    series: Sequence[Mapping[date, int]],
    first: date,
    last: date,
    *,
    step: Step | None = None,
    most: int = MOST,
) -> BarPlot:
    """Draw counts by day from ``first`` to ``last`` (not before it), one mapping a series, stacked in their order.

    Without ``step`` it is the shortest that makes at most ``most`` bars. Days outside of the plot are left out.
    """
    step = step or step_for(first, last, most)
    cut = periods(first, last, step)
    by_period = [_sums(counts, cut) for counts in series]
    totals = [sum(values) for values in zip(*by_period, strict=True)]
    scale = scale_for(max(totals, default=0))
    place = SIZE / len(cut)
    bars = []
    for number, period in enumerate(cut):
        values = tuple(sums[number] for sums in by_period)
        parts, below = [], 0
        for which, value in enumerate(values):
            if value > 0:
                height = scale.height(value)
                parts.append(Part(which, value, round(SIZE - scale.height(below + value), 2), height))
                below += value
        left, width = round(number * place + place * _GAP / 2, 3), round(place * (1 - _GAP), 3)
        bars.append(Bar(period, left, width, values, tuple(parts)))
    return BarPlot(step, len(series), tuple(bars), scale.ticks, day_ticks(cut))


def _sums(counts: Mapping[date, int], cut: Sequence[Period]) -> list[int]:
    """Add up the counts of each period, in one pass."""
    sums = [0] * len(cut)
    place = 0
    for day in sorted(counts):
        while place < len(cut) and day > cut[place].last:
            place += 1
        if place < len(cut) and day >= cut[place].first:
            sums[place] += counts[day]
    return sums


def day_ticks(cut: Sequence[Period]) -> tuple[DayTick, ...]:
    """Choose the bars whose first day is written, evenly."""
    every = ceil(len(cut) / MOST_LABELS)
    place = SIZE / len(cut)
    ticks = []
    for number in range(every // 2, len(cut), every):
        left = (number + 0.5) * place
        anchor = "start" if left < 5 else "end" if left > SIZE - 5 else "middle"
        ticks.append(DayTick(cut[number].first, round(left, 2), anchor))
    return tuple(ticks)
