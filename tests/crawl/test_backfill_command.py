"""Back-fills from the command line to the file: planned from what a site shows, newest first, nothing asked twice."""

import json
import re
import sqlite3
import subprocess
from contextlib import closing
from datetime import date
from itertools import pairwise

import pytest
from support.newsrooms import COMMAND, Gate, crawl, environment, write_outlets
from support.pasts import (
    ALL_DAYS,
    ASKED,
    FIRST,
    KINDS,
    LAST,
    WITHIN_A_WEEK,
    asked_stories,
    by_days,
    by_named_sitemaps,
    by_numbered_pages,
    by_sections,
    by_wordpress,
    card,
    front,
    link,
    path_of,
    stories,
    story,
    url_set,
)
from support.reactor import command
from support.servers import Page, RedirectsTo, TooManyRequests, serve

pytestmark = pytest.mark.slow

FROM_MAY = ("--from", str(FIRST), "--to", str(LAST))


def words(folder, *more):
    given = ["backfill", "ferry", "--db", str(folder / "news.db"), "--outlets", str(folder / "own.toml")]
    return [*COMMAND, *given, "--allow-private", *more]


def backfill(folder, *more, span=FROM_MAY, key="ferry"):
    return command(folder, "backfill", key, *span, *more)


def days_in(folder):
    with closing(sqlite3.connect(folder / "news.db")) as db:
        return [date.fromisoformat(day) for (day,) in db.execute("SELECT date FROM articles ORDER BY date")]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_story_of_the_days_is_stored_and_hardly_another_page_is_asked_for(tmp_path, kind):
    with serve({}) as (site,):
        may_be_too = kind(site)
        write_outlets(tmp_path, {"ferry": site}, feeds=[])
        done = backfill(tmp_path, "--json")
        assert done.returncode == 0, done.stderr + done.stdout
        said = json.loads(done.stdout)
        fetched = asked_stories(site)
        asked = len(site.requests)
        again = backfill(tmp_path, "--json")
        assert again.returncode == 0, again.stderr
    assert set(ASKED) <= set(days_in(tmp_path))
    assert set(fetched) - set(ASKED) <= may_be_too
    assert len(fetched) == len(set(fetched)) == said["expected"]
    assert all(newer >= older for newer, older in pairwise(fetched))
    assert (said["complete"], said["left"], said["new"]) == (True, 0, len(fetched))
    assert [path for path in site.asked()[asked:] if path != "/robots.txt"] == []


