"""The crawl from the command line to the file, against servers on loopback."""

import json
import signal
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from support.newsrooms import Gate, article, crawl, crawl_in_a_process, environment, fill, start, write_outlets
from support.reactor import stumbling
from support.servers import NeverAnswers, Page, RedirectsTo, ServerError, TooManyRequests, serve

from balkan_crawler.cli import main

pytestmark = pytest.mark.slow

PROJECT = Path(__file__).resolve().parents[2]
STORY = "/news/ferry-decision-number-{}"


def rows(folder, query="SELECT url, outlet, title FROM articles"):
    with closing(sqlite3.connect(folder / "news.db")) as db:
        return db.execute(query).fetchall()


def urls(site, count):
    return {site.url(STORY.format(number)) for number in range(count)}


def gated(site, number):
    gate = Gate(Page(article(number)))
    site.pages[STORY.format(number)] = gate
    return gate


def test_a_second_run_stores_nothing_new_and_fetches_no_article_page(tmp_path):
    with serve({}) as (site,):
        fill(site, 6)
        write_outlets(tmp_path, {"ferry": site})
        first = crawl(tmp_path, ["ferry"])
        assert first.returncode == 0, first.stderr
        assert {row[0] for row in rows(tmp_path)} == urls(site, 6)
        asked = len(site.requests)
        second = crawl(tmp_path, ["ferry"], "--json")
        assert second.returncode == 0, second.stderr
        assert json.loads(second.stdout)["new"] == 0
        assert [path for path in site.asked()[asked:] if path.startswith("/news/")] == []
        assert "/feed.xml" in site.asked()[asked:]


def test_each_way_a_page_can_end_is_counted_and_only_articles_are_stored(tmp_path):
    with serve({}, {}) as (site, other):
        fill(site, 8)
        other.pages["/robots.txt"] = Page("", "text/plain")
        other.pages["/far"] = Page(article(0))
        site.pages["/robots.txt"] = Page(f"User-agent: *\nDisallow: {STORY.format(1)}\n", "text/plain")
        site.pages[STORY.format(2)] = Page("gone", status=410)
        site.pages[STORY.format(3)] = RedirectsTo(other.url("/far"))
        site.pages[STORY.format(4)] = Page(b"")
        site.pages[STORY.format(5)] = RedirectsTo("/news/moved-ferry-decision")
        site.pages["/news/moved-ferry-decision"] = Page(article(5))
        write_outlets(tmp_path, {"ferry": site})
        done = crawl(tmp_path, ["ferry"], "--json")
    assert done.returncode == 0, done.stderr
    outcomes = json.loads(done.stdout)["outlets"]["ferry"]["outcomes"]
    assert outcomes == {"article": 4, "robots": 1, "http-410": 1, "off-site": 1, "empty": 1}
    assert len(rows(tmp_path)) == 4
    assert site.url(STORY.format(5)) in {row[0] for row in rows(tmp_path, "SELECT url FROM aliases")}
    assert site.asked(STORY.format(1)) == []


def test_another_sites_trouble_is_not_the_outlets(tmp_path):
    with serve({}, {}) as (site, other):
        fill(site, 4)
        other.pages["/robots.txt"] = Page("unavailable", status=503)
        site.pages[STORY.format(0)] = RedirectsTo(other.url("/far"))
        write_outlets(tmp_path, {"ferry": site})
        done = crawl(tmp_path, ["ferry"], "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outlets"]["ferry"]["outcomes"] == {"article": 3, "elsewhere": 1}


@pytest.mark.slow  # the run's time limit has to pass
def test_an_outlet_that_hangs_delays_no_other_and_ends_with_the_run(tmp_path):
    with serve({}, {}) as (good, bad):
        fill(good, 3, "good")
        bad.pages["/robots.txt"] = NeverAnswers()
        write_outlets(tmp_path, {"good": good, "bad": bad})
        done = crawl(tmp_path, ["bad", "good"], "--minutes", "0.1", "--json", settings={"BALKAN_GRACE_SECONDS": 0.1})
        assert bad.asked() == ["/robots.txt"]
    said = json.loads(done.stdout)
    assert said["stopped"]
    assert {key: outlet["state"] for key, outlet in said["outlets"].items()} == {"good": "done", "bad": "stopped"}
    assert {row[0] for row in rows(tmp_path)} == urls(good, 3)


