"""Which months are closed, and their days. Pure."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Final

_MONTH: Final = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_WEST: Final = timedelta(hours=12)
"""So far behind UTC are the last clocks on which a month ends."""


def days_of(month: str) -> tuple[date, date]:
    """Give the first and the last day of a month such as ``2026-03``. Raises `ValueError`."""
    found = _MONTH.fullmatch(month)
    if found is None:
        raise ValueError(f"{month!r} is no month such as 2026-03")
    first = date(int(found[1]), int(found[2]), 1)
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def first_open_month(now: datetime) -> str:
    """Name the first month that is not over yet on every clock of the world."""
    return f"{(now.astimezone(UTC) - _WEST):%Y-%m}"


def closed_before(now: datetime, *, before: str | None = None, keep: int = 0) -> str:
    """Name the month before which months are to be taken: ``before``, or the first open one less ``keep`` months.

    Raises `ValueError` for what is no month, or where a month that is not over would be taken.
    """
    open_month = first_open_month(now)
    if before is not None:
        days_of(before)
        if before > open_month:
            raise ValueError(
                f"{before} would take {open_month}, which is not over yet; name {open_month} or an earlier month"
            )
        return before
    first, _ = days_of(open_month)
    months = first.year * 12 + first.month - 1 - keep
    return "0001-01" if months < 12 else f"{months // 12:04}-{months % 12 + 1:02}"
