"""What `open_store` makes of what it finds at a path."""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlite_utils import Database

from balkan_crawler.errors import (
    StoreBrokenError,
    StoreLockedError,
    StoreMissingError,
    StoreReadOnlyError,
    StoreStrangerError,
    StoreTooNewError,
)
from balkan_crawler.storage import Filter, open_store
from balkan_crawler.storage.file.schema import APPLICATION_ID, MIGRATIONS

RELEASED = Path(__file__).with_name("released")
"""Databases as released versions made them, in SQL."""


def schema_of(path) -> set[tuple]:
    with closing(sqlite3.connect(path)) as db:
        return set(db.execute("SELECT type, name, tbl_name, sql FROM sqlite_master"))


def test_a_new_file_is_made_with_wal_and_our_mark(tmp_path):
    path = tmp_path / "new.db"
    open_store(path).close()
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert db.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_the_keys_are_those_of_the_design(tmp_path):
    open_store(tmp_path / "new.db").close()
    with closing(sqlite3.connect(tmp_path / "new.db")) as connection:
        db = Database(connection)
        assert db["articles"].pks == ["url", "date"]
        assert db["_frontier"].pks == ["url"]
        assert db["aliases"].pks == ["url"]
        assert db["versions"].pks == ["url", "date", "seen"]
        assert db["teasers"].pks == ["article_url", "article_date", "position"]
        assert db["crawls"].pks == db["_clusters"].pks == ["id"]
        assert db["outlets"].pks == ["key"]


def test_an_empty_file_is_filled(tmp_path):
    path = tmp_path / "empty.db"
    path.touch()
    with open_store(path) as store:
        assert store.count(Filter()) == 0


def test_opening_again_changes_nothing(tmp_path):
    path = tmp_path / "same.db"
    open_store(path).close()
    before = path.read_bytes()
    open_store(path).close()
    open_store(path, read_only=True).close()
    assert path.read_bytes() == before


def test_a_file_of_the_first_version_is_upgraded_with_all_it_holds(tmp_path, make_scene):
    path = tmp_path / "old.db"
    steps = [step.name for step in MIGRATIONS.pending(Database(memory=True))]
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        MIGRATIONS.apply(Database(connection), stop_before=steps[1])
        connection.execute("INSERT INTO sites (key, due, token) VALUES ('old.rs', '2026-11-23T12:00:00+00:00', 7)")
        connection.execute(
            """
            INSERT INTO outlets VALUES ('old', 'Old', 'RS', '["sr"]', 'Europe/Belgrade', 'https://old.rs/', 'old.rs',
                0, NULL, '2026-11-23T12:00:00+00:00', '2026-11-23T12:00:00+00:00')
            """
        )
        connection.commit()
    open_store(tmp_path / "new.db").close()
    with open_store(path) as store:
        scene = make_scene(store)
        assert scene.lease("old").token == 8
        assert scene.keep("https://old.rs/vest/nova-cesta", "Nova", "Cesta.", key="old").change == "new"
        assert store.count(Filter(query="cesta")) == 1
    assert schema_of(path) == schema_of(tmp_path / "new.db")


def test_a_released_database_is_upgraded_with_all_it_holds(tmp_path, make_scene):
    path = tmp_path / "released.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((RELEASED / "0007_backfills.sql").read_text(encoding="utf-8"))
        connection.execute("CREATE VIEW mine AS SELECT url FROM latest")
    open_store(tmp_path / "new.db").close()
    with open_store(path) as store:
        [article] = store.articles_at("https://danas-proba.rs/vest/nova-cesta")
        assert [version["title"] for version in store.versions(article["url"], date(2026, 11, 23))] == [
            "Nova cesta otvorena"
        ]
        assert store.count(Filter(query="planine")) == 1
        assert store.source_state("https://danas-proba.rs/feed", "danas").etag == '"a1"'
        again = {"title": article["title"], "body": article["body"]}
        assert (
            make_scene(store, now=datetime(2026, 11, 24, tzinfo=UTC)).keep(article["url"], **again).change
            == "unchanged"
        )
    assert {entry for entry in schema_of(path) if entry[1] != "mine"} == schema_of(tmp_path / "new.db")


def test_the_steps_up_to_the_last_released_one_still_make_its_tables(tmp_path):
    """A released step is never edited: this fails where one was."""
    with closing(sqlite3.connect(tmp_path / "released.db")) as connection:
        connection.executescript((RELEASED / "0007_backfills.sql").read_text(encoding="utf-8"))
    with closing(sqlite3.connect(tmp_path / "made.db")) as connection:
        MIGRATIONS.apply(Database(connection), stop_before="0008_no_source_hashes")
    made, released = (
        {entry for entry in schema_of(tmp_path / name) if entry[0] != "view"} for name in ("made.db", "released.db")
    )
    assert made == released


