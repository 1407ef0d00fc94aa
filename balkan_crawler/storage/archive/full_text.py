"""Changes of the full-text index, which go with those of the articles; `indexing` says what it holds of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.storage.file import indexing

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from balkan_crawler.preparation import Searched

    WriteIndex = Callable[[sqlite3.Connection, Mapping[int, tuple[Searched, Searched]]], None]


class IndexChanges:
    """Changes of the index, to be written together; texts are as `searched` gives them."""

    def __init__(self, write_index: WriteIndex = indexing.write) -> None:
        self._write_index = write_index
        self._changes: dict[int, tuple[Searched, Searched]] = {}

    def add(self, article: int, text: Searched) -> None:
        """Index an article's text."""
        before, _ = self._changes.get(article, ((), ()))
        self._changes[article] = before, text

    def remove(self, article: int, text: Searched) -> None:
        """Forget an article's text, which must be the text it was added with."""
        before, _ = self._changes.get(article, (text, ()))
        self._changes[article] = before, ()

    def write(self, db: sqlite3.Connection) -> None:
        """Write the changes, within a transaction of the caller."""
        self._write_index(db, {number: change for number, change in self._changes.items() if change[0] != change[1]})
        self._changes.clear()
