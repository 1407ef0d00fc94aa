"""Putting another file in a database's place, such that a whole one stands there at every moment.

What makes this delicate is the journal: one that is left beside another database is read as that one's own, and damages
it (https://www.sqlite.org/howtocorrupt.html, 1.4 and 2.3). So the journal goes into its own database first, and is
moved away with it where it cannot.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Final

from balkan_crawler.durability import sync_folder
from balkan_crawler.errors import StoreInUseError, StoreReadOnlyError

if TYPE_CHECKING:
    from pathlib import Path

_SIGN: Final = b"SQLite format 3\0"


def finish_journal(path: Path, busy_seconds: float) -> None:
    """Write the journal of a database that nobody has open into its file, so that the file alone is whole.

    One that is damaged, or is no database, is left as it is. Raises `StoreInUseError` where somebody has it open, be it
    only to read, and `OSError`.
    """
    if not path.exists() or not _is_database(path):  # SQLite would delete the journal of such a one
        return
    try:
        with closing(_open(path, busy_seconds)) as db:
            # so a connection wants the file for itself, and in WAL mode everybody who has it open holds a lock of it
            db.execute("PRAGMA locking_mode = EXCLUSIVE")
            db.execute("BEGIN EXCLUSIVE")
            db.execute("COMMIT")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise StoreInUseError(str(path), "a program has it open") from error


def put_in_place_of(new: Path, path: Path, aside: Path) -> bool:
    """Give the file ``new`` the name ``path``; what stands there gets the name ``aside``, with its journal.

    All three are in one folder. Gives whether there was anything. A process that is killed leaves either the old file
    or the new one under the name. Raises `StoreReadOnlyError`.
    """
    try:
        was_there = path.exists()
        if was_there:
            _give_second_name(path, aside)
        journal = path.with_name(f"{path.name}-wal")
        if journal.exists():
            journal.rename(aside.with_name(f"{aside.name}-wal"))
            was_there = True
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)  # an index of the journal, which SQLite makes anew
        new.replace(path)
    except OSError as error:
        raise StoreReadOnlyError(str(path), error.strerror or str(error)) from error
    sync_folder(path.parent)
    return was_there


def _is_database(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(_SIGN)) == _SIGN


def _open(path: Path, busy_seconds: float) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=busy_seconds, isolation_level=None)


def _give_second_name(path: Path, aside: Path) -> None:
    """Name a file twice, so that there is no moment without it; where the file system knows no such thing, move it."""
    try:
        os.link(path, aside)
    except FileExistsError:
        raise
    except OSError:
        path.rename(aside)
