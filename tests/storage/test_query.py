from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from balkan_crawler.errors import QueryError
from balkan_crawler.storage.archive.search_query import fts_expression
from balkan_crawler.text import fold, words
from balkan_crawler.text.kin import Kin
from balkan_crawler.text.search_words import MOST_TERMS, AnyOf, Term, read_search, terms_of
from balkan_crawler.text.snippets import snippet
from balkan_crawler.text.stemming import families


def plain(query):
    """The expression of a query whose words have no other forms."""
    return fts_expression(read_search(query).wanted, lambda term, _: term.words)


@pytest.mark.parametrize(
    ("query", "expression"),
    [
        ("Вучић", '"vucic"'),
        ("Đoković tenis", '("dokovic" AND "tenis")'),
        ("djokovic", '"dokovic"'),
        ('"Nova cesta"', '"nova cesta"'),
        ('"Nova cest"*', '"nova cest" *'),
        ("„Nova cesta“ most", '("nova cesta" AND "most")'),
        ("cesta -most", '("cesta" NOT ("most"))'),
        ("cesta NOT most", '("cesta" NOT ("most"))'),
        ("cesta AND NOT most", '("cesta" NOT ("most"))'),
        ("cesta -(most OR tunel)", '("cesta" NOT (("most" OR "tunel")))'),
        ('cesta -"novi most" -tunel', '("cesta" NOT ("novi most" OR "tunel"))'),
        ("cesta OR most tunel", '(("cesta" OR "most") AND "tunel")'),
        ("(cesta most) OR tunel", '(("cesta" AND "most") OR "tunel")'),
        ("a OR b OR c", '("a" OR "b" OR "c")'),
        ("a AND b", '("a" AND "b")'),
        ("gradon*", '"gradon" *'),
        ("title:cesta", 'title : "cesta"'),
        ("tag:most author:vučić", '(tags : "most" AND authors : "vucic")'),
        ('title:"nova cesta"', 'title : "nova cesta"'),
        ("title:(nova OR stara)", '(title : "nova" OR title : "stara")'),
        ("cesta -title:most", '("cesta" NOT (title : "most"))'),
        ("a NEAR b", '(NEAR("a" "b", 10))'),
        ("a NEAR/3 b", '(NEAR("a" "b", 3))'),
        ("NEAR(a b)", '(NEAR("a" "b", 10))'),
        ('NEAR(a "b c", 5)', '(NEAR("a" "b c", 5))'),
        ("title:(a NEAR b)", 'title : (NEAR("a" "b", 10))'),
        ("10.30", '"10 30"'),
        ("10:30", '"10 30"'),
        ("https://danas.rs/most", '"https danas rs most"'),
        ("cesta - most", '("cesta" AND "most")'),
        ("+cesta", '"cesta"'),
        ("cesta, most.", '("cesta" AND "most")'),
        ("or not and near", '("or" AND "not" AND "and" AND "near")'),
    ],
)
def test_what_a_user_types(query, expression):
    assert plain(query) == expression


def test_the_forms_of_a_word_are_looked_for_together_but_not_those_of_quoted_words_and_beginnings():
    def forms(term, most):
        return [term.words[0], f"{term.words[0]}u"]

    def written(query):
        return fts_expression(read_search(query).wanted, forms)

    assert written("most") == '("most" OR "mostu")'
    assert written('"most" grad*') == '("most" AND "grad" *)'
    assert written("title:most -put") == '(title : ("most" OR "mostu") NOT (("put" OR "putu")))'
    assert written('most NEAR "put"') == '(NEAR("most" "put", 10) OR NEAR("mostu" "put", 10))'


def test_the_forms_of_many_words_are_the_most_frequent_ones():
    many = fts_expression(
        read_search("a " * MOST_TERMS).wanted, lambda term, most: [f"w{number}" for number in range(min(most, 64))]
    )
    assert many.count('"w') / 2 <= 1000


