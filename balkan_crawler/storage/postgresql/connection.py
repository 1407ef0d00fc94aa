"""Connections to a PostgreSQL server that take the statements of the rooms above; errors become ours here."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import errors
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from balkan_crawler.errors import (
    StoreDeadlockError,
    StoreError,
    StoreFullError,
    StoreRefusedError,
    StoreServerBusyError,
    StoreServerFailedError,
    StoreServerReadOnlyError,
    StoreUnreachableError,
)
from balkan_crawler.location import shown
from balkan_crawler.storage.postgresql.statements import statement
from balkan_crawler.storage.postgresql.values import read_as_sqlite_does

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    Values = Sequence[object] | Mapping[str, object]
    Cursor = psycopg.Cursor[tuple[Any, ...]] | psycopg.ServerCursor[tuple[Any, ...]]

_KINDS: Final[dict[str, type[StoreError]]] = {
    "25006": StoreServerReadOnlyError,
    "25P03": StoreUnreachableError,
    "25P04": StoreUnreachableError,
    "28": StoreRefusedError,
    "3D": StoreRefusedError,
    "3F": StoreRefusedError,
    "42501": StoreRefusedError,
    "40001": StoreDeadlockError,
    "40P01": StoreDeadlockError,
    "55P03": StoreServerBusyError,
    "57014": StoreServerBusyError,
    "53100": StoreFullError,
    "53": StoreUnreachableError,
    "57P": StoreUnreachableError,
    "08": StoreUnreachableError,
    "58": StoreServerFailedError,
    "XX": StoreServerFailedError,
}
"""What a code of an error means, or the beginning of one: https://www.postgresql.org/docs/current/errcodes-appendix.html"""
_PASSING: Final = ("the database system is", "too many", "remaining connection slots", "terminating connection")
"""Words of a server that starts, stops or is crowded: it refuses whoever comes, and soon not any more."""
_REFUSALS: Final = ("password", "authentication", "role ", "database ", "permission", "pg_hba.conf")
"""Words of a refusal: an error of connecting carries no code."""
_OF_URLS: Final = ("connection option", "URI", "bad value for")
"""Words of an error about a URL itself."""
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
CONNECT_SECONDS: Final = 10
"""How long a connection may take to be made, where the URL does not say (``connect_timeout``)."""
_LINE: Final = {
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 4,
    "tcp_user_timeout": 40_000,
}
"""What libpq is told where the URL does not say: a line that was cut is noticed within 40 s, and not after hours."""
_SESSION: Final = {
    "datestyle": "ISO, YMD",
    "timezone": "UTC",
    "jit": "off",
    "idle_in_transaction_session_timeout": "15s",
    "tcp_keepalives_idle": "20",
    "tcp_keepalives_interval": "5",
    "tcp_keepalives_count": "4",
    "tcp_user_timeout": "40s",
}
"""Settings of each session. Compiling a search (``jit``) takes longer than it does.

A program that stands still or is cut off within a transaction would hold up all others, who wait for its locks; the
server undoes it sooner than they give up.
"""


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
    """Open a connection with our settings. Raises what psycopg raises."""
    known = conninfo_to_dict(url)
    made = psycopg.connect(
        make_conninfo(
            url,
            connect_timeout=known.get("connect_timeout", CONNECT_SECONDS),
            application_name=known.get("application_name", "balkan-crawler"),
            client_encoding="utf8",
            **{name: known.get(name, value) for name, value in _LINE.items()},
        ),
        autocommit=True,  # transactions begin where `writing` says so, and nowhere else
    )
    try:
        read_as_sqlite_does(made)
        made.prepared_max = _MOST_PREPARED
        settings = _SESSION | {"lock_timeout": f"{max(1, round(busy_seconds * 1000))}ms"}
        if read_only:  # else it is as the server, the database or the role has it
            settings |= {"default_transaction_read_only": "on"}
        made.execute(
            "SELECT set_config(name, value, false) FROM json_each_text(%s::json) AS wanted (name, value)",
            (json.dumps(settings),),
        )
    except BaseException:
        made.close()
        raise
    return made


@contextmanager
def translated(url: str) -> Iterator[None]:
    """Turn an error of the server at ``url`` into a `StoreError`; programming errors pass unchanged."""
    try:
        yield
    except psycopg.Error as error:
        kind = _kind(error)
        if kind is None:
            raise
        raise kind(shown(url), _told(error, url)) from None  # psycopg's own error may hold the whole URL


def _kind(error: psycopg.Error) -> type[StoreError] | None:
    code = error.sqlstate
    if code is not None:
        return next((_KINDS[code[:size]] for size in (5, 3, 2) if code[:size] in _KINDS), None)
    if isinstance(error, errors.ConnectionTimeout):
        return StoreUnreachableError
    if isinstance(error, psycopg.OperationalError):
        is_refusal = any(word in str(error) for word in _REFUSALS) and not any(word in str(error) for word in _PASSING)
        return StoreRefusedError if is_refusal else StoreUnreachableError
    return StoreRefusedError if any(word in str(error) for word in _OF_URLS) else None


def _told(error: psycopg.Error, url: str) -> str:
    """Give what an error says in one line, without a password."""
    said = error.diag.message_primary or " ".join(str(error).split())
    said = said.rpartition("FATAL: ")[2].strip() if error.sqlstate is None else said
    try:
        password = conninfo_to_dict(url).get("password")
    except psycopg.ProgrammingError:
        return "the URL is not understood"
    return said.replace(str(password), "...") if password else said


@contextmanager
def writing(connection: psycopg.Connection[tuple[Any, ...]]) -> Iterator[PostgresConnection]:
    """Run a block as one transaction; undo all of it on an error."""
    with connection.transaction():
        yield PostgresConnection(connection)
