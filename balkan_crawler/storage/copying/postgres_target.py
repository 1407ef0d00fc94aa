"""A PostgreSQL database that an archive is copied into."""

from __future__ import annotations

import json
import secrets
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import CopyTargetError
from balkan_crawler.location import shown
from balkan_crawler.storage.copying import standing_back, state
from balkan_crawler.storage.copying.copy_format import block
from balkan_crawler.storage.copying.fitting import Needs
from balkan_crawler.storage.copying.postgres_indexes import index, later, make
from balkan_crawler.storage.copying.postgres_reader import LOCK, SCHEMA, PostgresReader
from balkan_crawler.storage.copying.postgres_session import naming, opened, writing
from balkan_crawler.storage.copying.postgres_words import index_articles, list_words
from balkan_crawler.storage.copying.processes import result
from balkan_crawler.storage.copying.standing_back import indexes_of
from balkan_crawler.storage.copying.tables import Kind, tables
from balkan_crawler.storage.file.schema import UNFINISHED
from balkan_crawler.storage.postgresql.connection import PostgresConnection, translated
from balkan_crawler.storage.postgresql.schema import STEPS, applied, prepare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from contextlib import AbstractContextManager

    from balkan_crawler.storage.copying.canonical import Row
    from balkan_crawler.storage.copying.endings import Portion
    from balkan_crawler.storage.copying.processes import Workers
    from balkan_crawler.storage.copying.tables import Table

_FEW: Final = 2000
"""Rows of a table that is indexed here and now: a process takes longer to begin."""


