"""The room that a database takes, and giving back what it does not need: its journal, and pages that are free."""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

JOURNAL_TO_CUT: Final = 64 * 2**20
"""Bytes from which a journal is cut: in daily work it stays at 16 MiB (``wal_autocheckpoint`` of `connection`)."""
_READERS_MILLISECONDS: Final = 200
"""How long cutting the journal waits for readers, and meanwhile holds up writers."""
_STEPS: Final = 20_000
"""Instructions of SQLite between two looks at the clock: some milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Bytes that a database takes: its file, the free pages in that, and its journal."""

    file: int
    free: int
    journal: int


def room(db: sqlite3.Connection, path: Path) -> Room:
    """Say how much room a database takes."""
    size, pages, free = (
        db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "page_count", "freelist_count")
    )
    return Room(file=size * pages, free=size * free, journal=_size(path.with_name(f"{path.name}-wal")))


def checkpoint(db: sqlite3.Connection, path: Path) -> int:
    """Copy the journal into the file; cut one that has grown. Gives its size then, in bytes.

    Writers wait for some milliseconds at most, readers not at all; what they keep of the journal stays.
    """
    journal = path.with_name(f"{path.name}-wal")
    db.execute("PRAGMA wal_checkpoint(PASSIVE)")
    if _size(journal) > JOURNAL_TO_CUT:
        (waits,) = db.execute("PRAGMA busy_timeout").fetchone()
        db.execute(f"PRAGMA busy_timeout = {_READERS_MILLISECONDS}")
        try:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            db.execute(f"PRAGMA busy_timeout = {waits}")
    return _size(journal)


def vacuum(db: sqlite3.Connection, seconds: float | None) -> bool:
    """Write a database anew without its free pages; nobody else can write meanwhile, while reading goes on.

    After so many ``seconds`` it is broken off, and the file is as it was; gives whether it was done.
    """
    end = None if seconds is None else time.monotonic() + seconds
    db.set_progress_handler(None if end is None else lambda: time.monotonic() > end, _STEPS)
    try:
        db.execute("VACUUM")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        return False
    finally:
        db.set_progress_handler(None, 0)
    return True


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
