"""Statements that people type, over PostgreSQL: only as a role that can do nothing but read, and within limits.

A statement is read by the server alone first, so that it is one and whole; then it stands within a cursor's query,
where nothing but a query can. The transaction is READ ONLY, on a connection that ends with it.
"""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import psycopg

from balkan_crawler.errors import StatementError, StatementFault
from balkan_crawler.storage.console_contract import SqlAnswer
from balkan_crawler.storage.postgresql.connection import connect, translated
from balkan_crawler.storage.postgresql.rights import rights
from balkan_crawler.storage.postgresql.statements import statement as in_form_of_server

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from balkan_crawler.storage.console_contract import Cell

    Connection = psycopg.Connection[tuple[Any, ...]]
    Cursor = psycopg.RawServerCursor[tuple[Any, ...]]

_LONGEST_STATEMENT: Final = 100_000
_LARGEST_ROW: Final = 4_000_000
"""Bytes of a row: several times the longest article."""
_MOST_COLUMNS: Final = 100
_AT_ONCE: Final = 20
"""Rows that are asked for together."""
_GRACE: Final = 1.0
"""Seconds after its time in which a statement may still end by itself."""
_TOO_LARGE: Final = "a row is too large"
_ROW: Final = "_row_that_was_asked_for"
"""A name that no column has."""
_NOTHING: Final = re.compile(r"(?:\s|;|--[^\n]*(?:\n|\Z)|/\*.*?\*/)*", re.DOTALL)
_PIECE: Final = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/|(?P<end>;)""", re.DOTALL)
_MATCH: Final = re.compile(r"\b(?P<column>(?:\w+\.)?text)\s+MATCH\s+(?P<words>:\w+|'(?:[^']|'')*')", re.IGNORECASE)
_QUERY: Final = r"replace(regexp_replace(trim(lower({words})), '\s+', ' & ', 'g'), '*', ':*')"
"""Words, each of which is to be found, with ``*`` for any ending: what the example of the view ``mentions`` shows."""
_HOW: Final = "CREATE ROLE reader LOGIN PASSWORD '...' IN ROLE pg_read_all_data"
_OURS: Final = ("08", "53", "57P", "58", "XX")
"""Beginnings of codes of errors that are the server's, and not the statement's."""
_SYNTAX: Final = "42601"


@contextmanager
def ask(
    url: str, statement: str, values: Mapping[str, str], seconds: float, busy_seconds: float
) -> Iterator[SqlAnswer]:
    """Answer a statement on a connection of its own. Raises `StatementError`, and a `StoreError` about the server."""
    text, given = _read(statement, values)
    end = time.monotonic() + seconds
    with translated(url):
        connection = connect(url, read_only=True, busy_seconds=min(busy_seconds, seconds))
        cutting = threading.Timer(seconds + _GRACE, _cut, (connection,))
        cutting.daemon = True
        cutting.start()
        cursor = psycopg.RawServerCursor(connection, "asked")
        try:
            _refuse_powers(connection)
            connection.autocommit = False
            with _faults(end):
                _limit(connection, seconds)
                _check(connection, text)
                try:
                    cursor.execute(_bounded(text), given or None)
                except psycopg.errors.SyntaxError:  # alone it was none, so it is no query
                    raise StatementError(StatementFault.WRITES) from None
                columns = tuple(column.name for column in cursor.description or ())
            yield SqlAnswer(columns=columns, rows=_rows(connection, cursor, end))
        finally:
            cutting.cancel()
            connection.close()
            cursor.close()  # which asks the server for nothing any more


def _read(statement: str, values: Mapping[str, str]) -> tuple[bytes, list[str]]:
    """Give a statement with the server's placeholders, and the values of these. Raises `StatementError`."""
    if "\0" in statement:
        raise StatementError(StatementFault.WRONG, "it holds a NUL")
    if len(statement) > _LONGEST_STATEMENT:
        raise StatementError(StatementFault.BIG)
    if _NOTHING.fullmatch(statement):
        raise StatementError(StatementFault.NOTHING)
    text, names = in_form_of_server(_MATCH.sub(_matching, statement))
    missing = [name for name in names if name not in values]
    if missing:
        raise StatementError(StatementFault.VALUES, f":{missing[0]}")
    if any("\0" in values[name] for name in names):
        raise StatementError(StatementFault.VALUES, "a value holds a NUL")
    return text, [values[name] for name in names]


