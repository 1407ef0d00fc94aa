"""The SQLite store's methods about reading again, each one short transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.storage.tables import rereadings

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from balkan_crawler.storage.rereadings_contract import RereadFile


class SqliteRereadings:
    """A part of `balkan_crawler.storage.sqlite.SqliteStore`, which opens the transactions."""

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        raise NotImplementedError

    def reread_files(self, rules: str) -> list[RereadFile]:
        """Give the files that a run by these rules has begun or done."""
        with self._writing() as db:
            return rereadings.noted(db, rules)

    def note_reread(self, rules: str, file: RereadFile) -> None:
        """Note how far a file was read."""
        with self._writing() as db:
            rereadings.note(db, rules, file)

    def forget_reread(self, files: Iterable[str]) -> None:
        """Forget how far these files were read."""
        with self._writing() as db:
            rereadings.forget(db, files)
