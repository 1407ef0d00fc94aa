"""Every command that reads the archive meets a missing, broken, foreign, locked, too new and read-only one."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from balkan_crawler.cli import options
from balkan_crawler.storage import open_store

COMMANDS = (
    ("export", "--output", "out.csv"),
    ("search", "most"),
    ("stats",),
    ("history", "https://danas-proba.rs/most"),
)

every_command = pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])


def one_line(result, code):
    assert result.exit_code == code, result.output
    assert result.stderr.startswith("balkan-crawler: ")
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
    return result.stderr


@every_command
def test_a_missing_database_is_told_with_what_to_run_first(run, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    assert "balkan.db does not exist; run `balkan-crawler crawl` first" in one_line(run(*words), 3)
    assert list(tmp_path.iterdir()) == []


@every_command
@pytest.mark.parametrize("data", [b"no database" * 1_000, b"SQLite format 3\0" + b"\xff" * 8_000], ids=["text", "cut"])
def test_a_broken_database_is_told(run, tmp_path, monkeypatch, words, data):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "balkan.db").write_bytes(data)
    assert "is not a sound SQLite database" in one_line(run(*words), 3)
    assert not (tmp_path / "out.csv").exists()


@every_command
def test_a_folder_in_its_place_is_told(run, tmp_path, words):
    assert "it is a folder" in one_line(run(*words, "--db", tmp_path), 3)


@every_command
def test_the_database_of_another_program_is_left_alone(run, tmp_path, words):
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE articles (id)")
    before = path.read_bytes()
    assert "of another program" in one_line(run(*words, "--db", path), 3)
    assert path.read_bytes() == before


@every_command
def test_a_database_from_a_newer_version_is_told(run, archive, words):
    with closing(sqlite3.connect(archive)) as db, db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('balkan_crawler', '9999_x', '')"
        )
    assert "newer version of balkan-crawler" in one_line(run(*words), 3)


@every_command
def test_a_locked_database_is_told(run, archive, monkeypatch, words):
    monkeypatch.setattr(options, "BUSY_SECONDS", 0.05)
    with closing(sqlite3.connect(archive, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        db.execute("BEGIN EXCLUSIVE")
        assert "is locked by another program" in one_line(run(*words), 3)


@every_command
def test_a_crawl_that_writes_more_than_it_can_hold_in_memory_is_no_hindrance(run, archive, words):
    """Without the write-ahead log such a writer keeps every reader out until its transaction ends."""
    with closing(sqlite3.connect(archive, isolation_level=None)) as db:
        db.execute("PRAGMA cache_size = 1")
        db.execute("BEGIN IMMEDIATE")
        db.execute("UPDATE articles SET body = hex(randomblob(100000))")
        result = run(*words)
    assert (result.exit_code, result.stderr) == (0, "")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
@every_command
def test_a_read_only_folder_can_be_read_from(run, archive, words, tmp_path_factory, monkeypatch):
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    archive.parent.chmod(0o555)
    try:
        assert run(*words, "--db", archive).exit_code == 0
    finally:
        archive.parent.chmod(0o755)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_an_export_into_a_read_only_folder_is_told(run, archive):
    folder = archive.parent / "closed"
    folder.mkdir(mode=0o555)
    assert "cannot be written: Permission denied" in one_line(run("export", "--output", folder / "out.csv"), 3)


def test_an_export_to_where_a_file_stands_is_told(run, archive):
    (archive.parent / "exports").write_text("a file")
    assert "cannot be written" in one_line(run("export"), 3)


def start(*words, **options):
    code = "from balkan_crawler.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, encoding="utf-8", timeout=60, check=False, **options
    )


def test_a_process_ends_with_the_code_and_one_line(tmp_path):
    done = start("search", "most", cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_an_output_of_any_encoding_is_no_traceback_and_gets_utf_8(archive, encoding):
    done = start("search", "vucic", cwd=archive.parent, env={**os.environ, "PYTHONIOENCODING": encoding})
    assert (done.returncode, "Вучић отворио мост" in done.stdout, done.stderr) == (0, True, "")


def test_a_reader_that_goes_away_is_no_traceback(archive):
    code = "from balkan_crawler.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "search", "most", "--json"],
        cwd=archive.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        process.stdout.close()
        assert "Traceback" not in process.stderr.read()


def test_an_empty_archive_is_no_error(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    open_store(tmp_path / "balkan.db").close()
    for words in COMMANDS:
        assert run(*words).exit_code == 0


@pytest.mark.parametrize("value", ["nan", "inf", "1e300"])
@pytest.mark.parametrize("option", ["--revisits", "--shortest-poll", "--longest-poll", "--minutes"])
def test_a_number_that_is_none_is_wrong_use(run, tmp_path, monkeypatch, option, value):
    monkeypatch.chdir(tmp_path)
    result = run("crawl", "danas", option, value)
    assert result.exit_code == 2, result.output
    assert option in result.stderr
    assert list(tmp_path.iterdir()) == []
