"""What SQLite itself says of a database and of this machine: soundness, schema, journal, leases."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from balkan_crawler.storage.file.connection import connect, translated
from balkan_crawler.storage.file.lease_holders import is_gone

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What was found: faults of the file (none when sound), the newest step of its schema, its journal mode,
    how many leases are held, and which of them by processes that are gone.
    """

    faults: tuple[str, ...]
    schema: str
    journal: str
    leases: int
    abandoned: tuple[str, ...]


def inspect_database(path: Path, busy_seconds: float) -> Inspection:
    """Examine a database without changing it; a large one takes a while. Raises a `StoreError`."""
    with translated(path), closing(connect(path, read_only=True, busy_seconds=busy_seconds)) as db:
        found = [str(row[0]) for row in db.execute("PRAGMA quick_check(10)")]
        (schema,) = db.execute("SELECT max(name) FROM _sqlite_migrations").fetchone()
        (journal,) = db.execute("PRAGMA journal_mode").fetchone()
        [(sites,)] = db.execute("SELECT name FROM sqlite_master WHERE name IN ('sites', '_sites')")  # the former one
        holders = db.execute(f"SELECT key, holder FROM {sites} WHERE holder IS NOT NULL").fetchall()
    return Inspection(
        faults=() if found == ["ok"] else tuple(found),
        schema=schema,
        journal=journal,
        leases=len(holders),
        abandoned=tuple(key for key, holder in holders if is_gone(holder)),
    )


def fts5_version() -> tuple[str, bool]:
    """Give SQLite's version, and whether it can search full texts."""
    with closing(sqlite3.connect(":memory:")) as db:
        try:
            db.execute("CREATE VIRTUAL TABLE probe USING fts5(text)")
        except sqlite3.OperationalError:
            return sqlite3.sqlite_version, False
    return sqlite3.sqlite_version, True
