"""The SQLite store: the store's contract on one file."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from balkan_crawler.storage.archive.transaction import Transaction
from balkan_crawler.storage.file import labels
from balkan_crawler.storage.file.connection import connect, open_file, translated, writing
from balkan_crawler.storage.file.presence import Presence
from balkan_crawler.storage.file.wiping import wipe
from balkan_crawler.storage.sql_store import SqlStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from balkan_crawler.storage.archive.transaction import Locale

BUSY_SECONDS: Final = 30.0
"""How long a method waits for another writer before it raises `StoreLockedError`."""


class SqliteStore(SqlStore):
    """One archive with its frontier in one SQLite file; see `Store` for what each method promises.

    It may be used from several threads, which then wait for each other.
    """

    def __init__(self, path: Path, *, read_only: bool = False, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path: Path = path
        self._busy_seconds = busy_seconds
        self._lock = threading.RLock()
        self._connection = open_file(path, read_only=read_only, busy_seconds=busy_seconds)
        self._presence = Presence(path.absolute())
        self._locales: dict[str, Locale] = {}
        self._labels = labels.KnownLabels()

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._presence.close(self._connection)

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, translated(self.path):
            with writing(self._connection, self._presence.check) as db:
                yield db
                labels.fold_new(db)
            self._presence.remember()

    @contextmanager
    def _writing_articles(self) -> Iterator[Transaction]:
        try:
            with self._writing() as db:
                writing = Transaction(db, self._locales, self._labels)
                yield writing
                writing.finish()
        except BaseException:
            self._labels.clear()  # what was new among them is undone
            raise

    @contextmanager
    def _deleting(self) -> Iterator[Transaction]:
        with self._overwriting(), self._writing_articles() as transaction:
            yield transaction

    @contextmanager
    def _overwriting(self) -> Iterator[None]:
        """Let deleted rows be overwritten in the file, not only given up."""
        with self._lock, translated(self.path):
            self._connection.execute("PRAGMA secure_delete = ON")
            try:
                yield
            finally:
                self._connection.execute("PRAGMA secure_delete = OFF")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, translated(self.path):
            yield self._connection

    @contextmanager
    def _streaming(self) -> Iterator[sqlite3.Connection]:
        with translated(self.path):
            connection = connect(self.path, read_only=True, busy_seconds=self._busy_seconds)
            try:
                yield connection
            finally:
                connection.close()

    def _wipe(self) -> None:
        with self._overwriting():
            wipe(self._connection, writing)
