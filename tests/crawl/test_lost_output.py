"""A crawl whose output cannot be written goes on, and its archive is whole."""

import json
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from support.newsrooms import crawl, environment, fill, words, write_outlets
from support.reactor import Clock
from support.servers import serve

PAGES = 5
needs_a_full_disk = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")


def in_shell(folder, redirection, *more):
    line = f'set -o pipefail; "$@" {redirection}'
    return subprocess.run(
        ["bash", "-c", line, "bash", *words(folder, ["ferry"], *more)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
        check=False,
    )


def stored(folder):
    with closing(sqlite3.connect(folder / "news.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return db.execute("SELECT count(*) FROM articles").fetchone()[0]


@needs_a_full_disk
@pytest.mark.parametrize(
    ("redirection", "options", "code"),
    [
        (">&- 2>&- <&-", (), 0),
        (">/dev/full 2>/dev/full", ("-vv",), 0),
        ("2>&1 | head -n 1", ("-v",), 0),
        (">/dev/full", ("--json",), 3),
    ],
)
def test_a_crawl_goes_on_where_nobody_can_be_told_of_it(tmp_path, redirection, options, code):
    with serve({}) as (site,):
        fill(site, PAGES)
        write_outlets(tmp_path, {"ferry": site})
        done = in_shell(tmp_path, redirection, *options)
    assert (done.returncode, stored(tmp_path)) == (code, PAGES)
    assert "Traceback" not in done.stderr


@needs_a_full_disk
def test_a_log_on_a_full_disk_is_told_of_once_and_stops_nothing(tmp_path):
    with serve({}) as (site,):
        fill(site, PAGES)
        write_outlets(tmp_path, {"ferry": site})
        done = crawl(tmp_path, ["ferry"], "--log-file", "/dev/full", clock=Clock())
    assert (done.returncode, stored(tmp_path)) == (0, PAGES)
    assert done.stderr.count("/dev/full has not the whole log: No space left on device") == 1
    assert "Traceback" not in done.stderr


def test_a_log_whose_folder_vanishes_stops_nothing(tmp_path):
    logs = tmp_path / "logs"
    logs.mkdir()

    def vanish(handler):
        for file in logs.iterdir():
            file.unlink()
        logs.rmdir()
        page(handler)

    with serve({}) as (site,):
        fill(site, PAGES)
        page, site.pages["/feed.xml"] = site.pages["/feed.xml"], vanish
        write_outlets(tmp_path, {"ferry": site})
        done = crawl(tmp_path, ["ferry"], "--log-file", str(logs / "crawl.log"), clock=Clock())
    assert (done.returncode, stored(tmp_path)) == (0, PAGES)


def test_the_log_has_what_a_crawl_logs(tmp_path):
    log = tmp_path / "crawl.log"
    with serve({}) as (site,):
        fill(site, 1)
        write_outlets(tmp_path, {"ferry": site})
        crawl(tmp_path, ["ferry"], "--log-file", str(log), clock=Clock())
    lines = [line.partition(" ")[2] for line in log.read_text("utf-8").splitlines()]
    assert lines[0] == "INFO ferry: done: 1 page, 1 new"
    assert lines[1].startswith("INFO done: 1 new article, 1 page of 1 outlet in ")
    assert len(lines) == 2


def test_the_database_is_no_log_file(tmp_path):
    with serve({}) as (site,):
        fill(site, 1)
        write_outlets(tmp_path, {"ferry": site})
        crawl(tmp_path, ["ferry"], clock=Clock())
        done = crawl(tmp_path, ["ferry"], "--json", "--log-file", str(tmp_path / "news.db"), clock=Clock())
    assert (done.returncode, done.stdout) == (2, "")
    assert "is the database" in done.stderr
    assert stored(tmp_path) == 1
    assert json.dumps(site.asked()).count("/feed.xml") == 1
