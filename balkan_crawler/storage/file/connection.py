"""Opening a SQLite file and speaking to it; the one place that translates SQLite's errors into ours."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlite_utils import Database

from balkan_crawler.errors import (
    StoreBrokenError,
    StoreError,
    StoreFullError,
    StoreGoneError,
    StoreLockedError,
    StoreMissingError,
    StoreOutdatedError,
    StoreReadOnlyError,
    StoreStrangerError,
    StoreTooNewError,
    StoreUnfinishedError,
)
from balkan_crawler.storage.file import indexing, labels, rekeying, views
from balkan_crawler.storage.file.schema import APPLICATION_ID, MIGRATIONS, UNFINISHED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_KINDS: Final[dict[int, type[StoreError]]] = {
    sqlite3.SQLITE_BUSY: StoreLockedError,
    sqlite3.SQLITE_LOCKED: StoreLockedError,
    sqlite3.SQLITE_CORRUPT: StoreBrokenError,
    sqlite3.SQLITE_NOTADB: StoreBrokenError,
    sqlite3.SQLITE_FORMAT: StoreBrokenError,
    sqlite3.SQLITE_READONLY: StoreReadOnlyError,
    sqlite3.SQLITE_CANTOPEN: StoreReadOnlyError,
    sqlite3.SQLITE_PERM: StoreReadOnlyError,
    sqlite3.SQLITE_AUTH: StoreReadOnlyError,
    sqlite3.SQLITE_FULL: StoreFullError,
}
_LEAST_FREE: Final = 65_536
"""Free bytes of a disk that is full: what SQLite makes beside a database takes 32 KiB at a time."""


_KIB: Final = 16384
"""KiB of the file that a connection holds in memory: neither a search of a million articles nor a crawl is faster with
more, since the system holds the file as well, and a desk has several connections."""


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn an error of SQLite about the file at ``path`` into a `StoreError`; programming errors pass unchanged."""
    try:
        yield
    except (sqlite3.OperationalError, sqlite3.DatabaseError) as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError | sqlite3.InterfaceError):
            raise
        code = getattr(error, "sqlite_errorcode", None)
        if code is None:
            raise
        kind = _KINDS.get(code & 0xFF)  # the low byte is the primary code: https://www.sqlite.org/rescode.html
        if code & 0xFF == sqlite3.SQLITE_IOERR and _is_full(path):
            kind = StoreFullError  # the files beside the database could not be made, say: SQLite does not tell why
        if kind is None and code & 0xFF == sqlite3.SQLITE_ERROR:
            raise
        raise (kind or StoreError)(str(path), str(error)) from error


def _is_full(path: Path) -> bool:
    """Say whether the disk has no room left for a portion of a journal."""
    try:
        return shutil.disk_usage(path.absolute().parent).free < _LEAST_FREE
    except OSError:
        return False


def address_of(path: Path, *, read_only: bool) -> str:
    """Give the address of a file by which SQLite opens it (https://www.sqlite.org/uri.html)."""
    mode = "ro" if read_only else "rwc"
    is_folder_open = os.access(path.parent, os.W_OK)
    if read_only and is_folder_open and os.access(path, os.W_OK):
        mode = "rw"  # only who may write takes the -wal and -shm file away again; `query_only` lets it write nothing
    elif read_only and not is_folder_open and not path.with_name(f"{path.name}-wal").exists():
        mode += "&immutable=1"  # reading a WAL file makes two more beside it, which such a folder does not take
    return f"{path.absolute().as_uri()}?mode={mode}"


def connect(path: Path, *, read_only: bool, busy_seconds: float) -> sqlite3.Connection:
    """Open the file with our settings. Raises what SQLite raises."""
    connection = sqlite3.connect(
        address_of(path, read_only=read_only),
        uri=True,
        timeout=busy_seconds,
        isolation_level=None,  # transactions begin where `writing` says so, and nowhere else
        check_same_thread=False,
    )
    try:
        connection.execute(f"PRAGMA query_only = {'ON' if read_only else 'OFF'}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(
            "PRAGMA synchronous = NORMAL"
        )  # with WAL: a power cut may undo commits, never break the file
        connection.execute(f"PRAGMA cache_size = -{_KIB}")
        # an article writes to some hundred pages; copied into the file by 16 MiB, many of them are copied once for many
        connection.execute("PRAGMA wal_autocheckpoint = 4000")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def writing(
    connection: sqlite3.Connection, before_commit: Callable[[], None] | None = None
) -> Iterator[sqlite3.Connection]:
    """Run a block as one transaction that holds the write lock from its first statement; undo all of it on an error.

    An error of ``before_commit`` is one of them.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield connection
        if before_commit is not None:
            before_commit()
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def one_moment(connection: sqlite3.Connection) -> Iterator[None]:
    """Let the statements of a block see the file as it is at the first one; they only read."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")


