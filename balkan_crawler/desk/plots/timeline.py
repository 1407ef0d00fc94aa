"""Numbers by day as bars of days, weeks, months or years, whichever are few enough to be seen. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

WIDTH: Final = 1000
HEIGHT: Final = 100
MOST_BARS: Final = 160
UNITS: Final = (("day", 1), ("week", 7), ("month", 30), ("year", 365))
"""What a bar may stand for, and about how many days that are."""
_EARLIEST: Final = 1900
"""News of earlier days than of this year are told by no clock that is right, and left out."""
_LATEST: Final = _EARLIEST + MOST_BARS - 1


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar in units of the plot, with the days it stands for; ``is_chosen`` where these are among those asked for."""

    first: date
    last: date
    count: int
    x: float
    y: float
    width: float
    height: float
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars from the first day with a number to the last, none left out; and what one stands for."""

    bars: tuple[Bar, ...]
    unit: str
    most: Bar


def timeline(days: Sequence[tuple[str, int]], since: date | None, until: date | None) -> Timeline | None:
    """Make the bars of numbers by day, which come in order; ``None`` without any."""
    counts: dict[date, int] = {}
    read = [(_day(written), count) for written, count in days]
    known = [(day, count) for day, count in read if day is not None and _EARLIEST <= day.year <= _LATEST]
    if not known:
        return None
    first, last = known[0][0], known[-1][0]
    unit = next((unit for unit, size in UNITS if (last - first).days / size < MOST_BARS), "year")
    for day, count in known:
        begin = begin_of(unit, day)
        counts[begin] = counts.get(begin, 0) + count
    begins = list(_begins(unit, first, last))
    slot, most = WIDTH / len(begins), max(counts.values())
    bars = tuple(
        _bar(begin, _last(unit, begin), counts.get(begin, 0), place * slot, slot, most, since, until)
        for place, begin in enumerate(begins)
    )
    return Timeline(bars, unit, max(bars, key=lambda bar: bar.count))


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:  # another program wrote it
        return None


def _bar(
    first: date, last: date, count: int, x: float, slot: float, most: int, since: date | None, until: date | None
) -> Bar:
    height = round(HEIGHT * count / most, 1) if count else 0.0
    height = max(height, 1.0) if count else height
    is_chosen = (since is None or last >= since) and (until is None or first <= until)
    width = round(slot * (0.8 if slot > 3 else 1), 2)
    return Bar(first, last, count, round(x, 2), round(HEIGHT - height, 1), width, height, is_chosen)


def begin_of(unit: str, day: date) -> date:
    """Give the first day of the day, week (from Monday), month or year that a day is in."""
    if unit == "week":
        return day - timedelta(days=day.weekday())
    if unit == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if unit == "year" else day


def _next(unit: str, begin: date) -> date:
    if unit == "month":
        return (begin + timedelta(days=31)).replace(day=1)
    if unit == "year":
        return begin.replace(year=begin.year + 1)
    return begin + timedelta(days=7 if unit == "week" else 1)


def _last(unit: str, begin: date) -> date:
    return _next(unit, begin) - timedelta(days=1)


def _begins(unit: str, first: date, last: date) -> Iterator[date]:
    begin = begin_of(unit, first)
    while begin <= last:
        yield begin
        begin = _next(unit, begin)
