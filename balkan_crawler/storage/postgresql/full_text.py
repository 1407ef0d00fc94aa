"""Changes of the full-text index and of the list of its words, within a transaction of the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.storage.postgresql.words import vector, vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from balkan_crawler.preparation import Searched
    from balkan_crawler.storage.postgresql.connection import PostgresConnection

MOST_KNOWN: Final = 200_000
"""Words that are kept in mind: 20 MB of them."""
_PUT: Final = """
    INSERT INTO articles_fts (id, words) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET words = excluded.words
"""
_LIST: Final = "INSERT INTO _words (term) SELECT unnest(?::text[]) ON CONFLICT DO NOTHING"
_LEAVE: Final = "INSERT INTO _left_words (term) SELECT unnest(?::text[]) ON CONFLICT DO NOTHING"
_DROP: Final = """
    DELETE FROM _words WHERE term IN (
        SELECT term FROM _left_words
        EXCEPT SELECT word FROM ts_stat('SELECT words FROM articles_fts ORDER BY id DESC LIMIT 500')
    ) AND NOT EXISTS (SELECT 1 FROM articles_fts WHERE words @@ word_query(term))
"""
"""Frequent words, which the latest articles have, are not looked for in all of them."""


class FullText:
    """Writes the full-text index, and keeps in mind which words are listed, so that few are sent again."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._version: object = None

    def clear(self) -> None:
        """Forget what is listed: a transaction was undone."""
        self._known.clear()

    def write(self, db: PostgresConnection, changes: Mapping[int, tuple[Searched, Searched]]) -> None:
        """Change what the index holds of articles, from what it was told before to what it is told now, if anything."""
        put = [(number, vector(after)) for number, (_, after) in sorted(changes.items()) if after]
        if put:
            db.executemany(_PUT, put)
        gone = [(number,) for number, (_, after) in changes.items() if not after]
        if gone:
            db.executemany("DELETE FROM articles_fts WHERE id = ?", gone)
        self._list(db, {word for _, after in changes.values() for word in vocabulary(after)})
        left = {word for before, after in changes.values() for word in vocabulary(before) - vocabulary(after)}
        if left:
            db.execute(_LEAVE, (sorted(left),))

    def _list(self, db: PostgresConnection, words: set[str]) -> None:
        """List the words that are not known to be; when any were taken off the list, none is known any more."""
        [(version,)] = db.execute("PRAGMA data_version").fetchall()
        if version != self._version or len(self._known) > MOST_KNOWN:
            self._known.clear()
        self._version = version
        new = words - self._known
        if new:
            db.execute(_LIST, (sorted(new),))
            self._known |= new


def drop_left(db: PostgresConnection) -> None:
    """Take the words off the list that articles had once, and none has any more."""
    db.execute(_DROP)
    db.execute("DELETE FROM _left_words")
