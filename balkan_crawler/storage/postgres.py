"""The PostgreSQL store: the contract on a server that many crawlers share, each method one short transaction."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, cast

import psycopg

from balkan_crawler.location import shown
from balkan_crawler.storage.archive.transaction import Transaction
from balkan_crawler.storage.file import labels
from balkan_crawler.storage.postgresql import console, full_text
from balkan_crawler.storage.postgresql.connection import PostgresConnection, connect, translated, writing
from balkan_crawler.storage.postgresql.full_text import FullText
from balkan_crawler.storage.postgresql.schema import LOCK, prepare, refuse_upgraded
from balkan_crawler.storage.postgresql.statements import SEARCHING
from balkan_crawler.storage.sql_store import SqlStore
from balkan_crawler.storage.sqlite_store import BUSY_SECONDS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from balkan_crawler.storage.archive.full_text import WriteIndex
    from balkan_crawler.storage.archive.transaction import Locale
    from balkan_crawler.storage.console_contract import SqlAnswer

    Connection = psycopg.Connection[tuple[Any, ...]]

_LINE: Final = 4
"""Who writes articles stands in line with all who do, and waits for so many times as long as for any other lock.

One who gives up and comes again stands behind them, and would not get to the head of a long line.
"""
_STREAMING: Final = f"SET LOCAL idle_in_transaction_session_timeout = 0; {SEARCHING}".encode()
"""How rows are streamed: whoever reads takes his time."""
_MOST_IDLE: Final = 4
"""Connections that are kept for the next who asks."""
_TOLERATED: Final = timedelta(seconds=1)
"""Clocks that differ by less are one clock: leases last for minutes, and are given up early."""


class PostgresStore(SqlStore):
    """One archive with its frontier in one database of a PostgreSQL server; see `Store` for what each method promises.

    It may be used from several threads and processes. Who writes articles waits for the others who do: numbers of
    changes follow each other, and each finds the copies of its story.
    """

    def __init__(self, url: str, *, read_only: bool = False, busy_seconds: float = BUSY_SECONDS) -> None:
        self.name = shown(url)
        self._url = url
        self._busy_seconds = busy_seconds
        self._open: Callable[[], Connection] = lambda: connect(url, read_only=read_only, busy_seconds=busy_seconds)
        self._line = f"{max(1, round(_LINE * busy_seconds * 1000))}ms"
        self._idle: list[Connection] = []
        self._is_closed = False
        self._article_lock = threading.Lock()
        self._locales: dict[str, Locale] = {}
        self._labels = labels.KnownLabels()
        self._full_text = FullText()
        with translated(url):
            connection = self._open()
            try:
                prepare(connection, url, read_only=read_only, busy_seconds=busy_seconds)
            except BaseException:
                connection.close()
                raise
        self._give_back(connection)

    def close(self) -> None:
        """Close the connections."""
        self._is_closed = True
        self._drop_idle()

    def _drop_idle(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def ask(
        self, statement: str, values: Mapping[str, str] | None = None, *, seconds: float = 5.0
    ) -> AbstractContextManager[SqlAnswer]:
        """Answer one statement that only reads, if the role of the URL can do nothing else."""
        return console.ask(self._url, statement, values or {}, seconds, self._busy_seconds)

    def _take(self) -> Connection:
        """Give a connection that nobody uses: one that works, as far as can be told."""
        while self._idle:
            connection = self._idle.pop()
            if _is_alive(connection):
                return connection
            connection.close()
        return self._open()

    def _give_back(self, connection: Connection) -> None:
        is_at_rest = connection.info.transaction_status is psycopg.pq.TransactionStatus.IDLE
        if is_at_rest and not self._is_closed and len(self._idle) < _MOST_IDLE:
            self._idle.append(connection)
        else:
            connection.close()

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with translated(self._url):
            connection = self._take()
            try:
                yield connection
            except psycopg.errors.ReadOnlySqlTransaction:  # what was the primary server is one no more
                self._drop_idle()
                connection.close()
                raise
            finally:
                self._give_back(connection)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._connected() as connection:
            yield _as_known_above(PostgresConnection(connection))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._connected() as connection, writing(connection, self._busy_seconds) as db:
            refuse_upgraded(connection, self._url)
            yield _as_known_above(db)

    @contextmanager
    def _writing_articles(self) -> Iterator[Transaction]:
        with self._article_lock:
            try:
                with self._writing() as db:
                    db.execute(
                        f"SELECT set_config('lock_timeout', ?, true), pg_advisory_xact_lock({LOCK})", (self._line,)
                    )
                    transaction = Transaction(
                        db, self._locales, self._labels, cast("WriteIndex", self._full_text.write)
                    )
                    yield transaction
                    transaction.finish()
                    labels.fold_new(db)
            except BaseException:
                self._labels.clear()  # what was new among them is undone
                self._full_text.clear()
                raise

    @contextmanager
    def _deleting(self) -> Iterator[Transaction]:
        with self._writing_articles() as transaction:
            yield transaction
            transaction.finish()
            full_text.drop_left(cast("PostgresConnection", transaction.db))

    @contextmanager
    def _streaming(self) -> Iterator[sqlite3.Connection]:
        with self._connected() as connection, connection.transaction():
            connection.execute(_STREAMING, prepare=False)
            db = PostgresConnection(connection, in_portions=True)
            try:
                yield _as_known_above(db)
            finally:
                db.close_portions()

    def _present(self, db: sqlite3.Connection, now: datetime) -> datetime:
        """Give the time by which leases go: the server's, which all machines share, where this one's differs."""
        return now + _skew(db)

    def clock_skew(self) -> timedelta:
        """Give how far the server's clock is ahead."""
        with self._reading() as db:
            return _skew(db)

    def _wipe(self) -> None:
        """Leave it to the server's vacuum: what is left of a row in its files and backups is not ours to say."""


def _skew(db: sqlite3.Connection) -> timedelta:
    """Give how far the server's clock is ahead of this machine's; none where that may be the time of the question."""
    before = datetime.now(UTC)
    [(told,)] = db.execute("SELECT clock_timestamp()").fetchall()
    there, after = datetime.fromisoformat(str(told)), datetime.now(UTC)
    if before - _TOLERATED <= there <= after + _TOLERATED:
        return timedelta()
    return there - (after if there > after else before)


def _is_alive(connection: Connection) -> bool:
    """Say whether an idle connection was not cut; a server that restarts says so on the wire."""
    if connection.closed:
        return False
    try:
        connection.pgconn.consume_input()  # its last words
        connection.pgconn.consume_input()  # and its end
    except psycopg.OperationalError:
        return False
    return connection.pgconn.status == psycopg.pq.ConnStatus.OK


def _as_known_above(db: PostgresConnection) -> sqlite3.Connection:
    """Give a connection by the type that the statements' functions name; they use of it what ours has, too."""
    return cast("sqlite3.Connection", db)
