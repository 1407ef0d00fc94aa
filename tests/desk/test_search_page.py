"""The search page: what it finds and shows, with the index and without; its files; and whatever anybody may type."""

from __future__ import annotations

import csv
import io
import json
import re
import sqlite3
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from support.archives import fill
from support.desks import served
from support.outlets import make_outlet

from balkan_crawler.desk.page import Asked
from balkan_crawler.desk.plots.timeline import MOST_BARS, timeline
from balkan_crawler.desk.searching import sought_in
from balkan_crawler.model import Article, DateSource, UrlState, Visit
from balkan_crawler.storage import Filter, Order, open_store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OUTLETS = {"danas": "RS", "zora": "HR", "drita": "AL"}
COPY = " ".join(f"Rečenica broj {number} o mostu koji je otvoren." for number in range(40))


def visit(number, key="danas", **fields):
    url = f"https://{key}-proba.rs/vest-{number}"
    known = {
        "title": f"Most broj {number}",
        "body": f"Novi most preko Dunava otvoren je danas. Vest {number}.",
        "published": NOON - timedelta(days=number % 40, minutes=number),
        "date_source": DateSource.JSON_LD,
        "language": "sr",
        "tags": ("most",) if number % 2 else ("Reka", "most"),
        "section": "Politika" if number % 3 else "Sport",
    }
    article = Article(url=url, **(known | fields))
    return Visit(url=url, outlet=key, state=UrlState.DONE, outcome="article", status=200, article=article)


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("search") / "archive.db"
    visits = [visit(number) for number in range(1, 46)]
    visits += [
        visit(50, "zora", title='=HYPERLINK("x") <script>alert(1)</script>', body=COPY),
        visit(51, "danas", title="Prva vest", body=COPY, published=NOON - timedelta(days=20)),
        visit(52, "drita", title="Ura e re", body="Ura e re u hap sot.", language="sq", authors=("Drita Leka",)),
        visit(53, "danas", title="Мост у Краљеву", body="Нови мост у Краљеву је отворен.", script="Cyrl"),
    ]
    with open_store(path) as store:
        store.register([make_outlet(key, country=country) for key, country in OUTLETS.items()], NOON)
        for key in OUTLETS:
            [lease] = store.lease([key], "elsewhere:1:1", NOON, 60)
            store.commit(lease, [each for each in visits if each.outlet == key], NOON)
            store.release(lease, NOON, NOON)
    return path


@pytest.fixture(scope="module")
def desk(archive):
    with served(archive, clock=lambda: NOON) as serving:
        assert serving.desk.prepared.get("facets", wait=60) is not None
        yield serving


def titles(text):
    return [
        unescape(re.sub(r"<[^>]+>", "", each)) for each in re.findall(r'<div class="headline".*?>(<a .*?)</div>', text)
    ]


def stored(archive, **fields):
    with open_store(archive, read_only=True) as store:
        return [row["title"] for row in store.rows(Filter(**fields))]


def test_without_a_query_the_newest_are_shown(desk, archive):
    got = desk.get("/search")
    assert got.status == 200
    assert titles(got.text) == stored(archive, limit=20)
    assert "49 articles" in got.text


def test_pages_follow_each_other(desk, archive):
    found = [title for page in (1, 2, 3) for title in titles(desk.get(f"/search?page={page}").text)]
    assert found == stored(archive)
    assert desk.get("/search?page=4").status == 404


def test_a_word_is_found_and_marked_in_the_script_of_the_article(desk):
    text = desk.get(f"/search?q={quote('Kraljevo')}").text
    assert titles(text) == ["Мост у Краљеву"]
    assert "<mark>Краљеву</mark>" in text
    assert titles(desk.get(f"/search?q={quote('Краљево')}").text) == ["Мост у Краљеву"]


@pytest.mark.parametrize("order", list(Order))
def test_the_list_is_that_of_the_archive_in_either_order(desk, archive, order):
    text = desk.get(f"/search?q=most&sort={order}&section=sport").text
    assert titles(text) == stored(archive, query="most", order=order, sections=("sport",), limit=20)


def test_facets_count_what_choosing_them_would_find(desk):
    text = desk.get("/search?q=most&tag=reka").text
    links = re.findall(r'<li><a href="([^"]+)" rel="nofollow">([^<]*)</a> <span class="soft number">([\d,]+)<', text)
    assert {"Serbia", "Sport", "most"} <= {name for _, name, _ in links}
    for address, name, count in links:
        chosen = desk.get(unescape(address)).text
        if "tag=" in address and address.count("tag=") > 1:
            continue  # another tag beside the chosen one finds the articles of both
        assert f"<strong>{count} article" in chosen, name