@pytest.mark.parametrize(
    ("kind", "expected", "estimated", "documents"),
    [
        (by_wordpress, 10, False, {"/", "/wp-json/wp/v2/posts"}),
        (by_named_sitemaps, 17, False, {"/", "/sitemap.xml", "/sitemap-2024-05.xml"}),
        (by_days, 10, True, None),
        (by_numbered_pages, 10, True, None),
        (by_sections, 10, True, None),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_a_dry_run_says_how_many_pages_it_expects_and_fetches_no_article(
    tmp_path, kind, expected, estimated, documents
):
    with serve({}) as (site,):
        kind(site)
        write_outlets(tmp_path, {"ferry": site}, feeds=[])
        done = backfill(tmp_path, "--dry-run", "--json")
        seen = {path.partition("?")[0] for path in site.asked()} - {"/robots.txt"}
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert asked_stories(site) == []
    assert said["estimated"] is estimated
    assert abs(said["expected"] - expected) <= (4 if estimated else 0)
    assert documents is None or seen == documents


def test_an_estimate_is_said_to_be_one(tmp_path):
    with serve({}) as (site,):
        by_days(site)
        write_outlets(tmp_path, {"ferry": site}, feeds=[])
        done = backfill(tmp_path, "--dry-run")
    assert "planned from: its archive by days: " in done.stdout
    assert "2024-05-01 to 2024-05-10: about 10 pages to fetch (an estimate from a few of its pages" in done.stdout


@pytest.mark.slow
def test_after_kill_9_the_next_run_goes_on_and_asks_for_nothing_twice(tmp_path):
    with serve({}) as (site,):
        by_named_sitemaps(site)
        gate = Gate(story(ASKED[5]))
        site.pages[path_of(ASKED[5])] = gate
        write_outlets(tmp_path, {"ferry": site}, feeds=[])
        process = subprocess.Popen(words(tmp_path, *FROM_MAY), cwd=tmp_path, env=environment())
        try:
            assert gate.reached.wait(30)
        finally:
            process.kill()
            process.wait()
            gate.opened.set()
        before, stored = site.asked(), set(days_in(tmp_path))
        done = backfill(tmp_path)
        assert done.returncode == 0, done.stderr
        after = site.asked()[len(before) :]
    assert set(ASKED) <= set(days_in(tmp_path))
    assert len(stored) > 5
    in_flight = {path_of(day) for day in {*ASKED, *WITHIN_A_WEEK} - stored}
    assert set(before) & set(after) <= {"/robots.txt", *in_flight}


def test_a_plan_that_was_cut_short_goes_on_with_the_documents_not_read_yet(tmp_path):
    with serve({}) as (site,):
        by_wordpress(site)
        write_outlets(tmp_path, {"ferry": site}, feeds=[])
        first = json.loads(backfill(tmp_path, "--limit", "3", "--json").stdout)
        cut = len(site.requests)
        second = json.loads(backfill(tmp_path, "--json").stdout)
    assert (first["new"], first["complete"]) == (3, False)
    assert (second["new"], second["complete"], second["left"]) == (7, True, 0)
    assert asked_stories(site) == ASKED[::-1]
    numbers = [re.search(r"&page=(\d)", request.path) for request in site.requests]
    assert [int(match[1]) for match in numbers[:cut] if match] == [1]
    assert [int(match[1]) for match in numbers[cut:] if match] == [1, 2, 3]


def test_a_crawl_leaves_a_stopped_back_fill_alone_and_takes_what_its_feed_names(tmp_path):
    with serve({}) as (site,):
        by_named_sitemaps(site)
        site.pages["/feed.xml"] = Page(
            f"<rss version='2.0'><channel><title>Ferry</title><item><title>One of the days</title>"
            f"<link>{site.url(path_of(ASKED[0]))}</link></item></channel></rss>",
            "application/rss+xml",
        )
        write_outlets(tmp_path, {"ferry": site})
        backfill(tmp_path, "--limit", "2")
        assert asked_stories(site) == sorted(WITHIN_A_WEEK)[:-3:-1]
        done = crawl(tmp_path, ["ferry"], "--json")
        assert json.loads(done.stdout)["new"] == 1
        assert asked_stories(site)[2:] == [ASKED[0]]
        rest = json.loads(backfill(tmp_path, "--json").stdout)
    assert rest["new"] == 14
    assert len(asked_stories(site)) == len(set(asked_stories(site)))


def test_a_page_that_turns_out_to_be_of_another_day_is_stored_under_its_own_and_counted(tmp_path):
    with serve({}) as (site,):
        by_named_sitemaps(site)
        site.pages["/sitemap-2024-05.xml"] = url_set(site, [*ASKED, ALL_DAYS[0]])
        write_outlets(tmp_path, {"ferry": site}, feeds=[])
        done = backfill(tmp_path)
    assert "11 new articles, 1 of them of other days" in done.stdout, done.stdout + done.stderr
    assert ALL_DAYS[0] in days_in(tmp_path)


def endless_listing(site):
    """A listing that answers any number of a page with the same stories."""
    stories(site, ASKED)
    site.pages["/"] = front(link("/vesti/", "Vesti"))
    site.pages["/vesti/"] = front("".join(card(day, dated=False) for day in ASKED), link("/vesti/?page=2", "2"))


def endless_calendar(site):
    """An archive that answers any day with the same stories."""
    stories(site, ASKED)
    site.pages["/"] = front(link("/arhiva/?datum=2026-11-25", "25"))
    site.pages["/arhiva/"] = front("".join(card(day, dated=False) for day in ASKED))


def empty_days(site):
    """An archive that answers any day with none."""
    stories(site, ASKED)
    site.pages["/"] = front(link("/arhiva/?datum=2026-11-25", "25"))
    site.pages["/arhiva/"] = front("<p>Nema vesti</p>")


@pytest.mark.parametrize(("kind", "most"), [(endless_listing, 9), (endless_calendar, 70), (empty_days, 20)])
def test_a_trap_ends_the_plan_after_a_bounded_number_of_pages(tmp_path, kind, most):
    with serve({}) as (site,):
        kind(site)
        write_outlets(tmp_path, {"ferry": site}, feeds=[])
        done = backfill(tmp_path, span=("--from", "2000-01-01", "--to", str(LAST)))
    assert done.returncode == (1 if kind is empty_days else 0), done.stderr
    assert len(site.requests) - len(asked_stories(site)) <= most
    assert set(days_in(tmp_path)) == (set() if kind is empty_days else set(ASKED))


def test_robots_txt_is_kept_by_the_plan_too(tmp_path):
    with serve({}) as (site,):
        by_wordpress(site)
        site.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /wp-json/\n", "text/plain")
        write_outlets(tmp_path, {"ferry": site}, feeds=[])
        done = backfill(tmp_path)
    assert [path for path in site.asked() if "wp-json" in path] == []
    assert done.returncode == 1
    assert "nothing says what it published then" in done.stderr


def test_a_site_that_asks_for_patience_is_left_alone_and_the_plan_goes_on_later(tmp_path):
    with serve({}) as (site,):
        by_named_sitemaps(site)
        site.pages["/sitemap-2024-05.xml"] = TooManyRequests("3600")
        write_outlets(tmp_path, {"ferry": site}, feeds=[])
        done = backfill(tmp_path)
        asked = len(site.requests)
        later = backfill(tmp_path)
        assert len(site.requests) == asked
    assert "/sitemap-2024-05.xml answered 429" in done.stderr + done.stdout
    assert "ferry asked to be left alone until " in later.stderr


def test_a_sitemap_that_cannot_be_read_is_named_and_tried_again_by_the_next_run(tmp_path):
    with serve({}) as (site,):
        by_named_sitemaps(site)
        good, site.pages["/sitemap-2024-05.xml"] = site.pages["/sitemap-2024-05.xml"], Page("", status=404)
        write_outlets(tmp_path, {"ferry": site}, feeds=[])
        done = backfill(tmp_path)
        site.pages["/sitemap-2024-05.xml"] = good
        again = backfill(tmp_path)
    assert (done.returncode, again.returncode) == (1, 0)
    assert "/sitemap-2024-05.xml could not be read: HTTP status 404" in done.stderr
    assert set(ASKED) <= set(days_in(tmp_path))


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (("--from", "2024-05-10", "--to", "2024-05-01"), "is after --to"),
        (("--from", "1980-01-01"), "there was no web"),
        (("--from", "01.05.2024"), "is no day"),
        ((), "Missing option"),
    ],
)
def test_wrong_days_end_with_2_before_anything_is_fetched(tmp_path, span, said):
    with serve({}) as (site,):
        write_outlets(tmp_path, {"ferry": site})
        done = backfill(tmp_path, span=span)
    assert (done.returncode, site.requests) == (2, [])
    assert said in done.stderr


