"""Filters by section, author, tag, agency and access: any of the values, in whatever script and case they stand."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from balkan_crawler.storage import Filter

ARTICLES = {
    "prva": {"section": "Politika", "tags": ("Vučić", "most"), "authors": ("Ana Anić",), "access": "free"},
    "druga": {"section": "ПОЛИТИКА", "tags": ("Вучић",), "agencies": ("Tanjug",), "access": "locked"},
    "treca": {"section": "Sport", "tags": ("fudbal",), "authors": ("АНА АНИЋ", "Marko Probić"), "access": "unknown"},
    "cetvrta": {"tags": (), "access": "free"},
}


@pytest.fixture
def filled(scene):
    for name, fields in ARTICLES.items():
        scene.keep(f"https://danas-proba.rs/{name}", name.capitalize(), f"Tekst vesti {name}.", **fields)
        scene.later(minutes=1)
    return scene


def found(scene, **narrowing):
    return {row["url"].rpartition("/")[2] for row in scene.store.rows(**narrowing)}


@pytest.mark.parametrize(
    ("narrowing", "expected"),
    [
        ({"sections": "politika"}, {"prva", "druga"}),
        ({"sections": ("Политика", "SPORT")}, {"prva", "druga", "treca"}),
        ({"sections": "Kultura"}, set()),
        ({"tags": "vucic"}, {"prva", "druga"}),
        ({"tags": ("fudbal", "MOST")}, {"prva", "treca"}),
        ({"authors": "ana anic"}, {"prva", "treca"}),
        ({"authors": "Vučić"}, set()),
        ({"agencies": ["TANJUG"]}, {"druga"}),
        ({"access": ("free", "unknown")}, {"prva", "treca", "cetvrta"}),
        ({"tags": "Vučić", "sections": "politika", "access": "locked"}, {"druga"}),
        ({"tags": "'; --"}, set()),
    ],
)
def test_an_article_passes_with_any_value_of_each_field(filled, narrowing, expected):
    assert found(filled, **narrowing) == expected
    lists = {name: (value,) if isinstance(value, str) else tuple(value) for name, value in narrowing.items()}
    assert filled.store.count(Filter(**lists)) == len(expected)


def test_a_search_is_narrowed_as_well(filled):
    rows = filled.store.search("tekst", tags="vucic", sections="politika", order="relevance")
    assert {row["title"] for row in rows} == {"Prva", "Druga"}


def test_numbers_are_those_of_the_rows_in_their_order(filled):
    for wanted in (Filter(), Filter(query="tekst", tags=("vucic",)), Filter(limit=2), Filter(query="treca", limit=1)):
        numbers = filled.store.numbers(wanted)
        rows = filled.store.rows_of(numbers.tolist())
        assert list(rows) == numbers.tolist()
        assert list(rows.values()) == list(filled.store.rows(wanted))


def test_articles_that_are_gone_have_no_rows(filled):
    assert list(filled.store.rows_of([3, 99, 1])) == [3, 1]
    assert filled.store.rows_of([]) == {}


@pytest.mark.parametrize("order", ["date", "relevance"])
def test_the_statement_behind_a_filter_runs_in_plain_sqlite(filled, order):
    wanted = Filter(query="tekst OR 'vesti'", sections=("politika",), authors=("o'neil", "Ana Anić"), order=order)
    path = filled.store.path
    with closing(sqlite3.connect(path)) as db:
        urls = [row[-1] for row in db.execute(filled.store.statement(wanted))]
    assert urls == [row["url"] for row in filled.store.rows(wanted)]


def test_a_quotation_mark_in_a_value_stays_a_value(filled):
    wanted = Filter(outlets=("o'neil", "danas"), countries=("R'S", "RS"), tags=("'; --", "vucic"))
    with closing(sqlite3.connect(filled.store.path)) as db:
        urls = [row[-1] for row in db.execute(filled.store.statement(wanted))]
    assert urls == [row["url"] for row in filled.store.rows(wanted)] and len(urls) == 2