def test_a_chosen_filter_can_be_taken_away(desk):
    text = desk.get("/search?country=rs&tag=REKA&unique=1&since=2026-11-01").text
    removing = re.findall(r'<li><a href="([^"]+)" rel="nofollow"><span class="visually-hidden">Remove', text)
    left = [set(parse_qs(urlsplit(unescape(address)).query)) for address in removing]
    assert left == [all_but - {one} for all_but in [{"country", "tag", "unique", "since"}] for one in (
        "country", "tag", "since", "unique")]  # fmt: skip


def test_one_of_each_group_of_copies_is_the_earliest(desk):
    both = titles(desk.get("/search?q=recenica").text)
    assert sorted(both) == ['=HYPERLINK("x") <script>alert(1)</script>', "Prva vest"]
    assert len(titles(desk.get("/search?q=recenica&unique=1").text)) == 1
    assert "1 copy" in desk.get("/search?q=recenica").text


def test_a_script_in_a_headline_is_text(desk):
    assert "<script>alert" not in desk.get("/search?q=recenica").text


def test_days_narrow_the_list_and_are_marked_in_the_plot(desk, archive):
    text = desk.get("/search?since=2026-11-20&until=2026-11-21").text
    assert titles(text) == stored(archive, since=date(2026, 11, 20), until=date(2026, 11, 21))
    assert text.count('class="bar"') == 2 and text.count('class="bar-soft"') > 10
    assert 'value="2026-11-20"' in text


def test_where_nothing_is_found_other_searches_are_offered(desk):
    text = desk.get("/search?q=most&country=ba").text
    assert "Nothing was found." in text and "Without the filters:" in text
    assert "Written alike:" in desk.get("/search?q=Kraljewo").text
    assert "By itself:" in desk.get("/search?q=most+nemoguce").text
    assert desk.get("/search?country=ba").status == 200


@pytest.mark.parametrize(
    "query",
    [
        "q=most+OR",
        "q=%22most",
        "q=-",
        "country=XX",
        "language=qq",
        "access=open",
        "since=0000-00-00",
        "until=tomorrow",
        "since=2026-11-20&until=2026-11-01",
        "sort=best",
        "page=0",
        "page=-1",
        "page=" + "9" * 400,
        "page=%D9%A1",
        "&".join(f"tag=t{number}" for number in range(60)),
        "q=" + "+".join(f"rec{number}" for number in range(70)),
    ],
)
def test_what_cannot_be_looked_for_is_a_sentence(desk, query):
    for kind in ("", ".csv", ".sql"):
        got = desk.get(f"/search{kind}?{query}")
        assert got.status == 400 or (got.status == 404 and "page=" in query), query
        assert "Traceback" not in got.text
    assert 'role="alert"' in desk.get(f"/search?{query}").text


@pytest.mark.parametrize(
    "query",
    [
        "q=most%00dunav",
        "q=%ED%A0%80most",
        "q=%FF%FE",
        "tag=%00&tag=%27%3B--&author=%22",
        "outlet=nobody&section=%F0%9F%98%80",
        "q=" + quote("'); DROP TABLE articles;--"),
        "since=0001-01-01&until=9999-12-31",
        "&".join("unique=1" for _ in range(800)),
        "more=nothing",
        "page=999999",
    ],
)
def test_hostile_addresses_are_answered(desk, query):
    got = desk.get(f"/search?{query}")
    assert got.status in (200, 400, 404) and len(got.body) < 200_000


def test_thousands_of_parameters_and_a_million_letters_are_sentences(desk):
    assert desk.get("/search?" + "&".join("tag=" for _ in range(1500))).status in (400, 414)
    got = desk.get("/search?q=" + "a" * 1_000_000)
    assert got.status == 414 and "too long" in got.text


def test_before_the_archive_is_counted_the_list_is_there(desk, archive, monkeypatch):
    monkeypatch.setattr(desk.desk.prepared, "_kept", {})
    monkeypatch.setattr(desk.desk.prepared, "make_all", lambda: None)
    for query, fields in (
        ("page=2", {}),
        ("q=most&sort=relevance&page=2", {"query": "most", "order": Order.RELEVANCE}),
        ("section=sport&unique=1&page=1", {"sections": ("Sport",), "unique": True}),
    ):
        text = desk.get(f"/search?{query}").text
        first = 0 if "page=1" in query else 20
        assert titles(text) == stored(archive, **fields)[first : first + 20]
        assert "being counted" in text
    assert desk.get("/search?page=5000").status == 404
    assert len(desk.get("/search.csv").text.splitlines()) > 49


