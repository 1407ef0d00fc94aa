"""Days as a user types them."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

import click

_NAMED: Final = {"today": 0, "yesterday": 1}
_AGO: Final = re.compile(r"(\d{1,4})\s*([dwmy])")
_HOW: Final = "write it as 2026-11-23, 7d, 2w, 3m, 1y, today or yesterday"


def read_day(text: str, today: date) -> date:
    """Read a day: ``2026-11-23``, ``today``, ``yesterday``, or how long ago (``7d``, ``2w``, ``3m``, ``1y``).

    A month ago is the same day of the month before, or its last one. Raises `ValueError` for anything else, and for
    what lies before the year 1.
    """
    known = text.strip().lower()
    if known in _NAMED:
        return today - timedelta(days=_NAMED[known])
    ago = _AGO.fullmatch(known)
    if ago is None:
        return datetime.strptime(known, "%Y-%m-%d").date()
    number, unit = int(ago[1]), ago[2]
    try:
        if unit in "dw":
            return today - timedelta(days=number * (7 if unit == "w" else 1))
        return _months_before(today, number * (12 if unit == "y" else 1))
    except OverflowError as error:
        raise ValueError(f"{text} is before the year 1") from error


def _months_before(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            if last == 28:
                raise
    return date(year, month + 1, day.day)


class Day(click.ParamType[date]):
    """A day, written YYYY-MM-DD, by its name, or by how long ago it was."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read the day, or fail with how to write it."""
        if isinstance(value, date):
            return value
        try:
            return read_day(str(value), date.today())
        except ValueError:
            return self.fail(f"{value!r} is no day; {_HOW}.", param, ctx)
