"""Reading the rows of a PostgreSQL archive as they are at one moment."""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import psycopg

from balkan_crawler.location import shown
from balkan_crawler.storage.copying.canonical import canonical_rows
from balkan_crawler.storage.copying.copy_format import block
from balkan_crawler.storage.copying.portions import portions_of
from balkan_crawler.storage.copying.tables import Kind
from balkan_crawler.storage.file.lease_holders import is_gone
from balkan_crawler.storage.postgresql.connection import connect, translated
from balkan_crawler.storage.postgresql.schema import prepare
from balkan_crawler.storage.postgresql.statements import statement

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from datetime import datetime

    from balkan_crawler.storage.copying.canonical import Row
    from balkan_crawler.storage.copying.tables import Table

    Connection = psycopg.Connection[tuple[Any, ...]]

LOCK: Final = 1_113_681_004
"""The first half of the lock that tells whether two URLs name one archive; the second is the schema's number."""
_FEW_LINES: Final = 20
_LINES: Final = 500
_SETTINGS: Final = {
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "bytea_output": "hex",  # as `copy_format` writes bytes and numbers
    "extra_float_digits": "1",
}
_AS_TEXTS: Final = {Kind.TIME, Kind.DAY, Kind.LIST, Kind.OBJECT}
"""Kinds whose values `read_as_sqlite_does` reads out of PostgreSQL's text form."""
SCHEMA: Final = "(SELECT oid::bigint::bit(32)::integer FROM pg_namespace WHERE nspname = current_schema())"


class PostgresReader:
    """A database, read within one transaction: what is committed later is not seen."""

    is_server = True

    def __init__(self, url: str, connection: Connection) -> None:
        self.place = shown(url)
        self._url = url
        self._connection = connection
        connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for name, value in _SETTINGS.items():
            connection.execute("SELECT set_config(%s, %s, true)", (name, value))
        connection.execute(f"SELECT pg_advisory_xact_lock_shared({LOCK}, {SCHEMA})".encode())

    @classmethod
    def of_archive(cls, url: str, busy_seconds: float) -> PostgresReader:
        """Open a whole archive. Raises a `StoreError`: no server, refused, missing, of another version."""
        with translated(url):
            connection = connect(url, read_only=True, busy_seconds=busy_seconds)
            try:
                prepare(connection, url, read_only=True)
                return cls(url, connection)
            except BaseException:
                connection.close()
                raise

    @classmethod
    def of_target(cls, url: str, busy_seconds: float) -> PostgresReader:
        """Open what was copied so far."""
        with translated(url):
            connection = connect(url, read_only=True, busy_seconds=busy_seconds)
            connection.execute("SET enable_sort = off")  # rows lie as their keys do, which the server does not know yet
            return cls(url, connection)

    def close(self) -> None:
        """Let go of the connection."""
        self._connection.close()

    def birth(self) -> str:
        """Give what tells this archive from every other: when its tables were made."""
        return str(self._all("SELECT min(applied_at) FROM _migrations")[0][0])

    def holders(self, now: datetime) -> list[str]:
        """Name the living processes that crawl it."""
        sql = "SELECT DISTINCT holder FROM _sites WHERE holder IS NOT NULL AND lease_ends > $1"
        return [str(holder) for (holder,) in self._all(sql, now.isoformat()) if not is_gone(holder)]

    def count(self, table: Table) -> int:
        """Count the rows of a table."""
        only = f" WHERE {table.only}" if table.only else ""
        return int(self._all(f"SELECT count(*) FROM {table.name}{only}")[0][0])

    def counter(self, table: Table) -> int:
        """Give the highest number that a table ever gave to a row."""
        highest = int(self._all(f"SELECT coalesce(max({table.counter}), 0) FROM {table.name}")[0][0])
        [(sequence,)] = self._all(f"SELECT pg_get_serial_sequence('{table.name}', '{table.counter}')")
        [(last, is_called)] = self._all(f"SELECT last_value, is_called FROM {sequence}")
        return max(highest, int(last) if is_called else 0)

    def portions(self, table: Table, after: Sequence[Any] | None = None) -> Generator[Sequence[Row], None, None]:
        """Give the rows of a table in their one form, in the order of their keys, in portions of bounded size."""
        text, _ = statement(table.query(["?"] * len(after or ())))
        is_binary = not _AS_TEXTS & set(table.columns.values())
        with translated(self._url), closing(psycopg.RawServerCursor(self._connection, f"of_{table.name}")) as cursor:
            cursor.execute(text, tuple(after or ()) or None, binary=is_binary)
            for rows in portions_of(table, cursor.fetchmany):
                yield canonical_rows(table, rows)

    def blocks(self, table: Table) -> Generator[tuple[bytes, int], None, None]:
        """Give the rows of a table in COPY's form as the server writes them, with how many there are."""
        if table.is_of_numbers:  # COPY gives rows one by one, a cursor many together
            for rows in self.portions(table):
                yield block(table, rows), len(rows)
            return
        text, _ = statement(table.query())
        with (
            translated(self._url),
            psycopg.RawCursor(self._connection) as cursor,
            cursor.copy(b"COPY (" + text + b") TO STDOUT") as copy,
        ):
            while lines := list(islice(copy, _FEW_LINES if table.wide else _LINES)):
                yield b"".join(lines), len(lines)

    def _all(self, sql: str, *values: object) -> list[Any]:
        with translated(self._url):
            return psycopg.RawCursor(self._connection).execute(sql.encode(), values or None).fetchall()
