"""Saved searches: saving, looking, deleting, the feed of each, and what cannot be saved."""

from __future__ import annotations

import sqlite3
from base64 import b64encode
from contextlib import closing
from datetime import timedelta
from urllib.parse import quote, urlencode

import feedparser
import pytest
from support.archives import NOON, fill, visit
from support.desks import served

from balkan_crawler.storage import open_store


@pytest.fixture
def path(tmp_path):
    fill(tmp_path / "a.db", [visit(1), visit(2)])
    return tmp_path / "a.db"


@pytest.fixture
def desk(path):
    with served(path, clock=lambda: NOON + timedelta(hours=3)) as desk:
        yield desk


def save(desk, query="q=most", name="Most", **headers):
    return desk.post("/searches", {"do": "save", "query": query, "name": name}, **headers)


def saved(path):
    with open_store(path, read_only=True) as store:
        return store.saved_searches()


def test_a_search_of_an_address_is_saved_listed_looked_at_and_deleted(desk, path):
    form = desk.get("/searches?q=most&country=RS&page=2&sort=date").text
    assert 'name="query" value="q=most&amp;country=RS"' in form and 'value="most, RS"' in form
    got = save(desk, "q=most&country=RS")
    assert (got.status, got.headers["location"]) == (303, "/searches")
    [search] = saved(path)
    assert (search.name, search.query) == ("Most", "q=most&country=RS")
    assert "nothing new" in desk.get("/searches").text
    fill(path, [visit(3), visit(4)], NOON + timedelta(hours=1))
    assert "2 new articles" in desk.get("/searches").text
    looked = desk.post("/searches", {"do": "look", "id": str(search.id)})
    assert (looked.status, looked.headers["location"]) == (303, "/search?q=most&country=RS")
    assert "nothing new" in desk.get("/searches").text
    assert desk.post("/searches", {"do": "delete", "id": str(search.id)}).status == 303
    assert saved(path) == []
    assert "No search is saved yet" in desk.get("/searches").text


def test_names_and_queries_are_text(desk, path):
    hostile = '<script>alert(1)</script>"\n\x00'
    save(desk, urlencode({"q": hostile, "tag": "<b>"}), hostile)
    save(desk, "tag=" + quote("<script>alert(1)</script>"), "=1+1")
    page = desk.get("/searches?" + urlencode({"tag": hostile})).text
    assert "<script>alert" not in page and "&lt;script&gt;" in page and "style=" not in page
    feed = desk.get(f"/searches/{saved(path)[0].id}.atom")
    assert b"<script" not in feed.body and feedparser.parse(feed.body).bozo is False


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "nothing to be saved"),
        ("page=3", "nothing to be saved"),
        ("q=%22", "a quotation mark is not closed"),
        ("q=most+OR", "not understood"),
        ("since=2026-99-01", "is no day"),
        ("q=" + "a" * 5000, "too long to be saved"),
    ],
)
def test_what_cannot_be_asked_is_not_saved(desk, path, query, said):
    got = save(desk, query)
    assert got.status == 400 and said in got.text
    if query and said != "nothing to be saved":
        assert said in desk.get(f"/searches?{query}").text
    assert saved(path) == []


def test_a_form_of_another_site_saves_nothing(desk, path):
    assert save(desk, origin="https://news.example").status == 403
    assert saved(path) == []


@pytest.mark.parametrize(
    "form",
    [
        {"do": "look", "id": "99"},
        {"do": "delete", "id": "99"},
        {"do": "delete", "id": "-1"},
        {"do": "delete", "id": "9" * 40},
        {"do": "delete", "id": "²"},
        {"do": "drop"},
        {},
    ],
)
def test_forms_of_nothing_known_are_a_sentence(desk, form):
    assert desk.post("/searches", form).status in (400, 404)


def test_only_so_many_are_saved(desk, path, monkeypatch):
    monkeypatch.setattr("balkan_crawler.desk.pages.searches.MOST", 2)
    assert [save(desk).status for _ in range(3)] == [303, 303, 409]
    assert len(saved(path)) == 2


def test_a_feed_has_the_newest_articles_under_stable_ids(desk, path):
    save(desk, "q=vest", "Vesti & <b>")
    [search] = saved(path)
    fill(path, [visit(number) for number in range(3, 70)], NOON + timedelta(hours=1))
    got = desk.get(f"/searches/{search.id}.atom")
    assert got.headers["content-type"].startswith("application/atom+xml")
    feed, again = (feedparser.parse(desk.get(f"/searches/{search.id}.atom").body) for _ in range(2))
    assert feed.feed.title == "Vesti & <b>" and len(feed.entries) == 50
    assert [entry.id for entry in feed.entries] == [entry.id for entry in again.entries]
    assert (feed.feed.id, feed.feed.updated) == (again.feed.id, again.feed.updated)
    save(desk, "q=vest", "Vesti & <b>")
    other = feedparser.parse(desk.get(f"/searches/{search.id + 1}.atom").body)
    assert other.feed.id != feed.feed.id


def test_a_feed_that_there_is_not_is_a_sentence(desk):
    for name in ("7", "0", "x", "-1", "9" * 30):
        got = desk.get(f"/searches/{name}.atom")
        assert got.status == 404 and "There is no such saved search" in got.text


def test_a_feed_takes_the_password_of_http(path):
    with open_store(path) as store:
        store.save_search("Most", "q=most", NOON)
    with served(path, password="tajna") as desk:
        assert desk.get("/searches/1.atom").status == 401
        got = desk.get("/searches/1.atom", authorization="Basic " + b64encode(b"any:tajna").decode())
        assert got.status == 200 and len(feedparser.parse(got.body).entries) == 2


def test_a_locked_archive_is_a_sentence_and_the_list_is_still_there(desk, path, monkeypatch):
    opening = lambda: open_store(path, busy_seconds=0.01)  # noqa: E731
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        object.__setattr__(desk.desk, "open_to_write", opening)
        got = save(desk)
        assert got.status == 503 and "locked" in got.text and "Traceback" not in got.text
        assert desk.get("/searches").status == 200
        other.execute("ROLLBACK")
    assert save(desk).status == 303


def test_where_nothing_may_be_written_the_form_says_so(desk, path):
    save(desk)
    object.__setattr__(desk.desk, "open_to_write", None)
    page = desk.get("/searches?q=dunav").text
    assert "Nothing can be saved here" in page and '<form action="/searches"' not in page
    assert 'href="/search?q=most"' in page
    assert save(desk).status == 403 and len(saved(path)) == 1


def test_a_search_that_cannot_be_asked_any_more_is_listed_with_why(desk, path):
    with open_store(path) as store:
        number = store.save_search("Broken", 'q="', NOON)
    page = desk.get("/searches")
    assert page.status == 200 and "cannot be asked any more" in page.text
    assert desk.get(f"/searches/{number}.atom").status == 400
    assert desk.post("/searches", {"do": "delete", "id": str(number)}).status == 303
