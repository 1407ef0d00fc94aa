"""A search finds the same articles before and after they left the database, by every form of query and filter."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.drawn_searches import drawn
from support.months import NOW, fill

from balkan_crawler.errors import MonthsDamagedError, QueryError
from balkan_crawler.parquet_archive import ArchivedMonths, StoreWithMonths, read_manifest, write_months
from balkan_crawler.parquet_archive.matching import is_near
from balkan_crawler.storage import Filter, open_store

QUERIES = 60
CLOSED = date(2026, 10, 31)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A database of which the closed months have left, the folder with them (of an awkward name), and one with all."""
    place = tmp_path_factory.mktemp("searched")
    folder = place / "mon[t]hs *'s"
    for name in ("whole.db", "left.db"):
        with open_store(place / name) as store:
            fill(store, 100)
            if name == "left.db":
                write_months(store, folder, before="2026-11", database="x", now=lambda: NOW, remove=True)
    return place


@pytest.fixture(scope="module")
def opened(place):
    with (
        open_store(place / "whole.db", read_only=True) as whole,
        open_store(place / "left.db", read_only=True) as left,
        ArchivedMonths(place / "mon[t]hs *'s") as months,
    ):
        yield whole, left, months


def drawn_filter(chance, query):
    narrowing = chance.choice(
        [
            {},
            {},
            {},
            {"outlets": ("danas", "odd")},
            {"countries": ("RS",)},
            {"languages": ("sr",)},
            {"languages": ("sq", "el")},
            {"since": date(2026, 9, 5)},
            {"since": date(2026, 9, 5), "until": date(2026, 9, 25)},
            {"access": ("free", "unknown")},
        ]
    )
    return Filter(query=query, limit=chance.choice([None, None, 3]), **narrowing)


def answer(ask, wanted):
    try:
        return ask(wanted)
    except QueryError as error:
        return str(error)


def test_queries_find_the_same_articles_in_the_same_order(opened):
    whole, left, months = opened
    both = StoreWithMonths(left, months)
    chance = random.Random(18)
    found = 0
    for _ in range(QUERIES):
        wanted = drawn_filter(chance, drawn(chance))
        of_closed = replace(wanted, until=wanted.until or CLOSED)
        before = answer(lambda asked: [row["url"] for row in whole.rows(asked)], of_closed)
        after = answer(lambda asked: [row["url"] for row in months.rows(asked)], of_closed)
        assert before == after, of_closed
        assert answer(whole.count, of_closed) == answer(months.count, of_closed), of_closed
        together = answer(lambda asked: [row["url"] for row in both.rows(asked)], wanted)
        assert answer(lambda asked: [row["url"] for row in whole.rows(asked)], wanted) == together, wanted
        assert answer(whole.count, wanted) == answer(both.count, wanted), wanted
        found += bool(before)
    assert found > QUERIES / 3


def test_facets_find_the_same_by_any_spelling(opened):
    whole, _, months = opened
    rows = [row for row in whole.rows(Filter(until=CLOSED)) if row["authors"] and row["tags"] and row["section"]]
    for row in rows[:6]:
        for narrowing in (
            {"authors": (row["authors"][0].upper(),)},
            {"tags": (row["tags"][-1].lower(),)},
            {"sections": (row["section"].upper(),)},
            {"agencies": ("Tanjug",)},
            {"authors": ("Nobody At All",)},
        ):
            wanted = Filter(until=CLOSED, **narrowing)
            assert list(months.rows(wanted)) == list(whole.rows(wanted)), wanted


def test_copies_are_counted_once(opened):
    whole, _, months = opened
    for narrowing in ({}, {"outlets": ("odd",)}, {"query": "kopija"}):
        wanted = Filter(until=CLOSED, unique=True, **narrowing)
        assert list(months.rows(wanted)) == list(whole.rows(wanted))
        assert months.count(wanted) == whole.count(wanted)
    assert months.count(Filter(unique=True)) == months.count(Filter()) - 1


