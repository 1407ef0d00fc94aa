"""Changes of the full-text index, which go with those of the articles; `indexing` says what it holds of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.storage.file.indexing import ADD, COLUMNS

if TYPE_CHECKING:
    import sqlite3

    from balkan_crawler.preparation import Searched

_REMOVE: Final = f"INSERT INTO articles_fts (articles_fts, rowid, {COLUMNS}) VALUES ('delete', ?, ?, ?, ?, ?, ?, ?)"


class IndexChanges:
    """Changes of the index, in their order, to be written together; texts are as `searched` gives them."""

    def __init__(self) -> None:
        self._changes: list[tuple[str, tuple[int | str, ...]]] = []

    def add(self, article: int, text: Searched) -> None:
        """Index an article's text."""
        self._changes.append((ADD, (article, *text)))

    def remove(self, article: int, text: Searched) -> None:
        """Forget an article's text, which must be the text it was added with."""
        self._changes.append((_REMOVE, (article, *text)))

    def write(self, db: sqlite3.Connection) -> None:
        """Write the changes, within a transaction of the caller."""
        for statement, values in self._changes:
            db.execute(statement, values)
        self._changes.clear()
