"""The memory of maintenance in SQL: what was done last and how it went, and how large the archive was each day.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from balkan_crawler.storage.columns import stamp
from balkan_crawler.storage.overviews import DaySize, StepRun

if TYPE_CHECKING:
    import sqlite3


def runs(db: sqlite3.Connection) -> dict[str, StepRun]:
    """Give the last run of each step that was ever done."""
    rows = db.execute("SELECT step, ran, state, said FROM _maintenance").fetchall()
    return {step: StepRun(ran=datetime.fromisoformat(ran), state=state, said=said) for step, ran, state, said in rows}


def remember(db: sqlite3.Connection, step: str, run: StepRun) -> None:
    """Note how a step went."""
    db.execute(
        "INSERT OR REPLACE INTO _maintenance (step, ran, state, said) VALUES (?, ?, ?, ?)",
        (step, stamp(run.ran), run.state, run.said),
    )


def remember_size(db: sqlite3.Connection, size: DaySize) -> None:
    """Note the size of a day; the last one of a day stands."""
    db.execute(
        "INSERT OR REPLACE INTO _sizes (day, bytes, articles) VALUES (?, ?, ?)",
        (size.day.isoformat(), size.bytes, size.articles),
    )


def sizes(db: sqlite3.Connection, since: date) -> list[DaySize]:
    """Give the sizes from a day on, the oldest first."""
    rows = db.execute("SELECT day, bytes, articles FROM _sizes WHERE day >= ? ORDER BY day", (since.isoformat(),))
    return [DaySize(day=date.fromisoformat(day), bytes=size, articles=articles) for day, size, articles in rows]


def new_by_day(db: sqlite3.Connection, since: date) -> dict[date, int]:
    """Count the articles that runs stored, by the day on which they began."""
    rows = db.execute(
        "SELECT date(started) AS day, sum(new) FROM crawls WHERE started >= ? GROUP BY day",
        (since.isoformat(),),
    )
    return {date.fromisoformat(day): int(new) for day, new in rows}
