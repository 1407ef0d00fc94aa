"""What was repaired at outlets, and when other sources of them were looked for, in SQL.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from balkan_crawler.model import REPLACING, FoundSource, Repair, RepairKind, Search
from balkan_crawler.preparation.cells import line
from balkan_crawler.storage.columns import moment, stamp, stamp_or_none

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

_COLUMNS = "id, outlet, at, kind, old, new, evidence, undone"


def note(db: sqlite3.Connection, repair: Repair) -> int:
    """Keep a step; gives its number. What was remembered of a source that is replaced is dropped."""
    if repair.kind in REPLACING:
        db.execute(
            "DELETE FROM _sources WHERE outlet = ? AND url IN (SELECT value FROM json_each(?))",
            (repair.outlet, json.dumps(repair.old)),
        )
    (number,) = db.execute(
        """
        INSERT INTO repairs (outlet, at, kind, old, new, evidence, undone) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id
        """,
        (
            repair.outlet,
            stamp(repair.at),
            repair.kind,
            json.dumps(repair.old),
            json.dumps([{"kind": source.kind, "url": source.url} for source in repair.new]),
            line(repair.evidence),
            stamp_or_none(repair.undone),
        ),
    ).fetchone()
    return int(number)


def made(db: sqlite3.Connection, outlet: str | None, since: datetime | None) -> list[Repair]:
    """Give the steps, the first one first."""
    rows = db.execute(
        f"""
        SELECT {_COLUMNS} FROM repairs
        WHERE outlet = coalesce(:outlet, outlet) AND at >= coalesce(:since, at) ORDER BY id
        """,
        {"outlet": outlet, "since": stamp_or_none(since)},
    )
    return [_repair(*row) for row in rows]


def undo(db: sqlite3.Connection, number: int, now: datetime) -> Repair | None:
    """Note that a step was taken back; ``None`` where there is none. Twice changes nothing."""
    db.execute("UPDATE repairs SET undone = ? WHERE id = ? AND undone IS NULL", (stamp(now), number))
    row = db.execute(f"SELECT {_COLUMNS} FROM repairs WHERE id = ?", (number,)).fetchone()
    return None if row is None else _repair(*row)


def note_search(db: sqlite3.Connection, search: Search) -> None:
    """Keep the last search of an outlet, in the place of the one before."""
    db.execute(
        "INSERT OR REPLACE INTO _repair_searches (outlet, at, tries, result) VALUES (?, ?, ?, ?)",
        (search.outlet, stamp(search.at), search.tries, line(search.result)),
    )


def last_search(db: sqlite3.Connection, outlet: str) -> Search | None:
    """Give the last search of an outlet."""
    row = db.execute("SELECT at, tries, result FROM _repair_searches WHERE outlet = ?", (outlet,)).fetchone()
    if row is None:
        return None
    at, tries, result = row
    began = moment(at)
    assert began is not None
    return Search(outlet=outlet, at=began, tries=tries, result=result)


def _repair(
    number: int, outlet: str, at: str, kind: str, old: str, new: str, evidence: str, undone: str | None
) -> Repair:
    when = moment(at)
    assert when is not None
    return Repair(
        id=number,
        outlet=outlet,
        at=when,
        kind=RepairKind(kind),
        old=tuple(json.loads(old)),
        new=tuple(FoundSource(**source) for source in json.loads(new)),
        evidence=evidence,
        undone=moment(undone),
    )
