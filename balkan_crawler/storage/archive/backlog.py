"""Rows that a transaction has still to write: many by one statement, since to a server each statement is a way."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    Values = Sequence[object] | Mapping[str, object]


class Backlog:
    """Statements with the rows that wait for them. They are run in the order in which each was first named.

    Rows that others refer to come before all of those, whichever was named first: the teasers of an article that was
    known wait there, perhaps, when a new article comes with its own.
    """

    def __init__(self) -> None:
        self._referred: dict[str, list[Values]] = {}
        self._rows: dict[str, list[Values]] = {}

    def add_referred(self, statement: str, *rows: Values) -> None:
        """Let a statement be run as `add` does, before the rows that may refer to its own."""
        self._referred.setdefault(statement, []).extend(rows)

    def add(self, statement: str, *rows: Values) -> None:
        """Let a statement be run for each of the rows when all are written."""
        self._rows.setdefault(statement, []).extend(rows)

    def write(self, db: sqlite3.Connection) -> None:
        """Run the statements."""
        for waiting in (self._referred, self._rows):
            for statement, rows in waiting.items():
                db.executemany(statement, rows)
            waiting.clear()
