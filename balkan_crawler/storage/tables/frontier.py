"""The frontier in SQL: candidates in, due URLs out; never visited ones first, then the revisits that are worth it.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

import json
from datetime import datetime
from itertools import chain, zip_longest
from typing import TYPE_CHECKING, Final

from balkan_crawler.model import Discovery, FrontierEntry, UrlState
from balkan_crawler.revisiting.outcomes import Fault, outcomes_of
from balkan_crawler.revisiting.worth import History, Revisit, Room, chosen, purpose_of, room_left
from balkan_crawler.storage.columns import moment, read_hints, stamp
from balkan_crawler.storage.contract import WorkDue
from balkan_crawler.storage.tables import counts, leases

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from balkan_crawler.model import Lease

MOST_WEIGHED: Final = 500
"""Of an outlet's due revisits so many are weighed: those whose source says that they changed, then the freshest."""
TO_VISIT: Final = f"visits = 0 AND due IS NOT NULL AND state IN ('{UrlState.NEW}', '{UrlState.FAILED}')"
"""Never visited and to be fetched some time: to the letter the condition of the index ``frontier_to_take``."""
_TO_REVISIT: Final = f"visits > 0 AND due IS NOT NULL AND state IN ('{UrlState.DONE}', '{UrlState.FAILED}')"
"""Visited and to be fetched again: to the letter the condition of the index ``frontier_to_revisit``."""
_UNDER_WAY: Final = f"state = '{UrlState.LEASED}' AND visits > 0"
"""Revisits that are taken and not committed yet: to the letter the condition of the index ``frontier_under_way``."""
FORGOTTEN: Final = "forgotten"
"""The outcome of a URL whose article somebody asked to have deleted."""
PRUNED: Final = "pruned"
"""The outcome of a URL whose article was too old to be kept."""
ARCHIVED: Final = "archived"
"""The outcome of a URL whose article left the database for an archive of closed months."""
OUTCOMES_KEPT_OUT: Final = (FORGOTTEN, PRUNED, ARCHIVED)
"""Outcomes of URLs whose articles are not to come back."""
KEPT_OUT: Final = f"outcome IN {OUTCOMES_KEPT_OUT}"
"""Taken out by the user, and never to be fetched again."""
_DUE: Final = "(due <= :now OR visited > :now OR first_seen > :now)"
"""Due, or planned by a clock that was ahead."""
_COLUMNS: Final = "url, outlet, found_by, found_in, hints, attempts, etag, last_modified, visits, freshness, live"


def take(db: sqlite3.Connection, held: Lease, now: datetime, limit: int, revisits: float | None) -> list[FrontierEntry]:
    """Mark due URLs as leased and give them, the outlets in turn."""
    leases.check(db, held)
    queues = []
    for outlet in held.outlets:
        queue = _never_visited(db, outlet, now, limit)
        if len(queue) < limit:
            queue += _revisits(db, outlet, now, limit - len(queue), revisits)
        queues.append(queue)
    taken = [entry for entry in chain.from_iterable(zip_longest(*queues)) if entry is not None][:limit]
    _mark_as_taken(db, taken)
    return taken


def take_planned(db: sqlite3.Connection, held: Lease, backfill: int, now: datetime, limit: int) -> list[FrontierEntry]:
    """Mark due pages of a back-fill as leased and give them, the newest first."""
    leases.check(db, held)
    rows = db.execute(
        f"""
        SELECT {_COLUMNS} FROM _frontier
        WHERE backfill = :backfill AND {TO_VISIT} AND {_DUE}
        ORDER BY freshness DESC LIMIT :limit
        """,
        {"backfill": backfill, "now": stamp(now), "limit": limit},
    )
    taken = [_entry(row) for row in rows]
    _mark_as_taken(db, taken)
    return taken


