"""The list of outlets, and the page of one."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from support.archives import NOON, fill, visit
from support.desk_pages import carries_code, counted, words_of_page
from support.desks import served
from support.outlets import make_outlet

from balkan_crawler.desk.judged import make_judged
from balkan_crawler.desk.numbers import Numbers
from balkan_crawler.desk.page import Asked, Page
from balkan_crawler.desk.pages.outlets import outlets
from balkan_crawler.desk.prepared import Preparation, Prepared
from balkan_crawler.desk.rendering import render
from balkan_crawler.model import Repair, RepairKind
from balkan_crawler.storage import CrawlReport, OutletLine, open_store

DAY = timedelta(days=1)


def keys(html):
    """The outlets that a page links to, in order."""
    return re.findall(r'<tr><td><a href="/outlet/(\w+)"', html)


def test_all_outlets_are_listed_by_country(desk):
    got = counted(desk, "/outlets")
    assert got.status == 200 and not carries_code(got.text)
    assert len(keys(got.text)) == 7 and keys(got.text)[0] == "gazeta_e_bregut"
    assert 'scope="rowgroup">North Macedonia<' in got.text and "7 outlets" in got.text


def test_outlets_are_sorted_by_links(desk):
    html = counted(desk, "/outlets?sort=name").text
    assert keys(html)[0] == "gazeta_e_bregut" and 'aria-sort="ascending">Outlet' in html
    assert 'href="/outlets?sort=week"' in html
    latest = keys(counted(desk, "/outlets?sort=latest").text)
    assert set(latest) == set(keys(html)) and counted(desk, "/outlets?sort=<b>").status == 200


def test_outlets_are_narrowed_to_countries(desk):
    assert set(keys(counted(desk, "/outlets?country=RS").text)) == {"dunavski_glasnik", "moravski_portal"}
    both = keys(counted(desk, "/outlets?country=RS&country=MK&sort=week").text)
    assert set(both) == {"dunavski_glasnik", "moravski_portal", "ezerski_vesnik"}
    assert len(keys(counted(desk, "/outlets?country=XX").text)) == 7


def test_six_hundred_outlets_are_one_light_page(desk):
    countries = ("RS", "HR", "BA", "AL", "GR", "BG")
    lines = {
        f"novine_{number:03}": OutletLine(
            key=f"novine_{number:03}",
            name=f"Novine mesta broj {number}",
            country=countries[number % 6],
            homepage=f"https://novine-{number}-proba.rs/",
            is_closed=False,
            first_seen=NOON,
            latest_day=NOON.date() - (number % 3) * DAY,
            latest=NOON - (number % 3) * DAY,
        )
        for number in range(600)
    }
    numbers = Numbers(
        last=NOON.date(),
        is_old=False,
        outlets=lines,
        articles={
            key: {NOON.date() - ago * DAY: 1 + hash((place, ago)) % 30 for ago in range(28)}
            for place, key in enumerate(lines)
        },
        newest=(),
        copied=(),
        headlines=(),
        languages=(),
    )
    prepared = Prepared(
        desk.desk.readers,
        lambda: NOON,
        {"numbers": Preparation(make=lambda *_: numbers), "judged": Preparation(make=make_judged)},
    )
    prepared.make_all()
    asked = Asked(path="/outlets")
    page = outlets(replace(desk.desk, prepared=prepared), asked)
    assert isinstance(page, Page)
    html = render(page, asked, "balkan.db")
    assert len(keys(html)) == 600
    assert len(html.encode()) < 200_000


def test_a_list_without_outlets_says_what_to_do(tmp_path):
    with open_store(tmp_path / "a.db"):
        pass
    with served(tmp_path / "a.db") as desk:
        assert "No outlet was crawled yet." in counted(desk, "/outlets").text


def test_an_outlet_is_shown_with_its_rhythm_and_what_its_articles_have(desk):
    got = counted(desk, "/outlet/gazeta_e_bregut")
    words = words_of_page(got.text)
    assert got.status == 200 and not carries_code(got.text) and len(got.body) < 200_000
    assert "Gazeta e Bregut" in words and "Albania" in words
    assert "Articles by hour and weekday" in words and 'class="heat-6"' in got.text
    assert "Most promoted" in words and "offered by" in words
    assert "Agencies and copies" in words and "Earlier at: The Sharr Courier 1" in words
    assert "Of its 6 newest articles, since" in words


def test_an_unknown_outlet_is_a_sentence(desk):
    got = desk.get("/outlet/nema")
    assert got.status == 404 and "There is no outlet of this name in the archive." in got.text
    assert "U arhivi nema redakcije" in desk.get("/outlet/%3Cscript%3E", accept_language="hr").text
    assert desk.get("/outlet/%00").status == 404


def test_an_outlet_that_stopped_a_year_ago_is_shown_as_it_was(tmp_path):
    fill(tmp_path / "a.db", [visit(1), visit(2, NOON - DAY)])
    with served(tmp_path / "a.db", clock=lambda: NOON + 365 * DAY) as desk:
        words = words_of_page(counted(desk, "/outlet/danas").text)
    assert "The newest article of this outlet is of 23 November 2026" in words
    assert "2 articles in 90 days." in words and "Vest broj 1" in words


def test_an_outlet_without_articles_says_what_to_do(tmp_path):
    with open_store(tmp_path / "a.db") as store:
        store.register([make_outlet("danas")], NOON)
    with served(tmp_path / "a.db", clock=lambda: NOON) as desk:
        words = words_of_page(counted(desk, "/outlet/danas").text)
    assert "Nothing is wrong that can be seen." in words
    assert "No article of this outlet was stored yet." in words and "balkan-crawler crawl --outlet danas" in words


def test_of_an_outlet_that_is_crawled_for_a_day_too_little_is_known(tmp_path):
    fill(tmp_path / "a.db", [visit(1)])
    with open_store(tmp_path / "a.db") as store:
        [lease] = store.lease(["danas"], "elsewhere:1:1", NOON, 60)
        source = store.source_state("https://danas-proba.rs/feed", "danas")
        store.record_source(lease, replace(source, polled=NOON))
    with served(tmp_path / "a.db", clock=lambda: NOON) as desk:
        front, own = counted(desk, "/"), counted(desk, "/outlet/danas")
    assert "Of 1 outlet too little is known yet" in words_of_page(front.text)
    assert "Too little is known yet to judge its rhythm:" in words_of_page(own.text)


def test_findings_stand_on_the_front_page_the_list_and_the_outlet_s_page_with_evidence_and_a_next_step(tmp_path):
    path = tmp_path / "a.db"
    begin = datetime(2026, 10, 1, 6, tzinfo=UTC)
    with open_store(path) as store:
        store.register([make_outlet("danas")], begin)
        [lease] = store.lease(["danas"], "elsewhere:1:1", begin, 60)
        for number in range(3):
            started = NOON - (3 - number) * DAY
            report = CrawlReport(outlet="danas", started=started)
            run = store.start_crawl(report, "1.0")
            store.finish_crawl(run, replace(report, ended=started, state="failed", reason="no such host"))
        source = store.source_state("https://danas-proba.rs/feed", "danas")
        store.record_source(
            lease, replace(source, polled=NOON, failures=9, failing_since=begin, outcome="dns", reason="no such host")
        )
        store.note_repair(lease, Repair(outlet="danas", at=NOON, kind=RepairKind.FALLBACK, evidence="the feed is dead"))
        store.commit(lease, [visit(1, NOON - DAY)], NOON)
    with served(path, clock=lambda: NOON) as desk:
        front, listed, own = (counted(desk, target) for target in ("/", "/outlets?sort=health", "/outlet/danas"))
    assert (
        "no such host" in words_of_page(front.text) and 'href="/outlet/danas">Danas</a>: <span lang="en">' in front.text
    )
    assert re.search(r'<td><span lang="en">\w', listed.text)
    words = words_of_page(own.text)
    assert "What is wrong" in words and "no such host" in words and "&rarr;" in words
    assert "sitemaps and pages stand in for its feeds" in words and "the feed is dead" in words
    assert "failed 0 0 0 0 no such host" in words
