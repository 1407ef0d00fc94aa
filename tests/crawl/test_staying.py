"""A run that stays: each outlet by its own rhythm, nothing growing by the round, no end for want of a network."""

import asyncio
import sqlite3
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta

import pytest
import scrapy
from scrapy.crawler import Crawler
from scrapy.resolver import dnscache
from support.newsrooms import Gate, article, fill, rss, write_outlets
from support.reactor import Clock
from support.servers import DropsConnection, Page, ServerError, serve
from support.staying import staying
from twisted.internet.defer import succeed

from balkan_crawler.errors import RobotsUnavailableError, StoreLockedError
from balkan_crawler.extensions.fair_places import FairPlaces
from balkan_crawler.manners.robots import read_robots
from balkan_crawler.middlewares.addresses import PublicAddressResolver
from balkan_crawler.middlewares.robots import RobotsMiddleware
from balkan_crawler.outlets import load_outlets
from balkan_crawler.spiders.async_store import AsyncStore
from balkan_crawler.spiders.staying import LONGEST_REST, rest_of
from balkan_crawler.storage import open_store

pytestmark = pytest.mark.slow

STORY = "/news/ferry-decision-number"
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
FIVE = timedelta(minutes=5)


def rows(folder, query):
    with closing(sqlite3.connect(f"file:{folder / 'news.db'}?mode=ro", uri=True)) as db:
        return db.execute(query).fetchall()


def stored(folder, outlet):
    return rows(folder, f"SELECT count(*) FROM articles WHERE outlet = '{outlet}'")[0][0]


class Growing:
    """A feed that has one more story each time that it is asked for, up to so many."""

    def __init__(self, site, most):
        self.site, self.most, self.count = site, most, 0

    def __call__(self, handler):
        self.count = min(self.count + 1, self.most)
        self.site.pages[f"{STORY}-{self.count - 1}"] = Page(article(self.count - 1))
        Page(rss(self.site, self.count), "application/rss+xml")(handler)


def grow(site, most=5):
    fill(site, 0)
    site.pages["/feed.xml"] = Growing(site, most)


def test_a_site_rests_until_something_is_due_with_what_falls_due_soon_after_but_never_long():
    assert rest_of(NOW + timedelta(minutes=7), NOW, FIVE) == timedelta(minutes=7, seconds=30)
    assert rest_of(NOW + timedelta(seconds=1), NOW, timedelta(seconds=10)) == timedelta(seconds=2)
    assert rest_of(NOW - timedelta(hours=1), NOW, FIVE) == timedelta()
    assert rest_of(NOW + timedelta(days=2), NOW, FIVE) == rest_of(None, NOW, FIVE) == LONGEST_REST


def test_what_an_outlet_publishes_later_is_stored_and_nothing_of_its_rounds_is_kept(tmp_path):
    with serve({}) as (site,):
        grow(site)
        write_outlets(tmp_path, {"ferry": site})
        with staying(tmp_path, ["ferry"]) as stay:
            stay.until(lambda: stay.run.past["new"] == 5)
            stay.until(lambda: not stay.run.at_work)
            spider = stay.spider
            assert stay.run.rounds >= 5
    assert (spider.run.outlets, spider.sites, spider._tasks) == ({}, {}, {})
    assert stored(tmp_path, "ferry") == 5
    assert spider.run.error is None
    assert rows(tmp_path, "SELECT holder FROM _sites") == [(None,)]


def test_a_site_that_takes_long_holds_up_no_other(tmp_path):
    with serve({}, {}) as (slow, quick):
        fill(slow, 1)
        gate = slow.pages[f"{STORY}-0"] = Gate(slow.pages[f"{STORY}-0"])
        grow(quick)
        write_outlets(tmp_path, {"slow": slow, "quick": quick})
        with staying(tmp_path, ["slow", "quick"]) as stay:
            assert gate.reached.wait(20)
            stay.until(lambda: stay.run.past["new"] == 5)
            assert stored(tmp_path, "slow") == 0
            gate.opened.set()
            stay.until(lambda: stay.run.past["new"] == 6)


