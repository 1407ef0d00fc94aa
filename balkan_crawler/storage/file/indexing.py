"""The words that the full-text index holds of an article, and indexing all articles anew when that has changed.

Indexed are folded words (`balkan_crawler.text.folding`), while the index names ``articles`` as its content
(https://www.sqlite.org/fts5.html#external_content_tables): ``snippet()`` and ``highlight()`` show the text as it stands
there, since a text has as many words folded as not. Its own rebuild would index the texts unfolded; nobody is to ask
for it. Such an index forgets a text only when it is told it again word by word.

An archive of an earlier rule is indexed anew in transactions of `BATCH` articles. The table ``rules`` says how far that
has come, so that the next opening goes on where one was broken off.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.preparation import searched

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable
    from contextlib import AbstractContextManager

RULE: Final = "2"
"""Version of what is indexed: the folding, the columns, the tokenizer. Raise it with any change."""
BATCH: Final = 2000
"""Articles of one transaction: a second's work."""
COLUMNS: Final = "title, lead, body, authors, tags, section"
"""The columns of the index, which are those of ``articles``."""
ADD: Final = f"INSERT INTO articles_fts (rowid, {COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)"


def is_outdated(db: sqlite3.Connection) -> bool:
    """Say whether articles are not indexed yet by the rule of this program."""
    return _state(db) != RULE


def index_all(db: sqlite3.Connection, writing: Callable[[sqlite3.Connection], AbstractContextManager[object]]) -> None:
    """Index the articles that are not yet; ``writing`` makes one transaction. Two programs may do it together."""
    while is_outdated(db):
        with writing(db):
            _index_some(db)


def forget_all(db: sqlite3.Connection) -> None:
    """Note that no article is indexed, within a transaction of the caller; `index_all` then indexes all anew."""
    db.execute("DELETE FROM rules WHERE name = 'full_text'")


def _index_some(db: sqlite3.Connection) -> None:
    rule, _, last = _state(db).partition(":")
    if rule == RULE and not last:
        return
    if rule != RULE:
        db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')")
    found = db.execute(
        f"SELECT id, {COLUMNS} FROM articles WHERE id > ? ORDER BY id LIMIT ?", (int(last or 0), BATCH)
    ).fetchall()
    db.executemany(ADD, [(number, *searched(*texts)) for number, *texts in found])
    state = f"{RULE}:{found[-1][0]}" if len(found) == BATCH else RULE
    db.execute("INSERT OR REPLACE INTO rules (name, version) VALUES ('full_text', ?)", (state,))


def _state(db: sqlite3.Connection) -> str:
    """Give the rule that articles are indexed by, with the last one's number after a colon where some are not yet."""
    row = db.execute("SELECT version FROM rules WHERE name = 'full_text'").fetchone()
    return "" if row is None else str(row[0])
