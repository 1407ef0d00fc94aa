"""A bad hour at a site loses nothing: what its feed names is asked for again, and stored once it is there."""

import gzip
import json
import sqlite3
from contextlib import closing

import pytest
from support.newsrooms import article, crawl, fill, write_outlets
from support.reactor import Clock
from support.servers import EmptyPage, Page, RedirectsTo, serve

pytestmark = pytest.mark.slow

STORY = "/news/ferry-decision-number-0"
CHALLENGE = Page(
    "<html><head><title>Just a moment...</title></head><body><h1>Just a moment...</h1>"
    "<div id='challenge-form' class='cf-challenge'>Checking your browser before you go on</div></body></html>"
)
MAINTENANCE = Page("<html><head><title>Site under maintenance</title></head><body><p>Back soon</p></body></html>")
PACKED = gzip.compress(article(0).encode())

BAD_HOURS = {
    "challenge": CHALLENGE,
    "maintenance": MAINTENANCE,
    "not there": Page("not found", status=404),
    "gone": Page("gone", status=410),
    "empty": EmptyPage(),
    "no content": Page("", status=204),
    "a part": Page(article(0)[:400], status=206),
    "not modified, unasked": Page("", status=304),
    "the front page": RedirectsTo("/"),
    "another site": RedirectsTo("http://127.0.0.9:9/login"),
    "a loop": RedirectsTo(STORY),
    "forbidden": Page("no", status=403),
    "a stream that was cut": Page(PACKED[: len(PACKED) * 6 // 10], headers=(("Content-Encoding", "gzip"),)),
}


def stored(folder):
    with closing(sqlite3.connect(folder / "news.db")) as db:
        return db.execute("SELECT count(*) FROM articles").fetchone()[0]


@pytest.mark.parametrize("hour", BAD_HOURS.values(), ids=BAD_HOURS)
def test_a_bad_hour_at_a_site_loses_no_article(tmp_path, hour):
    clock = Clock()
    with serve({}) as (site,):
        fill(site, 1)
        good, site.pages[STORY] = site.pages[STORY], hour
        site.pages["/"] = Page("<html><head><title>Ferry</title></head><body>Ferry</body></html>")
        write_outlets(tmp_path, {"ferry": site})
        crawl(tmp_path, ["ferry"], clock=clock)
        assert stored(tmp_path) == 0
        site.pages[STORY] = good
        clock.move(hours=2)
        crawl(tmp_path, ["ferry"], clock=clock)
        assert stored(tmp_path) == 1


def test_a_day_on_which_robots_txt_forbids_all_loses_no_article(tmp_path):
    clock = Clock()
    with serve({}) as (site,):
        fill(site, 2)
        write_outlets(tmp_path, {"ferry": site})
        good, site.pages["/robots.txt"] = (
            site.pages["/robots.txt"],
            Page("User-agent: *\nDisallow: /news/\n", "text/plain"),
        )
        crawl(tmp_path, ["ferry"], clock=clock)
        site.pages["/robots.txt"] = good
        clock.move(hours=25)
        crawl(tmp_path, ["ferry"], clock=clock)
    assert stored(tmp_path) == 2


def test_a_page_that_stays_away_is_given_up_for_gone_after_weeks(tmp_path):
    clock = Clock()
    with serve({}) as (site,):
        fill(site, 1)
        site.pages[STORY] = Page("not found", status=404)
        write_outlets(tmp_path, {"ferry": site})
        for _ in range(40):
            crawl(tmp_path, ["ferry"], clock=clock)
            clock.move(days=1)
        assert 8 <= len(site.asked(STORY)) <= 10
    with closing(sqlite3.connect(tmp_path / "news.db")) as db:
        assert db.execute("SELECT state FROM _frontier").fetchall() == [("gone",)]


def test_what_a_page_is_counts_as_no_failure_of_the_outlet(tmp_path):
    with serve({}) as (site,):
        fill(site, 7)
        for number in range(6):
            site.pages[f"/news/ferry-decision-number-{number}"] = Page("not found", status=404)
        write_outlets(tmp_path, {"ferry": site})
        done = crawl(tmp_path, ["ferry"], "--json", clock=Clock())
    told = json.loads(done.stdout)
    assert (done.returncode, told["failures"], told["new"]) == (0, 0, 1)


def test_a_page_that_is_packed_without_a_label_is_read(tmp_path):
    with serve({}) as (site,):
        fill(site, 2)
        site.pages[STORY] = Page(PACKED)
        site.pages["/news/ferry-decision-number-1"] = Page(
            gzip.compress(gzip.compress(article(1).encode())), headers=(("Content-Encoding", "gzip"),)
        )
        write_outlets(tmp_path, {"ferry": site})
        crawl(tmp_path, ["ferry"], clock=Clock())
    assert stored(tmp_path) == 2


@pytest.mark.parametrize("content", [bytes(range(256)) * 200, b"ID3\x04" + (bytes(range(200, 256)) + b"\0\1\2") * 90])
def test_bytes_that_are_no_text_are_no_article_whatever_they_are_called(tmp_path, content):
    clock = Clock()
    with serve({}) as (site,):
        fill(site, 1)
        good, site.pages[STORY] = site.pages[STORY], Page(content)
        write_outlets(tmp_path, {"ferry": site})
        told = json.loads(crawl(tmp_path, ["ferry"], "--json", clock=clock).stdout)
        assert told["outlets"]["ferry"]["outcomes"] == {"not-html": 1}
        site.pages[STORY] = good
        clock.move(hours=7)
        crawl(tmp_path, ["ferry"], clock=clock)
    assert stored(tmp_path) == 1
