"""What might have been meant by a search that found nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.storage.archive.statements import expression_of
from balkan_crawler.storage.archive.word_forms import words_like
from balkan_crawler.storage.contract import Suggestions
from balkan_crawler.text.search_words import read_search, terms_of, without_columns

if TYPE_CHECKING:
    import sqlite3

    from balkan_crawler.storage.filters import Filter
    from balkan_crawler.text.search_words import Node

MOST_WORDS: Final = 8
"""Words of a query that suggestions are made for."""


def suggestions(db: sqlite3.Connection, wanted: Filter) -> Suggestions:
    """Look for what a query that found nothing would find otherwise. Raises `QueryError`."""
    assert wanted.query is not None
    sought = read_search(wanted.query).wanted
    alone: dict[str, int] = {}
    like: dict[str, tuple[tuple[str, int], ...]] = {}
    for term in terms_of(sought)[:MOST_WORDS]:
        shown = " ".join(term.words)
        alone[shown] = _count(db, wanted, term)
        if not alone[shown]:
            near = [found for word in term.words for found in words_like(db, word)]
            like[shown] = tuple(near[:3])
    return Suggestions(
        anywhere=_count(db, wanted, sought),
        in_any_part=_count(db, wanted, without_columns(sought)),
        alone=alone,
        like=like,
    )


def _count(db: sqlite3.Connection, wanted: Filter, node: Node) -> int:
    """Count the articles that a search finds, of whatever outlet and day."""
    row = db.execute(
        "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?", (expression_of(db, wanted, node),)
    ).fetchone()
    return int(row[0])
