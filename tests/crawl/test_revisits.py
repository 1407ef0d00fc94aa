"""Articles visited again, and odd inputs met on the way: from the command line to `stats`."""

import json
import re
import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from support.newsrooms import article, crawl, fill, rss, write_outlets
from support.reactor import Clock
from support.servers import Handler, InTurn, Page, RedirectsTo, ServerError, TooManyRequests, serve
from support.terminals import on_a_terminal

from balkan_crawler.cli import main
from balkan_crawler.storage import open_store

pytestmark = pytest.mark.slow

STORY = "/news/ferry-decision-number-{}"


@dataclass
class Versioned:
    """A page with an ETag, which answers 304 to whoever has it; ``edit`` gives it another text and another tag."""

    content: str
    version: int = 1
    answers: list[int] = field(default_factory=list)

    def __call__(self, handler: Handler) -> None:
        tag = f'"v{self.version}"'
        known = handler.headers.get("If-None-Match") == tag
        self.answers.append(304 if known else 200)
        page = Page("", status=304) if known else Page(self.content)
        Page(page.content, status=page.status, headers=(("ETag", tag),))(handler)

    def edit(self, content: str) -> None:
        self.content, self.version = content, self.version + 1


def ask(folder, *words):
    result = CliRunner().invoke(main, [*words, "--db", str(folder / "news.db")], prog_name="balkan-crawler")
    assert result.exit_code == 0, result.output
    return result.stdout


def stats(folder):
    return json.loads(ask(folder, "stats", "--json"))


def urls_stored(folder):
    with closing(sqlite3.connect(folder / "news.db")) as db:
        return [url for (url,) in db.execute("SELECT url FROM articles ORDER BY url")]


def plan_of(folder, url):
    with open_store(folder / "news.db", read_only=True) as store:
        return store.plan(url)


def fresh(number):
    """An article without a date, which is therefore as old as its first visit."""
    return article(number).replace("article:published_time", "x:published_time").replace("2026-11-", "x")


def test_a_young_article_is_visited_again_conditionally_and_its_edit_is_kept(tmp_path, monkeypatch):
    clock = Clock()
    with serve({}) as (site,):
        fill(site, 1)
        page = site.pages[STORY.format(0)] = Versioned(fresh(0))
        write_outlets(tmp_path, {"ferry": site})
        crawl(tmp_path, ["ferry"], clock=clock)
        plan = plan_of(tmp_path, site.url(STORY.format(0)))
        assert plan.due - plan.visited == timedelta(hours=1)
        clock.move(minutes=59)
        crawl(tmp_path, ["ferry"], clock=clock)
        assert page.answers == [200]
        clock.move(minutes=1)
        again = crawl(tmp_path, ["ferry"], "--revisits", "1", "--json", clock=clock)
        assert json.loads(again.stdout)["revisits"] == 1
        assert page.answers == [200, 304]
        page.edit(fresh(0).replace("Two engineers", "Four engineers"))
        clock.move(hours=5)
        third = json.loads(crawl(tmp_path, ["ferry"], "--revisits", "1", "--json", clock=clock).stdout)
        assert (third["edited"], third["revisits"]) == (1, 1)
        assert page.answers == [200, 304, 200]
    on_a_terminal(monkeypatch)
    history = ask(tmp_path, "history", site.url(STORY.format(0)))
    assert "{+Four" in history
    assert "Visited 3 times" in history
    fetched = stats(tmp_path)["fetches"]
    assert (fetched["polls"], fetched["pages"], fetched["revisits"], fetched["revisits_with_an_edit"]) == (4, 1, 2, 1)


def test_no_article_is_visited_again_where_the_user_or_the_outlet_wants_none(tmp_path):
    clock = Clock()
    with serve({}, {}) as (plain, own):
        for site in (plain, own):
            fill(site, 1)
            site.pages[STORY.format(0)] = Versioned(fresh(0))
        write_outlets(tmp_path, {"plain": plain})
        crawl(tmp_path, ["plain"], clock=clock)
        write_outlets(tmp_path, {"own": own}, revisits=[])
        crawl(tmp_path, ["own"], clock=clock)
        assert plan_of(tmp_path, own.url(STORY.format(0))).due is None
        write_outlets(tmp_path, {"plain": plain, "own": own})
        clock.move(hours=1)
        crawl(tmp_path, ["plain", "own"], "--revisits", "0", clock=clock)
        assert plain.pages[STORY.format(0)].answers == own.pages[STORY.format(0)].answers == [200]


