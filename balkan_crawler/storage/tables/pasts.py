"""What is remembered of each outlet day by day, with its sources and last runs, read from SQL.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.storage.columns import moment
from balkan_crawler.storage.pasts import DETAILED, OutletDay, OutletPast, RunOutcome
from balkan_crawler.storage.tables import outlet_days, sources

if TYPE_CHECKING:
    import sqlite3

    from balkan_crawler.model import SourceState

_Days = defaultdict[str, defaultdict[str, dict[str, Any]]]

_TIMES_OF_DAYS: Final = 3
"""Of so many of the last days it is told since when pages ended in a way."""

_OF_EACH: Final = "FROM outlets CROSS JOIN {0} ON {0}.outlet = outlets.key"
"""Rows of each outlet in turn, so that only those of some days are read, by the key of the table."""

RUNS: Final = 30
"""So many of an outlet's last runs are given."""


def pasts(db: sqlite3.Connection, first: date, last: date) -> list[OutletPast]:
    """Give each outlet's past from one day to another, in the order of their keys."""
    detailed = max(first, last - timedelta(days=DETAILED))
    days = _days(db, first, detailed, last)
    states = _sources(db)
    rows = db.execute(
        """
        SELECT key, name, country, timezone, closed,
            (SELECT min(day) FROM _fetches WHERE outlet = key AND purpose = 'poll'),
            (SELECT max(day) FROM outlet_days WHERE outlet = key AND day < :first AND articles > 0),
            (SELECT sum(articles) FROM outlet_days WHERE outlet = key AND day < :first AND day >= :year_before)
        FROM outlets ORDER BY key
        """,
        {"first": first.isoformat(), "year_before": (first - timedelta(days=365)).isoformat()},
    ).fetchall()
    return [
        OutletPast(
            key=key,
            name=name,
            country=country,
            timezone=timezone,
            closed=closed is not None,
            days=tuple(OutletDay(**counts) for _, counts in sorted(days[key].items())),
            first_polled=_day(first_polled),
            last_article=_day(last_article),
            articles_before=before or 0,
            sources=tuple(states[key]),
            runs=_runs(db, key),
        )
        for key, name, country, timezone, closed, first_polled, last_article, before in rows
    ]


def _days(db: sqlite3.Connection, first: date, detailed: date, last: date) -> _Days:
    """Read the counts of days, by outlet and day."""
    calendar = {
        day.isoformat(): day for day in (first + timedelta(days=ahead) for ahead in range((last - first).days + 1))
    }
    days: _Days = defaultdict(lambda: defaultdict(dict))
    since, until = first.isoformat(), last.isoformat()
    lately = (last - timedelta(days=_TIMES_OF_DAYS)).isoformat()
    for outlet, day, articles in db.execute(
        f"SELECT outlet, day, articles {_OF_EACH.format('outlet_days')} AND day >= ? AND day < ?",
        (since, detailed.isoformat()),
    ):
        days[outlet][day]["articles"] = articles
    for outlet, day, polls in db.execute(
        f"SELECT outlet, day, fetched {_OF_EACH.format('_fetches')} AND day BETWEEN ? AND ? AND purpose = 'poll'",
        (since, until),
    ):
        days[outlet][day]["polls"] = polls
    between = (detailed.isoformat(), until)
    columns = ", ".join(outlet_days.COUNTS)
    for outlet, day, hours, *sums in db.execute(
        f"SELECT outlet, day, hours, {columns} {_OF_EACH.format('outlet_days')} AND day BETWEEN ? AND ?", between
    ):
        days[outlet][day].update(zip(outlet_days.COUNTS, sums, strict=True), hours=outlet_days.read_hours(hours))
    for outlet, day, outcome, pages, began in db.execute(
        f"""
        SELECT outlet, day, outcome, first_visits, since {_OF_EACH.format("_outcomes")} AND day BETWEEN ? AND ?
        WHERE first_visits > 0
        """,
        between,
    ):
        days[outlet][day].setdefault("first_visits", {})[outcome] = pages
        if began is not None and day >= lately:
            days[outlet][day].setdefault("since", {})[outcome] = moment(began)
    for outlet, day, oddity, times in db.execute(
        f"SELECT outlet, day, oddity, times {_OF_EACH.format('_oddities')} AND day BETWEEN ? AND ?", between
    ):
        days[outlet][day].setdefault("oddities", {})[oddity] = times
    for of_outlet in days.values():
        for day, counts in of_outlet.items():
            counts["day"] = calendar[day]
    return days


def _sources(db: sqlite3.Connection) -> defaultdict[str, list[SourceState]]:
    found: defaultdict[str, list[SourceState]] = defaultdict(list)
    for state in sources.all_states(db):
        found[state.outlet].append(state)
    return found


def _runs(db: sqlite3.Connection, outlet: str) -> tuple[RunOutcome, ...]:
    rows = db.execute(
        "SELECT started, state, reason FROM crawls WHERE outlet = ? ORDER BY id DESC LIMIT ?", (outlet, RUNS)
    )
    found = []
    for started, state, reason in rows:
        began = moment(started)
        assert began is not None
        found.append(RunOutcome(started=began, state=state, reason=reason))
    return tuple(found)


def _day(cell: str | None) -> date | None:
    return date.fromisoformat(cell) if cell else None
