"""A SQLite file that an archive is copied into."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing, contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from sqlite_utils import Database

from balkan_crawler.errors import CopyTargetError, StoreInUseError, StoreStrangerError
from balkan_crawler.storage.copying import odd_texts, state
from balkan_crawler.storage.copying.fitting import Needs
from balkan_crawler.storage.copying.sqlite_reader import SqliteReader
from balkan_crawler.storage.copying.sqlite_words import index_articles
from balkan_crawler.storage.copying.tables import Kind, tables
from balkan_crawler.storage.file import connection as files
from balkan_crawler.storage.file import indexing
from balkan_crawler.storage.file.schema import APPLICATION_ID, MIGRATIONS, UNFINISHED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from balkan_crawler.storage.copying.canonical import Row
    from balkan_crawler.storage.copying.endings import Portion
    from balkan_crawler.storage.copying.processes import Workers
    from balkan_crawler.storage.copying.tables import Table

_MARK: Final = "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('balkan_crawler', ?, '')"
_LEFT: Final = """
    SELECT name, type, sql, tbl_name FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL
"""
_KIB: Final = 262_144
"""KiB of the file that are held in memory: keys come in no order where a table has several."""


class SqliteTarget:
    """A new file, or one whose copying goes on."""

    is_server = False

    def __init__(self, path: Path, busy_seconds: float, workers: Workers) -> None:
        self.place = str(path)
        self._path = path
        self._busy_seconds = busy_seconds
        self._workers = workers
        self._run = secrets.token_hex(8)
        self._connection: sqlite3.Connection | None = None

    def close(self) -> None:
        """Close the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def begin(self, source: str) -> bool:
        """Take over what was begun of this source, or begin; says whether it goes on."""
        goes_on = self._path.is_file() and self._path.stat().st_size > 0 and self._is_begun(source)
        if not goes_on:  # made, and refused where it is no place for a database
            files.open_file(self._path, read_only=False, busy_seconds=self._busy_seconds).close()
        with files.translated(self._path):
            db = self._connection = files.connect(self._path, read_only=False, busy_seconds=self._busy_seconds)
            db.execute("PRAGMA foreign_keys = OFF")  # rows come table by table, and are those of a whole archive
            db.execute(f"PRAGMA cache_size = -{_KIB}")
            with files.writing(db):
                if not goes_on:
                    self._stand_back(db, source)
                db.execute(state.KEEP, (state.RUN, self._run))
        return goes_on

    def _is_begun(self, source: str) -> bool:
        """Say whether the file is an unfinished copy of the source; refuse what is neither that nor empty."""
        with (
            files.translated(self._path),
            closing(files.connect(self._path, read_only=True, busy_seconds=self._busy_seconds)) as db,
        ):
            names = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if not names:
                return False
            if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise StoreStrangerError(self.place)
            steps = {name for (name,) in db.execute("SELECT name FROM _sqlite_migrations")}
            if UNFINISHED in steps:
                if steps != {*files.known_steps(), UNFINISHED}:
                    raise CopyTargetError(self.place, state.OF_ANOTHER_VERSION)
                if db.execute(state.READ, (state.SOURCE,)).fetchone() != (source,):
                    raise CopyTargetError(self.place, state.OF_ANOTHER)
                return True
            found = (f"SELECT 1 FROM {table.name} LIMIT 1" for table in tables() if table.name in names - {"_rules"})
            if any(db.execute(query).fetchone() for query in found):
                raise CopyTargetError(self.place, state.HAS_ROWS)
        return False

    def _stand_back(self, db: sqlite3.Connection, source: str) -> None:
        """Mark the file as unfinished, and take away what is made anew at the end, or makes rows of its own."""
        db.execute(state.MAKE)
        db.execute(state.KEEP, (state.SOURCE, source))
        db.execute(_MARK, (UNFINISHED,))
        for name, kind, *_ in db.execute(_LEFT).fetchall():
            if name != "idx__sqlite_migrations_migration_set_name":
                db.execute(f'DROP {kind} "{name}"')
        indexing.forget_all(db)

    @property
    def _db(self) -> sqlite3.Connection:
        assert self._connection is not None
        return self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with files.translated(self._path), files.writing(self._db) as db:
            if db.execute(state.READ, (state.RUN,)).fetchone() != (self._run,):
                raise StoreInUseError(self.place, state.TAKEN_OVER)
            yield db

    def reader_opener(self) -> Callable[[], SqliteReader]:
        """Give what reads what was copied so far."""
        return partial(SqliteReader.of_target, self._path, self._busy_seconds)

    def needs(self, table: Table, of_server: bool) -> Needs:
        """SQLite takes all rows; of a server's, times must be such that they can be written."""
        return Needs(kinds=frozenset({Kind.TIME, Kind.DAY} if of_server else ()))

    def came_to(self, table: Table) -> tuple[int, list[Any] | None]:
        """Say how many rows of a table were added, and the key of the last one."""
        row = self._db.execute(state.READ, (state.progress_of(table.name),)).fetchone()
        return state.came_to(row and row[0])

    def add(self, table: Table, portion: Portion, done: int) -> None:
        """Add rows, and note how far that is."""
        with self._writing() as db:
            self._put(db, table, portion.cells)
            db.execute(state.KEEP, (state.progress_of(table.name), state.written(done, portion.last)))

    def mend(self, table: Table, gone: Sequence[Sequence[Any]], rows: Sequence[Row]) -> None:
        """Delete the rows of these keys, then add rows."""
        with self._writing() as db:
            for key in gone:
                where = zip(table.key, odd_texts.places(key), strict=True)
                conditions = " AND ".join(f"{name} = {place}" for name, place in where)
                db.execute(f"DELETE FROM {table.name} WHERE {conditions}", odd_texts.bound(key))
            self._put(db, table, rows)

    def _put(self, db: sqlite3.Connection, table: Table, rows: Sequence[Row]) -> None:
        if table.name == "articles":
            indexing.forget_all(db)
        insert = f"INSERT OR REPLACE INTO {table.name} ({', '.join(table.columns)}) VALUES "
        try:
            db.executemany(f"{insert}({', '.join('?' * len(table.columns))})", rows)
        except UnicodeEncodeError:
            for row in rows:
                db.execute(f"{insert}({', '.join(odd_texts.places(row))})", odd_texts.bound(row))

    def index_words(self) -> Iterator[int]:
        """Index the words of all articles; gives how many are done, now and then."""
        with files.translated(self._path):
            if indexing.is_outdated(self._db):
                yield from index_articles(self._db, self._path, self._workers, self._writing)

    def index(self, table: Table) -> Iterator[str]:
        """Make the indexes of a table; SQLite has one writer."""
        return self._indexes(of={table.name})

    def rest(self) -> Iterator[str]:
        """Make all indexes that are not there."""
        return self._indexes(of=None)

    def _indexes(self, of: set[str] | None) -> Iterator[str]:
        for name, kind, sql, table in self._missing():
            if kind == "index" and (of is None or table in of):
                yield name
                with self._writing() as db:
                    db.execute(sql)

    def _missing(self) -> list[tuple[str, str, str, str]]:
        """Give the indexes and triggers that a new archive has and this file has not, with the tables they are of."""
        there = {name for name, *_ in self._db.execute(_LEFT)}
        return [each for each in _of_new_archive() if each[0] not in there]

    def finish(self, counters: dict[str, int]) -> None:
        """Number on from these counters by table, and let others open the archive."""
        missing = self._missing()
        with self._writing() as db:
            for name, last in counters.items():
                sql = db.execute("SELECT sql FROM sqlite_master WHERE name = ?", (name,)).fetchone()[0]
                if "AUTOINCREMENT" in sql:
                    db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
                    db.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, last))
            for _, kind, sql, _ in missing:
                if kind == "trigger":
                    db.execute(sql)
            db.execute("DELETE FROM _sqlite_migrations WHERE name = ?", (UNFINISHED,))
            db.execute("DROP TABLE _copying")
        with files.translated(self._path):
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@cache
def _of_new_archive() -> list[tuple[str, str, str, str]]:
    with closing(sqlite3.connect(":memory:")) as new:
        MIGRATIONS.apply(Database(new, execute_plugins=False))
        return new.execute(_LEFT).fetchall()
