"""Changes of the full-text index and of the list of its words, within a transaction of the caller."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from balkan_crawler.storage.postgresql.words import vector, vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping

    from balkan_crawler.preparation import Searched
    from balkan_crawler.storage.postgresql.connection import PostgresConnection

_PUT: Final = """
    INSERT INTO articles_fts (id, words) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET words = excluded.words
"""
_COUNT: Final = """
    INSERT INTO _indexed_words AS known (term, doc)
    SELECT term, doc FROM unnest(?::text[], ?::bigint[]) AS new(term, doc)
    ON CONFLICT (term) DO UPDATE SET doc = known.doc + excluded.doc
"""


def write(db: PostgresConnection, changes: Mapping[int, tuple[Searched, Searched]]) -> None:
    """Change what the index holds of articles, from what it was told before to what it is told now, if anything."""
    counts: Counter[str] = Counter()
    for before, after in changes.values():
        counts.update(vocabulary(after))
        counts.subtract(vocabulary(before))
    put = [(number, vector(after)) for number, (_, after) in sorted(changes.items()) if after]
    if put:
        db.executemany(_PUT, put)
    gone = [(number,) for number, (_, after) in changes.items() if not after]
    if gone:
        db.executemany("DELETE FROM articles_fts WHERE id = ?", gone)
    changed = sorted((word, count) for word, count in counts.items() if count)
    if changed:
        words, numbers = [word for word, _ in changed], [count for _, count in changed]
        db.execute(_COUNT, (words, numbers))
        if min(numbers) < 0:
            db.execute("DELETE FROM _indexed_words WHERE doc <= 0 AND term = ANY(?)", (words,))