def test_two_outlets_on_one_host_each_get_their_own_past(tmp_path):
    with serve({}) as (site,):
        by_named_sitemaps(site)
        english = {f"/en{path_of(day)}": story(day) for day in ASKED}
        site.pages |= {"/en/": front(), **english}
        urls = "".join(f"<url><loc>{site.url(path)}</loc></url>" for path in [*english, *map(path_of, ASKED)])
        site.pages["/sitemap-2024-05.xml"] = Page(f"<urlset>{urls}</urlset>", "application/xml")
        write_outlets(tmp_path, {"ferry": site}, feeds=[])
        own = (tmp_path / "own.toml").read_text("utf-8")
        second = own.replace("[ferry]", "[ferry_en]").replace(f'"{site.url("/")}"', f'"{site.url("/en/")}"')
        (tmp_path / "own.toml").write_text(own + second, "utf-8")
        done = backfill(tmp_path)
        assert done.returncode == 0, done.stderr
        root = set(site.asked())
        assert backfill(tmp_path, key="ferry_en").returncode == 0
    assert root & set(english) == set()
    with closing(sqlite3.connect(tmp_path / "news.db")) as db:
        counts = dict(db.execute("SELECT outlet, count(*) FROM articles GROUP BY outlet"))
    assert counts == {"ferry": len(ASKED), "ferry_en": len(ASKED)}


