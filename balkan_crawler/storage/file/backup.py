"""A copy of a database as it was at one moment, made while others write to it, and the proof that a copy is whole.

SQLite's online backup begins anew whenever another process commits between two of its steps, and so may never end at a
busy file (https://www.sqlite.org/backup.html). Here the source's connection reads within one transaction from the first
step to the last: a WAL file keeps that moment for it, however many commits follow. So the copy can be made in portions
with pauses between them, holds nobody up, and ends. The price is a journal that grows meanwhile by what is committed.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import (
    BackupUnwritableError,
    StoreBrokenError,
    StoreMissingError,
    StoreStrangerError,
    StoreTooNewError,
    StoreUnfinishedError,
)
from balkan_crawler.storage.file.connection import connect, known_steps, translated
from balkan_crawler.storage.file.schema import APPLICATION_ID, UNFINISHED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

PORTION: Final = 256
"""Pages that are copied at once: 1 MiB."""
PAUSE: Final = 0.002
"""Seconds between two portions: the disk's turn for a crawl's commits."""
_MOST_FAULTS: Final = 5
_OF_TARGET: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_FSYNC,
        sqlite3.SQLITE_IOERR_DIR_FSYNC,
        sqlite3.SQLITE_IOERR_TRUNCATE,
        sqlite3.SQLITE_IOERR_FSTAT,
    }
)
"""Errors that, once the source is open, can only be those of the copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a database holds at one moment: the newest step of its schema, and the rows of each table."""

    schema: str
    rows: Mapping[str, int]

    @property
    def articles(self) -> int:
        """The number of its articles."""
        return self.rows.get("articles", 0)


def copy_database(path: Path, target: Path, busy_seconds: float, pause: Callable[[float], object]) -> Contents:
    """Copy the database at ``path`` into the empty file ``target``, and say what it held at the moment of the copy.

    ``pause`` is called with `PAUSE` between two portions. Raises a `StoreError` of the source, and
    `BackupUnwritableError` where the copy cannot be written; what was written of it is the caller's to remove.
    """
    if not path.exists():
        raise StoreMissingError(str(path))
    with translated(path), closing(connect(path, read_only=True, busy_seconds=busy_seconds)) as source:
        source.execute("BEGIN")
        found = contents(source, path)
        _check_room(source, target)
        try:
            with closing(sqlite3.connect(target, isolation_level=None)) as copy:
                copy.execute("PRAGMA journal_mode = OFF")
                copy.execute("PRAGMA synchronous = OFF")  # the caller has it written to the disk when it is whole
                source.backup(copy, pages=PORTION, progress=lambda *_: pause(PAUSE))
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0)
            if code in _OF_TARGET or code & 0xFF == sqlite3.SQLITE_FULL:
                raise BackupUnwritableError(str(target.parent), _reason(error)) from error
            raise
    return found


def verify_copy(path: Path, *, thoroughly: bool = False) -> Contents:
    """Read a copy that nobody writes to from end to end, and say what it holds.

    ``thoroughly`` also holds each index against its table. Raises a `StoreError`: damaged, no database, another
    program's, made by a newer version.
    """
    with translated(path), closing(_only_for_us(path)) as db:
        found = contents(db, path)
        check = "integrity_check" if thoroughly else "quick_check"
        faults = [str(row[0]) for row in db.execute(f"PRAGMA {check}({_MOST_FAULTS})")]
        if faults != ["ok"]:
            raise StoreBrokenError(str(path), faults[0].replace("\n", " "))
    return found


def _only_for_us(path: Path) -> sqlite3.Connection:
    """Open a file such that SQLite makes none beside it."""
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None)


def contents(db: sqlite3.Connection, path: Path) -> Contents:
    """Say what a database holds. Raises `StoreStrangerError` and `StoreTooNewError`."""
    (application,) = db.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise StoreStrangerError(str(path))
    steps = {str(row[0]) for row in db.execute("SELECT name FROM _sqlite_migrations")}
    unknown = sorted(steps - known_steps())
    if UNFINISHED in unknown:
        raise StoreUnfinishedError(str(path))
    if unknown:
        raise StoreTooNewError(str(path), f"it has the schema step {unknown[-1]}")
    tables = db.execute(
        """
        SELECT name FROM sqlite_master
        WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_%' ORDER BY name
        """
    ).fetchall()
    rows = {str(name): int(db.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for (name,) in tables}
    return Contents(schema=max(steps), rows=rows)


def _check_room(source: sqlite3.Connection, target: Path) -> None:
    """Refuse to begin a copy that will not fit, rather than fill the disk and fail."""
    (pages,), (size,) = (source.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "page_size"))
    needed, free = pages * size, shutil.disk_usage(target.parent).free
    if needed > free:
        detail = f"the copy takes {needed / 1e6:,.1f} MB, and {free / 1e6:,.1f} MB are free"
        raise BackupUnwritableError(str(target.parent), detail)


def _reason(error: sqlite3.Error) -> str:
    if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        return "the disk is full"
    return str(error)