def test_an_article_in_both_is_given_as_the_database_has_it(place, tmp_path):
    with open_store(place / "whole.db") as store:
        write_months(store, tmp_path / "months", before="2026-11", database="x", now=lambda: NOW)
        with ArchivedMonths(tmp_path / "months") as months:
            both = StoreWithMonths(store, months)
            assert list(both.rows()) == list(store.rows())
            assert both.count(Filter()) == store.count(Filter())


@pytest.mark.parametrize("query", ["most", "neverovatno", '"neverovatno most"', "neverov*", "most OR neverovatno",
                                   "NEAR(most neverovatno, 3)", "most -neverovatno", "title:most"])  # fmt: skip
def test_parts_without_the_words_are_not_read(opened, query):
    _, _, months = opened
    files = months._asked(Filter(query=query), months.manifest.months).files
    everywhere = len(months.manifest.files_of("articles"))
    if "neverov" not in query or " OR " in query or " -" in query:
        assert 0 < len(files) <= everywhere
    else:
        assert files == ()


def test_a_limit_is_reached_though_the_newest_are_in_the_database_too(place, tmp_path):
    with open_store(place / "whole.db") as store, open_store(tmp_path / "copy.db") as none:
        write_months(store, tmp_path / "months", before="2026-11", database="x", now=lambda: NOW)
        with ArchivedMonths(tmp_path / "months") as months:
            everything = [row["url"] for row in months.rows(Filter())]
            given = months.rows(Filter(limit=4), lambda keys: [key[0] in everything[:30] for key in keys])
            assert [row["url"] for row in given] == everything[30:34]
            assert StoreWithMonths(none, months).count(Filter()) == len(everything)


def test_a_file_that_is_gone_is_said_with_its_folder(place, tmp_path):
    with open_store(place / "whole.db") as store:
        write_months(store, tmp_path / "months", before="2026-11", database="x", now=lambda: NOW)
    for file in read_manifest(tmp_path / "months").files_of("articles", "2026-09"):
        (tmp_path / "months" / file.path).unlink()
    with ArchivedMonths(tmp_path / "months") as months, pytest.raises(MonthsDamagedError, match="months is damaged"):
        list(months.rows(Filter(query="most")))


def test_a_folder_without_articles_has_none(tmp_path):
    with open_store(tmp_path / "balkan.db") as store:
        write_months(store, tmp_path / "months", before="2026-11", database="x", now=lambda: NOW)
    with ArchivedMonths(tmp_path / "months") as months:
        wanted = Filter(query="most", sections=("Sport",))
        assert (list(months.rows(wanted)), months.count(wanted), months.outlets()) == ([], 0, {})


WORDS = st.lists(st.sampled_from(["a", "b", "c", "ab"]), max_size=12)


@given(WORDS, st.lists(st.lists(st.sampled_from(["a", "b", "a*"]), min_size=1, max_size=2), min_size=2, max_size=3),
       st.integers(0, 4))  # fmt: skip
def test_near_is_what_the_full_text_index_means_by_it(words, phrases, distance):
    import sqlite3
    from contextlib import closing

    phrases = [[*(word.rstrip("*") for word in phrase[:-1]), phrase[-1]] for phrase in phrases]
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE texts USING fts5(text)")
        db.execute("INSERT INTO texts VALUES (?)", (" ".join(words),))
        written = " ".join(
            f'"{" ".join(word.rstrip("*") for word in phrase)}"{" *" if phrase[-1].endswith("*") else ""}'
            for phrase in phrases
        )
        expected = db.execute("SELECT count(*) FROM texts WHERE texts MATCH ?", (f"NEAR({written}, {distance})",))
        is_found = bool(expected.fetchone()[0])
    assert is_near(f" {' '.join(words)} ", "|".join(map(" ".join, phrases)), distance) == is_found