CONSENT = (
    "<!DOCTYPE html><html lang='en'><head><title>Before you continue</title></head><body><h1>We value your privacy</h1>"
    "<p>We and our partners store and access information on a device, such as cookies. Accept all or reject all.</p>"
    "<button>Accept all</button><button>Reject all</button></body></html>"
)


@pytest.mark.parametrize(
    ("home", "said"),
    [
        (front("<p>Welcome</p>"), "nothing says what it published then"),
        (Page(CONSENT), "nothing says what it published then"),
        (Page("", status=404), "could not be read: HTTP status 404"),
        (RedirectsTo("/elsewhere"), "its home page leads to another site, 127.0.2.2"),
    ],
    ids=["no-source", "consent-wall", "typing-mistake", "another-site"],
)
def test_a_site_that_shows_no_past_is_one_clear_line_and_exit_code_1(tmp_path, home, said):
    with serve({}, {"/": front(card(ASKED[0]))}) as (site, other):
        stories(site)
        site.pages["/"] = RedirectsTo(other.url("/")) if isinstance(home, RedirectsTo) else home
        write_outlets(tmp_path, {"ferry": site}, feeds=[])
        done = backfill(tmp_path, "--quiet")
    assert (done.returncode, done.stdout, asked_stories(site)) == (1, "", [])
    [line] = done.stderr.splitlines()
    assert line.startswith("failed: ferry: ") and said in line


NOTICE = "<br />\n<b>Notice</b>: Undefined index: x in <b>/var/www/wp[0].php</b> on line <b>3</b><br />\n"


@pytest.mark.parametrize("before", ["", NOTICE, "\ufeff", "<!-- cached [] -->", "\n\n"])
@pytest.mark.parametrize("behind", ["400", "empty", "the same"])
def test_an_interface_that_counts_nothing_is_read_to_its_end(tmp_path, before, behind):
    if before and behind != "400":
        pytest.skip("one end is enough for each beginning")
    with serve({}) as (site,):
        by_wordpress(site)
        whole = site.pages["/wp-json/wp/v2/posts"]

        def posts(handler):
            answers = []
            handler.answer = lambda status, body, headers: answers.append((status, body, headers))
            whole(handler)
            del handler.answer
            [(status, body, headers)] = answers
            if status == 400 and behind != "400":
                status, body = 200, b"[]" if behind == "empty" else last[-1]
            last.append(body)
            kept = {name: value for name, value in headers.items() if not name.startswith("X-WP")}
            handler.answer(status, before.encode() + body + b"\n<!-- in 0.2 s -->", kept)

        last = []
        site.pages["/wp-json/wp/v2/posts"] = posts
        write_outlets(tmp_path, {"ferry": site}, feeds=[])
        done = backfill(tmp_path, "--json")
    assert done.returncode == 0, done.stderr + done.stdout
    said = json.loads(done.stdout)
    assert said["planned_from"] == ["WordPress's interface (posts whose number it does not say)"]
    assert (days_in(tmp_path), said["complete"]) == (ASKED, True)