def _cut(connection: Connection) -> None:
    """End a connection that another thread waits for, also where the server is heard no more.

    The server ends the statement by its own clock.
    """
    with suppress(OSError, psycopg.OperationalError), socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


def _matching(found: re.Match[str]) -> str:
    return f"{found['column']} @@ CAST({_QUERY.format(words=found['words'])} AS tsquery)"


def _refuse_powers(connection: Connection) -> None:
    objection = rights(connection).objection
    if objection is not None:
        text = f"{objection}; open the desk with the URL of one that only reads, as a superuser makes it: {_HOW}"
        raise StatementError(StatementFault.WRITES, text)


def _limit(connection: Connection, seconds: float) -> None:
    """Begin the transaction in which the statement is answered; it cannot be made to write any more."""
    connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
    connection.execute(
        "SELECT set_config('statement_timeout', %s, true), set_config('idle_in_transaction_session_timeout', %s, true)",
        (f"{round(seconds * 1000)}ms", f"{round((seconds + _GRACE) * 1000)}ms"),
    )


def _check(connection: Connection, text: bytes) -> None:
    """Have the server read the statement as it is: one, whole, with so many columns. Raises what psycopg raises."""
    result = connection.pgconn.prepare(b"asked", text)
    if result.status != psycopg.pq.ExecStatus.COMMAND_OK:
        raise psycopg.errors.error_from_result(result, encoding="utf-8")
    columns = connection.pgconn.describe_prepared(b"asked").nfields
    if columns == 0:
        raise StatementError(StatementFault.WRITES)
    if columns > _MOST_COLUMNS:
        raise StatementError(StatementFault.BIG)
    connection.execute("DEALLOCATE asked")


def _bounded(text: bytes) -> bytes:
    """Have the server refuse to send a row that is too large; what is written reads as an error then."""
    size = f"pg_column_size({_ROW})"
    bound = f"CASE WHEN {size} > {_LARGEST_ROW} THEN CAST('{_TOO_LARGE}' || {size} AS integer) = 0 ELSE true END"
    text = _PIECE.sub(lambda piece: "" if piece["end"] else piece[0], text.decode()).encode()
    return f"SELECT {_ROW}.* FROM (\n".encode() + text + f"\n) AS {_ROW} WHERE {bound}".encode()


def _rows(connection: Connection, cursor: Cursor, end: float) -> Iterator[tuple[Cell, ...]]:
    with _faults(end):
        while True:
            left = end - time.monotonic()
            if left <= 0:
                raise StatementError(StatementFault.SLOW)
            connection.execute("SELECT set_config('statement_timeout', %s, true)", (f"{max(1, round(left * 1000))}ms",))
            rows = cursor.fetchmany(_AT_ONCE)
            for row in rows:
                yield tuple(map(_cell, row))
            if len(rows) < _AT_ONCE:
                return


def _cell(value: object) -> Cell:
    """Give a value as one that SQLite would give, all else as text."""
    if value is None or isinstance(value, str | int | float | bytes):
        return int(value) if isinstance(value, bool) else value
    return bytes(value) if isinstance(value, memoryview) else str(value)


@contextmanager
def _faults(end: float) -> Iterator[None]:
    """Turn an error of the server into what is wrong with the statement; its own faults pass."""
    try:
        yield
    except psycopg.Error as error:
        code, said = error.sqlstate or "", " ".join((error.diag.message_primary or str(error)).split())
        if code in ("57014", "25P03") or (not code and time.monotonic() > end):
            raise StatementError(StatementFault.SLOW) from None
        if _TOO_LARGE in said or code.startswith(("53", "54")):
            raise StatementError(StatementFault.BIG) from None
        if code == _SYNTAX and "multiple commands" in said:
            raise StatementError(StatementFault.SEVERAL) from None
        if code in ("25006", "0A000", "42501"):
            raise StatementError(StatementFault.WRITES, said) from None
        if not code or code.startswith(_OURS):
            raise
        raise StatementError(StatementFault.WRONG, said) from None
