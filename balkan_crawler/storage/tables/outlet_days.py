"""What each outlet brought day by day, in SQL: the past that its health is judged by.

Every function runs inside a transaction of its caller. Counts stay when articles are pruned or forgotten: they say what
the outlet published, not what the archive holds.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from balkan_crawler.storage.pasts import HOURS, OutletDay

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

_MOST: Final = 1_000_000
"""Articles of an hour; more is no count of ours."""
COUNTS: Final = ("articles", "empty", "undated", "locked", "other_language", "words")
"""The columns that are added up."""
_HOURS: Final = """
    SELECT outlet, day, hours FROM json_each(?) AS asked
    JOIN outlet_days ON outlet = asked.value ->> 0 AND day = date(asked.value ->> 1)
"""
_ADD: Final = f"""
    INSERT INTO outlet_days (outlet, day, hours, {", ".join(COUNTS)}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (outlet, day) DO UPDATE SET hours = excluded.hours,
        {", ".join(f"{name} = outlet_days.{name} + excluded.{name}" for name in COUNTS)}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """A new article as its outlet's day counts it; ``hour`` is that of the outlet's clocks."""

    hour: int
    words: int
    is_undated: bool = False
    is_locked: bool = False
    is_foreign: bool = False


def add(db: sqlite3.Connection, days: Mapping[tuple[str, str], Iterable[Counted]]) -> None:
    """Add new articles to the days of their outlets."""
    if not days:
        return
    known = {(outlet, day): hours for outlet, day, hours in db.execute(_HOURS, (json.dumps(list(days)),))}
    rows = []
    for (outlet, day), articles in days.items():
        hours = list(read_hours(known.get((outlet, day))))
        sums = dict.fromkeys(COUNTS, 0)
        for article in articles:
            hours[article.hour] += 1
            sums["articles"] += 1
            sums["empty"] += article.words == 0
            sums["undated"] += article.is_undated
            sums["locked"] += article.is_locked
            sums["other_language"] += article.is_foreign
            sums["words"] += article.words
        rows.append((outlet, day, ",".join(map(str, hours)), *sums.values()))
    db.executemany(_ADD, rows)


def read_hours(cell: str | None) -> tuple[int, ...]:
    """Read the counts by hour; what cannot be read counts nothing."""
    try:
        hours = tuple(map(int, cell.split(","))) if cell else ()
    except ValueError:
        hours = ()
    return hours if len(hours) == HOURS and min(hours) >= 0 and max(hours) <= _MOST else (0,) * HOURS


def of_outlet(db: sqlite3.Connection, outlet: str, first: date, last: date) -> tuple[OutletDay, ...]:
    """Give the days of an outlet on which it had articles, with what is counted of these."""
    rows = db.execute(
        f"""
        SELECT day, hours, {", ".join(COUNTS)} FROM outlet_days
        WHERE outlet = ? AND day BETWEEN ? AND ? AND articles > 0 ORDER BY day
        """,
        (outlet, first.isoformat(), last.isoformat()),
    )
    return tuple(
        OutletDay(day=date.fromisoformat(day), hours=read_hours(hours), **dict(zip(COUNTS, sums, strict=True)))
        for day, hours, *sums in rows
    )
