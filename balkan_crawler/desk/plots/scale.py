"""The values beside a plot: round numbers from nought to what holds the greatest."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Final

_LEAST: Final = 1e-9
"""What is smaller is nought."""
SIZE: Final = 100.0
"""Plots are drawn in a square of this size, which a page stretches to the room it has."""


@dataclass(frozen=True, slots=True)
class ValueTick:
    """A value and how far from the top of the plot it stands, in hundredths of its height."""

    value: float
    top: float


@dataclass(frozen=True, slots=True)
class Scale:
    """From nought at the bottom to ``greatest`` at the top."""

    greatest: float
    ticks: tuple[ValueTick, ...]

    def height(self, value: float) -> float:
        """Give how high a value reaches, in hundredths of the plot's height."""
        return round(value / self.greatest * SIZE, 2)


def scale_for(greatest: float, most_ticks: int = 4, *, whole: bool = True) -> Scale:
    """Make the scale for values from nought to ``greatest``; ``whole`` where they are counts."""
    greatest = greatest if greatest > _LEAST else 1.0
    rough = greatest / most_ticks
    power = 10.0 ** floor(log10(rough))
    step = next(times * power for times in (1, 2, 5, 10) if times * power >= rough * (1 - 1e-9))
    if whole:
        step = max(1.0, float(ceil(step)))
    count = max(1, ceil(greatest / step - 1e-9))
    top = step * count
    ticks = tuple(
        ValueTick(round(step * place, 10), round(SIZE - SIZE * place / count, 2)) for place in range(count + 1)
    )
    return Scale(top, ticks)
