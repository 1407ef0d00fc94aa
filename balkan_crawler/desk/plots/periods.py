"""Days brought together so that a plot has no more bars than can be seen: days, weeks, months or years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

MOST: Final = 120
"""So many bars are told apart on a page of usual width."""


class Step(StrEnum):
    """How long the periods of a plot are."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``first`` to ``last``; the first and the last period of a plot may be cut short by its ends."""

    first: date
    last: date


def step_for(first: date, last: date, most: int = MOST) -> Step:
    """Choose the shortest step that makes at most so many periods; `Step.YEAR` where none does."""
    days = (last - first).days + 1
    for step, length in ((Step.DAY, 1), (Step.WEEK, 7), (Step.MONTH, 30)):
        if days / length <= most:
            return step
    return Step.YEAR


def periods(first: date, last: date, step: Step) -> tuple[Period, ...]:
    """Cut the days from one to another into periods; weeks begin on Mondays. None where ``last`` is earlier."""
    cut = []
    begin = first
    while begin <= last:
        end = min(_last_of(begin, step), last)
        cut.append(Period(begin, end))
        if end == date.max:
            break
        begin = end + timedelta(days=1)
    return tuple(cut)


def _last_of(day: date, step: Step) -> date:
    try:
        match step:
            case Step.DAY:
                return day
            case Step.WEEK:
                return day + timedelta(days=6 - day.weekday())
            case Step.MONTH:
                return (day.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
            case Step.YEAR:
                return day.replace(month=12, day=31)
    except OverflowError:
        return date.max
