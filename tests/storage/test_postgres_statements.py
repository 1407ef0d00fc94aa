"""Statements and searches in PostgreSQL's form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.preparation import SEARCHED_CELLS, searched
from balkan_crawler.storage.postgresql.statements import statement
from balkan_crawler.storage.postgresql.words import ts_query, vector, vocabulary
from balkan_crawler.text.search_words import read_search


@pytest.mark.parametrize(
    ("sql", "text", "names"),
    [
        ("SELECT a FROM t WHERE b = ? AND c = ?", "SELECT a FROM t WHERE b = $1 AND c = $2", ()),
        ("SELECT ?2, ?1, ?2", "SELECT $2, $1, $2", ()),
        ("SELECT :b, :a, :b", "SELECT $1, $2, $1", ("b", "a")),
        ("SELECT ?::text[], '{}'::json", "SELECT $1::text[], '{}'::json", ()),
        ("SELECT 'who? :me it''s' -- what? :no\n, ?", "SELECT 'who? :me it''s' -- what? :no\n, $1", ()),
        ("SELECT a FROM t /*+ FOR UPDATE */", "SELECT a FROM t  FOR UPDATE ", ()),
        ("UPDATE t SET n = n + 1 WHERE +id = ?", "UPDATE t SET n = n + 1 WHERE id = $1", ()),
        ("FROM a CROSS JOIN b ON a.rowid = b.id", "FROM a JOIN b ON a.id = b.id", ()),
        (
            "WHERE a IN (SELECT value FROM json_each(:all))",
            "WHERE a IN (SELECT value FROM jsonb_array_elements_text(CAST($1 AS jsonb)))",
            ("all",),
        ),
        (
            "INSERT OR REPLACE INTO _rules (name, version) VALUES (?, '')",
            "INSERT INTO _rules (name, version) VALUES ($1, '')"
            " ON CONFLICT (name) DO UPDATE SET version = excluded.version",
            (),
        ),
        (
            "INSERT OR IGNORE INTO _bands (band, article) VALUES (?, ?)",
            "INSERT INTO _bands (band, article) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            (),
        ),
        (
            "SELECT rowid FROM articles_fts WHERE articles_fts MATCH :query",
            "SELECT id FROM articles_fts WHERE articles_fts.words @@ CAST($1 AS tsquery)",
            ("query",),
        ),
    ],
)
def test_a_statement_has_the_form_of_the_engine(sql, text, names):
    assert statement(sql) == (text.encode(), names)


@pytest.mark.parametrize(
    ("query", "written"),
    [
        ('"nova cesta"', "(('nova' <-> 'cesta'))"),
        ('"nova ces"*', "(('nova' <-> 'ces':*))"),
        ('title:"nova cesta"', "(('.title:nova' <-> '.title:cesta'))"),
        ('body:"most"', "('most':D)"),
        (
            'NEAR("a" "b", 1)',
            "((('a') <0> ((('a') <0> ('b') | ('a') <1> ('b') | ('a') <2> ('b'))))"
            " | (('b') <0> ((('b') <0> ('a') | ('b') <1> ('a') | ('b') <2> ('a')))))",
        ),
        ('"most" -"novi"', "(('most') & !(('novi')))"),
    ],
)
def test_a_search_has_the_form_of_the_engine(query, written):
    assert ts_query(read_search(query).wanted, lambda term, _: term.words) == written


CELLS = st.fixed_dictionaries({name: st.text(max_size=40) for name in SEARCHED_CELLS if name != "language"})


@given(CELLS)
def test_a_vector_holds_each_word_and_its_places_grow(cells):
    text = searched({**cells, "language": "sr"})
    found = vector(text)
    for word in vocabulary(text):
        assert f"'{word}':" in found
    places = [int(mark[:-1]) for entry in found.split() for mark in entry.rpartition(":")[2].split(",")]
    assert all(1 <= place <= 16_383 for place in places)


def test_a_text_of_more_words_than_a_vector_has_places_for_is_found_by_each():
    cells = dict.fromkeys(SEARCHED_CELLS, "")
    text = searched(cells | {"body": " ".join(f"rec{number}" for number in range(20_000)), "title": "rec " * 400})
    found = vector(text)
    assert "'rec19999':16383D" in found
    assert found.startswith("'rec':1A,2A,") and found.split()[0].count(",") == 254
