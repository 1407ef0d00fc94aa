"""Saved searches in the archive: what is kept of them, and what is new in them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.archives import NOON, fill, visit

from balkan_crawler.searches import as_query, filter_of, name_of, news_of, told_in_words, values_of
from balkan_crawler.storage import Filter, open_store


@pytest.fixture
def archive(tmp_path):
    fill(tmp_path / "a.db", [visit(1), visit(2)])
    return tmp_path / "a.db"


def test_a_search_is_kept_with_its_name_and_query_until_it_is_deleted(archive):
    with open_store(archive) as store:
        number = store.save_search("Most", "q=most", NOON)
        store.save_search("Autobus", "q=autobus", NOON)
        autobus, most = store.saved_searches()
        assert (most.id, most.name, most.query, most.saved, most.looked) == (number, "Most", "q=most", NOON, None)
        assert (most.seen, most.told) == (2, 2)
        assert store.delete_search(number) and not store.delete_search(number)
        assert store.saved_searches() == [autobus]
        assert store.save_search("Again", "q=most", NOON) > max(number, autobus.id)


def test_what_is_stored_after_a_look_is_new(archive):
    with open_store(archive) as store:
        number = store.save_search("Most", "q=most", NOON)
        [search] = store.saved_searches()
        assert news_of(store, search, search.seen, 5).count == 0
        fill(archive, [visit(3), visit(4)], NOON + timedelta(hours=1))
        news = news_of(store, search, search.seen, 1)
        assert news.count == 2 and len(news.articles) == 1
        looked = store.note_looked(number, NOON + timedelta(hours=2))
        assert looked is not None and looked.looked == NOON + timedelta(hours=2)
        assert news_of(store, looked, looked.seen).count == 0
        assert looked.told == 2 and store.note_looked(99, NOON) is None


def test_an_edit_makes_no_article_new(archive):
    with open_store(archive) as store:
        store.save_search("All", "country=RS", NOON)
        [search] = store.saved_searches()
        fill(archive, [visit(1, body="Sasvim drugi tekst o istom mostu, posle ispravke.")], NOON + timedelta(hours=1))
        assert store.latest_change() == 3
        assert news_of(store, search, search.seen).count == 0


def test_what_was_told_never_goes_back(archive):
    with open_store(archive) as store:
        number = store.save_search("Most", "q=most", NOON)
        store.note_told(number, 7)
        store.note_told(number, 5)
        assert store.saved_searches()[0].told == 7


def test_a_filter_of_what_is_new_agrees_with_all_of_it(archive):
    fill(archive, [visit(number) for number in range(3, 30)], NOON + timedelta(hours=1))
    with open_store(archive, read_only=True) as store:
        for wanted in (Filter(), Filter(query="most"), Filter(query="vest", unique=True), Filter(query="vest 7*")):
            every = {row["url"] for row in store.rows(wanted)}
            later = Filter(query=wanted.query, unique=wanted.unique, after=10)
            stored = [row["url"] for row in store.rows(Filter(after=10))]
            assert {row["url"] for row in store.rows(later)} == every & set(stored)
            assert store.count(later) == len(every & set(stored))
            limited = Filter(query=wanted.query, unique=wanted.unique, after=10, limit=3)
            assert [row["url"] for row in store.rows(limited)] == [row["url"] for row in store.rows(later)][:3]


def test_a_search_that_cannot_be_asked_is_no_error(archive):
    with open_store(archive) as store:
        for query in ('q="', "since=2026-99-99", "until=x"):
            store.save_search("Broken", query, NOON)
        assert all(news_of(store, search, 0).fault for search in store.saved_searches())


def test_what_is_new_is_told_by_headline_and_address_and_the_rest_is_counted(archive):
    with open_store(archive) as store:
        store.save_search("Most", "q=most", NOON)
        [search] = store.saved_searches()
        assert told_in_words(news_of(store, search, 0, 1)).splitlines() == [
            "2026-11-23 danas: Vest broj 2",
            "  https://danas-proba.rs/vest-2",
            "and 1 more",
        ]


def test_the_same_search_is_the_same_query_whatever_stands_around_it():
    written = "sort=date&page=3&country=RS&country=HR&q=+Novi%0ASad+&country=RS&unique=1&tag=&x=y"
    assert as_query(values_of(written)) == "q=Novi+Sad&country=RS&country=HR&unique=1"
    assert as_query(values_of("page=2")) == ""


def test_a_query_is_read_as_a_filter():
    wanted = filter_of("q=most&country=RS&outlet=danas&language=sr&section=Grad&author=A&tag=T&access=free&agency=B")
    assert (wanted.query, wanted.countries, wanted.outlets, wanted.languages) == ("most", ("RS",), ("danas",), ("sr",))
    assert (wanted.sections, wanted.authors, wanted.tags) == (("Grad",), ("A",), ("T",))
    assert (wanted.access, wanted.agencies, wanted.unique) == (("free",), ("B",), False)
    days = filter_of("since=2026-11-01&until=2026-11-02&unique=1")
    assert (str(days.since), str(days.until), days.unique, days.query) == ("2026-11-01", "2026-11-02", True, None)
    with pytest.raises(ValueError, match="month"):
        filter_of("since=2026-13-01")


def test_a_name_is_one_line_of_some_length():
    assert name_of(" Novi\n\x00Sad\u202e ", "q=x") == "Novi Sad"
    assert name_of("", "q=most&country=RS") == "most, RS"
    assert len(name_of("a" * 500, "")) == 120
