"""What was learned of an outlet's pages, in SQL: one packed text an outlet, which only extraction reads.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.storage.columns import stamp

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime


def recall(db: sqlite3.Connection, outlet: str) -> bytes:
    """Give what is known of an outlet, packed; nothing where nothing is."""
    row = db.execute("SELECT knowledge FROM _outlet_knowledge WHERE outlet = ?", (outlet,)).fetchone()
    return bytes(row[0]) if row is not None else b""


def keep(db: sqlite3.Connection, outlet: str, knowledge: bytes, now: datetime) -> None:
    """Put what is known of an outlet in the place of what was."""
    db.execute(
        "INSERT OR REPLACE INTO _outlet_knowledge (outlet, learned, knowledge) VALUES (?, ?, ?)",
        (outlet, stamp(now), knowledge),
    )


def forget(db: sqlite3.Connection, outlet: str) -> bool:
    """Drop what is known of an outlet; gives whether anything was."""
    return db.execute("DELETE FROM _outlet_knowledge WHERE outlet = ?", (outlet,)).rowcount > 0
