"""The full-text index: folded words of title, lead and body, so that any script and any spelling of marks is found.

The index is contentless (FTS5, https://www.sqlite.org/fts5.html#contentless_tables): the text itself stands once, in
``articles``. Such an index forgets a text only when it is told it again word by word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

    from balkan_crawler.storage.archive.article_state import FoldedText


def add(db: sqlite3.Connection, article: int, text: FoldedText) -> None:
    """Index an article's text."""
    db.execute("INSERT INTO articles_fts (rowid, title, lead, body) VALUES (?, ?, ?, ?)", (article, *_columns(text)))


def remove(db: sqlite3.Connection, article: int, text: FoldedText) -> None:
    """Forget an article's text, which must be the text it was added with."""
    db.execute(
        "INSERT INTO articles_fts (articles_fts, rowid, title, lead, body) VALUES ('delete', ?, ?, ?, ?)",
        (article, *_columns(text)),
    )


def _columns(text: FoldedText) -> tuple[str, str, str]:
    return " ".join(text.title), " ".join(text.lead), " ".join(text.body_words)
