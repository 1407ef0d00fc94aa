"""Taking due URLs of the frontier, in SQL: never visited ones first, then the revisits that are worth it.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

from datetime import datetime
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Final

from balkan_crawler.model import Discovery, FrontierEntry
from balkan_crawler.revisiting.worth import History, Revisit, Room, chosen, purpose_of, room_left
from balkan_crawler.storage.columns import moment, read_hints, stamp
from balkan_crawler.storage.tables import counts, frontier

if TYPE_CHECKING:
    import sqlite3

    from balkan_crawler.model import Lease

MOST_WEIGHED: Final = 500
"""Of an outlet's due revisits so many are weighed: those whose source says that they changed, then the freshest."""

_COLUMNS: Final = "url, outlet, found_by, found_in, hints, attempts, etag, last_modified, visits, freshness, live"
_DUE: Final = "(due <= :now OR visited > :now OR first_seen > :now)"
"""Due, or planned by a clock that was ahead."""


def take(db: sqlite3.Connection, held: Lease, now: datetime, limit: int, revisits: float | None) -> list[FrontierEntry]:
    """Mark due URLs as leased and give them, the outlets in turn."""
    frontier.check(db, held)
    queues = []
    for outlet in held.outlets:
        queue = _never_visited(db, outlet, now, limit)
        if len(queue) < limit:
            queue += _revisits(db, outlet, now, limit - len(queue), revisits)
        queues.append(queue)
    taken = [entry for entry in chain.from_iterable(zip_longest(*queues)) if entry is not None][:limit]
    db.executemany("UPDATE frontier SET state = 'leased' WHERE url = ?", [(entry.url,) for entry in taken])
    return taken


def take_planned(db: sqlite3.Connection, held: Lease, backfill: int, now: datetime, limit: int) -> list[FrontierEntry]:
    """Mark due pages of a back-fill as leased and give them, the newest first."""
    frontier.check(db, held)
    rows = db.execute(
        f"""
        SELECT {_COLUMNS} FROM frontier
        WHERE backfill = :backfill AND visits = 0 AND due IS NOT NULL AND state IN ('new', 'failed') AND {_DUE}
        ORDER BY freshness DESC LIMIT :limit
        """,
        {"backfill": backfill, "now": stamp(now), "limit": limit},
    )
    taken = [_entry(row) for row in rows]
    db.executemany("UPDATE frontier SET state = 'leased' WHERE url = ?", [(entry.url,) for entry in taken])
    return taken


def _never_visited(db: sqlite3.Connection, outlet: str, now: datetime, limit: int) -> list[FrontierEntry]:
    rows = db.execute(
        f"""
        SELECT {_COLUMNS} FROM frontier
        WHERE outlet = :outlet AND visits = 0 AND due IS NOT NULL AND state IN ('new', 'failed') AND {_DUE}
            AND backfill IS NULL
        ORDER BY freshness DESC LIMIT :limit
        """,
        {"outlet": outlet, "now": stamp(now), "limit": limit},
    )
    return [_entry(row) for row in rows]


def _revisits(
    db: sqlite3.Connection, outlet: str, now: datetime, limit: int, share: float | None
) -> list[FrontierEntry]:
    history = counts.history(db, outlet, now)
    room = Room(limit, limit) if share is None else _room(db, outlet, now, history, share)
    room = Room(min(limit, room.all), min(limit, room.quiet))
    if not room.all:
        return []
    rows = db.execute(
        f"""
        SELECT {_COLUMNS}, stated, visited FROM frontier
        WHERE outlet = :outlet AND visits > 0 AND due IS NOT NULL AND state IN ('done', 'failed') AND {_DUE}
        ORDER BY stated IS NOT NULL DESC, freshness DESC LIMIT :most
        """,
        {"outlet": outlet, "now": stamp(now), "most": MOST_WEIGHED},
    )
    entries, due = {}, []
    for *columns, stated, visited in rows:
        entry = _entry(tuple(columns))
        entries[entry.url] = entry
        due.append(
            Revisit(
                url=entry.url,
                purpose=purpose_of(entry.visits, stated is not None, entry.live, entry.hints),
                appeared=entry.appeared or now,
                visited=datetime.fromisoformat(visited),
                stated=moment(stated),
            )
        )
    return [entries[each.url] for each in chosen(due, history, now, room)]


def _room(db: sqlite3.Connection, outlet: str, now: datetime, history: History, share: float) -> Room:
    """Give what is left of the budget, less what is taken and not committed yet."""
    everywhere, here = counts.fetches_of_two_days(db, now), counts.fetches_of_two_days(db, now, outlet)
    room = room_left(everywhere, here, history, share)
    (taken,) = db.execute("SELECT count(*) FROM frontier WHERE state = 'leased' AND visits > 0").fetchone()
    (quiet,) = db.execute(
        """
        SELECT count(*) FROM frontier
        WHERE outlet = ? AND state = 'leased' AND visits > 0 AND (stated IS NULL OR ?) AND NOT live
        """,
        (outlet, not history.trusts_statements),
    ).fetchone()
    return Room(max(0, room.all - taken), max(0, min(room.all - taken, room.quiet - quiet)))


def _entry(row: tuple[str, str, str, str, str, int, str | None, str | None, int, str, int]) -> FrontierEntry:
    url, outlet, found_by, found_in, hints, attempts, etag, last_modified, visits, freshness, live = row
    return FrontierEntry(
        url=url,
        outlet=outlet,
        found_by=Discovery(found_by),
        found_in=found_in,
        hints=read_hints(hints),
        attempts=attempts,
        etag=etag,
        last_modified=last_modified,
        visits=visits,
        appeared=datetime.fromisoformat(freshness),
        live=bool(live),
    )
