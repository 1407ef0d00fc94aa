"""Lines over days, weeks, months or years: from values to paths, with a name at the end of each. Pure.

As in `bars`, lengths are hundredths of the plot, and texts are the template's (``templates/plots/lines.html``). Lines
are told apart by their colour and by their dashes; a period without a value is a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.plots.bars import DayTick, day_ticks
from balkan_crawler.desk.plots.scale import SIZE, ValueTick, scale_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.desk.plots.periods import Period, Step

MOST_LINES: Final = 6
"""So many lines are told apart: there are as many colours and dashes."""
LABEL_HEIGHT: Final = 7.0
"""Hundredths of the plot's height between the names at the ends of two lines."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its values (``None`` is a gap), the path that draws them, and where its name stands at the right.

    ``path`` is empty and ``name_top`` is ``None`` where there is no value.
    """

    values: tuple[float | None, ...]
    path: str
    name_top: float | None


@dataclass(frozen=True, slots=True)
class LinePlot:
    """All that is drawn."""

    step: Step
    periods: tuple[Period, ...]
    lines: tuple[Line, ...]
    values: tuple[ValueTick, ...]
    days: tuple[DayTick, ...]


def line_plot(
    series: Sequence[Sequence[float | None]], cut: Sequence[Period], step: Step, *, whole: bool = False
) -> LinePlot:
    """Draw values by period, one sequence a line, each as long as ``cut``; ``whole`` where they are counts."""
    scale = scale_for(
        max((value for values in series for value in values if value is not None), default=0), whole=whole
    )
    tops = [[None if value is None else round(SIZE - scale.height(value), 2) for value in values] for values in series]
    ends = [next((top for top in reversed(line) if top is not None), None) for line in tops]
    names = iter(apart([end for end in ends if end is not None]))
    lines = tuple(
        Line(tuple(values), path_of(line), None if end is None else next(names))
        for values, line, end in zip(series, tops, ends, strict=True)
    )
    return LinePlot(step, tuple(cut), lines, scale.ticks, day_ticks(cut))


def path_of(tops: Sequence[float | None]) -> str:
    """Write a line through the middles of its periods, broken where there is none; one by itself is a dot."""
    place = SIZE / max(1, len(tops))
    pieces: list[str] = []
    is_drawing = False
    for number, top in enumerate(tops):
        if top is not None:
            follows = number + 1 < len(tops) and tops[number + 1] is not None
            dot = "" if is_drawing or follows else "h0"
            pieces.append(f"{'L' if is_drawing else 'M'}{(number + 0.5) * place:.2f} {top:.2f}{dot}")
        is_drawing = top is not None
    return "".join(pieces)


def apart(tops: Sequence[float], gap: float = LABEL_HEIGHT) -> list[float]:
    """Move names apart that would stand in each other, in their order and within the plot, as little as it takes."""
    gap = min(gap, SIZE / max(1, len(tops)))
    order = sorted(range(len(tops)), key=lambda place: (tops[place], place))
    moved = [0.0] * len(tops)
    least = 0.0
    for place in order:
        moved[place] = max(tops[place], least)
        least = moved[place] + gap
    most = SIZE
    for place in reversed(order):
        moved[place] = round(min(moved[place], most), 2)
        most = moved[place] - gap
    return moved
