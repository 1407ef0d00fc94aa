"""The full-text index: folded words of title, lead and body, so that any script and any spelling of marks is found.

The index is contentless (FTS5, https://www.sqlite.org/fts5.html#contentless_tables): the text itself stands once, in
``articles``. Such an index forgets a text only when it is told it again word by word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3

_ADD: Final = "INSERT INTO articles_fts (rowid, title, lead, body) VALUES (?, ?, ?, ?)"
_REMOVE: Final = "INSERT INTO articles_fts (articles_fts, rowid, title, lead, body) VALUES ('delete', ?, ?, ?, ?)"


class IndexChanges:
    """Changes of the index, in their order, to be written together.

    A text is title, lead and body as `FoldedText.searched` gives them.
    """

    def __init__(self) -> None:
        self._changes: list[tuple[str, tuple[int, str, str, str]]] = []

    def add(self, article: int, text: tuple[str, str, str]) -> None:
        """Index an article's text."""
        self._changes.append((_ADD, (article, *text)))

    def remove(self, article: int, text: tuple[str, str, str]) -> None:
        """Forget an article's text, which must be the text it was added with."""
        self._changes.append((_REMOVE, (article, *text)))

    def write(self, db: sqlite3.Connection) -> None:
        """Write the changes, within a transaction of the caller."""
        for statement, values in self._changes:
            db.execute(statement, values)
        self._changes.clear()
