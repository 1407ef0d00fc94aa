"""Where exports end and the next one goes on: changes of articles by number, and how far each name has come, in SQL."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from balkan_crawler.storage.columns import stamp
from balkan_crawler.storage.contract import LastExport

if TYPE_CHECKING:
    import sqlite3


def latest_change(db: sqlite3.Connection) -> int:
    """Give the number of the latest change."""
    (number,) = db.execute("SELECT coalesce(max(number), 0) FROM _article_changes").fetchone()
    return int(number)


def schema(db: sqlite3.Connection) -> str:
    """Name the newest step of the schema."""
    (name,) = db.execute("SELECT max(name) FROM _sqlite_migrations").fetchone()
    return str(name)


def last(db: sqlite3.Connection, name: str) -> LastExport | None:
    """Say how far the exports of a name have come."""
    row = db.execute("SELECT change, exported FROM _exports WHERE name = ?", (name,)).fetchone()
    return None if row is None else LastExport(change=row[0], exported=datetime.fromisoformat(row[1]))


def note(db: sqlite3.Connection, name: str, change: int, now: datetime) -> None:
    """Note how far an export has come, within a transaction of the caller; of two at a time the further one counts."""
    db.execute(
        """
        INSERT INTO _exports (name, change, exported) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET exported = excluded.exported,
            change = CASE WHEN excluded.change > _exports.change THEN excluded.change ELSE _exports.change END
        """,
        (name, change, stamp(now)),
    )
