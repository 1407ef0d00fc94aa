"""A database that is taken away, replaced or taken apart while it is written to: noticed, and nothing overwritten."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime

import pytest
from support.outlets import make_outlet

from balkan_crawler.errors import StoreGoneError
from balkan_crawler.storage import Filter, open_store

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
STORY = "https://danas-proba.rs/vesti/nova-cesta-otvorena"


def beside(path, end):
    return path.with_name(path.name + end)


def copy_whole(path, to):
    with closing(sqlite3.connect(path)) as db:
        db.execute("VACUUM INTO ?", (str(to),))


def remove_all(path):
    for end in ("", "-wal", "-shm"):
        beside(path, end).unlink()


def move_with_all(path):
    for end in ("", "-wal", "-shm"):
        beside(path, end).rename(beside(path.with_name("moved.db"), end))


def replace_by_a_copy(path):
    copy_whole(path, path.with_name("copy.db"))
    remove_all(path)
    path.with_name("copy.db").rename(path)


def replace_by_another_file(path):
    path.unlink()
    path.write_text("not a database")


ACCIDENTS = {
    "deleted": lambda path: path.unlink(),
    "deleted with all": remove_all,
    "moved": lambda path: path.rename(path.with_name("moved.db")),
    "moved with all": move_with_all,
    "its folder moved": lambda path: path.parent.rename(path.parent.with_name("elsewhere")),
    "its folder deleted": lambda path: shutil.rmtree(path.parent),
    "replaced by a copy": replace_by_a_copy,
    "replaced by another file": replace_by_another_file,
    "a link in its place": lambda path: (path.rename(path.with_name("m.db")), path.symlink_to("nowhere")),
    "emptied": lambda path: path.write_bytes(b""),
    "journal deleted": lambda path: beside(path, "-wal").unlink(),
}


def write_in_a_process(path, make_scene, accident):
    """Write to a database that an accident happens to between two commits, and close it; gives the second one's error.

    In a child: a connection that lost its files may be kept until the process ends.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        said = "nothing"
        try:
            store = open_store(path)
            scene = make_scene(store)
            scene.register(make_outlet())
            scene.keep(STORY + "-1", "Prvi naslov", "Prvo telo.")
            accident(path)
            try:
                scene.keep(STORY + "-2", "Drugi naslov", "Drugo telo.")
            except StoreGoneError as error:
                said = str(error)
            store.close()
        except BaseException as error:
            said = repr(error)
        os.write(writer, said.encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as told:
        said = told.read()
    os.waitpid(child, 0)
    return said


@pytest.mark.parametrize("accident", ACCIDENTS.values(), ids=ACCIDENTS)
def test_what_happens_to_the_file_is_noticed_at_the_next_commit(tmp_path, make_scene, accident):
    folder = tmp_path / "data"
    folder.mkdir()
    path = folder / "archive.db"
    said = write_in_a_process(path, make_scene, accident)
    assert " was deleted, moved or replaced; " in said


@pytest.mark.parametrize("accident", [replace_by_a_copy, replace_by_another_file, move_with_all])
def test_what_stands_in_its_place_is_left_alone(tmp_path, make_scene, accident):
    path = tmp_path / "archive.db"

    def accident_and_look(at):
        accident(at)
        if at.exists():
            (tmp_path / "there").write_bytes(at.read_bytes())

    write_in_a_process(path, make_scene, accident_and_look)
    if (tmp_path / "there").exists():
        assert path.read_bytes() == (tmp_path / "there").read_bytes()
    else:
        assert not path.exists()
        with open_store(tmp_path / "moved.db", read_only=True) as store:
            assert store.count(Filter()) == 1


def test_a_deleted_journal_is_saved_into_the_database_where_nobody_wrote_since(tmp_path, make_scene):
    path = tmp_path / "archive.db"
    write_in_a_process(path, make_scene, lambda path: beside(path, "-wal").unlink())
    with open_store(path) as store:
        assert store.count(Filter()) == 1


def test_a_deleted_journal_overwrites_nothing_that_others_wrote_since(tmp_path, make_scene):
    path = tmp_path / "archive.db"

    def take_apart(at):
        with closing(sqlite3.connect(at)) as db:
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        beside(at, "-wal").unlink()
        beside(at, "-shm").unlink()
        write = (
            "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute(sys.argv[2]); db.commit(); db.close()"
        )
        change = "UPDATE articles SET title = 'Treci naslov'"
        subprocess.run([sys.executable, "-c", write, str(at), change], check=True, timeout=60)

    assert "was deleted" in write_in_a_process(path, make_scene, take_apart)
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("SELECT title FROM articles").fetchall() == [("Treci naslov",)]


def test_no_database_is_made_where_the_journal_of_another_lies(tmp_path, make_scene):
    path = tmp_path / "archive.db"
    write_in_a_process(path, make_scene, lambda path: path.rename(path.with_name("moved.db")))
    journal = beside(path, "-wal").read_bytes()
    assert journal
    with pytest.raises(StoreGoneError, match=r"archive\.db-wal holds a part of it and would be lost"):
        open_store(path)
    assert beside(path, "-wal").read_bytes() == journal
    path.with_name("moved.db").rename(path)
    with open_store(path) as store:
        assert store.count(Filter()) == 1


def test_what_others_do_by_the_rules_is_no_accident(tmp_path, make_scene):
    path = tmp_path / "archive.db"

    def work(at):
        with open_store(at) as other:
            other.register([make_outlet("vesti")], NOON)
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            with closing(sqlite3.connect(at)) as db:
                db.execute(statement)
        copy_whole(at, at.with_name("copy.db"))

    assert write_in_a_process(path, make_scene, work) == "nothing"