def open_file(path: Path, *, read_only: bool, busy_seconds: float) -> sqlite3.Connection:
    """Open a database, make or upgrade its tables, and refuse what is not ours. Raises a `StoreError`."""
    if read_only and not path.exists():
        raise StoreMissingError(str(path))
    if not read_only and not path.parent.is_dir():
        raise StoreReadOnlyError(str(path), "there is no such folder")
    if path.is_dir():
        raise StoreBrokenError(str(path), "it is a folder")
    if path.exists() and not path.is_file():
        raise StoreBrokenError(str(path), "it is no file but a device or a pipe")
    _refuse_orphans(path)
    with translated(path):
        connection = connect(path, read_only=read_only, busy_seconds=busy_seconds)
        try:
            _prepare(connection, path, read_only=read_only, busy_seconds=busy_seconds)
        except BaseException:
            connection.close()
            raise
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, read_only: bool, busy_seconds: float) -> None:
    db = Database(connection, recursive_triggers=False, execute_plugins=False)
    _refuse_strangers(connection, path)
    unknown = sorted({step.name for step in MIGRATIONS.applied(db)} - known_steps())
    if UNFINISHED in unknown:
        raise StoreUnfinishedError(str(path))
    if unknown:
        raise StoreTooNewError(str(path), f"it has the schema step {unknown[-1]}")
    pending = MIGRATIONS.pending(db)
    if read_only and (pending or indexing.is_outdated(connection)):
        raise StoreOutdatedError(str(path))
    if read_only:
        return
    if pending or not views.are_current(connection):
        _upgrade(db, connection, path, busy_seconds)
    if rekeying.is_outdated(connection):
        with writing(connection):
            if rekeying.is_outdated(connection):  # nobody else was first
                rekeying.rekey(connection)
    indexing.index_all(connection, writing)
    labels.list_all(connection, writing)


def _upgrade(db: Database, connection: sqlite3.Connection, path: Path, busy_seconds: float) -> None:
    """Apply the migrations and make the views, all or nothing; sqlite-utils' own transactions nest as savepoints."""
    _enable_wal(db, busy_seconds)
    with _upgrade_named(path), writing(connection):
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        MIGRATIONS.apply(db)
        views.make_views(connection)


def _enable_wal(db: Database, busy_seconds: float) -> None:
    """Switch to WAL, which SQLite refuses at once, without its own waiting, while another program does the same."""
    deadline = time.monotonic() + busy_seconds
    while True:
        try:
            return db.enable_wal()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
        time.sleep(0.01)


@contextmanager
def _upgrade_named(path: Path) -> Iterator[None]:
    """Say that it was the upgrade that failed, for instance over a table that somebody made by hand."""
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        raise StoreBrokenError(str(path), f"its tables cannot be upgraded: {error}") from error


def known_steps() -> set[str]:
    """Name the steps of the schema that this version knows."""
    with closing(sqlite3.connect(":memory:")) as empty:
        return {step.name for step in MIGRATIONS.pending(Database(empty, execute_plugins=False))}


def _refuse_orphans(path: Path) -> None:
    """Refuse to make a database where the journal of another one lies, with what only that holds: it would be lost."""
    journal = path.with_name(f"{path.name}-wal")
    if (not path.exists() or not path.stat().st_size) and journal.exists() and journal.stat().st_size:
        raise StoreGoneError(str(path), f"{journal.name} holds a part of it and would be lost")


def _refuse_strangers(connection: sqlite3.Connection, path: Path) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (objects,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if objects and application != APPLICATION_ID:
        raise StoreStrangerError(str(path))
