"""Repairs of one outlet: kept over kills, undone, ended by the table, within the outlet's site and one try a day."""

from __future__ import annotations

import json
import signal
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from support.moves import NEWS, Day, declared
from support.newsrooms import Gate, article, crawl, start, write_outlets
from support.reactor import Clock
from support.servers import Page, RedirectsTo, RedirectsToPrivateAddress, TooManyRequests, serve

from balkan_crawler import open_store
from balkan_crawler.cli import main

pytestmark = pytest.mark.slow

GONE = Page("gone", status=404)


class Newsroom:
    """One outlet on loopback, crawled by a clock that only the test moves."""

    def __init__(self, folder, site, **table):
        self.folder, self.site, self.clock = folder, site, Clock()
        self.last = None
        write_outlets(folder, {"ferry": site}, **table)
        day = self.day
        site.pages |= {"/robots.txt": Page("", "text/plain"), "/": day.home(), "/feed.xml": day.feed()}
        site.pages |= {path: Page(article(number, "a")) for number, path in enumerate(NEWS)}

    @property
    def day(self):
        return Day(self.site, self.site, 1, self.clock.now)

    def crawl(self, *more, **settings):
        self.last = crawl(self.folder, ["ferry"], *more, clock=self.clock, settings=settings)
        return self.last

    def pass_days(self, days, **settings):
        for _ in range(days):
            self.clock.move(days=1)
            self.crawl(**settings)

    def lose_feed(self, declares="/rss/all", page=GONE):
        self.site.pages |= {"/feed.xml": page, "/": self.day.home(declared(declares) if declares else "")}
        if declares:
            self.site.pages[declares] = self.day.feed()

    def repairs(self):
        with open_store(self.folder / "news.db", read_only=True) as store:
            return store.repairs("ferry")

    def search(self):
        with open_store(self.folder / "news.db", read_only=True) as store:
            return store.last_search("ferry")

    def asked(self, path):
        return len(self.site.asked(path))

    def command(self, *words):
        given = [*words, "--db", str(self.folder / "news.db"), "--outlets", str(self.folder / "own.toml")]
        return CliRunner().invoke(main, given, prog_name="balkan-crawler")


@pytest.fixture
def newsroom(tmp_path):
    with serve({}) as (site,):
        room = Newsroom(tmp_path, site)
        room.crawl()
        yield room


def test_a_repair_is_told_in_a_line_of_the_summary_and_polled_from_then_on(newsroom):
    newsroom.lose_feed()
    newsroom.pass_days(5)
    assert "repaired: 1 outlet: ferry (another source found)" in newsroom.last.stderr
    newsroom.pass_days(1)
    assert newsroom.last.returncode == 0
    assert "repaired" not in newsroom.last.stderr
    assert newsroom.asked("/rss/all") == 2
    assert newsroom.asked("/feed.xml") == 6


def test_what_was_replaced_is_no_failing_source_any_more(newsroom):
    newsroom.lose_feed()
    newsroom.pass_days(6)
    with open_store(newsroom.folder / "news.db", read_only=True) as store:
        assert store.failing_sources(1) == []


def test_new_articles_come_by_the_source_that_was_found(newsroom):
    newsroom.lose_feed()
    newsroom.pass_days(5)
    newsroom.site.pages["/rss/all"] = newsroom.day.feed(paths=("/news/a-bridge-in-the-place-of-it-5", *NEWS))
    newsroom.site.pages["/news/a-bridge-in-the-place-of-it-5"] = Page(article(5, "b"))
    newsroom.pass_days(1)
    assert "done: 1 new article" in newsroom.last.stderr


def test_an_undone_repair_ends_and_is_not_made_again_for_the_same_addresses(newsroom):
    newsroom.lose_feed()
    newsroom.pass_days(5)
    [made] = newsroom.repairs()
    told = newsroom.command("repairs", "--undo", str(made.id))
    assert told.exit_code == 0
    assert newsroom.site.url("/feed.xml") in told.stdout
    polls, found = newsroom.asked("/feed.xml"), newsroom.asked("/rss/all")
    newsroom.pass_days(6)
    assert newsroom.asked("/feed.xml") == polls + 6
    assert newsroom.asked("/rss/all") == found
    assert [(each.kind, bool(each.undone)) for each in newsroom.repairs()] == [
        ("feed-replaced", True),
        ("fallback", False),
    ]