@pytest.mark.slow
def test_a_failed_outlet_is_one_line_on_standard_error_and_exit_code_1(tmp_path):
    with serve({}, {}) as (good, bad):
        fill(good, 2, "good")
        bad.pages["/robots.txt"] = Page("", "text/plain")
        bad.pages["/feed.xml"] = Page("<!DOCTYPE html><html><body>We are moving</body></html>")
        write_outlets(tmp_path, {"good": good, "bad": bad})
        done = crawl_in_a_process(tmp_path, ["good", "bad"])
    assert done.returncode == 1
    [line] = [line for line in done.stderr.splitlines() if line.startswith("failed:")]
    assert line.startswith("failed: bad:")
    assert "is not a feed" in line
    assert "done: 2 new articles" in done.stderr


def test_a_site_that_asks_for_patience_is_not_asked_again_even_by_name(tmp_path):
    with serve({}) as (site,):
        fill(site, 3)
        site.pages[STORY.format(0)] = site.pages[STORY.format(1)] = TooManyRequests("3600")
        site.pages[STORY.format(2)] = TooManyRequests("3600")
        write_outlets(tmp_path, {"ferry": site})
        crawl(tmp_path, ["ferry"])
        asked = len(site.requests)
        assert crawl(tmp_path, ["ferry"]).returncode == 0
        assert len(site.requests) == asked


@pytest.mark.slow
def test_after_kill_9_the_next_run_goes_on_at_once_with_nothing_lost_or_doubled(tmp_path):
    with serve({}) as (site,):
        fill(site, 8)
        gate = gated(site, 5)
        write_outlets(tmp_path, {"ferry": site})
        process = start(tmp_path, ["ferry"])
        try:
            assert gate.reached.wait(30)
        finally:
            process.kill()
            process.communicate(timeout=20)
            gate.opened.set()
        before = {row[0] for row in rows(tmp_path)}
        asked = len(site.requests)
        done = crawl_in_a_process(tmp_path, ["ferry"])
        assert done.returncode == 0, done.stderr
        assert before.isdisjoint(map(site.url, site.asked()[asked:]))
        stored = [row[0] for row in rows(tmp_path)]
        assert set(stored) == urls(site, 8)
        assert len(stored) == 8
        assert before < set(stored)
    assert rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]
    assert rows(tmp_path, "SELECT state FROM crawls ORDER BY id") == [("interrupted",), ("done",)]


@pytest.mark.slow
@pytest.mark.parametrize("killed", ["the workers", "the fork server", "all of them"])
def test_a_crawl_whose_worker_processes_are_killed_stores_every_article_all_the_same(tmp_path, killed):
    with serve({}) as (site,):
        fill(site, 8)
        gate = gated(site, 5)
        write_outlets(tmp_path, {"ferry": site})
        process = start(tmp_path, ["ferry"])
        try:
            assert gate.reached.wait(30)
            first, *workers = worker_processes(process.pid)
            for victim in {"the workers": workers, "the fork server": [first]}.get(killed, [first, *workers]):
                victim.kill()
            gate.opened.set()
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
        assert process.returncode == 0, errors
        assert {row[0] for row in rows(tmp_path)} == urls(site, 8)
    assert rows(tmp_path, "SELECT state, failed FROM crawls") == [("done", 0)]


def worker_processes(pid):
    """Give the fork server of a crawl, and then its workers."""
    family = psutil.Process(pid).children(recursive=True)
    [server] = [each for each in family if "forkserver" in " ".join(each.cmdline()) and each.ppid() == pid]
    return [server, *server.children()]


@pytest.mark.slow
def test_a_run_that_finds_another_at_work_says_so_and_ends_with_0(tmp_path):
    with serve({}) as (site,):
        fill(site, 2)
        gate = gated(site, 0)
        write_outlets(tmp_path, {"ferry": site})
        process = start(tmp_path, ["ferry"])
        try:
            assert gate.reached.wait(30)
            second = crawl(tmp_path, ["ferry"])
            gate.opened.set()
            process.communicate(timeout=30)
        finally:
            process.kill()
        assert second.returncode == 0
        assert f"another run (process {process.pid}) is at work" in second.stderr
        assert len(site.asked("/feed.xml")) == 1
    assert process.returncode == 0
    assert len(rows(tmp_path)) == 2


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_finishes_what_is_in_flight_and_begins_nothing_more(tmp_path, number):
    with serve({}) as (site,):
        fill(site, 6)
        gate = gated(site, 0)
        write_outlets(tmp_path, {"ferry": site})
        process = start(tmp_path, ["ferry"])
        try:
            assert gate.reached.wait(30)
            asked = len(site.requests)
            process.send_signal(number)
            threading.Timer(1.0, gate.opened.set).start()
            _, err = process.communicate(timeout=30)
        finally:
            process.kill()
        assert process.returncode == 0, err
        assert "stopped early" in err
        stored = {row[0] for row in rows(tmp_path)}
        assert site.url(STORY.format(0)) in stored
        assert len(site.requests) == asked
        assert len(stored) == sum(path.startswith("/news/") for path in site.asked())
    assert rows(tmp_path, "SELECT holder FROM _sites") == [(None,)]