class PostgresTarget:
    """An empty database, or one whose copying goes on."""

    is_server = True

    def __init__(self, url: str, busy_seconds: float, workers: Workers) -> None:
        self.place = shown(url)
        self._url = url
        self._busy_seconds = busy_seconds
        self._workers = workers
        self._working: list[Future[None]] = []
        self._run = secrets.token_hex(8)
        self._needs: dict[str, Needs] = {}
        self._connection = opened(url, busy_seconds)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def begin(self, source: str) -> bool:
        """Take over what was begun of this source, or begin; says whether it goes on."""
        with translated(self._url):
            [(is_alone,)] = self._all(f"SELECT pg_try_advisory_xact_lock({LOCK}, {SCHEMA})")  # the source holds it
            if not is_alone:
                raise CopyTargetError(self.place, "it is the source itself, or a copy of it is being made")
            goes_on = self._is_begun(source)
            if not goes_on:
                prepare(self._connection, self._url, read_only=False)
            with self._connection.transaction():
                db = PostgresConnection(self._connection)
                if not goes_on:
                    db.execute(state.MAKE)
                    db.execute(state.KEEP, (state.SOURCE, source))
                    db.execute("INSERT INTO _migrations (name) VALUES (?)", (UNFINISHED,))
                    db.execute('CREATE TABLE _copying_words (term text COLLATE "C", doc bigint)')
                    db.execute(state.KEEP, ("needs", json.dumps(standing_back.needs(self._connection))))
                    standing_back.triggers(self._connection, "DISABLE")
                standing_back.stand_back(self._connection, with_indexes=not goes_on)
                db.execute(state.KEEP, (state.RUN, self._run))
            [(needs,)] = self._all(state.READ, "needs")
        every = frozenset(Kind)
        for name, (needed, indexes) in json.loads(needs).items():
            self._needs[name] = Needs(kinds=every, needed=frozenset(needed), indexes=tuple(map(tuple, indexes)))
        return goes_on

    def _is_begun(self, source: str) -> bool:
        """Say whether this is an unfinished copy of the source; refuse what is neither that nor empty."""
        steps = applied(self._connection)
        if steps is None:
            return False
        if UNFINISHED in steps:
            if steps != {*STEPS, UNFINISHED}:
                raise CopyTargetError(self.place, state.OF_ANOTHER_VERSION)
            if self._all(state.READ, state.SOURCE) != [(source,)]:
                raise CopyTargetError(self.place, state.OF_ANOTHER)
            return True
        for table in tables():
            [(is_there,)] = self._all("SELECT to_regclass(?) IS NOT NULL", table.name)
            if is_there and table.name != "_rules" and self._all(f"SELECT 1 FROM {table.name} LIMIT 1"):
                raise CopyTargetError(self.place, state.HAS_ROWS)
        return False

    def _all(self, sql: str, *values: object) -> list[Any]:
        return PostgresConnection(self._connection).execute(sql, values).fetchall()

    def _writing(self) -> AbstractContextManager[PostgresConnection]:
        return writing(self._connection, self._url, self._run)

    def reader_opener(self) -> Callable[[], PostgresReader]:
        """Give what reads what was copied so far."""
        return partial(PostgresReader.of_target, self._url, self._busy_seconds)

    def needs(self, table: Table, of_server: bool) -> Needs:
        """Say what rows must be like."""
        return self._needs[table.name]

    def came_to(self, table: Table) -> tuple[int, list[Any] | None]:
        """Say how many rows of a table were added, and the key of the last one."""
        with translated(self._url):
            found = self._all(state.READ, state.progress_of(table.name))
        return state.came_to(found[0][0] if found else None)

    def add(self, table: Table, portion: Portion, done: int) -> None:
        """Add rows, and note how far that is."""
        with naming(self._url, table.name), self._writing() as db:
            self._put(db, table, portion.block)
            db.execute(state.KEEP, (state.progress_of(table.name), state.written(done, portion.last)))

    def mend(self, table: Table, gone: Sequence[Sequence[Any]], rows: Sequence[Row]) -> None:
        """Delete the rows of these keys, then add rows."""
        where = " AND ".join(f"{name} = ?" for name in table.key)
        with naming(self._url, table.name), self._writing() as db:
            for key in gone:
                db.execute(f"DELETE FROM {table.name} WHERE {where}", tuple(key))
            self._put(db, table, block(table, rows))

    def _put(self, db: PostgresConnection, table: Table, rows: bytes) -> None:
        if table.name == "articles" and self._all("SELECT 1 FROM articles_fts LIMIT 1"):
            db.execute("TRUNCATE articles_fts, _copying_words, _words")
            db.execute("DELETE FROM _copying WHERE name LIKE 'words %'")
        if not rows:
            return
        columns = ", ".join(f'"{name}"' for name in table.columns)
        with (
            self._connection.cursor() as cursor,
            cursor.copy(f"COPY {table.name} ({columns}) FROM STDIN".encode()) as copy,
        ):
            copy.write(rows)

    def index_words(self) -> Iterator[int]:
        """Index the words of all articles in several processes; gives how many are done."""
        with translated(self._url):
            yield from index_articles(self._connection, self._url, self._run, self._workers)

    def index(self, table: Table) -> Iterator[str]:
        """Have the indexes of a table made by a process; those of words with the articles', and before them."""
        if table.name == "articles":
            yield from self._index("articles_fts")
            self._have_done(self._is_small("articles"), list_words)
        yield from self._index(table.name)

    def _index(self, name: str) -> Iterator[str]:
        missing = later(self._connection, self._url, indexes_of(name))
        yield from (made.rpartition(" ")[2] for made, _ in missing)
        self._have_done(self._is_small(name), index, name)

    def _is_small(self, name: str) -> bool:
        with translated(self._url):
            return len(self._all(f"SELECT 1 FROM {name} LIMIT {_FEW + 1}")) <= _FEW

    def _have_done(self, is_small: bool, work: Callable[..., None], *values: str) -> None:
        if is_small:
            work(self._url, self._busy_seconds, self._run, *values)
        else:
            self._working.append(self._workers.submit(work, self._url, self._busy_seconds, self._run, *values))

    def rest(self) -> Iterator[str]:
        """Wait for all indexes, then make what needs them."""
        for future in self._working:
            result(future)
        yield from make(self._connection, self._url, self._run, later(self._connection, self._url))

    def finish(self, counters: dict[str, int]) -> None:
        """Number on from these counters by table, and let others open the archive."""
        with self._writing() as db:
            db.execute("SET LOCAL synchronous_commit = on")
            standing_back.triggers(self._connection, "ENABLE")
            for table in tables():
                if table.counter is not None and (last := counters[table.name]):
                    sequence = f"pg_get_serial_sequence('{table.name}', '{table.counter}')"
                    db.execute(f"SELECT setval({sequence}, ?)", (last,))
            db.execute("DELETE FROM _migrations WHERE name = ?", (UNFINISHED,))
            db.execute("DROP TABLE _copying, _copying_words")