def test_a_table_holds_all_that_is_found_and_no_formula(desk, archive):
    got = desk.get("/search.csv?q=most")
    assert got.headers["content-disposition"] == 'attachment; filename="search.csv"'
    rows = list(csv.DictReader(io.StringIO(got.body.decode("utf-8-sig"))))
    shown = stored(archive, query="most")
    assert [row["title"].removeprefix("'") for row in rows] == shown
    assert all(not row["title"].startswith("=") for row in rows) and any("HYPERLINK" in row["title"] for row in rows)
    assert [row["title"] for row in json.loads(desk.get("/search.json?q=most").text)] == shown


def test_parquet_holds_all_that_is_found(desk, archive):
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(io.BytesIO(desk.get("/search.parquet?tag=reka").body))
    assert table.column("title").to_pylist() == stored(archive, tags=("Reka",))


def test_a_feed_has_the_newest(desk, archive):
    got = desk.get("/search.atom?q=most")
    assert got.headers["content-type"].startswith("application/atom+xml")
    assert got.text.count("<entry") == len(stored(archive, query="most", limit=50))


@pytest.mark.parametrize(
    "query",
    [
        {"q": "most"},
        {"q": 'Kraljevo OR "prva vest"', "sort": "relevance"},
        {"q": "most -sport outlet:danas", "section": "politika", "unique": "1"},
        {"tag": "rEka", "since": "2026-11-01", "until": "2026-11-20", "language": "sr"},
        {"author": "Drita LEKA", "country": "AL", "access": "unknown", "agency": "it's"},
        {"author": "drita leka", "country": "AL"},
    ],
)
def test_the_sql_behind_gives_the_same_articles_in_plain_sqlite(desk, archive, query):
    wanted = sought_in(Asked(path="/search", query={name: (value,) for name, value in query.items()})).wanted
    got = desk.get(f"/search.sql?{urlencode(query)}")
    assert got.status == 303
    [statement] = parse_qs(urlsplit(got.headers["location"]).query)["q"]
    with closing(sqlite3.connect(archive)) as db:
        cursor = db.execute(statement)
        names = [column[0] for column in cursor.description]
        found = [dict(zip(names, row, strict=True))["url"] for row in cursor]
    with open_store(archive, read_only=True) as store:
        assert found == [row["url"] for row in store.rows(wanted)]


def test_articles_that_are_forgotten_are_not_shown(tmp_path):
    path = tmp_path / "archive.db"
    fill(path, [visit(1), visit(2)])
    with served(path, clock=lambda: NOON) as serving:
        assert serving.desk.prepared.get("facets", wait=60) is not None
        with open_store(path) as store:
            store.forget("https://danas-proba.rs/vest-1", NOON)
        assert titles(serving.get("/search").text) == ["Most broj 2"]


def test_the_page_is_small(desk):
    assert len(desk.get("/search?q=most&more=tag").body) < 200_000


@pytest.mark.parametrize(
    ("first", "last", "unit"),
    [
        ("2026-11-01", "2026-11-23", "day"),
        ("2025-01-01", "2026-11-23", "week"),
        ("2019-01-01", "2026-11-23", "month"),
        ("1990-01-01", "2026-11-23", "year"),
    ],
)
def test_bars_are_few_and_hold_every_day_once(first, last, unit):
    begin, end = date.fromisoformat(first), date.fromisoformat(last)
    days = [((begin + timedelta(days=number)).isoformat(), 2) for number in range((end - begin).days + 1)]
    plot = timeline(days, None, None)
    assert plot.unit == unit and len(plot.bars) <= MOST_BARS
    assert sum(bar.count for bar in plot.bars) == 2 * len(days)
    for bar, after in zip(plot.bars, plot.bars[1:], strict=False):
        assert after.first == bar.last + timedelta(days=1)


def test_days_of_clocks_that_were_wrong_leave_no_empty_plot():
    plot = timeline([("0001-01-01", 1), ("nonsense", 1), ("2026-11-23", 3), ("9999-12-31", 1)], None, None)
    assert [(bar.first, bar.count) for bar in plot.bars] == [(date(2026, 11, 23), 3)]
    assert timeline([], None, None) is None