def test_a_page_that_failed_is_asked_for_again_after_five_minutes_and_then_after_ten(tmp_path):
    clock = Clock()
    with serve({}) as (site,):
        fill(site, 1)
        site.pages[STORY.format(0)] = InTurn((ServerError(403), ServerError(403), Page(article(0))))
        write_outlets(tmp_path, {"ferry": site})
        asked = []
        for minutes in (0, 4.9, 0.1, 9.9, 0.1):
            clock.move(minutes=minutes)
            crawl(tmp_path, ["ferry"], clock=clock)
            asked.append(len(site.asked(STORY.format(0))))
    assert asked == [1, 1, 2, 2, 3]
    assert stats(tmp_path)["totals"]["articles"] == 1


def test_a_site_that_asks_for_patience_is_asked_again_when_that_time_is_over(tmp_path):
    clock = Clock()
    with serve({}) as (site,):
        fill(site, 2)
        good, site.pages["/feed.xml"] = site.pages["/feed.xml"], TooManyRequests("3600")
        write_outlets(tmp_path, {"ferry": site})
        crawl(tmp_path, ["ferry"], clock=clock)
        asked, site.pages["/feed.xml"] = len(site.requests), good
        clock.move(minutes=59)
        crawl(tmp_path, ["ferry"], clock=clock)
        assert len(site.requests) == asked
        clock.move(minutes=1)
        assert json.loads(crawl(tmp_path, ["ferry"], "--json", clock=clock).stdout)["new"] == 2


def test_a_feed_that_fails_is_asked_later_each_time_by_a_crawl_of_all(tmp_path):
    clock = Clock()
    with serve({}) as (site,):
        fill(site, 0)
        site.pages["/feed.xml"] = ServerError(403)
        write_outlets(tmp_path, {"ferry": site}, country="MD", languages=["sq"])
        asked = []
        for minutes in (0, 4.9, 0.1, 9.9, 0.1):
            clock.move(minutes=minutes)
            crawl(tmp_path, [], "--country", "MD", "--language", "sq", clock=clock)
            asked.append(len(site.asked("/feed.xml")))
    assert asked == [1, 1, 2, 2, 3]


def test_a_lease_is_renewed_while_a_long_crawl_goes_on(tmp_path):
    """The second page comes when the lease would have ended; nobody may take the site for free then."""
    clock, held = Clock(), []
    with serve({}) as (site,):
        fill(site, 2)

        def late(handler):  # it is asked again: an answer may not take longer than the time between two renewals
            if not held:
                clock.move(hours=1)
            with open_store(tmp_path / "news.db", read_only=True) as store:
                assert store.holders(["ferry"], clock.now + timedelta(hours=1)) == {}
                for _ in range(200):  # until the renewal, which comes after a second
                    held.append(bool(store.holders(["ferry"], clock.now)))
                    if held[-1] or site.closing.wait(0.05):
                        break
            Page(article(0))(handler)

        site.pages[STORY.format(0)] = late
        write_outlets(tmp_path, {"ferry": site})
        done = crawl(tmp_path, ["ferry"], clock=clock, settings={"BALKAN_LEASE_SECONDS": 3, "DOWNLOAD_TIMEOUT": 1})
    assert (held[0], held[-1]) == (False, True)
    assert done.returncode == 0, done.stderr


def test_a_site_that_renews_every_lastmod_at_each_poll_is_not_fetched_again_each_time(tmp_path):
    with serve({}) as (site,):
        fill(site, 8)
        write_outlets(tmp_path, {"ferry": site}, feeds=[], sitemaps=[site.url("/sitemap.xml")])
        for hour in range(3):
            entries = "".join(
                f"<url><loc>{site.url(STORY.format(n))}</loc><lastmod>2026-11-20T1{hour}:0{n}:00Z</lastmod></url>"
                for n in range(8)
            )
            site.pages["/sitemap.xml"] = Page(f"<urlset>{entries}</urlset>", "application/xml")
            assert crawl(tmp_path, ["ferry"]).returncode == 0
        assert sum(path.startswith("/news/") for path in site.asked()) == 9  # the eight, and one within the budget
    assert stats(tmp_path)["fetches"]["by_purpose"] == {"stated": {"fetched": 1, "found": 0}}


