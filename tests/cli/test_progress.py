"""How far work is, is shown on a terminal; elsewhere a line says that it has begun."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from support.outlets import make_outlet
from support.terminals import on_a_terminal

from balkan_crawler.cli.crawl_progress import CrawlProgress, seconds_left, share_done
from balkan_crawler.cli.export_progress import watched_rows
from balkan_crawler.cli.progress import Progress, watched
from balkan_crawler.cli.visit_progress import WatchedVisitor
from balkan_crawler.errors import FetchError, StoreMissingError
from balkan_crawler.spiders.run_results import Order, OutletRun, OutletState, Run
from balkan_crawler.storage import Filter, open_store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def outlet_run(key="danas", state=OutletState.RUNNING, **fields):
    outlet = make_outlet(key, **fields.pop("outlet", {}))
    return OutletRun(outlet=outlet, started=NOON, state=state, **fields)


def test_without_a_terminal_the_beginning_is_told_and_no_more(capsys):
    with watched(lambda: Progress(share=0.5, done="half"), "crawling 3 outlets"):
        pass
    assert capsys.readouterr() == ("", "crawling 3 outlets\n")


def test_nothing_is_shown_where_that_is_not_wanted(capsys, monkeypatch):
    for is_terminal in (False, True):
        if is_terminal:
            on_a_terminal(monkeypatch, err=True)
        with watched(lambda: Progress(share=0.5, done="half"), "crawling 3 outlets", shown=False):
            pass
    assert capsys.readouterr() == ("", "")


def test_a_line_now_and_then_tells_of_long_work_without_a_terminal(capsys, monkeypatch):
    monkeypatch.setattr("balkan_crawler.cli.progress._SECONDS_BETWEEN_LINES", 0.001)
    looked = []

    def look():
        looked.append(1)
        return Progress(share=0.25, done="1 of 4 outlets done", counts=("12 pages", "3 new"), seconds_left=700)

    with watched(look, "crawling 4 outlets"):
        while not looked:
            pass
    assert "1 of 4 outlets done, 12 pages, 3 new, about 12 min left\n" in capsys.readouterr().err


def test_each_outlet_is_an_equal_part_of_a_run():
    outlets = {
        "a": outlet_run(state=OutletState.FAILED),
        "b": outlet_run(fetched=30),
        "c": outlet_run(),
        "d": outlet_run(),
    }
    assert share_done(outlets, {"b": 10, "c": 50}) == (1 + 0.75) / 4


def test_the_time_left_is_that_of_the_slowest_site():
    slow = outlet_run("slow", outlet={"delay": 10.0}, fetched=1)
    quick = outlet_run("quick", outlet={"delay": 1.0}, fetched=1)
    twin = outlet_run("twin", outlet={"delay": 1.0, "homepage": "https://quick-proba.rs/en/"}, fetched=1)
    outlets = {"slow": slow, "quick": quick, "twin": twin}
    now = NOON + timedelta(seconds=1)
    assert seconds_left(outlets, {"slow": 3, "quick": 20, "twin": 20}, now) == 40
    assert seconds_left(outlets, {"slow": 30, "quick": 20, "twin": 20}, now) == 300
    assert seconds_left(outlets, {}, now) is None


def test_a_site_that_was_slower_than_its_delay_is_taken_to_stay_so():
    outlets = {"danas": outlet_run(fetched=10)}
    assert seconds_left(outlets, {"danas": 10}, NOON + timedelta(seconds=100)) == 100


def test_a_run_is_shown_with_what_failed_and_what_waits(tmp_path):
    run = Run(order=Order(limit=5), started=datetime.now(UTC))
    path = tmp_path / "balkan.db"
    open_store(path).close()
    run.outlets = {"a": outlet_run(fetched=3, new=2, failed=1), "b": outlet_run("b", state=OutletState.FAILED)}
    with CrawlProgress(run, lambda: open_store(path, read_only=True)) as progress:
        now = progress.look()
    assert now.done == "1 of 2 outlets done"
    assert now.counts[:3] == ("3 pages", "2 new", "0 waiting")
    assert {"1 outlet failed", "1 page failed"} <= set(now.counts)


def test_a_database_that_cannot_be_read_stops_no_display():
    run = Run(order=Order(), started=datetime.now(UTC), outlets={"a": outlet_run(fetched=3)})

    def missing():
        raise StoreMissingError("balkan.db")

    with CrawlProgress(run, missing) as progress:
        assert progress.look().done == "0 of 1 outlet done"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_on_a_real_terminal_a_bar_shows_and_the_end_names_the_database(tmp_path):
    """The demo, as somebody sees it who types it."""
    code = "from balkan_crawler.cli import main; main()"
    outer, inner = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "LINES": "24", "TERM": "xterm", "PYTHONIOENCODING": "utf-8"}
    process = subprocess.Popen(
        [sys.executable, "-c", code, "demo"], cwd=tmp_path, stdin=inner, stdout=inner, stderr=inner, env=environment
    )
    os.close(inner)
    shown = b""
    while process.poll() is None or select.select([outer], [], [], 0)[0]:
        if select.select([outer], [], [], 0.1)[0]:
            try:
                shown += os.read(outer, 65536)
            except OSError:  # the other end is closed
                break
    os.close(outer)
    text = shown.decode()
    assert process.wait() == 0, text
    assert "of 7 outlets done" in text and " waiting " in text and "━" in text
    assert "done: 42 new articles, 44 pages of 7 outlets in " in text
    assert "What to type next" in text


@pytest.mark.slow
def test_without_a_terminal_the_demo_shows_no_bar_and_no_table_of_the_crawl(tmp_path):
    code = "from balkan_crawler.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "demo"], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stderr.splitlines()[0] == "crawling 7 outlets into demo.db"
    assert done.stderr.count("\n") == 4
    assert json.dumps(done.stdout).count("gallery-index") == 0


def test_visits_are_counted_against_what_is_expected():
    class Nobody:
        def fetch(self, url):
            raise FetchError(url, "no such host")

    watching = WatchedVisitor(Nobody(), outlets=2, expected=8)
    for url in ("https://danas.rs/", "https://danas.rs/feed"):
        with pytest.raises(FetchError):
            watching.fetch(url)
    now = watching.look()
    assert (now.share, now.done) == (0.25, "0 of 2 outlets")
    assert now.counts == ("2 documents read", "at danas.rs")
    watching.done, watching.bad = 2, 1
    done = watching.look()
    assert (done.share, done.seconds_left) == (1.0, None)
    assert "1 outlet with a problem" in done.counts


def test_visits_without_a_known_number_have_no_share():
    now = WatchedVisitor(object(), outlets=1, expected=0).look()
    assert (now.share, now.seconds_left, now.done) == (None, None, "trying the site")


def test_rows_of_an_export_are_the_same_with_a_bar_and_without(archive, monkeypatch, capsys):
    with open_store(archive, read_only=True) as store:
        plain = list(watched_rows(store, Filter(limit=3)))
        on_a_terminal(monkeypatch, err=True)
        assert list(watched_rows(store, Filter(limit=3))) == plain
    assert len(plain) == 3