def test_an_undone_fallback_is_not_made_again(newsroom):
    newsroom.lose_feed(None)
    newsroom.pass_days(5)
    [made] = newsroom.repairs()
    assert newsroom.command("repairs", "--undo", str(made.id)).exit_code == 0
    newsroom.pass_days(3)
    assert len(newsroom.repairs()) == 1


def test_an_undone_move_is_not_made_again(newsroom):
    newsroom.site.pages |= {"/feed.xml": RedirectsTo("/rss", 301), "/rss": newsroom.day.feed()}
    newsroom.pass_days(8)
    [made] = newsroom.repairs()
    newsroom.command("repairs", "--undo", str(made.id))
    newsroom.pass_days(9)
    assert [each.id for each in newsroom.repairs()] == [made.id]


def test_a_table_that_names_another_source_ends_the_repair(newsroom):
    newsroom.lose_feed()
    newsroom.pass_days(5)
    newsroom.site.pages["/atom.xml"] = newsroom.day.feed()
    write_outlets(newsroom.folder, {"ferry": newsroom.site}, feeds=[newsroom.site.url("/atom.xml")])
    found = newsroom.asked("/rss/all")
    newsroom.pass_days(2)
    assert (newsroom.asked("/atom.xml"), newsroom.asked("/rss/all")) == (2, found)
    [record] = json.loads(newsroom.command("repairs", "--json").stdout)
    assert record["state"] == "ended"


def test_a_source_that_was_found_and_died_is_replaced_again_even_by_the_first(newsroom):
    newsroom.lose_feed()
    newsroom.pass_days(5)
    newsroom.site.pages |= {"/rss/all": GONE, "/": newsroom.day.home(declared("/feed.xml"))}
    newsroom.site.pages["/feed.xml"] = newsroom.day.feed()
    newsroom.pass_days(5)
    assert [each.new[0].url for each in newsroom.repairs()] == [
        newsroom.site.url(path) for path in ("/rss/all", "/feed.xml")
    ]
    newsroom.pass_days(5)
    assert len(newsroom.repairs()) == 2


def test_one_day_of_many_polls_shows_nothing(newsroom):
    newsroom.lose_feed()
    for _ in range(8):
        newsroom.clock.move(hours=1)
        newsroom.crawl()
    assert newsroom.repairs() == []
    assert newsroom.asked("/") == 0


def test_while_others_stand_in_the_own_source_is_asked_each_day_where_runs_are_frequent(tmp_path):
    with serve({}) as (site,):
        room = Newsroom(tmp_path, site, country="HU")  # of which the catalogue has no outlet
        room.crawl()
        room.lose_feed(None)
        room.pass_days(5)
        polls = room.asked("/feed.xml")
        for _ in range(12):
            room.clock.move(hours=5)
            crawl(tmp_path, [], "--country", "HU", clock=room.clock)
        assert 3 <= room.asked("/feed.xml") - polls <= 6  # in sixty hours
        assert room.asked("/") > 3


@pytest.mark.slow
def test_nothing_is_charged_in_runs_in_which_nobody_was_reached(tmp_path):
    with serve({}, {}) as (site, other):
        room = Newsroom(tmp_path, site)
        room.crawl()
        del other
    room.pass_days(6)
    assert room.last.returncode == 3
    with open_store(tmp_path / "news.db", read_only=True) as store:
        assert (store.signs("ferry"), store.repairs(), store.last_search("ferry")) == ([], [], None)


def test_a_site_that_asks_for_patience_is_asked_for_nothing_more(newsroom):
    newsroom.lose_feed(None)
    newsroom.site.pages["/"] = TooManyRequests("600")
    newsroom.pass_days(5)
    assert newsroom.site.asked()[-2:] == ["/feed.xml", "/"]
    assert newsroom.repairs() == []
    assert "left alone until" in newsroom.last.stderr