def test_a_crawl_whose_site_was_taken_over_drops_its_work_and_says_so(tmp_path):
    clock = Clock()
    with serve({}) as (site,):
        fill(site, 30)

        def late(handler):
            clock.move(hours=1)
            with open_store(tmp_path / "news.db") as store:
                assert len(store.lease(["ferry"], "another-machine:1:1", clock.now, 300)) == 1
            Page(article(27))(handler)

        site.pages[STORY.format(27)] = late  # the newest come first
        write_outlets(tmp_path, {"ferry": site})
        done = crawl(tmp_path, ["ferry"], "--json", clock=clock)
        asked = [path for path in site.asked() if path.startswith("/news/")]
    outlet = json.loads(done.stdout)["outlets"]["ferry"]
    assert (outlet["state"], "was taken over" in outlet["reason"]) == ("lost", True)
    assert site.url(STORY.format(27)) not in urls_stored(tmp_path)
    assert 3 <= len(asked) <= 9  # no more than what may wait for extraction then
    with open_store(tmp_path / "news.db", read_only=True) as store:
        assert store.holders(["ferry"], clock.now) == {"ferry": "another-machine:1:1"}


def test_an_article_that_alternates_between_two_states_does_not_fill_the_versions(tmp_path):
    clock = Clock()
    states = [Page(fresh(0).replace("Two engineers", f"{word} engineers")) for word in ("Two", "Four") * 3]
    with serve({}) as (site,):
        fill(site, 1)
        site.pages[STORY.format(0)] = InTurn(tuple(states))
        write_outlets(tmp_path, {"ferry": site}, revisits=[1, 2, 4, 8, 16])
        for hours in (0, 1, 1, 2, 4, 8):
            clock.move(hours=hours)
            assert crawl(tmp_path, ["ferry"], "--revisits", "100", clock=clock).returncode == 0
    found = stats(tmp_path)
    assert (found["totals"]["articles"], found["totals"]["versions"], found["totals"]["alternating"]) == (1, 2, 1)
    assert found["oddities"] == {"alternating": 4}
    assert found["fetches"]["revisits_with_an_edit"] == 1
    assert json.loads(ask(tmp_path, "stats", "--json"))["oddities"] == {"alternating": 4}


def test_a_feed_of_one_guid_of_long_links_and_of_sessions_gives_every_story_once_and_is_counted(tmp_path):
    with serve({}) as (site,):
        fill(site, 4)
        session = ";jsessionid=0A1B2C3D4E5F6071"
        feed = rss(site, 3).replace("</item>", "<guid>same</guid></item>")
        feed = feed.replace(STORY.format(2), STORY.format(2) + session)
        more = f"<item><title>Long</title><link>{site.url('/news/' + 'a' * 4000)}</link></item>"
        site.pages["/feed.xml"] = Page(feed.replace("</channel>", f"{more}</channel>"), "application/rss+xml")
        site.pages[STORY.format(1)] = RedirectsTo(STORY.format(3) + session)
        site.pages[STORY.format(3) + session] = Page(article(3))
        write_outlets(tmp_path, {"ferry": site})
        assert crawl(tmp_path, ["ferry"]).returncode == 0
        assert urls_stored(tmp_path) == [site.url(STORY.format(number)) for number in (0, 2, 3)]
        assert max(map(len, site.asked())) < 2083
    found = stats(tmp_path)
    assert found["oddities"] == {"repeated-guid": 2, "session-in-path": 2, "long-link": 1}
    oddities = json.loads(ask(tmp_path, "stats", "--json"))["oddities"]
    assert oddities == {"repeated-guid": 2, "session-in-path": 2, "long-link": 1}


def test_a_canonical_link_to_the_home_page_on_every_page_joins_nothing_and_is_counted(tmp_path):
    with serve({}) as (site,):
        fill(site, 5)
        for number in range(5):
            link = f"<head><link rel='canonical' href='{site.url('/')}'>"
            site.pages[STORY.format(number)] = Page(article(number).replace("<head>", link))
        write_outlets(tmp_path, {"ferry": site})
        assert crawl(tmp_path, ["ferry"]).returncode == 0
    found = stats(tmp_path)
    assert (found["totals"]["articles"], found["totals"]["aliases"]) == (5, 0)
    assert found["oddities"] == {"canonical-refused": 5}


def test_redirects_that_end_at_the_front_page_make_it_no_article_and_are_counted(tmp_path):
    with serve({}) as (site,):
        fill(site, 5)
        site.pages["/"] = Page(article(9))
        for number in (0, 1, 2):
            site.pages[STORY.format(number)] = RedirectsTo(f"/moved/{number}")
            site.pages[f"/moved/{number}"] = RedirectsTo("/index.html" if number else "/")
        site.pages["/index.html"] = Page(article(9))
        write_outlets(tmp_path, {"ferry": site})
        assert crawl(tmp_path, ["ferry"]).returncode == 0
        asked = len(site.requests)
        crawl(tmp_path, ["ferry"])
        assert site.asked()[asked:].count("/") == 0
    found = stats(tmp_path)
    assert (found["totals"]["articles"], found["totals"]["aliases"]) == (2, 0)
    assert found["outcomes"] == {"front-page": 3, "article": 2}


