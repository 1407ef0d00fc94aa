from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from balkan_crawler.errors import QueryError
from balkan_crawler.storage.archive.search_query import fts_expression
from balkan_crawler.text import fold
from balkan_crawler.text.search_words import MOST_TERMS, read_search
from balkan_crawler.text.snippets import snippet


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("Вучић", '"vucic"'),
        ("Đoković tenis", '"dokovic" AND "tenis"'),
        ("djokovic", '"dokovic"'),
        ('"Nova cesta"', '"nova cesta"'),
        ("„Nova cesta“ most", '"nova cesta" AND "most"'),
        ("cesta -most", '("cesta") NOT ("most")'),
        ('cesta -"novi most" -tunel', '("cesta") NOT ("novi most" OR "tunel")'),
        ("cesta OR most tunel", '("cesta" OR "most") AND "tunel"'),
        ("a OR b OR c", '("a" OR "b" OR "c")'),
        ("gradon*", '"gradon" *'),
        ("title:cesta", '"title cesta"'),
        ("10.30", '"10 30"'),
        ("cesta - most", '"cesta" AND "most"'),
        ("NEAR(a b) AND", '"near a" AND "b" AND "and"'),
        ("or", '"or"'),
    ],
)
def test_what_a_user_types(query, expression):
    assert fts_expression(query) == expression


@pytest.mark.parametrize(
    "query",
    [
        "",
        "   ",
        "!!! ***",
        "-cesta",
        '"',
        'cesta "most',
        "OR",
        "cesta OR",
        "OR cesta",
        "a OR OR b",
        "a OR -b",
        "-a OR b",
        '""',
    ],
)
def test_nonsense_is_refused_with_the_query_named(query):
    with pytest.raises(QueryError) as raised:
        fts_expression(query)
    assert repr(query) in str(raised.value)


def test_too_many_words_are_refused():
    fts_expression("a " * MOST_TERMS)
    with pytest.raises(QueryError, match="64"):
        fts_expression("a " * (MOST_TERMS + 1))


@given(st.one_of(st.text(max_size=60), st.text(alphabet="ab \"*-()^:+{}OR\0'", max_size=40)))
@example('a" OR 1=1 --')
@example("a) OR (b")
@example("{title} : a")
@example("^a + b")
@example("NEAR(a, 5)")
@example("\ud800")
def test_every_query_is_either_refused_or_understood_by_sqlite(query):
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE texts USING fts5(title, content='', tokenize='unicode61 remove_diacritics 0')")
        db.execute("INSERT INTO texts (rowid, title) VALUES (1, 'a b or')")
        try:
            expression = fts_expression(query)
        except QueryError:
            return
        db.execute("SELECT rowid FROM texts WHERE texts MATCH ?", (expression,)).fetchall()


WORDS = st.sampled_from(["most", "мост", "Novi", "put", "putevi", "dj", "đak", "novi-put", "Путеви", "OR", "a"])
SIGNS = st.sampled_from(["", "", "-", "OR "])
TERMS = st.one_of(
    WORDS,
    WORDS.map(lambda word: f"{word}*"),
    st.lists(WORDS, min_size=1, max_size=3).map(lambda found: f'"{" ".join(found)}"'),
)


@given(
    st.lists(WORDS, max_size=30).map(" ".join),
    st.lists(st.tuples(st.sampled_from(["", "", "-", "OR "]), TERMS).map("".join), min_size=1, max_size=4).map(
        " ".join
    ),
)
@settings(max_examples=300, deadline=None)
@example("put i most", 'most -"novi put"')
@example("most i novi drugi put", 'most OR "novi put"')
def test_a_snippet_shows_what_the_index_finds(text, query):
    try:
        sought = read_search(query)
    except QueryError:
        return
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE texts USING fts5(title, tokenize='unicode61 remove_diacritics 0')")
        db.execute("INSERT INTO texts (rowid, title) VALUES (1, ?)", (fold(text),))
        found = db.execute("SELECT rowid FROM texts WHERE texts MATCH ?", (fts_expression(query),)).fetchall()
    shown = any(piece.found for piece in snippet(text, sought))
    assert shown or not found
    if len(sought.wanted) == 1 and not sought.excluded:
        assert shown == bool(found)
