"""Counting in SQL, by outlet and day: what visits turned out to be, fetches by purpose, odd inputs.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from balkan_crawler.revisiting.worth import History, limits
from balkan_crawler.storage.columns import stamp
from balkan_crawler.storage.contract import Change

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime

    from balkan_crawler.model import Visit
    from balkan_crawler.revisiting.purposes import Purpose


def count_visit(db: sqlite3.Connection, visit: Visit, purpose: Purpose, change: Change | None, now: datetime) -> None:
    """Count one visit: by what came of it, as a fetch where there was an answer, and its odd inputs.

    ``change`` is what became of its article.
    """
    db.execute(
        """
        INSERT INTO outcomes (outlet, day, outcome, pages) VALUES (?, ?, ?, 1)
        ON CONFLICT (outlet, day, outcome) DO UPDATE SET pages = pages + 1
        """,
        (visit.outlet, _day(now), visit.outcome),
    )
    if visit.status is not None:
        count_fetch(db, visit.outlet, now, purpose, found=change is Change.EDITED)
    odd = Counter(visit.oddities)
    odd["alternating"] += change is Change.RETURNED
    count_oddities(db, visit.outlet, now, +odd)


def count_fetch(db: sqlite3.Connection, outlet: str, now: datetime, purpose: Purpose, *, found: bool) -> None:
    """Count one fetch by what it was for, and whether it found an edit."""
    db.execute(
        """
        INSERT INTO fetches (outlet, day, purpose, fetched, found) VALUES (?, ?, ?, 1, ?)
        ON CONFLICT (outlet, day, purpose) DO UPDATE SET fetched = fetched + 1, found = found + excluded.found
        """,
        (outlet, _day(now), purpose, found),
    )


def count_oddities(db: sqlite3.Connection, outlet: str, now: datetime, oddities: Mapping[str, int]) -> None:
    """Count odd inputs by name."""
    db.executemany(
        """
        INSERT INTO oddities (outlet, day, oddity, times) VALUES (?, ?, ?, ?)
        ON CONFLICT (outlet, day, oddity) DO UPDATE SET times = times + excluded.times
        """,
        [(outlet, _day(now), oddity, times) for oddity, times in oddities.items()],
    )


def history(db: sqlite3.Connection, outlet: str, now: datetime) -> History:
    """Give what an outlet's fetches of the last days were for and found."""
    rows = db.execute(
        """
        SELECT purpose, sum(fetched), sum(found) FROM fetches WHERE outlet = ? AND day BETWEEN ? AND ?
        GROUP BY purpose
        """,
        (outlet, _day(now - limits().remembered), _day(now)),
    ).fetchall()
    return History({row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows})


def fetches_of_two_days(db: sqlite3.Connection, now: datetime, outlet: str | None = None) -> dict[str, int]:
    """Count the fetches of this day and the day before by purpose, of all outlets or of one."""
    of_one = "" if outlet is None else "outlet = :outlet AND"
    rows = db.execute(
        f"SELECT purpose, sum(fetched) FROM fetches WHERE {of_one} day BETWEEN :first AND :last GROUP BY purpose",
        {"outlet": outlet, "first": _day(now - timedelta(days=1)), "last": _day(now)},
    )
    return dict(rows.fetchall())


def _day(now: datetime) -> str:
    return stamp(now)[:10]
