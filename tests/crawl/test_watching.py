"""What a crawl tells while it runs and in its end: a line a cause, a log of events, what is due."""

from __future__ import annotations

import json
import logging
import sqlite3
from contextlib import closing

import pytest
from support.newsrooms import crawl, fill, write_outlets
from support.reactor import Clock
from support.servers import Page, ServerError, serve
from support.terminals import on_a_terminal

from balkan_crawler.cli.logs import JsonLines, PlainLines

pytestmark = pytest.mark.slow
STORY = "/news/ferry-decision-number-{}"
NINE = [f"outlet_{number}" for number in range(9)]


def dead_outlets(folder, keys):
    with serve({}) as (site,):
        write_outlets(folder, dict.fromkeys(keys, site))


def test_without_a_network_a_crawl_of_many_outlets_is_a_few_lines_without_a_table(tmp_path):
    dead_outlets(tmp_path, NINE)
    done = crawl(tmp_path, NINE, "--contact", "you@example.org", clock=Clock())
    assert (done.returncode, done.stdout) == (3, "")
    assert [line.split(" in ")[0] for line in done.stderr.splitlines()] == [
        f"crawling 9 outlets into {tmp_path / 'news.db'}",
        "done: 0 new articles, 0 pages of 9 outlets",
        "failed: 9 outlets: connection refused",
        "balkan-crawler: none of 9 outlets could be reached; is this machine online?",
    ]


def test_quiet_tells_the_causes_alone(tmp_path):
    dead_outlets(tmp_path, NINE)
    done = crawl(tmp_path, NINE, "--quiet", clock=Clock())
    assert done.stderr.splitlines()[0] == "failed: 9 outlets: connection refused"
    assert done.stderr.count("\n") == 2


def test_the_table_is_printed_in_a_pipe_where_it_is_asked_for(tmp_path):
    with serve({}) as (site,):
        fill(site, 2)
        write_outlets(tmp_path, {"ferry": site})
        assert crawl(tmp_path, ["ferry"]).stdout == ""
        names, row = (line.split("\t") for line in crawl(tmp_path, ["ferry"], "--table").stdout.splitlines())
    assert names == ["outlet", "new", "edited", "pages", "again", "failed", "other pages"]
    assert row == ["ferry", "0", "0", "0", "0", "0", ""]


def test_on_a_terminal_the_outlets_with_news_the_database_and_a_next_step_are_named(tmp_path, monkeypatch):
    on_a_terminal(monkeypatch)
    with serve({}, {}) as (site, silent):
        fill(site, 2)
        fill(silent, 0)
        write_outlets(tmp_path, {"ferry": site, "silent": silent})
        done = crawl(tmp_path, ["ferry", "silent"])
    assert [line.split()[:3] for line in done.stdout.splitlines()[2:3]] == [["ferry", "2", "0"]]
    assert "silent" not in done.stdout
    assert "1 more outlet: --table shows all" in " ".join(done.stdout.split())
    assert f"The articles are in {tmp_path / 'news.db'}. Next: balkan-crawler search WORD" in done.stderr


def test_outlets_of_which_nothing_is_due_are_told_with_the_time_rather_than_as_zeros(tmp_path):
    clock = Clock()
    with serve({}, {}) as (site, other):
        for each in (site, other):
            fill(each, 1)
        write_outlets(tmp_path, {"ferry": site, "bridge": other})
        every = ["--country", "AL", "--language", "en"]
        crawl(tmp_path, ["ferry"], clock=clock)
        told = crawl(tmp_path, ["bridge"], clock=clock)
        idle = crawl(tmp_path, [], *every, "--json", clock=clock)
    assert told.returncode == 0
    found = json.loads(idle.stdout)
    assert {"ferry", "bridge"} <= set(found["not_due_outlets"])
    assert found["not_due_before"] is not None


def test_what_was_corrected_and_redesigned_is_counted(tmp_path):
    with serve({}) as (site,):
        fill(site, 6)
        write_outlets(tmp_path, {"ferry": site})
        done = json.loads(crawl(tmp_path, ["ferry"], "--json").stdout)
        with closing(sqlite3.connect(tmp_path / "news.db")) as db:
            (corrected,) = db.execute("SELECT count(*) FROM corrections").fetchone()
    assert done["corrected"] == done["outlets"]["ferry"]["corrected"] == corrected
    assert done["redesigned_outlets"] == []


