"""Connections to a PostgreSQL server that take the statements of the rooms above."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from balkan_crawler.errors import StoreServerReadOnlyError, StoreServerTooOldError, StoreUrlError
from balkan_crawler.location import shown
from balkan_crawler.storage.postgresql.failures import translated as translated
from balkan_crawler.storage.postgresql.statements import statement
from balkan_crawler.storage.postgresql.values import read_as_sqlite_does

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Values = Sequence[object] | Mapping[str, object]
    Cursor = psycopg.Cursor[tuple[Any, ...]] | psycopg.ServerCursor[tuple[Any, ...]]

_UNKNOWN_OPTION: Final = re.compile(r'invalid URI query parameter: "(\w+)"')
_ROWS_AT_ONCE: Final = 5
"""Rows of a stream that are asked for together."""
_ADDS: Final = re.compile(
    rb"(?P<before>\s*INSERT INTO \w+ \([^)]*\)\s*VALUES )\((?P<row>\$\d+(?:, \$\d+)*)\)(?P<behind>[^$]*)"
)
"""A statement that adds a row of values as they are handed in."""
_TOGETHER: Final = (256, 32, 8, 2, 1)
"""Rows that one statement adds: few sizes, so that each statement is soon known to the server."""
_MOST_PREPARED: Final = 400
"""Statements that a connection has the server keep planned: all of ours, with their sizes."""
BUSY_SECONDS: Final = 30.0
"""How long a transaction waits for others, where nobody says."""
OLDEST_SERVER: Final = 140_000
"""The oldest version of the server, as libpq counts them."""
_UNLESS_SAID: Final = {
    "connect_timeout": "10",
    "fallback_application_name": "balkan-crawler",
    "keepalives_idle": "20",
    "keepalives_interval": "5",
    "keepalives_count": "4",
    "tcp_user_timeout": "40000",
}
"""What a connection is made with where its URL says nothing of it: a server that is cut off is given up in 40 s."""
_IDLE: Final = "15s"
"""How long a transaction may stand still. A program that is stopped or cut off within one would hold up all others, who
wait for its locks; the server undoes it sooner than they give up."""
_SESSION: Final = {
    "jit": "off",
    "idle_in_transaction_session_timeout": _IDLE,
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "4",
    "tcp_user_timeout": "40s",
}
"""Settings of each session that is ours alone. Compiling a search (``jit``) takes longer than it does."""


class PostgresConnection:
    """A connection as the statements of the rooms above know one, with what they use of `sqlite3.Connection`.

    ``in_portions`` leaves rows on the server until they are asked for, which takes a transaction around.
    """

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]], *, in_portions: bool = False) -> None:
        self.connection = connection
        self._in_portions = in_portions
        self._portions: list[Cursor] = []

    def execute(self, sql: str, values: Values = ()) -> Cursor:
        """Run a statement; gives its rows, and how many it touched (``rowcount``)."""
        text, names = statement(sql)
        cursor: Cursor
        if self._in_portions:
            cursor = psycopg.RawServerCursor(self.connection, f"portions_{len(self._portions)}")
            cursor.itersize = _ROWS_AT_ONCE
            self._portions.append(cursor)
        else:
            cursor = psycopg.RawCursor(self.connection)
        ordered = _in_order(values, names)
        if b";" in text:  # several statements, which cannot be prepared
            return self.connection.execute(text, prepare=False)
        try:
            cursor.execute(text, ordered or None)
        except psycopg.DataError as error:
            if error.sqlstate is not None:
                raise
            cursor.execute(text, [_without_nul(value) for value in ordered])  # it was not sent
        return cursor

    def close_portions(self) -> None:
        """Let go of rows that nobody will ask for."""
        for cursor in self._portions:
            cursor.close()

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self.connection.info.transaction_status is not psycopg.pq.TransactionStatus.IDLE

    def executemany(self, sql: str, rows: Iterable[Values]) -> Cursor:
        """Run a statement for each of the rows, all on their way together; what only adds rows adds many at a time."""
        text, names = statement(sql)
        cursor = psycopg.RawCursor(self.connection)
        left = [_in_order(values, names) for values in rows]
        if not left:
            return cursor
        adds = _ADDS.fullmatch(text)
        if adds is None:
            cursor.executemany(text, left)
            return cursor
        with self.connection.pipeline():
            for size in _TOGETHER:
                while len(left) >= size:
                    now, left = left[:size], left[size:]
                    cursor.execute(_adding(text, size), [value for row in now for value in row])
        return cursor


@lru_cache(maxsize=500)
def _adding(text: bytes, size: int) -> bytes:
    """Give a statement that adds one row as one that adds so many."""
    adds = _ADDS.fullmatch(text)
    assert adds is not None
    columns = adds["row"].count(b",") + 1
    places = iter(range(1, columns * size + 1))
    rows = (b"(" + b", ".join(b"$%d" % next(places) for _ in range(columns)) + b")" for _ in range(size))
    return adds["before"] + b", ".join(rows) + adds["behind"]


def _without_nul(value: object) -> object:
    """Give a text as PostgreSQL takes it, which has no NUL: nothing is found by such a one."""
    return value.replace("\0", "\ufffd") if isinstance(value, str) else value


def _in_order(values: Values, names: tuple[str, ...]) -> Sequence[object]:
    """Give the values of a statement in the order of its placeholders."""
    return [values[name] for name in names] if isinstance(values, Mapping) else values


def connect(url: str, *, read_only: bool, busy_seconds: float) -> psycopg.Connection[tuple[Any, ...]]:
    """Open a connection with our settings. Raises what psycopg raises, and a `StoreError` about URL and server.

    Behind a pooler that gives each transaction another connection of its own (PgBouncer), nothing may be left in the
    server's session but what such poolers carry along: the style of dates and the zone. See `is_pooled`.
    """
    options = _with_defaults(url, read_only)
    try:
        made = psycopg.connect(make_conninfo(url, **options), autocommit=True)
    except UnicodeError:  # which `socket` raises of labels that are empty or too long
        raise StoreUrlError(shown(url), "no host can have that name") from None
    try:
        if made.info.server_version < OLDEST_SERVER:
            version = made.info.parameter_status("server_version") or "unknown"
            raise StoreServerTooOldError(shown(url), f"its version is {version.split()[0]}")
        _set_up(made, url, read_only, busy_seconds)
    except BaseException:
        made.close()
        raise
    return made


def _with_defaults(url: str, read_only: bool) -> dict[str, str]:
    try:
        known = conninfo_to_dict(url)
    except psycopg.ProgrammingError as error:  # which may hold the whole URL
        unknown = _UNKNOWN_OPTION.search(str(error))
        raise StoreUrlError(shown(url), f'libpq knows no option "{unknown[1]}"' if unknown else "") from None
    options = {name: value for name, value in _UNLESS_SAID.items() if name not in known}
    if os.environ.get("PGCONNECT_TIMEOUT"):
        options.pop("connect_timeout", None)
    if "," in str(known.get("host", "")) and not read_only:
        options["target_session_attrs"] = str(known.get("target_session_attrs", "read-write"))
    return options | {"client_encoding": "utf8"}


def _set_up(made: psycopg.Connection[tuple[Any, ...]], url: str, read_only: bool, busy_seconds: float) -> None:
    read_as_sqlite_does(made)
    made.prepared_max = _MOST_PREPARED
    told = made.execute(
        "SELECT pg_backend_pid(), current_setting('transaction_read_only') = 'on', pg_is_in_recovery(),"
        " set_config('datestyle', 'ISO, YMD', false), set_config('timezone', 'UTC', false)"
    ).fetchone()
    assert told is not None
    process, takes_no_writes, is_standby, *_ = told
    if takes_no_writes and not read_only:
        why = "it is a standby" if is_standby else "default_transaction_read_only is on"
        raise StoreServerReadOnlyError(shown(url), why)
    if read_only:
        made.read_only = True
    if process != made.info.backend_pid:
        made.prepare_threshold = None
        return
    settings = _SESSION | {"lock_timeout": _milliseconds(busy_seconds)}
    if read_only:
        settings |= {"default_transaction_read_only": "on"}
    made.execute(
        "SELECT set_config(name, value, false) FROM json_each_text(%s::json) AS wanted (name, value)",
        (json.dumps(settings),),
    )


def is_pooled(connection: psycopg.Connection[tuple[Any, ...]]) -> bool:
    """Say whether a pooler stands between: it tells another number of a process than the server's own.

    Statements are planned anew each time then, since the next one may go to a session that knows none of them.
    """
    return connection.prepare_threshold is None


@contextmanager
def writing(
    connection: psycopg.Connection[tuple[Any, ...]], busy_seconds: float = BUSY_SECONDS
) -> Iterator[PostgresConnection]:
    """Run a block as one transaction; undo all of it on an error."""
    with connection.transaction():
        if is_pooled(connection):
            connection.execute(
                "SELECT set_config('lock_timeout', %s, true),"
                " set_config('idle_in_transaction_session_timeout', %s, true)",
                (_milliseconds(busy_seconds), _IDLE),
            )
        yield PostgresConnection(connection)


def _milliseconds(seconds: float) -> str:
    return f"{max(1, round(seconds * 1000))}ms"
