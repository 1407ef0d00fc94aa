"""A program of its own that answers one statement of SQL, and ends; `console` starts it and looks after it.

It imports nothing of ours, so that it is there in some 30 ms. What may not be trusted is all in here: SQLite's own
functions can take minutes without looking up (``instr`` of two long texts, say), or more memory than there is, and
neither can be stopped within a process. Four things stand between a statement and the archive: the connection only
reads (``query_only``), an authorizer lets nothing but reading pass (https://www.sqlite.org/c3ref/set_authorizer.html),
limits bound what a value and a statement may be (https://www.sqlite.org/c3ref/c_limit_attached.html), and a clock ends
what takes too long. Whoever started this ends it where the clock is not looked at.
"""

from __future__ import annotations

import marshal
import sqlite3
import sys
import time
from typing import TYPE_CHECKING, Any, BinaryIO, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

LIMITS: Final = {
    sqlite3.SQLITE_LIMIT_LENGTH: 4_000_000,  # bytes of a value or row: several times the longest article
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 100_000,
    sqlite3.SQLITE_LIMIT_COLUMN: 100,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_VDBE_OP: 250_000,
    sqlite3.SQLITE_LIMIT_FUNCTION_ARG: 100,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 500,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 100,
    sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH: 1,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}
MOST_MEMORY: Final = 512 * 1024**2
"""Bytes of this process."""
MOST_ON_DISK: Final = 1024**3
"""Bytes of a file that something is sorted in."""
_KIB: Final = 16_384
"""KiB of the archive that are held in memory, and of what is sorted; the rest of that goes to files."""
_STEPS: Final = 5_000
"""Steps of SQLite's machine between two looks at the clock: less than a millisecond."""
_PORTION: Final = 250_000
"""About so many bytes of rows are sent at once."""
_READING: Final = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE})
_SCHEMA: Final = frozenset({"sqlite_master", "sqlite_temp_master"})
"""SQLite asks whether it may change these when it opens a virtual table; nobody can change them by a statement."""
_TELLING: Final = frozenset(
    {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list"}
    | {"function_list", "module_list", "pragma_list", "collation_list", "compile_options", "data_version"}
)
"""Pragmas that only tell something."""
_TELLING_WITHOUT_VALUE: Final = frozenset({"page_count", "page_size", "freelist_count", "user_version", "encoding"})
_FUNCTIONS_REFUSED: Final = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"})


class _Guard:
    """What watches over one statement until ``deadline``, a time of the monotonic clock."""

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline
        self.has_refused = False

    def is_late(self) -> bool:
        """Say whether the time is over."""
        return time.monotonic() > self._deadline

    def authorize(self, action: int, first: str | None, second: str | None, *_: object) -> int:
        """Let reading pass, and nothing else."""
        name = (first or "").lower()
        is_allowed = (
            action in _READING
            or (action == sqlite3.SQLITE_FUNCTION and (second or "").lower() not in _FUNCTIONS_REFUSED)
            or (action == sqlite3.SQLITE_UPDATE and name in _SCHEMA)
            or (action == sqlite3.SQLITE_PRAGMA and name in _TELLING)
            or (action == sqlite3.SQLITE_PRAGMA and name in _TELLING_WITHOUT_VALUE and second is None)
        )
        self.has_refused |= not is_allowed
        return sqlite3.SQLITE_OK if is_allowed else sqlite3.SQLITE_DENY


def answer(
    place: str, statement: str, values: dict[str, str], seconds: float, busy: float
) -> Iterator[tuple[Any, ...]]:
    """Answer a statement about the file at an address of SQLite, in messages.

    First ``columns`` with their names, then ``rows``, at last ``end``; or ``fault`` with a name of `StatementFault` and
    SQLite's words, or ``file`` with SQLite's code and words.
    """
    guard = _Guard(time.monotonic() + seconds)
    try:
        connection = sqlite3.connect(place, uri=True, timeout=busy, isolation_level=None)
        connection.execute("PRAGMA query_only = ON")
        connection.execute(f"PRAGMA cache_size = -{_KIB}")
        connection.execute("PRAGMA temp_store = FILE")
        connection.text_factory = _text
        for limit, most in LIMITS.items():
            connection.setlimit(limit, most)
        connection.set_progress_handler(guard.is_late, _STEPS)
        connection.set_authorizer(guard.authorize)
        cursor = connection.execute(statement, values)
        if cursor.description is None:
            yield "fault", "NOTHING", ""
            return
        yield "columns", [str(each[0]) for each in cursor.description]
        yield from _rows(cursor, guard)
    except sqlite3.DatabaseError as error:
        yield _failure(error, guard)
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
        yield "fault", "WRONG", str(error).encode("utf-8", "replace").decode()
    except MemoryError:
        yield "fault", "BIG", ""


def _rows(cursor: sqlite3.Cursor, guard: _Guard) -> Iterator[tuple[Any, ...]]:
    portion: list[tuple[Any, ...]] = []
    size = 0
    for row in cursor:
        portion.append(row)
        size += sum(len(cell) if isinstance(cell, str | bytes) else 8 for cell in row)
        if size > _PORTION:
            yield "rows", portion
            portion, size = [], 0
            if guard.is_late():
                yield "fault", "SLOW", ""
                return
    if portion:
        yield "rows", portion
    yield ("end",)


def _failure(error: sqlite3.DatabaseError, guard: _Guard) -> tuple[Any, ...]:
    """Say whose fault an error is: the statement's, or the file's."""
    code, words = getattr(error, "sqlite_errorcode", None), str(error)
    if guard.has_refused:
        return "fault", "WRITES", ""
    if code is None:  # Python's own: it counts statements and values
        if "one statement" in words:
            return "fault", "SEVERAL", ""
        return "fault", "VALUES" if "inding" in words else "WRONG", words
    match code & 0xFF:
        case sqlite3.SQLITE_INTERRUPT:
            return "fault", "SLOW", ""
        case sqlite3.SQLITE_TOOBIG | sqlite3.SQLITE_NOMEM | sqlite3.SQLITE_FULL:
            return "fault", "BIG", ""
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_AUTH:
            return "fault", "WRITES", ""
        case sqlite3.SQLITE_ERROR | sqlite3.SQLITE_MISMATCH | sqlite3.SQLITE_RANGE | sqlite3.SQLITE_CONSTRAINT:
            return "fault", "WRONG", words
    if code == sqlite3.SQLITE_IOERR_WRITE:  # only what is sorted is ever written
        return "fault", "BIG", ""
    return "file", code, words


def _text(written: bytes) -> str:
    """Read a text; what is no UTF-8 in it is shown as such."""
    return written.decode("utf-8", "replace")


def _bound() -> None:
    """Bound what this process may take, where the system can."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (MOST_ON_DISK, MOST_ON_DISK))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        return


def main(source: BinaryIO, sink: BinaryIO) -> None:
    """Read the arguments of `answer`, and write its messages."""
    asked = marshal.load(source)
    _bound()
    for message in answer(*asked):
        marshal.dump(message, sink)
        sink.flush()


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
