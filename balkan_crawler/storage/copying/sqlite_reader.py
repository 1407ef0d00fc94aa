"""Reading the rows of a SQLite archive as they are at one moment."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import StoreMissingError, StoreOutdatedError
from balkan_crawler.storage.copying import odd_texts
from balkan_crawler.storage.copying.canonical import canonical_rows
from balkan_crawler.storage.copying.copy_format import block
from balkan_crawler.storage.copying.portions import portions_of
from balkan_crawler.storage.file import labels, rekeying
from balkan_crawler.storage.file.connection import connect, open_file, translated
from balkan_crawler.storage.file.lease_holders import is_gone

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from datetime import datetime
    from pathlib import Path

    from balkan_crawler.storage.copying.canonical import Row
    from balkan_crawler.storage.copying.tables import Table

_PORTIONS_OF_ONE_MOMENT: Final = 16


class SqliteReader:
    """A file, read within one transaction: what is committed later is not seen. Close it soon: its journal grows."""

    is_server = False

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.place = str(path)
        self._path = path
        self._connection = connection
        connection.text_factory = odd_texts.READ
        self._see_one_moment()

    @classmethod
    def of_archive(cls, path: Path, busy_seconds: float) -> SqliteReader:
        """Open a whole archive. Raises a `StoreError`: missing, broken, another program's, of another version."""
        connection = open_file(path, read_only=True, busy_seconds=busy_seconds)
        with translated(path):
            try:
                if rekeying.is_outdated(connection) or labels.is_outdated(connection):
                    raise StoreOutdatedError(str(path))
                return cls(path, connection)
            except BaseException:
                connection.close()
                raise

    @classmethod
    def of_target(cls, path: Path, busy_seconds: float) -> SqliteReader:
        """Open what was copied so far."""
        if not path.exists():
            raise StoreMissingError(str(path))
        with translated(path):
            return cls(path, connect(path, read_only=True, busy_seconds=busy_seconds))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def birth(self) -> str:
        """Give what tells this archive from every other: when its tables were made."""
        return str(self._all("SELECT min(applied_at) FROM _sqlite_migrations")[0][0])

    def holders(self, now: datetime) -> list[str]:
        """Name the living processes that crawl it, each with how many sites it holds."""
        found = self._all(
            "SELECT holder, count(*) FROM _sites WHERE holder IS NOT NULL AND lease_ends > ? GROUP BY holder",
            now.isoformat(),
        )
        return [str(holder) for holder, _ in found if not is_gone(holder)]

    def count(self, table: Table) -> int:
        """Count the rows of a table."""
        only = f" WHERE {table.only}" if table.only else ""
        return int(self._all(f"SELECT count(*) FROM {table.name}{only}")[0][0])

    def counter(self, table: Table) -> int:
        """Give the highest number that a table ever gave to a row."""
        highest = int(self._all(f"SELECT coalesce(max({table.counter}), 0) FROM {table.name}")[0][0])
        given = self._all("SELECT seq FROM sqlite_sequence WHERE name = ?", table.name)
        return max([highest, *(int(row[0]) for row in given)])

    def portions(self, table: Table, after: Sequence[Any] | None = None) -> Generator[Sequence[Row], None, None]:
        """Give the rows of a table in their one form, in the order of their keys, in portions of bounded size."""
        with translated(self._path), closing(self._connection.cursor()) as cursor:
            cursor.execute(table.query(odd_texts.places(after or ())), odd_texts.bound(after or ()))
            for rows in portions_of(table, cursor.fetchmany):
                yield canonical_rows(table, rows)

    def blocks(self, table: Table) -> Generator[tuple[bytes, int], None, None]:
        """Give the rows of a table that nobody changes in COPY's form, with how many there are.

        What is read at one moment holds up the journal of a file that is written to, so each few portions are a moment.
        """
        last: list[Any] | None = None
        is_left = True
        while is_left:
            is_left = False
            with closing(self.portions(table, last)) as portions:
                for rows in islice(portions, _PORTIONS_OF_ONE_MOMENT):
                    is_left = True
                    last = [rows[-1][place] for place in table.places]
                    yield block(table, rows), len(rows)
            with translated(self._path):
                self._connection.execute("COMMIT")
                self._see_one_moment()

    def _see_one_moment(self) -> None:
        self._connection.execute("BEGIN")
        self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # from here on one moment is seen

    def _all(self, sql: str, *values: object) -> list[Any]:
        with translated(self._path):
            return self._connection.execute(sql, values).fetchall()
