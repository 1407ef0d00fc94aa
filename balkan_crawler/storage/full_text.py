"""The full-text index: folded words of title, lead and body, so that any script and any spelling of marks is found.

The index is contentless (FTS5, https://www.sqlite.org/fts5.html#contentless_tables): the text itself stands once, in
``articles``. Such an index forgets a text only when it is told it again word by word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.text import words

if TYPE_CHECKING:
    import sqlite3


def add(db: sqlite3.Connection, article: int, title: str, lead: object, body: str) -> None:
    """Index an article's text."""
    db.execute(
        "INSERT INTO articles_fts (rowid, title, lead, body) VALUES (?, ?, ?, ?)",
        (article, *_folded(title, lead, body)),
    )


def remove(db: sqlite3.Connection, article: int, title: str, lead: object, body: str) -> None:
    """Forget an article's text, which must be the text it was added with."""
    db.execute(
        "INSERT INTO articles_fts (articles_fts, rowid, title, lead, body) VALUES ('delete', ?, ?, ?, ?)",
        (article, *_folded(title, lead, body)),
    )


def _folded(title: str, lead: object, body: str) -> tuple[str, str, str]:
    return " ".join(words(title)), " ".join(words(str(lead or ""))), " ".join(words(body))
