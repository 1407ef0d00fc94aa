"""`balkan-crawler export` writes what was asked for, where it was asked for."""

from __future__ import annotations

import csv
import json
import sqlite3
from contextlib import closing

import pytest


def titles(path):
    return [row["title"] for row in json.loads(path.read_bytes())]


def test_without_options_a_csv_goes_to_the_folder_exports_and_is_renewed(archive, run):
    for _ in range(2):
        result = run("export")
        assert (result.exit_code, result.stderr) == (0, "")
        assert "articles.csv: 4 articles" in result.stdout
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
        (["--output", "out.xlsx"], "the ending says no format"),
        (["--output", "a.csv", "--output", "b.csv", "--format", "csv"], "its --format in turn"),
        (["--output", "a.csv", "--output", "a.csv"], "named twice"),
        (["--fields", "headline"], "no field 'headline'"),
        (["--fields", ","], "at least one field"),
        (["--since", "2026-11-24", "--until", "2026-11-23"], "is after --until"),
        (["--since", "yesterday"], "write it as 2026-11-23"),
        (["--language", "sr-Cyrl"], "bare language"),
        (["--outlet", "dans"], "Did you mean danas?"),
        (["--query", '"open'], "a quotation mark is not closed"),
        (["--limit", "-1"], "-1"),
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