def test_an_article_is_fetched_again_when_its_sitemap_says_it_was_modified(tmp_path):
    with serve({}) as (site,):
        fill(site, 1)
        entry = f"<urlset><url><loc>{site.url(STORY.format(0))}</loc><lastmod>%s</lastmod></url></urlset>"
        site.pages["/sitemap.xml"] = Page(entry % "2026-11-20T10:00:00Z", "application/xml")
        write_outlets(tmp_path, {"ferry": site}, feeds=[], sitemaps=[site.url("/sitemap.xml")])
        crawl(tmp_path, ["ferry"])
        site.pages[STORY.format(0)] = Page(article(0).replace("two engineers", "four").replace("Two", "Four"))
        site.pages["/sitemap.xml"] = Page(entry % "2026-11-21T10:00:00Z", "application/xml")
        second = crawl(tmp_path, ["ferry"], "--json")
        assert json.loads(second.stdout)["edited"] == 1
        crawl(tmp_path, ["ferry"])
        assert len(site.asked(STORY.format(0))) == 2


def test_an_outlet_without_named_sources_is_found_by_its_home_page_and_robots(tmp_path):
    with serve({}) as (site,):
        fill(site, 3)
        site.pages["/"] = Page(
            "<html><head><link rel='alternate' type='application/rss+xml' href='/feed.xml'></head><body></body></html>"
        )
        site.pages["/more-of-the-ferry-and-its-friends"] = Page(article(9))
        site.pages["/map.xml"] = Page(
            f"<urlset><url><loc>{site.url('/more-of-the-ferry-and-its-friends')}</loc></url></urlset>", "text/xml"
        )
        site.pages["/robots.txt"] = Page(f"Sitemap: {site.url('/map.xml')}\n", "text/plain")
        write_outlets(tmp_path, {"ferry": site}, feeds=[])
        done = crawl(tmp_path, ["ferry"])
        assert done.returncode == 0, done.stderr
        assert {row[0] for row in rows(tmp_path)} == {
            *urls(site, 3),
            site.url("/more-of-the-ferry-and-its-friends"),
        }


def test_show_says_what_the_archive_teaches_of_article_addresses(tmp_path):
    with serve({}) as (site,):
        fill(site, 6)
        write_outlets(tmp_path, {"ferry": site})
        crawl(tmp_path, ["ferry"])
    show = ["outlets", "show", "ferry", "--outlets", str(tmp_path / "own.toml"), "--db"]
    assert "learned from 6 links" in CliRunner().invoke(main, [*show, str(tmp_path / "news.db")]).stdout
    without = CliRunner().invoke(main, [*show, str(tmp_path / "none.db")])
    assert (without.exit_code, "learned" in without.stdout) == (0, False)
    assert not (tmp_path / "none.db").exists()


def test_a_feed_that_our_own_reader_fails_at_is_a_failure_with_its_traceback(tmp_path, caplog):
    with serve({}) as (site,):
        fill(site, 1)
        write_outlets(tmp_path, {"ferry": site})
        done = crawl(tmp_path, ["ferry"], settings=stumbling("/feed.xml", "fails"))
    assert done.returncode == 1
    assert "failed: ferry: " in done.stderr and "ValueError" in done.stderr
    assert "Traceback" in caplog.text


def test_a_limit_of_new_articles_is_kept(tmp_path):
    with serve({}) as (site,):
        fill(site, 8)
        site.pages[STORY.format(0)] = Page("gone", status=404)
        write_outlets(tmp_path, {"ferry": site}, concurrency=4)
        assert crawl(tmp_path, ["ferry"], "--limit", "3").returncode == 0
    assert len(rows(tmp_path)) == 3


def test_five_failures_in_a_row_end_an_outlets_run(tmp_path):
    with serve({}) as (site,):
        fill(site, 9)
        for number in range(9):
            site.pages[STORY.format(number)] = ServerError(403)
        write_outlets(tmp_path, {"ferry": site})
        done = crawl(tmp_path, ["ferry"])
        assert done.returncode == 1
        assert sum(path.startswith("/news/") for path in site.asked()) == 5
    assert "5 failures in a row" in done.stderr


@pytest.mark.parametrize(
    ("keys", "outlets", "said"),
    [
        (["nobody_at_all"], "", "no outlet is called"),
        ([], "[x]\nname = 1\n", "own.toml"),
    ],
)
def test_wrong_use_ends_with_2_before_anything_is_fetched(tmp_path, keys, outlets, said):
    (tmp_path / "own.toml").write_text(outlets, "utf-8")
    done = crawl(tmp_path, keys)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "news.db").exists()


