"""Statements that people type: each is answered by a process of its own (`console_process`), which is ended in time.

In WAL a reader keeps no writer waiting; it only keeps the journal from being emptied, for as long as it is let.
"""

from __future__ import annotations

import marshal
import sqlite3
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import StatementError, StatementFault
from balkan_crawler.storage.console_contract import SqlAnswer
from balkan_crawler.storage.file.connection import address_of, translated

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import IO

    from balkan_crawler.storage.console_contract import Cell

_PROGRAM: Final = Path(__file__).with_name("console_process.py")
_GRACE: Final = 1.0
"""Seconds after its time in which a process may still end by itself."""


@contextmanager
def ask(
    path: Path, statement: str, values: Mapping[str, str], seconds: float, busy_seconds: float
) -> Iterator[SqlAnswer]:
    """Answer a statement about the file at ``path``. Raises `StatementError`, and a `StoreError` about the file."""
    if "\0" in statement:
        raise StatementError(StatementFault.WRONG, "it holds a NUL")
    asked = marshal.dumps((address_of(path, read_only=True), statement, dict(values), seconds, busy_seconds))
    command = [sys.executable, "-I", "-S", str(_PROGRAM)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        end = threading.Timer(seconds + _GRACE, process.kill)
        end.daemon = True
        end.start()
        try:
            assert process.stdin is not None and process.stdout is not None
            with translated(path):
                process.stdin.write(asked)
                process.stdin.close()
                messages = _messages(process.stdout)
                columns = next(messages)
                yield SqlAnswer(columns=tuple(columns), rows=_rows(messages))
        finally:
            end.cancel()
            process.kill()


def _messages(source: IO[bytes]) -> Iterator[list[Any]]:
    """Give the columns, and then rows by the portion. Raises what went wrong, the file's as SQLite does."""
    while True:
        try:
            kind, *said = marshal.load(source)
        except (EOFError, ValueError, TypeError):  # it was ended, or could not go on: time is what all of them lack
            raise StatementError(StatementFault.SLOW) from None
        match kind:
            case "columns" | "rows":
                yield said[0]
            case "end":
                return
            case "fault":
                raise StatementError(StatementFault[said[0]], said[1])
            case _:
                error = sqlite3.DatabaseError(said[1])
                error.sqlite_errorcode = said[0]
                raise error


def _rows(messages: Iterator[list[Any]]) -> Iterator[tuple[Cell, ...]]:
    for portion in messages:
        yield from portion
