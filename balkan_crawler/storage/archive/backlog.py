"""Rows that a transaction has still to write: many by one statement, since to a server each statement is a way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    Values = Sequence[object] | Mapping[str, object]


class Backlog:
    """Statements with the rows that wait for them. They are run in the order in which each was first named."""

    def __init__(self) -> None:
        self._rows: dict[str, list[Values]] = {}

    def add(self, statement: str, *rows: Values) -> None:
        """Let a statement be run for each of the rows when all are written."""
        self._rows.setdefault(statement, []).extend(rows)

    def write(self, db: sqlite3.Connection) -> None:
        """Run the statements."""
        for statement, rows in self._rows.items():
            db.executemany(statement, rows)
        self._rows.clear()