def test_a_round_that_asks_for_nothing_leaves_no_row(tmp_path, monkeypatch):
    monkeypatch.setattr("balkan_crawler.spiders.staying.LONGEST_REST", timedelta(seconds=0.1))
    with serve({}) as (site,):
        fill(site, 1)
        write_outlets(tmp_path, {"ferry": site})
        with staying(tmp_path, ["ferry"], Clock()) as stay:
            stay.until(lambda: stay.run.rounds >= 3)
    assert rows(tmp_path, "SELECT state, new FROM crawls") == [("done", 1)]


def test_where_nobody_is_reached_no_source_is_charged_and_the_run_goes_on_when_somebody_is(tmp_path, monkeypatch):
    monkeypatch.setattr("balkan_crawler.spiders.staying._FIRST_PROBE", 0.2)
    monkeypatch.setattr("balkan_crawler.spiders.staying._LONGEST_PROBE", 0.2)
    with serve({}, {}) as (one, other):
        for site in (one, other):
            fill(site, 1)
            site.pages["/kept.xml"] = site.pages["/feed.xml"]
            site.pages["/robots.txt"] = site.pages["/feed.xml"] = DropsConnection()
        write_outlets(tmp_path, {"ferry": one, "bridge": other})
        with staying(tmp_path, ["ferry", "bridge"]) as stay:
            stay.until(lambda: stay.run.is_offline and stay.run.rounds >= 6)
            assert rows(tmp_path, "SELECT max(failures) FROM _sources") in ([(None,)], [(0,)])
            monkeypatch.setattr("balkan_crawler.middlewares.robots.ROBOTS_MISSED", 0.0)
            for site in (one, other):
                site.pages["/robots.txt"] = Page("User-agent: *\nAllow: /\n", "text/plain")
                site.pages["/feed.xml"] = site.pages["/kept.xml"]
            stay.until(lambda: stay.run.past["new"] == 2)
            stay.until(lambda: not stay.run.is_offline)
    assert stay.run.error is None


def test_a_site_that_fails_while_all_others_rest_is_charged_since_one_of_them_is_asked(tmp_path, monkeypatch):
    monkeypatch.setattr("balkan_crawler.spiders.staying.LONGEST_REST", timedelta(seconds=0.2))
    clock = Clock()
    with serve({}, {}) as (quiet, dying):
        fill(quiet, 1)
        fill(dying, 1)
        write_outlets(tmp_path, {"quiet": quiet, "dying": dying})
        with staying(tmp_path, ["quiet", "dying"], clock) as stay:
            stay.until(lambda: stay.run.past["new"] == 2)
            dying.pages["/feed.xml"] = DropsConnection()
            with closing(sqlite3.connect(tmp_path / "news.db")) as db, db:
                db.execute("UPDATE _sources SET due = polled WHERE outlet = 'dying'")
            stay.until(lambda: rows(tmp_path, "SELECT failures FROM _sources WHERE outlet = 'dying'") == [(1,)])
            assert not stay.run.is_offline
    assert len(quiet.asked("/robots.txt")) == 2
    assert len(quiet.asked("/feed.xml")) == 1


def test_a_failure_is_told_once_with_its_outlet(tmp_path):
    with serve({}) as (site,):
        fill(site, 1)
        site.pages["/feed.xml"] = ServerError(503)
        write_outlets(tmp_path, {"ferry": site})
        with staying(tmp_path, ["ferry"]) as stay:
            stay.until(lambda: bool(stay.run.untold))
            failed = stay.run.untold.popleft()
    assert (failed.outlet, failed.is_source) == ("ferry", False)
    assert "503" in failed.reason


def test_where_no_site_can_be_leased_any_more_those_at_work_come_to_their_end(tmp_path, monkeypatch):
    lease, calls = AsyncStore.lease, []

    async def failing(store, *arguments):
        calls.append(arguments)
        if len(calls) > 1:
            raise StoreLockedError("news.db")
        return await lease(store, *arguments)

    monkeypatch.setattr(AsyncStore, "lease", failing)
    with serve({}, {}) as (slow, quick):
        fill(slow, 1)
        gate = slow.pages[f"{STORY}-0"] = Gate(slow.pages[f"{STORY}-0"])
        grow(quick)
        write_outlets(tmp_path, {"slow": slow, "quick": quick})
        with staying(tmp_path, ["slow", "quick"]) as stay:
            stay.until(lambda: stay.run.error is not None)
            assert gate.reached.wait(20)
            gate.opened.set()
    assert isinstance(stay.run.error, StoreLockedError)
    assert stored(tmp_path, "slow") == 1