def test_a_clock_that_was_ahead_holds_up_no_later_run_and_is_counted(tmp_path):
    clock = Clock()
    with serve({}) as (site,):
        fill(site, 3)
        write_outlets(tmp_path, {"ferry": site}, country="MD", languages=["sq"])
        crawl(tmp_path, ["ferry"], "--limit", "1", clock=Clock(clock.now + timedelta(days=365)))
        done = crawl(tmp_path, [], "--country", "MD", "--language", "sq", clock=clock)  # only what is due is polled
        assert "0 new articles" not in done.stderr, done.stderr
        assert set(site.asked()) >= {STORY.format(number) for number in range(3)}
    assert stats(tmp_path)["oddities"] == {"clock-jumped": 1}
    assert stats(tmp_path)["totals"]["articles"] == 3


def test_a_run_that_finds_nothing_due_says_until_when(tmp_path):
    clock = Clock()
    with serve({}) as (site,):
        fill(site, 1)
        write_outlets(tmp_path, {"ferry": site}, country="MD", languages=["sq"])
        every = ("--country", "MD", "--language", "sq")
        first = crawl(tmp_path, [], *every, clock=clock)
        again = crawl(tmp_path, [], *every, clock=clock)
        told = json.loads(crawl(tmp_path, [], *every, "--json", clock=clock).stdout)
    assert "nothing to do" not in first.stderr
    until = "1 outlet not due until 2026-11-24 12:15 UTC; outlets that you name are polled at once"
    assert f"nothing to do: {until}\n" in again.stderr
    assert told["nothing_due_before"] == "2026-11-24T12:15:00+00:00"
    assert "done: " not in again.stderr


def test_a_named_outlet_whose_site_asked_for_patience_says_until_when(tmp_path):
    clock = Clock()
    with serve({}) as (site,):
        fill(site, 1)
        site.pages["/feed.xml"] = TooManyRequests("3600")
        write_outlets(tmp_path, {"ferry": site})
        first = json.loads(crawl(tmp_path, ["ferry"], "--json", clock=clock).stdout)
        again = crawl(tmp_path, ["ferry"], clock=clock)
    assert first["nothing_due_before"] is None
    assert re.search(r"nothing to do: 1 outlet not due until .* UTC; its site asked for patience\n", again.stderr)


def test_a_feed_that_is_not_modified_is_asked_for_by_its_newer_etag(tmp_path):
    clock = Clock()

    def feed(handler):
        if handler.headers.get("If-None-Match"):
            Page("", status=304, headers=(("ETag", '"second"'),))(handler)
        else:
            Page(rss(site, 1), "application/rss+xml", headers=(("ETag", '"first"'),))(handler)

    with serve({}) as (site,):
        fill(site, 1)
        site.pages["/feed.xml"] = feed
        write_outlets(tmp_path, {"ferry": site})
        for _ in range(3):
            crawl(tmp_path, ["ferry"], clock=clock)
            clock.move(hours=1)
        asked = [request.headers.get("if-none-match") for request in site.requests if request.path == "/feed.xml"]
    assert asked == [None, '"first"', '"second"']


def test_a_page_that_states_tomorrow_gets_the_likelier_day(tmp_path):
    clock = Clock(datetime(2026, 11, 24, 22, 35, tzinfo=UTC))  # 23:35 at the outlet
    with serve({}) as (site,):
        fill(site, 2)
        times = {
            "2026-11-01T10:00:00+01:00": "2026-11-24T23:30:00Z",
            "2026-11-02T10:00:00+01:00": "2026-11-27T10:00:00Z",
        }
        for number, (known, stated) in enumerate(times.items()):
            site.pages[STORY.format(number)] = Page(article(number).replace(known, stated))
        write_outlets(tmp_path, {"ferry": site})
        crawl(tmp_path, ["ferry"], clock=clock)
    with closing(sqlite3.connect(tmp_path / "news.db")) as db:
        found = db.execute("SELECT date, published, date_source FROM articles ORDER BY url").fetchall()
    assert found[0] == ("2026-11-24", "2026-11-24T22:30:00+00:00", "meta")
    assert (found[1][0], found[1][2]) == ("2026-11-24", "first-seen")