def test_views_of_an_earlier_version_are_made_anew_and_those_of_others_stay(tmp_path):
    path = tmp_path / "archive.db"
    open_store(path).close()
    new = schema_of(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("DROP VIEW latest")
        connection.execute("CREATE VIEW latest AS SELECT url FROM articles")
        connection.execute("CREATE VIEW mine AS SELECT url FROM latest")
    open_store(path).close()
    assert {entry for entry in schema_of(path) if entry[1] != "mine"} == new
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM mine").fetchone() == (0,)


def test_an_older_file_is_not_upgraded_by_reading(tmp_path):
    path = tmp_path / "old.db"
    steps = [step.name for step in MIGRATIONS.pending(Database(memory=True))]
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        MIGRATIONS.apply(Database(connection), stop_before=steps[1])
    with pytest.raises(StoreReadOnlyError, match="older version"):
        open_store(path, read_only=True)


def test_a_failed_upgrade_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    path = tmp_path / "old.db"
    steps = [step.name for step in MIGRATIONS.pending(Database(memory=True))]
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        MIGRATIONS.apply(Database(connection), stop_before=steps[1])
        connection.execute("CREATE TABLE latest (x)")  # in the way of the last step
    before = schema_of(path)
    with pytest.raises(StoreBrokenError, match=r"upgraded.*latest"):
        open_store(path)
    assert schema_of(path) == before


def test_a_file_of_a_newer_version_is_refused(tmp_path):
    path = tmp_path / "newer.db"
    open_store(path).close()
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO _sqlite_migrations (migration_set, name) VALUES ('balkan_crawler', '9999_future')")
    for read_only in (False, True):
        with pytest.raises(StoreTooNewError, match="9999_future"):
            open_store(path, read_only=read_only)


def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "bookmarks.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE bookmarks (url)")
    before = path.read_bytes()
    with pytest.raises(StoreStrangerError, match="another program"):
        open_store(path)
    assert path.read_bytes() == before


def test_reading_leaves_no_files_beside_the_database_and_does_not_change_it(tmp_path):
    path = tmp_path / "balkan.db"
    open_store(path).close()
    before = path.read_bytes()
    with open_store(path, read_only=True) as store:
        assert store.statistics().articles == 0
        with pytest.raises(StoreReadOnlyError):
            store.forget_knowledge("danas")
    assert [file.name for file in tmp_path.iterdir()] == ["balkan.db"]
    assert path.read_bytes() == before


def test_what_is_no_database_is_refused_and_left_alone(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_text("not a database at all, only some notes\n" * 50)
    with pytest.raises(StoreBrokenError, match=r"notes\.txt"):
        open_store(path)
    assert path.read_text().startswith("not a database")


def test_a_cut_file_is_refused(tmp_path):
    path = tmp_path / "cut.db"
    open_store(path).close()
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(StoreBrokenError), open_store(path) as store:
        store.statistics()


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(StoreBrokenError, match="folder"):
        open_store(tmp_path)


def test_a_missing_folder_is_said(tmp_path):
    with pytest.raises(StoreReadOnlyError, match="no such folder"):
        open_store(tmp_path / "nowhere" / "archive.db")


def test_reading_makes_no_file(tmp_path):
    with pytest.raises(StoreMissingError):
        open_store(tmp_path / "archive.db", read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_opening_waits_for_no_writer(tmp_path):
    path = tmp_path / "busy.db"
    open_store(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        open_store(path, busy_seconds=0.01).close()


def test_making_a_file_that_another_program_locks_is_refused(tmp_path):
    path = tmp_path / "busy.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreLockedError):
            open_store(path, busy_seconds=0.01)


def test_names_with_special_characters_are_only_names(tmp_path):
    path = tmp_path / "a?mode=ro#b %41.db"
    open_store(path).close()
    assert path.exists()


def as_nobody(action) -> int:
    """Run ``action`` in a child without root's rights, for which permissions count; give its exit code."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            code = action()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.fixture
def read_only_folder(tmp_path_factory):
    """A folder that nobody may write to, below folders that everybody may enter."""
    folder = tmp_path_factory.mktemp("archive")
    entered = [folder, *folder.parents]
    modes = {parent: parent.stat().st_mode for parent in entered if parent.stat().st_uid == os.getuid()}
    open_store(folder / "archive.db").close()
    for parent in modes:
        parent.chmod(modes[parent] | 0o055)
    (folder / "archive.db").chmod(0o444)
    folder.chmod(0o555)
    yield folder
    for parent, mode in modes.items():
        parent.chmod(mode)


@pytest.mark.skipif(sys.platform == "win32", reason="permissions of POSIX")
class TestReadOnlyFolder:
    def test_a_new_file_is_refused(self, read_only_folder):
        def action() -> int:
            try:
                open_store(read_only_folder / "new.db")
            except StoreReadOnlyError:
                return 7
            return 1

        assert as_nobody(action) == 7

    def test_a_read_only_file_is_refused_for_writing(self, read_only_folder, make_outlet, make_scene):
        def action() -> int:
            try:
                with open_store(read_only_folder / "archive.db") as store:
                    make_scene(store).register(make_outlet())
            except StoreReadOnlyError:
                return 7
            return 1

        assert as_nobody(action) == 7

    def test_a_read_only_file_can_be_read(self, read_only_folder):
        def action() -> int:
            with open_store(read_only_folder / "archive.db", read_only=True) as store:
                return 7 if store.count(Filter()) == 0 and list(store.rows(Filter())) == [] else 1

        assert as_nobody(action) == 7


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("read_only", [True, False])
def test_a_pipe_is_refused_and_not_waited_for(tmp_path, read_only):
    os.mkfifo(tmp_path / "pipe.db")
    with pytest.raises(StoreBrokenError, match="it is no file but a device or a pipe"):
        open_store(tmp_path / "pipe.db", read_only=read_only)
