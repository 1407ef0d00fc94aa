"""The words that the full-text index holds, asked for the forms of one and for those like one.

Stems do not stand in the index: the words with a stem all begin alike (`balkan_crawler.text.stemming.surfaces`), and
FTS5 gives its words in order (https://www.sqlite.org/fts5.html#the_fts5vocab_virtual_table_module). So the index is no
larger, a quoted word is found exactly, and a better table of endings serves archives that are there already.
"""

from __future__ import annotations

import json
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

from balkan_crawler.text import fold
from balkan_crawler.text.kin import forms_among
from balkan_crawler.text.stemming import families, family_of

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Sequence

    from balkan_crawler.storage.filters import Filter
    from balkan_crawler.text.search_words import Term

_VOCABULARY: Final = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.indexed_words USING fts5vocab(main, articles_fts, row)"
_LAST: Final = "\U0010ffff"
MOST_LIKE: Final = 5000
"""Words of one beginning that are compared with a word that was not found."""


def families_asked(db: sqlite3.Connection, wanted: Filter) -> tuple[str, ...]:
    """Give the tables of endings that serve the languages asked for: of the filter, else of the outlets it lets in."""
    if wanted.languages:
        tags: Iterable[str] = wanted.languages
    else:
        rows = db.execute(
            """
            SELECT DISTINCT languages FROM outlets
            WHERE (:keys = '[]' OR key IN (SELECT value FROM json_each(:keys)))
                AND (:countries = '[]' OR country IN (SELECT value FROM json_each(:countries)))
            """,
            {"keys": json.dumps(wanted.outlets), "countries": json.dumps(wanted.countries)},
        )
        tags = {tag for (cell,) in rows for tag in json.loads(cell)}
    asked = {family_of(tag) for tag in tags}
    return tuple(family for family in families() if family in asked)


def forms_of(db: sqlite3.Connection, term: Term, asked: Sequence[str]) -> tuple[str, ...]:
    """Give the words of the index that are forms of a term's word in one of the languages asked for.

    See `balkan_crawler.text.kin.forms_among`.
    """
    return forms_among(term, asked, lambda begin: _words(db, begin))


def words_like(db: sqlite3.Connection, word: str, limit: int = 3) -> list[tuple[str, int]]:
    """Give the words of the index that are written most alike, the likest first, with how many articles have them."""
    counts = {
        found: articles
        for begin in {word[:2], word[:1] + word[2:3], word[1:3]} - {""}
        for found, articles in _words(db, begin, MOST_LIKE)
        if abs(len(found) - len(word)) <= 2 and found != word and not found.isdigit()
    }
    return [(found, counts[found]) for found in get_close_matches(word, counts, n=limit, cutoff=0.7)]


def _words(db: sqlite3.Connection, begin: str, limit: int = sys.maxsize) -> list[tuple[str, int]]:
    """Give the folded words of the index with a beginning, and how many articles have each."""
    _open_vocabulary(db)
    query = "SELECT term, doc FROM indexed_words WHERE term >= ? AND term < ? LIMIT ?"
    found = db.execute(query, (begin, begin + _LAST, limit))
    return [
        (word, articles) for word, articles in found if fold(word) == word
    ]  # djokovic stands there for dokovic, too


def _open_vocabulary(db: sqlite3.Connection) -> None:
    """Let the index be asked for its words, also on a connection that only reads: the table is nothing but a name."""
    if db.execute("SELECT 1 FROM sqlite_temp_master WHERE name = 'indexed_words'").fetchone():
        return
    (only_reads,) = db.execute("PRAGMA query_only").fetchone()
    db.execute("PRAGMA query_only = OFF")
    try:
        db.execute(_VOCABULARY)
    finally:
        db.execute(f"PRAGMA query_only = {only_reads}")
