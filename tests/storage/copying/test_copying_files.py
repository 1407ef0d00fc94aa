"""From file to file: what is copied, and what stands in the way."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from click.testing import CliRunner

from balkan_crawler.cli import main
from balkan_crawler.errors import (
    CopyDiffersError,
    CopySourceInUseError,
    CopyTargetError,
    StoreError,
    StoreFullError,
    StoreInUseError,
    StoreUnfinishedError,
)
from balkan_crawler.storage import Filter, open_store
from balkan_crawler.storage.copying import sqlite_target
from balkan_crawler.storage.copying.digests import digest_of
from balkan_crawler.storage.copying.sqlite_reader import SqliteReader
from balkan_crawler.storage.copying.tables import Kind, tables
from balkan_crawler.storage.file import backup, connection

OTHERS = {
    Kind.TEXT: "~", Kind.NUMBER: 2**60, Kind.REAL: 0.7, Kind.FLAG: 2, Kind.TIME: "2001-02-03T04:05:06+00:00",
    Kind.DAY: "2001-02-03", Kind.LIST: '["~"]', Kind.OBJECT: '{"~": 1}', Kind.BLOB: b"~",
}  # fmt: skip


class BrokenOffError(Exception):
    """Stands for whatever ends a copying."""


def breaking_off(work, what):
    def tell(step):
        if (step.work, step.what) == (work, what):
            raise BrokenOffError

    return tell


def change(path, *statements):
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        for statement in statements:
            db.execute(statement)


def asked(path, statement):
    with closing(sqlite3.connect(path)) as db:
        return db.execute(statement).fetchall()


def run(*words):
    return CliRunner().invoke(main, ["copy", *map(str, words)])


def test_bytes_that_are_no_unicode_go_from_file_to_file_as_they_are(rich, tmp_path, copy):
    change(
        rich,
        "UPDATE articles SET title = CAST(X'41FF00C3' AS TEXT), published = 'yesterday', image = X'00' WHERE id = 3",
        "UPDATE _sources SET etag = CAST(X'EDA080' AS TEXT)",
    )
    copy(rich, tmp_path / "copy.db")
    asked = "SELECT hex(title), typeof(title), published, typeof(image) FROM articles WHERE id = 3"
    with closing(sqlite3.connect(rich)) as ours, closing(sqlite3.connect(tmp_path / "copy.db")) as theirs:
        assert ours.execute(asked).fetchall() == theirs.execute(asked).fetchall()
        assert theirs.execute("SELECT hex(etag) FROM _sources").fetchall() == [("EDA080",)]


def test_the_copy_is_an_archive_like_every_other(rich, tmp_path, copy):
    copy(rich, tmp_path / "copy.db")
    objects = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
    with closing(sqlite3.connect(rich)) as ours, closing(sqlite3.connect(tmp_path / "copy.db")) as theirs:
        assert theirs.execute(objects).fetchall() == ours.execute(objects).fetchall()
        sequences = "SELECT * FROM sqlite_sequence ORDER BY name"
        assert theirs.execute(sequences).fetchall() == ours.execute(sequences).fetchall()
    assert backup.verify_copy(tmp_path / "copy.db", thoroughly=True).articles == 14
    with open_store(rich) as ours, open_store(tmp_path / "copy.db") as theirs:
        assert list(ours.rows(Filter(query="ceste"))) == list(theirs.rows(Filter(query="ceste"))) != []


@pytest.mark.parametrize(
    ("work", "what"), [("copy", "articles"), ("copy", "_rules"), ("compare", "teasers"), ("index", "articles_by_time")]
)
def test_what_was_broken_off_is_no_archive_and_goes_on_with_what_changed_meanwhile(rich, tmp_path, copy, work, what):
    target = tmp_path / "copy.db"
    with pytest.raises(BrokenOffError):
        copy(rich, target, breaking_off(work, what))
    for opening in (lambda: open_store(target), lambda: open_store(target, read_only=True), lambda: copy(target, rich)):
        with pytest.raises(StoreUnfinishedError):
            opening()
    change(
        rich,
        "UPDATE outlets SET name = 'Novi naziv' WHERE key = 'danas'",
        "DELETE FROM articles WHERE id = 2",
        "INSERT INTO _sites (key, due) VALUES ('a-new-site.rs', '2026-11-23T12:00:00+00:00')",
        "UPDATE articles SET title = 'Promenjeno', identity = 'x' WHERE id = 1",
        "UPDATE _frontier SET identity = 'swap' WHERE identity = (SELECT min(identity) FROM _frontier)",
    )
    made = copy(rich, target)
    assert made.goes_on
    assert made.tables == copy(rich, tmp_path / "again.db").tables
    with open_store(target) as store:
        assert store.count(Filter(query="promenjeno")) == 1


def test_another_archive_does_not_go_on_with_it_nor_an_earlier_run(rich, tmp_path, copy):
    target = tmp_path / "copy.db"
    with open_store(tmp_path / "other.db"):
        pass

    overtaken = []

    def overtaking(step):
        if step.what == "versions" and not overtaken:
            overtaken.append(step)
            with pytest.raises(CopyTargetError, match="another archive"):
                copy(tmp_path / "other.db", target)
            with pytest.raises(BrokenOffError):
                copy(rich, target, breaking_off("copy", "_sites"))

    with pytest.raises(StoreInUseError, match="another run"):
        copy(rich, target, overtaking)


def test_a_full_disk_is_told_and_the_next_run_goes_on(rich, tmp_path, copy, monkeypatch):
    target = tmp_path / "copy.db"
    whole = connection.connect

    def small(path, **options):
        db = whole(path, **options)
        if path == target:
            db.execute("PRAGMA max_page_count = 1").fetchall()
        return db

    with monkeypatch.context() as patch:
        patch.setattr(sqlite_target.files, "connect", small)
        with pytest.raises(StoreError) as told:
            copy(rich, target)
        assert isinstance(told.value, StoreFullError)
    assert copy(rich, target).articles == 14


@pytest.mark.parametrize("name", ["rich.db", "./rich.db", "link.db"])
def test_an_archive_is_not_copied_into_itself(rich, tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.db").symlink_to(rich)
    told = run(rich, name)
    assert told.exit_code == 2
    assert "it is the source itself" in told.stderr


def test_what_is_no_place_for_a_copy_is_left_as_it_is(rich, tmp_path):
    other, strange, old = tmp_path / "other.db", tmp_path / "strange.db", tmp_path / "old.db"
    shutil.copy(rich, other)
    change(strange, "CREATE TABLE t (x)")
    shutil.copy(rich, old)
    change(old, "DELETE FROM _sqlite_migrations WHERE name = '0025_searches'", "DROP TABLE _searches")
    for place, words in {
        other: "it holds an archive already",
        strange: "the database of another program",
        old: "it holds an archive already",
        tmp_path / "no" / "x.db": "no such folder",
        tmp_path: "it is a folder",
        tmp_path / "text.db": "not a sound SQLite database",
        "mysql://user:geheim@host/db": "mysql: is not known",
    }.items():
        (tmp_path / "text.db").write_text("no database, but longer than a header would be" * 9)
        before = place.read_bytes() if hasattr(place, "is_file") and place.is_file() else b""
        told = run(rich, place)
        assert told.exit_code in (2, 3), place
        assert words in told.stderr
        assert "Traceback" not in told.output
        assert "geheim" not in told.output
        assert not before or place.read_bytes() == before
    told = run(tmp_path / "missing.db", tmp_path / "new.db")
    assert told.exit_code == 3
    assert not (tmp_path / "new.db").exists()
    assert run(old, tmp_path / "new.db").exit_code == 3


def test_a_crawl_over_the_source_is_told_and_live_copies_without_its_leases(rich, tmp_path, copy):
    ends = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    change(rich, f"UPDATE _sites SET holder = 'elsewhere:1:1', lease_ends = '{ends}'")
    told = run(rich, tmp_path / "copy.db")
    assert told.exit_code == CopySourceInUseError.exit_code
    assert "stop the crawl first" in told.stderr
    assert not (tmp_path / "copy.db").exists()
    assert run("--live", rich, tmp_path / "copy.db").exit_code == 0
    with closing(sqlite3.connect(tmp_path / "copy.db")) as db:
        assert db.execute(
            "SELECT count(*) FROM _sites WHERE holder IS NOT NULL OR lease_ends IS NOT NULL"
        ).fetchall() == [(0,)]
        assert db.execute("SELECT count(*) FROM _frontier WHERE state = 'leased'").fetchall() == [(0,)]
        assert db.execute("SELECT token FROM _sites WHERE token > 0").fetchall()


def test_the_command_says_what_it_copied_and_what_differs(rich, tmp_path, compare):
    told = json.loads(run("--json", rich, tmp_path / "copy.db").stdout)
    assert told["articles"] == 14
    assert {each["table"] for each in told["tables"]} == {table.name for table in tables()}
    assert all(each["rows"] and len(each["sha256"]) == 64 for each in told["tables"])
    assert run("--check", rich, tmp_path / "copy.db").exit_code == 0
    url = "https://danas-proba.rs/vest/0"
    for statement, words in {
        "UPDATE teasers SET title = 'x', excerpt = 'y'": f"teasers: title, excerpt of article_url '{url}'",
        "DELETE FROM teasers": f"teasers: a row is missing, article_url '{url}'",
        "INSERT INTO _sites (key, due) VALUES ('a', '')": "_sites: a row that the source has not, key 'a'",
    }.items():
        shutil.copy(tmp_path / "copy.db", tmp_path / "changed.db")
        change(tmp_path / "changed.db", statement)
        told = run("--check", rich, tmp_path / "changed.db")
        assert told.exit_code == 1
        assert words in told.stderr
    with pytest.raises(CopyDiffersError):
        compare(tmp_path / "changed.db", rich)


@pytest.mark.parametrize(
    ("table", "statement", "words"),
    [
        ("articles", "UPDATE articles SET title = title || '.' WHERE id = 3", "articles: title of id 3"),
        ("_bands", "DELETE FROM _bands", "_bands: a row is missing, band "),
        ("_sites", "INSERT INTO _sites (key, due) VALUES ('a', '')", "_sites: a row that the source has not, key 'a'"),
    ],
)
def test_what_did_not_come_to_lie_in_the_copy_as_it_was_is_named_and_the_next_run_mends_it(
    rich, tmp_path, copy, compare, table, statement, words
):
    def spoil(step):
        if (step.work, step.what) == ("copy", table) and step.done == step.total:
            change(tmp_path / "copy.db", statement)

    with pytest.raises(CopyDiffersError, match=words):
        copy(rich, tmp_path / "copy.db", spoil)
    with pytest.raises(StoreUnfinishedError):
        open_store(tmp_path / "copy.db")
    assert copy(rich, tmp_path / "copy.db").tables == compare(rich, tmp_path / "copy.db").tables


def test_the_digest_of_a_table_tells_a_change_in_each_of_its_columns(rich):
    change(
        rich,
        *(f"DROP TRIGGER {name}" for (name,) in asked(rich, "SELECT name FROM sqlite_master WHERE type = 'trigger'")),
    )
    for table in tables():
        digest = digest_of(partial(SqliteReader.of_target, rich, 5), table)
        assert digest[0], table.name
        keys, only = ", ".join(table.key), table.only or "1"
        key = f"({keys}) = (SELECT {keys} FROM {table.name} WHERE {only} ORDER BY 1 DESC LIMIT 1)"
        for column, kind in table.columns.items():
            if column in table.asked:
                continue
            with closing(sqlite3.connect(rich, isolation_level=None)) as db:
                db.execute("PRAGMA ignore_check_constraints = ON")
                db.execute("BEGIN")
                db.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table.name} WHERE {key}")
                db.execute(f"UPDATE {table.name} SET {column} = ? WHERE {key}", (OTHERS[kind],))
                db.execute("COMMIT")
                assert digest_of(partial(SqliteReader.of_target, rich, 5), table)[1] != digest[1], (table.name, column)
                db.execute("BEGIN")
                db.execute(f"DELETE FROM {table.name} WHERE {column} IS ?", (OTHERS[kind],))
                db.execute(f"INSERT OR REPLACE INTO {table.name} SELECT * FROM kept")
                db.execute("COMMIT")
        assert digest_of(partial(SqliteReader.of_target, rich, 5), table) == digest
