from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from balkan_crawler.errors import QueryError
from balkan_crawler.storage.archive.search_query import MOST_TERMS, fts_expression


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