@pytest.mark.parametrize("days", [400, -400])
def test_a_clock_that_jumps_stops_no_outlet(tmp_path, days, monkeypatch):
    monkeypatch.setattr("balkan_crawler.spiders.staying.LONGEST_REST", timedelta(seconds=0.3))
    clock = Clock()
    with serve({}) as (site,):
        grow(site)
        write_outlets(tmp_path, {"ferry": site})
        with staying(tmp_path, ["ferry"], clock) as stay:
            stay.until(lambda: stay.run.past["new"] == 1)
            clock.move(days=days)
            stay.until(lambda: stay.run.past["new"] == 2)


def test_a_site_that_another_run_has_is_left_to_it_and_taken_when_it_is_free(tmp_path, monkeypatch):
    monkeypatch.setattr("balkan_crawler.spiders.staying.HELD_REST", timedelta(seconds=0.2))
    with serve({}) as (site,):
        grow(site)
        write_outlets(tmp_path, {"ferry": site})
        outlets = load_outlets(tmp_path / "own.toml")
        with open_store(tmp_path / "news.db") as other:
            now = datetime.now(UTC)
            other.register([outlets["ferry"]], now)
            [lease] = other.lease(["ferry"], "elsewhere:1:1", now, 300)
            with staying(tmp_path, ["ferry"]) as stay:
                stay.until(lambda: stay.run.held == {"ferry": "elsewhere:1:1"})
                assert stay.run.rounds == 0
                other.release(lease, now, now)
                stay.until(lambda: stay.run.past["new"] >= 1)
                assert stay.run.held == {}


class Rules(RobotsMiddleware):
    """Answers of robots.txt without a server; the first is no answer."""

    def __init__(self, crawler, missed=0):
        super().__init__(crawler)
        self.fetched, self.missed = 0, missed

    async def _fetch(self, url, lease):
        self.fetched += 1
        if self.fetched <= self.missed:
            raise RobotsUnavailableError(url, "no answer")
        return read_robots(b"", 404, None, url)


@pytest.mark.parametrize(("missed", "kept"), [(0, 3600), (1, 300)])
def test_robots_txt_is_read_again_hourly_and_sooner_where_it_could_not_be(monkeypatch, missed, kept):
    async def work():
        middleware = Rules(Crawler(scrapy.Spider, {"ROBOTSTXT_USER_AGENT": "x"}), missed)
        loop, now = asyncio.get_running_loop(), [1000.0]
        monkeypatch.setattr(loop, "time", lambda: now[0])
        counts = []
        for seconds in (0, kept - 1, kept):
            now[0] = 1000.0 + seconds
            for host in ("a.gazeta.al", "a.gazeta.al"):
                with suppress(RobotsUnavailableError):
                    await middleware.rules_for(f"https://{host}/page")
            counts.append(middleware.fetched)
        return counts

    assert asyncio.run(work()) == [1, 1, 2]


def test_the_address_of_a_name_is_looked_up_again_after_a_while(monkeypatch):
    class Reactor:
        now = 0.0

        def seconds(self):
            return self.now

    reactor, asked = Reactor(), []
    resolver = PublicAddressResolver(reactor, 100, 20)
    monkeypatch.setattr(resolver._lookups, "find", lambda name: asked.append(name) or succeed("9.9.9.9"))
    for reactor.now in (0.0, 599.0, 600.0, 601.0):
        resolver.getHostByName("gazeta.al")
    assert len(asked) == 2
    dnscache.clear()


def test_a_site_begins_its_next_round_as_one_that_has_used_nothing():
    async def work():
        places = FairPlaces(2, 1)
        async with places.place("gazeta.al"):
            await asyncio.sleep(0)
        places.slow_down("gazeta.al")
        places.forget("gazeta.al")
        return places._used, places._slow, places._held

    assert asyncio.run(work()) == ({}, set(), {})
