"""How crawls go, on a page."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

pytest.importorskip("starlette", reason="the extra `desk` is not installed")

from support.archives import NOON, fill, visit
from support.desk_pages import carries_code, counted, words_of_page
from support.desks import served
from support.outlets import make_outlet

from balkan_crawler.desk.workings import by_fault
from balkan_crawler.model import Candidate, Discovery, UrlState, Visit
from balkan_crawler.revisiting.outcomes import Fault
from balkan_crawler.storage import Beat, CrawlReport, DaySize, StepRun, open_store
from balkan_crawler.storage.upkeep import Upkeep

DAY = timedelta(days=1)
FAILED = Visit(
    url="https://danas-proba.rs/nema", outlet="danas", state=UrlState.FAILED, outcome="timeout", next_visit=NOON + DAY
)


@pytest.fixture
def archive(tmp_path):
    """An archive with a failed run, pages that are due, a site that waits, a dead source and a backup."""
    path = tmp_path / "a.db"
    gone = replace(FAILED, url=f"{FAILED.url}/2", state=UrlState.GONE, outcome="http-404", status=404, next_visit=None)
    fill(path, [visit(1), FAILED, gone])
    with open_store(path) as store:
        [lease] = store.lease(["danas"], "elsewhere:1:1", NOON, 60)
        pages = [f"https://danas-proba.rs/nova-{number}" for number in range(3)]
        offered = [Candidate(url=url, outlet="danas", found_by=Discovery.FEED, found_in="feed") for url in pages]
        store.offer(lease, offered, NOON - DAY)
        report = CrawlReport(outlet="danas", started=NOON - DAY)
        run = store.start_crawl(report, "1.0")
        store.finish_crawl(
            run, replace(report, ended=NOON, state="failed", reason="the disk is full", new=4, fetched=9)
        )
        source = store.source_state("https://danas-proba.rs/feed", "danas")
        store.record_source(
            lease, replace(source, polled=NOON, failures=5, failing_since=NOON - DAY, reason="HTTP 410")
        )
        store.record_source(lease, replace(source, url="https://danas-proba.rs/map", polled=NOON - DAY))
        store.release(lease, NOON, NOON + timedelta(hours=5))
    with Upkeep(path) as upkeep:
        upkeep.remember("backup", StepRun(ran=NOON - DAY, state="done", said="backups/a.db, 3 MB"))
        upkeep.remember_size(DaySize(day=(NOON - 2 * DAY).date(), bytes=1_000_000, articles=1))
        upkeep.remember_size(DaySize(day=NOON.date(), bytes=3_000_000, articles=2))
    return path


def test_runs_failures_work_sources_and_care_are_shown(archive):
    with served(archive, clock=lambda: NOON) as desk:
        got = counted(desk, "/operations")
    words = words_of_page(got.text)
    assert got.status == 200 and not carries_code(got.text)
    assert "The last crawl of 1 outlet: 1 failed." in words and "4 new articles" in words
    assert "the disk is full" in words and 'href="/outlet/danas">Danas<' in got.text
    assert "Cause: the network no answer in time 1 1" in words
    assert "Cause: the page itself not found (404) 1 1" in words
    assert "New pages to fetch 3" in words and "Outlets that may be asked now 0 of 1" in words
    assert "Outlets that wait" in words and "23 Nov, 17:00" in words
    assert "https://danas-proba.rs/feed HTTP 410 5" in words
    assert "Backup 22 Nov, 12:00 done backups/a.db, 3 MB" in words
    assert "3.0 MB on 23 Nov 2026. 1.0 MB more a day since 21 Nov 2026." in words
    assert "Fetches a day" in words


def test_who_crawls_is_shown_as_it_is_now_with_the_sites_that_each_holds(archive):
    beat = Beat(holder="forest/1:7:100", version="1.0", started=NOON - DAY, seconds=300.0, stays=True, pages=9)
    with open_store(archive) as store:
        store.register([make_outlet(f"shop{number}") for number in range(8)], NOON)
        store.lease([f"shop{number}" for number in range(8)], beat.holder, NOON, 600)
        store.beat(beat, NOON)
        store.beat(replace(beat, holder="hill/1:8:8"), NOON - timedelta(seconds=200))
        store.beat(replace(beat, holder="hill/1:9:9"), NOON - timedelta(seconds=400))
        store.drain("forest", NOON)
        with served(archive, clock=lambda: NOON) as desk:
            words = words_of_page(counted(desk, "/operations").text)
            assert "forest 7 drained 22 Nov" in words and " 8 shop0-proba.rs, " in words
            assert "shop5-proba.rs and 2 more" in words and "hill 8 late" in words and "hill 9 gone" in words
            for holder in (beat.holder, "hill/1:8:8", "hill/1:9:9"):
                store.leave(holder)
            assert "forest 7 drained" in words_of_page(desk.get("/operations").text), "it still holds sites"
    with served(archive, clock=lambda: NOON + DAY) as desk:
        assert "Nobody crawls into this archive" in words_of_page(counted(desk, "/operations").text)


def test_an_archive_that_nothing_was_crawled_into_says_so(tmp_path):
    with open_store(tmp_path / "a.db"):
        pass
    with served(tmp_path / "a.db", clock=lambda: NOON) as desk:
        got = counted(desk, "/operations", accept_language="sq")
        words = words_of_page(counted(desk, "/operations").text)
    assert "Nothing was crawled into this archive yet" in words and "balkan-crawler crawl" in words
    assert "No page was visited in seven days." in words and "None has failed three times in a row." in words
    assert got.status == 200 and "ende nuk është mbledhur asgjë" in got.text


def test_outcomes_are_put_under_whose_fault_they_are():
    found = by_fault({"article": 9, "unchanged": 3, "timeout": 2, "http-503": 1, "http-404": 5, "timed-out": 1})
    assert found == {
        Fault.NETWORK: {"timeout": 2},
        Fault.SITE: {"http-503": 1},
        Fault.PAGE: {"http-404": 5},
        Fault.MACHINE: {"timed-out": 1},
    }