def test_a_redirect_into_a_private_network_is_not_followed_and_another_source_is_looked_for(newsroom):
    newsroom.lose_feed(page=RedirectsToPrivateAddress())
    host = newsroom.site.origin.partition("://")[2].partition(":")[0]
    newsroom.pass_days(5, BALKAN_ALLOW_PRIVATE=False, BALKAN_PRIVATE_HOSTS=[host])
    assert [each.kind for each in newsroom.repairs()] == ["feed-replaced"]


def test_a_source_that_moved_to_another_site_of_the_owner_is_followed(tmp_path):
    with serve({}, {}) as (site, other):
        room = Newsroom(tmp_path, site)
        write_outlets(tmp_path, {"ferry": site, "bridge": other}, group="Press of the river")
        other.pages |= {"/robots.txt": Page("", "text/plain"), "/ferry.xml": room.day.feed()}
        site.pages["/feed.xml"] = RedirectsTo(other.url("/ferry.xml"), 301)
        for _ in range(8):
            crawl(tmp_path, ["ferry", "bridge"], clock=room.clock)
            room.clock.move(days=1)
        [made] = room.repairs()
    assert made.new[0].url == other.url("/ferry.xml")


def test_the_source_of_a_neighbour_is_not_taken(tmp_path):
    with serve({}) as (site,):
        room = Newsroom(tmp_path, site)
        write_outlets(tmp_path, {"neighbour": site}, feeds=[site.url("/rss/all")])
        neighbour = (tmp_path / "own.toml").read_text("utf-8")
        write_outlets(tmp_path, {"ferry": site})
        with (tmp_path / "own.toml").open("a", encoding="utf-8") as file:
            file.write(neighbour)
        room.lose_feed()
        for _ in range(6):
            crawl(tmp_path, ["ferry", "neighbour"], clock=room.clock)
            room.clock.move(days=1)
        [made] = room.repairs()
    assert made.kind == "fallback"


def test_two_outlets_of_a_site_do_not_take_the_same_source(tmp_path):
    with serve({}) as (site,):
        room = Newsroom(tmp_path, site)
        own = tmp_path / "own.toml"
        own.write_text(own.read_text("utf-8") + own.read_text("utf-8").replace("ferry", "neighbour"), "utf-8")
        room.lose_feed()
        for _ in range(6):
            crawl(tmp_path, ["ferry", "neighbour"], clock=room.clock)
            room.clock.move(days=1)
        with open_store(tmp_path / "news.db", read_only=True) as store:
            made = [(each.kind, each.new[0].url) for each in store.repairs()]
    assert sorted(made) == [("fallback", site.url("/")), ("feed-replaced", site.url("/rss/all"))]


def test_a_dry_run_counts_the_sources_that_are_polled(newsroom):
    newsroom.lose_feed(None)
    newsroom.pass_days(6)
    plan = json.loads(newsroom.command("crawl", "ferry", "--dry-run", "--json").stdout)
    assert plan["sources"] == 2


@pytest.mark.slow
def test_a_search_that_was_killed_is_not_begun_again_on_the_same_day(tmp_path):
    with serve({}) as (site,):
        room = Newsroom(tmp_path, site)
        room.clock.now = datetime.now(UTC) - timedelta(days=5)
        room.lose_feed()
        room.crawl()
        room.pass_days(3)
        front = site.pages["/"]
        gate = site.pages["/"] = Gate(front)
        process = start(tmp_path, ["ferry"])
        assert gate.reached.wait(30)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        gate.opened.set()
        assert (room.search().tries, room.search().result) == (1, None)
        site.pages["/"] = front
        room.clock.now = datetime.now(UTC) + timedelta(hours=1)
        asked = room.asked("/")
        room.crawl()
        assert (room.asked("/"), room.repairs()) == (asked, [])
        room.pass_days(1)
        assert [each.kind for each in room.repairs()] == ["feed-replaced"]