def test_outlets_stand_beside_what_is_looked_for():
    sought = read_search("most outlet:danas -outlet:klix outlet:n1_rs NOT outlet:b92")
    assert (sought.outlets, sought.without_outlets) == (("danas", "n1_rs"), ("klix", "b92"))
    assert [term.words for term in terms_of(sought.wanted)] == [("most",)]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("naslov:cesta", "naslov: is not understood"),
        ("title: cesta", "without a space"),
        ("(cesta", "a parenthesis is not closed"),
        ("cesta)", "closed that was not opened"),
        ("()", "no word in the parentheses"),
        ("c?sta c*sta", "c*sta is not understood"),
        ("outlet:danas OR cesta", "outlet: stands alone, not beside OR"),
        ("outlet:danas NEAR cesta", "outlet: stands alone, not beside NEAR"),
        ("cesta NEAR/3 outlet:danas", "outlet: stands alone, not beside NEAR/3"),
        ("*sta", "not understood"),
        ("cesta~", "not understood"),
        ("cesta^2 most", "not understood"),
        ("cesta || most", "|| is not understood"),
        ("!cesta", "!cesta is not understood"),
        ("cesta AND", "AND stands between two words"),
        ("cesta NOT", "NOT stands before a word"),
        ("NEAR(cesta)", "two words at least"),
        ("(a OR b) NEAR c", "between two words or phrases"),
        ("title:a NEAR lead:b", "stand in one part"),
        ("(most outlet:danas)", "not in parentheses"),
        ("most OR outlet:danas", "not beside OR"),
        ("outlet:danas", "no word to look for"),
        ("(" * 50 + "a" + ")" * 50, "too many parentheses"),
    ],
)
def test_what_is_not_understood_is_said(query, told):
    with pytest.raises(QueryError) as raised:
        read_search(query)
    assert told in str(raised.value)


@pytest.mark.parametrize(
    "query",
    ["", "   ", "!!! ***", "-cesta", '"', 'cesta "most', "OR", "cesta OR", "OR cesta", "a OR OR b", "a OR -b", '""'],
)
def test_nonsense_is_refused_with_the_query_named(query):
    with pytest.raises(QueryError) as raised:
        read_search(query)
    assert repr(query) in str(raised.value)


def test_too_many_words_are_refused():
    plain("a " * MOST_TERMS)
    with pytest.raises(QueryError, match="64"):
        plain("a " * (MOST_TERMS + 1))


QUERY_PIECES = [
    "a",
    "b ",
    " ",
    "(",
    ")",
    '"',
    "*",
    "title:",
    "tag:",
    "outlet:x ",
    " OR ",
    " AND ",
    " NOT ",
    " NEAR ",
    "NEAR(",
    ", 5)",
    "-",
]


@given(
    st.one_of(
        st.text(max_size=60),
        st.text(alphabet="ab \"*-()^:+{}OR\0'", max_size=40),
        st.lists(st.sampled_from(QUERY_PIECES), max_size=12).map("".join),
    )
)
@example('a" OR 1=1 --')
@example("a) OR (b")
@example("{title} : a")
@example("^a + b")
@example("NEAR(a, 5)")
@example("\ud800")
def test_every_query_is_either_refused_or_understood_by_sqlite(query):
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE texts USING fts5(title, lead, body, authors, tags, section)")
        db.execute("INSERT INTO texts (rowid, title) VALUES (1, 'a b or')")
        try:
            expression = plain(query)
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
    kin = set(words(text))

    def forms(term, most):
        same = Kin(term.words[0], families(), is_cyrillic=term.is_cyrillic)
        return [term.words[0], *(word for word in kin if same.has(word))]

    expression = fts_expression(sought.wanted, forms)
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE texts USING fts5(title, tokenize='unicode61 remove_diacritics 0')")
        db.execute("INSERT INTO texts (rowid, title) VALUES (1, ?)", (fold(text),))
        found = db.execute("SELECT rowid FROM texts WHERE texts MATCH ?", (expression,)).fetchall()
    shown = any(piece.found for piece in snippet(text, sought))
    assert shown or not found
    if isinstance(sought.wanted, Term | AnyOf):
        assert shown == bool(found)
