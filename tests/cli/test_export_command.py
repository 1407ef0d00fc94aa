"""`balkan-crawler export` writes what was asked for, where it was asked for."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from support.newsrooms import COMMAND

from balkan_crawler.export import FORMATS
from balkan_crawler.model import Article, DateSource, UrlState, Visit
from balkan_crawler.storage import open_store
from balkan_crawler.version import __version__

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def visit(key, path, title, body, published):
    url = f"https://{key}-proba.rs/{path}"
    article = Article(url=url, title=title, body=body, published=published, date_source=DateSource.JSON_LD)
    return Visit(url=url, outlet=key, state=UrlState.DONE, outcome="article", status=200, article=article)


def titles(path):
    return [row["title"] for row in json.loads(path.read_bytes())]


def test_without_options_a_csv_goes_to_the_folder_exports_and_is_renewed(archive, run):
    for word in ("", " (the former file is replaced)"):
        result = run("export")
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout == f"exports/articles.csv: 4 articles{word}\n"
    with (archive.parent / "exports" / "articles.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["title"] for row in rows] == [
        "Вучић отворио мост",
        "Novi most otvoren",
        "'=1+1 [red]Đoković[/red]",
        "Ura u hap",
    ]
    assert [path.name for path in (archive.parent / "exports").iterdir()] == ["articles.csv"]


def test_several_formats_are_written_at_once(archive, run):
    pytest.importorskip("pyarrow")
    names = ("csv", "json", "jsonl", "parquet")
    assert run("export", *(word for name in names for word in ("--format", name))).exit_code == 0
    assert sorted(path.name for path in (archive.parent / "exports").iterdir()) == [f"articles.{n}" for n in names]


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (["--country", "al"], 1),
        (["--language", "SR"], 3),
        (["--outlet", "danas", "--outlet", "vesti"], 3),
        (["--since", "2026-11-21", "--until", "2026-11-22"], 1),
        (["--query", "vucic"], 1),
        (["--limit", "2"], 2),
        (["--limit", "0"], 0),
        (["--unique"], 4),
        (["--country", "HR"], 0),
    ],
)
def test_filters_narrow_what_is_written(archive, run, options, count):
    assert run("export", "--output", "out.json", *options).exit_code == 0
    assert len(titles(archive.parent / "out.json")) == count


def test_fields_choose_columns_and_their_order(archive, run):
    assert run("export", "--output", "out.csv", "--fields", "title, url", "--limit", 1).exit_code == 0
    first, _, _ = (archive.parent / "out.csv").read_bytes().partition(b"\r\n")
    assert first == b"\xef\xbb\xbftitle,url"


def test_teasers_come_along(archive, run):
    assert run("export", "--output", "a.json", "--output", "a.csv", "--teasers").exit_code == 0
    first, *_ = json.loads((archive.parent / "a.json").read_bytes())
    assert first["teasers"][0]["title"] == "Još [b]jedna"
    assert len((archive.parent / "a-teasers.csv").read_text("utf-8").splitlines()) == 5


def test_a_file_of_the_user_is_replaced_only_by_force(archive, run):
    path = archive.parent / "mine.json"
    path.write_text("mine")
    result = run("export", "--output", path)
    assert (result.exit_code, path.read_text()) == (2, "mine")
    assert "exists already; name another file, or add --force" in result.stderr
    assert run("export", "--output", path, "--force").exit_code == 0
    assert len(titles(path)) == 4


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--output", "out.doc"], "the ending says no format"),
        (["--output", "a.csv", "--output", "b.csv", "--format", "csv"], "its --format in turn"),
        (["--output", "a.csv", "--output", "a.csv"], "named twice"),
        (["--fields", "headline"], "no column 'headline'"),
        (["--fields", ","], "at least one column"),
        (["--since", "2026-11-24", "--until", "2026-11-23"], "is after --until"),
        (["--since", "yesterday"], "write it as 2026-11-23"),
        (["--language", "sr-Cyrl"], "bare language"),
        (["--outlet", "dans"], "Did you mean danas?"),
        (["--query", '"open'], "a quotation mark is not closed"),
        (["--limit", "-1"], "-1"),
        (["--format", "atom", "--columns", "url"], "atom has whole articles; leave --columns to tables"),
        (["--output", "a.md", "--teasers"], "markdown has whole articles; leave --teasers to tables"),
        (["--output", "-", "--teasers"], "the teasers of csv are a second file"),
        (["--output", "-", "--manifest"], "--manifest stands beside a file"),
        (["--output", "-", "--output", "/dev/stdout", "--format", "csv", "--format", "csv"], "named twice"),
        (["--since-last", "a/b"], "a name is made of letters"),
        (["--since-last", "daily", "--limit", "3"], "--limit would leave articles out"),
    ],
)
def test_wrong_use_is_told_and_writes_nothing(archive, run, options, message):
    result = run("export", *options)
    assert (result.exit_code, message in result.stderr) == (2, True), result.output
    assert "Traceback" not in result.output


def test_scheduled_exports_of_an_unchanged_archive_are_the_same_bytes(archive, run):
    path = archive.parent / "exports" / "articles.jsonl"
    run("export", "--format", "jsonl")
    before = path.read_bytes()
    run("export", "--format", "jsonl")
    assert path.read_bytes() == before


def test_what_excel_in_the_region_opens(archive, run):
    result = run("export", "--output", "all.csv", "--delimiter", ";", "--fields", "outlet,title")
    assert result.exit_code == 0
    assert (archive.parent / "all.csv").read_bytes().startswith(b"\xef\xbb\xbfoutlet;title\r\nvesti;")
    run("export", "--output", "tabs.csv", "--delimiter", "TAB", "--fields", "outlet,title")
    assert (archive.parent / "tabs.csv").read_text("utf-8-sig").startswith("outlet\ttitle\n")
    assert run("export", "--output", "bars.csv", "--delimiter", "|").exit_code == 2


def test_cells_that_are_cut_are_told_of(archive, run):
    with closing(sqlite3.connect(archive)) as db:
        db.execute("UPDATE articles SET body = ? WHERE outlet = 'vesti'", ("a" * 40_000,))
        db.commit()
    cut = run("export", "--output", "all.csv")
    assert cut.stderr == "all.csv: 1 cell cut at 32,767 characters; --raw cuts none\n"
    assert run("export", "--output", "raw.csv", "--raw").stderr == ""


def test_standard_output_takes_a_table_without_a_byte_order_mark_and_nothing_else(archive, run):
    result = run("export", "--output", "-", "--columns", "outlet,title")
    assert result.stdout_bytes.startswith(b"outlet,title\r\nvesti,")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = run("export", "--output", "-", "--format", "jsonl").stdout.splitlines()
    assert [json.loads(line)["outlet"] for line in lines] == ["vesti", "danas", "danas", "lajme"]
    assert sorted(path.name for path in archive.parent.iterdir() if "balkan.db" not in path.name) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal of POSIX")
@pytest.mark.parametrize("name", ["xlsx", "parquet"])
def test_a_terminal_gets_no_binary_format(archive, name):
    import pty

    master, slave = pty.openpty()
    words = ["export", "--output", "-", "--format", name]
    done = subprocess.run(
        [*COMMAND, *words], cwd=archive.parent, stdout=slave, stderr=subprocess.PIPE, timeout=60, check=False
    )
    os.close(slave)
    os.close(master)
    assert done.returncode == 2
    assert f"{name} is nothing for a terminal; name a file with --output".encode() in done.stderr


def piped(archive, *words, **options):
    return subprocess.run([*COMMAND, "export", *words], cwd=archive.parent, capture_output=True, timeout=60, **options)


@pytest.mark.slow
@pytest.mark.parametrize("name", FORMATS)
def test_every_format_goes_through_a_pipe_and_is_what_a_file_would_be(archive, name):
    through = piped(archive, "--output", "-", "--format", name)
    assert (through.returncode, through.stderr) == (0, b"")
    assert piped(archive, "--output", "file", "--format", name).returncode == 0
    written = (archive.parent / "file").read_bytes()
    if name == "xlsx":
        assert through.stdout[:2] == b"PK"  # a zip file, which has the time in it
    else:
        assert through.stdout == written.removeprefix(b"\xef\xbb\xbf")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("name", FORMATS)
def test_what_cannot_be_printed_is_said_and_the_next_export_of_the_name_gives_it_again(archive, name):
    with Path("/dev/full").open("wb") as full:
        lost = subprocess.run(
            [*COMMAND, "export", "--output", "-", "--format", name, "--since-last", "daily"],
            cwd=archive.parent, stdout=full, stderr=subprocess.PIPE, timeout=60, check=False,
        )  # fmt: skip
    assert lost.returncode == 3
    assert lost.stderr.splitlines()[-1].endswith(b"standard output: No space left on device")
    assert b"Traceback" not in lost.stderr
    again = piped(archive, "--output", "-", "--format", "jsonl", "--since-last", "daily")
    assert len(again.stdout.splitlines()) == 4


def test_local_times_are_those_of_the_outlet_and_the_heading_says_so(archive, run):
    run(
        "export", "--output", "l.csv", "--output", "l.json", "--local-time", "--columns", "outlet,date,published,edited"
    )
    with (archive.parent / "l.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["outlet", "date", "published_local", "edited_local"]
    assert (rows[0]["published_local"], rows[0]["edited_local"]) == ("2026-11-23 13:00", "")
    assert json.loads((archive.parent / "l.json").read_bytes())[0]["published"] == "2026-11-23T13:00:00+01:00"


def test_a_feed_is_of_a_search_and_holds_its_hundred_newest(archive, run):
    result = run("export", "--output", "most.atom", "--query", "most", "--country", "RS")
    assert (result.exit_code, result.stdout) == (0, "most.atom: 2 articles\n")
    found = feedparser.parse((archive.parent / "most.atom").read_bytes())
    assert (found.bozo, found.feed.title) == (False, "most, RS (balkan_crawler)")
    run("export", "--output", "later.atom", "--query", "most", "--country", "RS", "--since", "2026-11-23", "--limit", 1)
    later = feedparser.parse((archive.parent / "later.atom").read_bytes())
    assert (later.feed.id, len(later.entries)) == (found.feed.id, 1)
    run("export", "--output", "other.atom", "--query", "vucic")
    assert feedparser.parse((archive.parent / "other.atom").read_bytes()).feed.id != found.feed.id


def test_a_manifest_tells_what_a_file_holds(archive, run):
    result = run(
        "export", "--output", "a.csv", "--query", "most", "--country", "rs", "--manifest", "--teasers", "--limit", 5
    )
    assert result.exit_code == 0
    found = json.loads((archive.parent / "a.csv.manifest.json").read_bytes())
    assert [file["name"] for file in found["files"]] == ["a.csv", "a-teasers.csv"]
    for file in found["files"]:
        content = (archive.parent / file["name"]).read_bytes()
        assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
    assert (found["rows"], found["format"], found["times"]) == (2, "csv", "UTC")
    assert found["filters"] == {"query": "most", "country": ["RS"], "limit": 5}
    assert found["program"] == f"balkan_crawler {__version__}"
    assert found["schema"] >= "0013"
    assert found["columns"][:2] == ["url", "date"]


def test_a_manifest_of_the_user_is_not_replaced_and_nothing_is_written_then(archive, run):
    (archive.parent / "a.csv.manifest.json").write_text("mine")
    result = run("export", "--output", "a.csv", "--manifest")
    assert (result.exit_code, (archive.parent / "a.csv").exists()) == (2, False)
    assert "a.csv.manifest.json exists already" in result.stderr
    assert run("export", "--output", "a.csv", "--manifest", "--force").exit_code == 0


def add(archive, title, at=NOON):
    with open_store(archive) as store:
        [lease] = store.lease(["danas"], "elsewhere:1:1", at, 60)
        store.commit(lease, [visit("danas", title, f"Naslov {title}", f"Tekst vesti {title} je nov.", at)], at)
        store.release(lease, at, at)


def test_an_export_goes_on_where_the_last_one_of_its_name_ended(archive, run):
    first = run("export", "--since-last", "daily", "--output", "1.jsonl")
    assert (first.exit_code, first.stdout) == (0, "1.jsonl: 4 articles\n")
    nothing = run("export", "--since-last", "daily", "--output", "2.jsonl")
    assert nothing.exit_code == 0
    assert nothing.stdout.startswith("nothing new for daily since 20")
    assert not (archive.parent / "2.jsonl").exists()
    add(archive, "nova", NOON - timedelta(days=400))  # fetched long ago, stored now
    assert run("export", "--since-last", "daily", "--output", "2.jsonl").stdout == "2.jsonl: 1 article\n"
    assert run("export", "--since-last", "other", "--output", "3.jsonl").stdout == "3.jsonl: 5 articles\n"


def test_a_series_without_a_file_name_replaces_none_of_its_files(archive, run):
    assert run("export", "--since-last", "daily").exit_code == 0
    (first,) = (archive.parent / "exports").iterdir()
    assert re.fullmatch(r"daily-\d{8}T\d{6}Z\.csv", first.name)


@pytest.mark.parametrize("broken", ["in-the-way", "full"])
def test_an_export_that_failed_is_given_again(archive, run, monkeypatch, broken):
    (archive.parent / "a.jsonl").write_text("mine")
    if broken == "in-the-way":
        assert run("export", "--since-last", "daily", "--output", "a.jsonl").exit_code == 2
    else:
        with monkeypatch.context() as patched:
            patched.setattr(os, "fsync", failing_fsync)
            failed = run("export", "--since-last", "daily", "--output", "a.jsonl", "--force")
        assert (failed.exit_code, "No space left" in failed.stderr) == (3, True)
    assert (archive.parent / "a.jsonl").read_text() == "mine"
    assert run("export", "--since-last", "daily", "--output", "b.jsonl").stdout == "b.jsonl: 4 articles\n"


def failing_fsync(descriptor):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


KILLED = """
import os, signal, sys
from balkan_crawler.cli import main
from balkan_crawler.storage import SqliteStore
SqliteStore.note_export = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
main(sys.argv[1:])
"""


def test_an_export_that_is_killed_before_it_is_noted_is_given_again(archive, run):
    words = ["export", "--since-last", "daily", "--output", "a.jsonl"]
    killed = subprocess.run([sys.executable, "-c", KILLED, *words], cwd=archive.parent, timeout=60, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert len((archive.parent / "a.jsonl").read_text().splitlines()) == 4
    assert run("export", "--since-last", "daily", "--output", "b.jsonl").stdout == "b.jsonl: 4 articles\n"