def test_the_log_has_a_line_an_outlet_with_why_it_failed_and_nothing_of_scrapys_parts(tmp_path):
    log = tmp_path / "crawl.log"
    with serve({}, {}) as (site, bad):
        fill(site, 2)
        site.pages[STORY.format(1)] = Page("gone", status=404)
        fill(bad, 1)
        bad.pages["/feed.xml"] = ServerError(503)
        write_outlets(tmp_path, {"ferry": site, "bad": bad})
        crawl(tmp_path, ["ferry", "bad"], "--quiet", "--log-file", str(log))
    lines = log.read_text("utf-8").splitlines()
    assert len(lines) <= 5
    events = [line.split(" ", 1)[1] for line in lines]
    assert "INFO ferry: done: 2 pages, 1 new" in events
    assert f"INFO ferry: {site.url(STORY.format(1))}: http-404" in events
    [failed] = [line for line in events if line.startswith("WARNING bad: failed: 0 pages: ")]
    assert "503" in failed
    assert "INFO done: 1 new article, 2 pages of 2 outlets" in events[-1]
    assert "scrapy" not in log.read_text("utf-8").lower()


def test_the_log_of_json_lines_has_the_numbers_by_name(tmp_path):
    with serve({}) as (site,):
        fill(site, 2)
        write_outlets(tmp_path, {"ferry": site})
        done = crawl(tmp_path, ["ferry"], "--log-format", "json")
    *_, outlet, run = (json.loads(line) for line in done.stderr.splitlines())
    assert (outlet["event"], outlet["outlet"], outlet["new"], outlet["state"]) == ("outlet", "ferry", 2, "done")
    assert (run["event"], run["new"], run["failed"], run["level"]) == ("run", 2, 0, "info")
    assert outlet["time"].endswith("Z")


def test_with_two_vs_requests_are_logged_without_the_articles_text(tmp_path):
    with serve({}) as (site,):
        fill(site, 1)
        write_outlets(tmp_path, {"ferry": site})
        done = crawl(tmp_path, ["ferry"], "-vv")
    assert f"Crawled (200) <GET {site.url('/feed.xml')}>" in done.stderr
    assert f"Kept article {site.url(STORY.format(0))}" in done.stderr
    assert "council of the town" not in done.stderr
    assert "Overridden settings" not in done.stderr


def test_a_traceback_is_part_of_its_event():
    try:
        raise ValueError("no number")
    except ValueError as error:
        record = logging.LogRecord("a", logging.ERROR, "f", 1, "stumbled", (), (ValueError, error, None))
    assert json.loads(JsonLines().format(record))["exception"] == "ValueError: no number"
    assert PlainLines().format(record).endswith("ERROR stumbled\nValueError: no number")


def test_a_dry_run_says_what_is_due_and_fetches_and_changes_nothing(tmp_path):
    with serve({}) as (site,):
        fill(site, 8)
        write_outlets(tmp_path, {"ferry": site}, delay=3, delay_reason="slow")
        new = crawl(tmp_path, ["ferry"], "--dry-run")
        assert site.requests == [] and not (tmp_path / "news.db").exists()
        write_outlets(tmp_path, {"ferry": site})
        crawl(tmp_path, ["ferry"], "--limit", "3")
        asked, before = len(site.requests), (tmp_path / "news.db").read_bytes()
        write_outlets(tmp_path, {"ferry": site}, delay=3, delay_reason="slow")
        planned = crawl(tmp_path, ["ferry"], "--dry-run", "--json")
        told = crawl(tmp_path, ["ferry"], "--dry-run")
        limited = crawl(tmp_path, ["ferry"], "--dry-run", "--json", "--limit", "2")
        assert len(site.requests) == asked
        assert (tmp_path / "news.db").read_bytes() == before
    assert "due now: 1 outlet of 1: 1 source to poll" in new.stdout
    found = json.loads(planned.stdout)
    assert (found["due_outlets"], found["sources"], found["pages"], found["seconds"]) == (1, 1, 5, 18)
    assert json.loads(limited.stdout)["pages"] == 2
    assert "1 source to poll (feeds, sitemaps, section pages), 5 known pages to fetch" in told.stdout
    assert "about 18 s" in told.stdout and "nothing was fetched" in told.stdout


def test_a_dry_run_of_outlets_that_are_not_named_leaves_out_what_is_not_due(tmp_path):
    with serve({}) as (site,):
        fill(site, 1)
        write_outlets(tmp_path, {"ferry": site}, country="ME", languages=["el"])
        crawl(tmp_path, ["ferry"])
        found = crawl(tmp_path, [], "--country", "ME", "--language", "el", "--dry-run")
    assert "due now: 0 outlets of 1" in found.stdout
    assert "not due: 1 outlet; the first at " in found.stdout
