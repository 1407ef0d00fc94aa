"""A word is found in its forms, in either script, and in every part of an article."""

from __future__ import annotations

import sqlite3
import unicodedata
from contextlib import closing

import pytest

from balkan_crawler.storage import Filter, Order
from balkan_crawler.text import fold
from balkan_crawler.text import words as split

ARTICLES = {
    "kraljevu": ("sr", "Stari most u Kraljevu zatvoren", "Kamioni idu drugim putem."),
    "краљева": ("sr", "Путници из Краљева", "Воз је стигао на време."),
    "kralj": ("sr", "Kralj je stigao u posetu", "Dočekan je u dvoru."),
    "nisu": ("sr", "Stanari nisu zadovoljni", "Grejanje je hladno već danima."),
    "nis": ("sr", "U Nišu počela gradnja", "Radnici su na terenu."),
    "tirane": ("sq", "Mbledhja në Tiranë", "Takimi u mbajt dje."),
}


@pytest.fixture
def archive(scene, make_outlet):
    scene.register(make_outlet("mesto", languages=("sr", "sr-Cyrl", "sq")))
    for name, (language, title, body) in ARTICLES.items():
        labels = {"tags": ("Železnica", "Vozovi"), "section": "Saobraćaj", "authors": ("Ana Anić",)}
        more = labels if name == "краљева" else {}
        url = f"https://mesto-proba.rs/vesti/{fold(name)}"
        scene.keep(url, title, body, key="mesto", language=language, **more)
    return scene


def found(scene, query, **narrowed) -> set[str]:
    rows = list(scene.store.rows(Filter(query=query, **narrowed)))
    assert scene.store.count(Filter(query=query, **narrowed)) == len(rows)
    return {row["url"].rpartition("/")[2] for row in rows}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("Kraljevo", {"kraljevu", "kraljeva"}),
        ("Краљевом", {"kraljevu", "kraljeva"}),
        ('"Kraljevu"', {"kraljevu"}),
        ('"Краљеву"', {"kraljevu"}),
        ("kraljem", {"kralj"}),
        ("Niš", {"nis"}),
        ("nisu", {"nisu", "nis"}),
        ("Ниш", {"nis"}),
        ("Tirana", {"tirane"}),
        ("Тирана", {"tirane"}),
        ("mostovi Kraljevo", {"kraljevu"}),
        ("Kraljevo -most", {"kraljeva"}),
        ("Kraljevo NEAR/2 most", {"kraljevu"}),
        ("železnicom", {"kraljeva"}),
        ("tag:vozovima", {"kraljeva"}),
        ("tag:vreme", set()),
        ("author:Anić", {"kraljeva"}),
        ("author:putnici", set()),
        ("section:saobraćaj", {"kraljeva"}),
        ("title:kamioni", set()),
        ("body:kamion", {"kraljevu"}),
        ("stigao outlet:mesto", {"kralj", "kraljeva"}),
        ("stigao outlet:danas", set()),
        ("stigao -outlet:mesto", set()),
    ],
)
def test_what_is_found(archive, query, names):
    assert found(archive, query) == names


def test_forms_are_those_of_the_languages_asked_for(archive):
    assert found(archive, "Tirana", languages=("sq",)) == {"tirane"}
    assert found(archive, "Tiranës", languages=("sr",)) == set()


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("limit", [1, 2, None])
def test_both_orders_give_the_same_articles_as_far_as_the_limit_goes(archive, order, limit):
    wanted = Filter(query="stigao OR most OR Niš", order=order, limit=limit)
    assert len(list(archive.store.rows(wanted))) == (limit or 4)


def test_what_fits_best_comes_first(archive):
    archive.keep(
        "https://mesto-proba.rs/vesti/duga", "Duga priča", "Reč je o mnogo čemu, a i o mostu " + "uz put " * 200
    )
    titles = [row["title"] for row in archive.store.search("most", order="relevance")]
    assert titles == ["Stari most u Kraljevu zatvoren", "Duga priča"]
    assert [row["title"] for row in archive.store.search("most")] == titles[::-1]
    assert [row["title"] for row in archive.store.search("most", order="relevance", limit=1)] == titles[:1]


def test_new_tags_are_found_and_the_former_ones_are_not(archive):
    title, body = ARTICLES["kralj"][1:]
    archive.keep("https://mesto-proba.rs/vesti/kralj", title, body, key="mesto", tags=("Dvor",), section="Svet")
    archive.keep("https://mesto-proba.rs/vesti/kralj", title, body, key="mesto", tags=("Kruna",), section="Svet")
    assert (found(archive, "tag:kruna"), found(archive, "tag:dvor")) == ({"kralj"}, set())


def test_suggestions_name_like_words_and_what_each_finds_by_itself(archive):
    suggested = archive.store.suggest(Filter(query="Kraljevro most"))
    assert suggested.alone == {"kraljevro": 0, "most": 1}
    assert dict(suggested.like["kraljevro"])["kraljevu"] == 1
    assert suggested.anywhere == 0
    assert archive.store.suggest(Filter(query="most", outlets=("danas",))).anywhere == 1
    assert archive.store.suggest(Filter(query="title:kamioni")).in_any_part == 1


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("Kraljevu", "Stari most u [Kraljevu] zatvoren"),
        ("kraljeva", "Путници из [Краљева]"),
        ("Tiranë", "Mbledhja në [Tiranë]"),
        ("grejanje AND nisu", "Stanari [nisu] zadovoljni"),
    ],
)
def test_sql_finds_words_with_or_without_marks_and_shows_the_text(tmp_path, archive, query, shown):
    with closing(sqlite3.connect(tmp_path / "archive.db")) as db:
        query_ = "SELECT highlight(articles_fts, 1, '[', ']') FROM articles_fts WHERE articles_fts MATCH ?"
        assert db.execute(query_, (query,)).fetchall() == [(shown,)]


def test_no_folded_word_is_another_one_to_the_index():
    """The tokenizer drops marks of what is asked, not of what was indexed, so the two must agree on every letter."""
    letters = [fold(chr(code)) for code in range(0x250) if unicodedata.category(chr(code))[0] == "L"]
    letters += [fold(chr(code)) for code in range(0x370, 0x530) if unicodedata.category(chr(code))[0] == "L"]
    words = sorted({word for letter in letters for word in split(letter)})
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE texts USING fts5(text, tokenize='unicode61 remove_diacritics 2')")
        db.executemany("INSERT INTO texts (text) VALUES (?)", [(word,) for word in words])
        db.execute("CREATE VIRTUAL TABLE indexed USING fts5vocab(texts, row)")
        assert {term for (term,) in db.execute("SELECT term FROM indexed")} == set(words)
