"""Counting in SQL, by outlet and day: what visits turned out to be, fetches by purpose, odd inputs.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from balkan_crawler.revisiting.worth import History, limits
from balkan_crawler.storage.columns import stamp
from balkan_crawler.storage.contract import Change
from balkan_crawler.storage.tables import outlet_days

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime

    from balkan_crawler.model import Visit
    from balkan_crawler.revisiting.purposes import Purpose
    from balkan_crawler.storage.tables.outlet_days import Counted


class Tally:
    """Counts that are written together, in the end of a transaction."""

    def __init__(self) -> None:
        self._outcomes: Counter[tuple[str, str, str]] = Counter()
        self._fetches: Counter[tuple[str, str, str]] = Counter()
        self._found: Counter[tuple[str, str, str]] = Counter()
        self._oddities: Counter[tuple[str, str, str]] = Counter()
        self._first_visits: Counter[tuple[str, str, str]] = Counter()
        self._since: dict[tuple[str, str, str], str] = {}
        self._articles: defaultdict[tuple[str, str], list[Counted]] = defaultdict(list)

    def visit(self, visit: Visit, purpose: Purpose, change: Change | None, now: datetime, *, is_first: bool) -> None:
        """Count one visit: by what came of it, as a fetch where there was an answer, and its odd inputs.

        ``change`` is what became of its article; ``is_first`` says that the page was never asked for before.
        """
        self._outcomes[visit.outlet, _day(now), visit.outcome] += 1
        if is_first:
            self._first_visits[visit.outlet, _day(now), visit.outcome] += 1
            self._since.setdefault((visit.outlet, _day(now), visit.outcome), stamp(now))
        if visit.status is not None:
            self.fetch(visit.outlet, now, purpose, found=change is Change.EDITED)
        odd = Counter(visit.oddities)
        odd["alternating"] += change is Change.RETURNED
        self.oddities(visit.outlet, now, +odd)

    def fetch(self, outlet: str, now: datetime, purpose: Purpose, *, found: bool) -> None:
        """Count one fetch by what it was for, and whether it found an edit."""
        self._fetches[outlet, _day(now), purpose] += 1
        self._found[outlet, _day(now), purpose] += found

    def article(self, outlet: str, day: str, counted: Counted) -> None:
        """Count a new article of a day."""
        self._articles[outlet, day].append(counted)

    def oddities(self, outlet: str, now: datetime, oddities: Mapping[str, int]) -> None:
        """Count odd inputs by name."""
        for oddity, times in oddities.items():
            self._oddities[outlet, _day(now), oddity] += times

    def write(self, db: sqlite3.Connection) -> None:
        """Add the counts to those in the database."""
        db.executemany(
            """
            INSERT INTO _outcomes (outlet, day, outcome, pages, first_visits, since) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (outlet, day, outcome) DO UPDATE SET pages = _outcomes.pages + excluded.pages,
                first_visits = _outcomes.first_visits + excluded.first_visits,
                since = coalesce(_outcomes.since, excluded.since)
            """,
            [(*key, pages, self._first_visits[key], self._since.get(key)) for key, pages in self._outcomes.items()],
        )
        outlet_days.add(db, self._articles)
        db.executemany(
            """
            INSERT INTO _fetches (outlet, day, purpose, fetched, found) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (outlet, day, purpose)
                DO UPDATE SET fetched = _fetches.fetched + excluded.fetched, found = _fetches.found + excluded.found
            """,
            [(*key, fetched, self._found[key]) for key, fetched in self._fetches.items()],
        )
        db.executemany(
            """
            INSERT INTO _oddities (outlet, day, oddity, times) VALUES (?, ?, ?, ?)
            ON CONFLICT (outlet, day, oddity) DO UPDATE SET times = _oddities.times + excluded.times
            """,
            [(*key, times) for key, times in self._oddities.items()],
        )


def count_fetch(db: sqlite3.Connection, outlet: str, now: datetime, purpose: Purpose, *, found: bool) -> None:
    """Count one fetch at once; see `Tally.fetch`."""
    tally = Tally()
    tally.fetch(outlet, now, purpose, found=found)
    tally.write(db)


def count_oddities(db: sqlite3.Connection, outlet: str, now: datetime, oddities: Mapping[str, int]) -> None:
    """Count odd inputs at once, by name."""
    tally = Tally()
    tally.oddities(outlet, now, oddities)
    tally.write(db)


def history(db: sqlite3.Connection, outlet: str, now: datetime) -> History:
    """Give what an outlet's fetches of the last days were for and found."""
    rows = db.execute(
        """
        SELECT purpose, sum(fetched), sum(found) FROM _fetches WHERE outlet = ? AND day BETWEEN ? AND ?
        GROUP BY purpose
        """,
        (outlet, _day(now - limits().remembered), _day(now)),
    ).fetchall()
    return History({row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows})


def fetches_of_two_days(db: sqlite3.Connection, now: datetime, outlet: str | None = None) -> dict[str, int]:
    """Count the fetches of this day and the day before by purpose, of all outlets or of one."""
    of_one = "" if outlet is None else "outlet = :outlet AND"
    rows = db.execute(
        f"SELECT purpose, sum(fetched) FROM _fetches WHERE {of_one} day BETWEEN :first AND :last GROUP BY purpose",
        {"outlet": outlet, "first": _day(now - timedelta(days=1)), "last": _day(now)},
    )
    return dict(rows.fetchall())


def _day(now: datetime) -> str:
    return stamp(now)[:10]


def outcomes(db: sqlite3.Connection, first: date, last: date) -> dict[str, int]:
    """Count visits by outcome on some days, most first; by the key of the table, outlet by outlet."""
    rows = db.execute(
        """
        SELECT outcome, sum(pages) AS visits FROM outlets CROSS JOIN _outcomes ON _outcomes.outlet = outlets.key
        WHERE day BETWEEN ? AND ? GROUP BY outcome ORDER BY visits DESC, outcome
        """,
        (first.isoformat(), last.isoformat()),
    )
    return dict(rows.fetchall())


def fetches(db: sqlite3.Connection, first: date, last: date) -> dict[date, Mapping[str, int]]:
    """Count fetches by day and purpose."""
    rows = db.execute(
        "SELECT day, purpose, sum(fetched) FROM _fetches WHERE day BETWEEN ? AND ? GROUP BY day, purpose",
        (first.isoformat(), last.isoformat()),
    )
    found: defaultdict[date, dict[str, int]] = defaultdict(dict)
    for day, purpose, fetched in rows:
        found[date.fromisoformat(day)][purpose] = fetched
    return dict(found)
