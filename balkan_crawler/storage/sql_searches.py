"""The methods of a store in SQL about saved searches, each one short transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.storage.sqlite_console import SqliteConsole
from balkan_crawler.storage.tables import searches

if TYPE_CHECKING:
    import sqlite3
    from contextlib import AbstractContextManager
    from datetime import datetime

    from balkan_crawler.storage.searches_contract import SavedSearch


class SqlSearches(SqliteConsole):
    """A part of `balkan_crawler.storage.sql_store.SqlStore`, which opens the transactions."""

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        raise NotImplementedError

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        raise NotImplementedError

    def saved_searches(self) -> list[SavedSearch]:
        """Give the saved searches."""
        with self._reading() as db:
            return searches.saved(db)

    def save_search(self, name: str, query: str, now: datetime) -> int:
        """Save a search."""
        with self._writing() as db:
            return searches.save(db, name, query, now)

    def delete_search(self, number: int) -> bool:
        """Delete a saved search."""
        with self._writing() as db:
            return searches.delete(db, number)

    def note_looked(self, number: int, now: datetime) -> SavedSearch | None:
        """Note that a saved search is looked at."""
        with self._writing() as db:
            return searches.note_looked(db, number, now)

    def note_told(self, number: int, article: int) -> None:
        """Note what was told of a saved search."""
        with self._writing() as db:
            searches.note_told(db, number, article)

    def latest_article(self) -> int:
        """Give the number of the article that was stored last."""
        with self._reading() as db:
            return searches.latest_article(db)
