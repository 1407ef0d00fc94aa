"""The SQLite store's method for those who type SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.storage.archive import console

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

    from balkan_crawler.storage.console_contract import SqlAnswer


class SqliteConsole:
    """A part of `balkan_crawler.storage.sqlite_store.SqliteStore`, which knows its file."""

    path: Path
    _busy_seconds: float

    def ask(
        self, statement: str, values: Mapping[str, str] | None = None, *, seconds: float = 5.0
    ) -> AbstractContextManager[SqlAnswer]:
        """Answer one statement that only reads."""
        return console.ask(self.path, statement, values or {}, seconds, self._busy_seconds)