def reopen(db: sqlite3.Connection, rule: str, now: datetime) -> None:
    """Let pages that extraction failed at under another rule be due again, as never tried; remember the rule."""
    row = db.execute("SELECT version FROM _rules WHERE name = 'extraction'").fetchone()
    if row is not None and row[0] == rule:
        return
    db.execute(
        """
        UPDATE _frontier SET state = ?, due = ?, attempts = 0
        WHERE outcome IN (SELECT value FROM json_each(?)) AND state IN (?, ?)
        """,
        (UrlState.FAILED, stamp(now), json.dumps(outcomes_of(Fault.MACHINE)), UrlState.DONE, UrlState.FAILED),
    )
    db.execute("INSERT OR REPLACE INTO _rules (name, version) VALUES ('extraction', ?)", (rule,))


def next_due(db: sqlite3.Connection, outlets: Sequence[str], now: datetime, *, revisits: bool) -> datetime | None:
    """Say when the first source or URL of the outlets falls due; a site that is due later holds its own up."""
    kinds = [f"{TO_VISIT} AND backfill IS NULL", *([_TO_REVISIT] if revisits else [])]
    first = "SELECT min(due) FROM {table} WHERE outlet = asked.outlet AND due > :now"
    of_frontier = " ".join(
        f"UNION ALL SELECT outlet, ({first.format(table='_frontier')} AND {kind}) FROM asked"
        for kind in kinds  # one by one, so that each is looked up in the index of its own
    )
    (earliest,) = db.execute(
        f"""
        WITH asked AS (SELECT value AS outlet FROM json_each(:outlets)),
        things AS (
            SELECT outlet, ({first.format(table="_sources")}) AS due FROM asked
            {of_frontier}
        )
        SELECT min(CASE WHEN things.due > _sites.due THEN things.due ELSE _sites.due END)
        FROM things JOIN outlets ON outlets.key = things.outlet JOIN _sites ON _sites.key = outlets.site
        WHERE _sites.due > :now OR things.due > :now
        """,
        {"now": stamp(now), "outlets": json.dumps(list(outlets))},
    ).fetchone()
    return moment(earliest)


def work_due(db: sqlite3.Connection, outlets: Sequence[str], now: datetime) -> dict[str, WorkDue]:
    """Count what is due of outlets, without taking it."""
    rows = db.execute(
        f"""
        SELECT outlets.key, _sites.due,
            (SELECT count(*) FROM _frontier
             WHERE outlet = outlets.key AND {TO_VISIT} AND {_DUE} AND backfill IS NULL),
            (SELECT count(*) FROM _frontier WHERE outlet = outlets.key AND {_TO_REVISIT} AND {_DUE}),
            (SELECT min(due) FROM _frontier
             WHERE outlet = outlets.key AND {TO_VISIT} AND due > :now AND backfill IS NULL)
        FROM outlets JOIN _sites ON _sites.key = outlets.site
        WHERE outlets.key IN (SELECT value FROM json_each(:outlets))
        """,
        {"now": stamp(now), "outlets": json.dumps(list(outlets))},
    )
    return {
        key: WorkDue(pages=pages, revisits=revisits, site_due=datetime.fromisoformat(due), next_page=moment(following))
        for key, due, pages, revisits, following in rows
    }


def _mark_as_taken(db: sqlite3.Connection, taken: Sequence[FrontierEntry]) -> None:
    rows = [(UrlState.LEASED, entry.url) for entry in taken]
    db.executemany("UPDATE _frontier SET state = ? WHERE url = ?", rows)


def _never_visited(db: sqlite3.Connection, outlet: str, now: datetime, limit: int) -> list[FrontierEntry]:
    rows = db.execute(
        f"""
        SELECT {_COLUMNS} FROM _frontier
        WHERE outlet = :outlet AND {TO_VISIT} AND {_DUE}
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
        SELECT {_COLUMNS}, stated, visited FROM _frontier
        WHERE outlet = :outlet AND {_TO_REVISIT} AND {_DUE}
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
    (taken,) = db.execute(f"SELECT count(*) FROM _frontier WHERE {_UNDER_WAY}").fetchone()
    (quiet,) = db.execute(
        f"""
        SELECT count(*) FROM _frontier
        WHERE outlet = ? AND {_UNDER_WAY} AND (stated IS NULL OR ?) AND NOT live
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