@pytest.mark.slow
def test_a_broken_database_ends_with_3_and_stays_as_it_is(tmp_path):
    with serve({}) as (site,):
        fill(site, 1)
        write_outlets(tmp_path, {"ferry": site})
        (tmp_path / "news.db").write_bytes(b"no database at all" * 100)
        done = crawl_in_a_process(tmp_path, ["ferry"])
        assert site.requests == []
    assert done.returncode == 3
    assert "is not a sound SQLite database" in done.stderr
    assert (tmp_path / "news.db").read_bytes() == b"no database at all" * 100


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the limits of a running process can be changed on Linux only")
def test_a_store_that_fails_in_mid_crawl_stops_it_with_3_and_keeps_what_was_committed(tmp_path):
    """From the third page on the crawl's process may write to no file any more, as on a full disk."""
    with serve({}) as (site,):
        fill(site, 30)
        crawling = threading.Event()

        def full(handler):
            crawling.wait(20)
            psutil.Process(process.pid).rlimit(psutil.RLIMIT_FSIZE, (1, 1))
            Page(article(27))(handler)

        site.pages[STORY.format(27)] = full  # the newest come first
        write_outlets(tmp_path, {"ferry": site})
        process = start(tmp_path, ["ferry"])
        crawling.set()
        try:
            _, err = process.communicate(timeout=60)
        finally:
            process.kill()
        asked = [path for path in site.asked() if path.startswith("/news/")]
    assert process.returncode == 3, err
    [line] = [line for line in err.splitlines() if line.startswith("balkan-crawler: ")]
    assert str(tmp_path / "news.db") in line
    assert 3 <= len(asked) <= 9  # no more than what may wait for extraction then
    stored = {row[0] for row in rows(tmp_path)}
    assert stored < urls(site, 30) and site.url(STORY.format(27)) not in stored
    assert rows(tmp_path, "PRAGMA integrity_check") == [("ok",)]


def test_no_network_at_all_ends_with_3(tmp_path):
    with serve({}) as (site,):
        fill(site, 1)
        write_outlets(tmp_path, {"ferry": site})
    done = crawl(tmp_path, ["ferry"])  # nobody listens there any more
    assert done.returncode == 3
    assert "is this machine online?" in done.stderr


@pytest.mark.slow
def test_scrapy_crawls_an_outlet_by_its_key_and_writes_its_articles(tmp_path):
    with serve({}) as (site,):
        fill(site, 3)
        file = write_outlets(tmp_path, {"ferry": site})
        settings = {"BALKAN_OUTLETS": file, "BALKAN_DB": tmp_path / "news.db", "BALKAN_ALLOW_PRIVATE": "1"}
        given = [word for name, value in settings.items() for word in ("-s", f"{name}={value}")]
        done = subprocess.run(
            [sys.executable, "-m", "scrapy", "crawl", "ferry", "-O", str(tmp_path / "out.jsonl"), *given],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=60,
            env=environment(),
            check=False,
        )
        assert done.returncode == 0, done.stderr
        items = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines()]
        assert {item["url"] for item in items} == urls(site, 3)
        assert all(item["outlet"] == "ferry" and item["teasers"] == [] and item["body"] for item in items)
    assert len(rows(tmp_path)) == 3


def test_extract_prints_the_article_of_a_file_and_of_a_url(tmp_path):
    file = tmp_path / "page.html"
    file.write_text(article(7), "utf-8")
    with serve({}) as (site,):
        site.pages |= {"/robots.txt": Page("User-agent: *\nDisallow: /no\n"), "/go": RedirectsTo("/yes")}
        site.pages |= {"/yes": Page(article(7)), "/no": Page(article(8))}
        site.pages["/robots.txt"] = Page("User-agent: *\nDisallow: /no\n", "text/plain")
        sources = (str(file), site.url("/go"), site.url("/no"), site.url("/missing"))
        found = {source: CliRunner().invoke(main, ["extract", source, "--json"]) for source in sources}
        assert json.loads(found[str(file)].stdout)["article"]["title"] == "Ferry decision number 7 of town a"
        fetched = json.loads(found[site.url("/go")].stdout)
        assert (fetched["outcome"], fetched["article"]["url"]) == ("article", site.url("/yes"))
        assert found[site.url("/no")].exit_code == 3
        assert "forbidden by the site's robots.txt" in found[site.url("/no")].stderr
        assert "answered 404" in found[site.url("/missing")].stderr
        assert site.asked("/no") == []
