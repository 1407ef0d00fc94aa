"""An archive that was indexed by another rule is indexed anew, and goes on where that was broken off."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pytest
from sqlite_utils import Database

from balkan_crawler.errors import StoreOutdatedError
from balkan_crawler.storage import Filter, open_store
from balkan_crawler.storage.file import indexing
from balkan_crawler.storage.file.schema import MIGRATIONS

COUNT = 7
LATER = datetime(2026, 11, 23, 14, tzinfo=UTC)


@pytest.fixture
def older(tmp_path, make_scene, make_outlet):
    """An archive of seven articles, as the version before the index of labels left it."""
    path = tmp_path / "archive.db"
    with open_store(path) as store:
        scene = make_scene(store)
        scene.register(make_outlet())
        for number in range(COUNT):
            scene.keep(f"https://danas-proba.rs/vest/{number}-prica", f"Reč{number}", "Vučić je u Nišu.", tags=("Voz",))
    with closing(sqlite3.connect(path)) as db:
        db.executescript(
            """
            DROP TABLE articles_fts;
            CREATE VIRTUAL TABLE articles_fts USING fts5(
                title, lead, body, content='', tokenize="unicode61 remove_diacritics 0"
            );
            DELETE FROM _rules WHERE name = 'full_text';
            DELETE FROM _sqlite_migrations WHERE name = '0014_full_text_of_labels';
            """
        )
        assert [step.name for step in MIGRATIONS.pending(Database(db))] == ["0014_full_text_of_labels"]
    return path


def found(path, query):
    with open_store(path, read_only=True) as store:
        return store.count(Filter(query=query))


def is_sound(path):
    with closing(sqlite3.connect(path)) as db:
        db.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")


def test_an_older_archive_is_indexed_when_it_is_opened_to_write(older):
    with pytest.raises(StoreOutdatedError, match="upgraded"):
        open_store(older, read_only=True)
    open_store(older).close()
    assert (found(older, "Niš"), found(older, "tag:voz"), found(older, "reč3")) == (COUNT, COUNT, 1)
    is_sound(older)


def test_what_was_broken_off_goes_on_where_it_was(older, monkeypatch):
    monkeypatch.setattr(indexing, "BATCH", 2)
    real, left = indexing.searched, iter(range(5))

    def tired(cells):
        next(left)  # raises `StopIteration` at the sixth article
        return real(cells)

    monkeypatch.setattr(indexing, "searched", tired)
    with pytest.raises(StopIteration):
        open_store(older)
    with pytest.raises(StoreOutdatedError, match="upgraded"):
        open_store(older, read_only=True)
    seen = []
    monkeypatch.setattr(indexing, "searched", lambda cells: seen.append(cells["title"]) or real(cells))
    open_store(older).close()
    assert seen == ["Reč4", "Reč5", "Reč6"]
    assert found(older, "vučić") == COUNT
    is_sound(older)


def test_two_programs_may_index_together(older, monkeypatch):
    """The second one opens while the first has indexed a part: neither indexes an article twice."""
    monkeypatch.setattr(indexing, "BATCH", 2)
    real, begun = indexing.index_all, []

    def one_batch_then_another_program(db, writing):
        if not begun:
            begun.append(True)
            with writing(db):
                indexing._index_some(db)
            open_store(older).close()
        real(db, writing)

    monkeypatch.setattr(indexing, "index_all", one_batch_then_another_program)
    open_store(older).close()
    assert found(older, "vučić") == COUNT
    is_sound(older)


def test_who_waited_for_the_last_portion_indexes_nothing_twice(older):
    open_store(older).close()
    with closing(sqlite3.connect(older)) as db:
        before = db.execute("SELECT count(*), sum(length(block)) FROM articles_fts_data").fetchall()
        indexing._index_some(db)
        db.commit()
        assert db.execute("SELECT count(*), sum(length(block)) FROM articles_fts_data").fetchall() == before


def test_another_rule_indexes_all_anew(older, monkeypatch):
    open_store(older).close()
    monkeypatch.setattr(indexing, "RULE", "another")
    with pytest.raises(StoreOutdatedError, match="upgraded"):
        open_store(older, read_only=True)
    open_store(older).close()
    assert found(older, "Niš") == COUNT
    is_sound(older)


def test_an_edit_after_the_upgrade_leaves_nothing_of_the_former_text(older, make_scene):
    with open_store(older) as store:
        make_scene(store, now=LATER).keep("https://danas-proba.rs/vest/3-prica", "Sasvim drugo", "Tekst je promenjen.")
    assert (found(older, "reč3"), found(older, "promenjen")) == (0, 1)
    is_sound(older)
