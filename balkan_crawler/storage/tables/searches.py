"""Saved searches in SQL. Every function runs inside a transaction of its caller."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.storage.columns import moment, stamp
from balkan_crawler.storage.searches_contract import SavedSearch

if TYPE_CHECKING:
    import sqlite3

_COLUMNS: Final = "id, name, query, saved, looked, seen, told"


def saved(db: sqlite3.Connection) -> list[SavedSearch]:
    """Give the saved searches, by name."""
    return [_search(row) for row in db.execute(f"SELECT {_COLUMNS} FROM _searches ORDER BY name, id")]


def save(db: sqlite3.Connection, name: str, query: str, now: datetime) -> int:
    """Save a search; gives its number."""
    latest = latest_article(db)
    [(number,)] = db.execute(
        "INSERT INTO _searches (name, query, saved, seen, told) VALUES (?, ?, ?, ?, ?) RETURNING id",
        (name, query, stamp(now), latest, latest),
    ).fetchall()
    return int(number)


def delete(db: sqlite3.Connection, number: int) -> bool:
    """Delete a saved search."""
    return db.execute("DELETE FROM _searches WHERE id = ?", (number,)).rowcount > 0


def note_looked(db: sqlite3.Connection, number: int, now: datetime) -> SavedSearch | None:
    """Note that a saved search is looked at."""
    db.execute("UPDATE _searches SET looked = ?, seen = ? WHERE id = ?", (stamp(now), latest_article(db), number))
    row = db.execute(f"SELECT {_COLUMNS} FROM _searches WHERE id = ?", (number,)).fetchone()
    return None if row is None else _search(row)


def note_told(db: sqlite3.Connection, number: int, article: int) -> None:
    """Note what was told of a saved search; of two at a time the further one counts."""
    db.execute("UPDATE _searches SET told = ? WHERE id = ? AND told < ?", (article, number, article))


def latest_article(db: sqlite3.Connection) -> int:
    """Give the number of the article that was stored last."""
    (number,) = db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()
    return int(number)


def _search(row: tuple[Any, ...]) -> SavedSearch:
    number, name, query, at, looked, seen, told = row
    return SavedSearch(
        id=number,
        name=name,
        query=query,
        saved=datetime.fromisoformat(at),
        looked=moment(looked),
        seen=seen,
        told=told,
    )
