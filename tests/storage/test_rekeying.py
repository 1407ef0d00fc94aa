"""Identities made by an earlier rule are made anew when a file is opened."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from balkan_crawler.storage import open_store
from balkan_crawler.storage.file.rekeying import is_outdated
from balkan_crawler.urls import identity, identity_rule

BODY = "Otvorena je nova cesta preko reke."


def url(number: int, ending: str = "") -> str:
    return f"https://danas-proba.rs/vesti/nova-cesta-{number}{ending}"


@pytest.fixture
def path(tmp_path, make_scene, make_outlet):
    """An archive as an earlier rule would have left it, which told AMP pages and protocols apart."""
    path = tmp_path / "archive.db"
    with open_store(path) as store:
        scene = make_scene(store)
        scene.register(make_outlet())
        scene.keep(url(1), "Naslov", BODY, asked="https://danas-proba.rs/?p=1")
        store.offer(scene.leases["danas"], [scene.candidate(url(2)), scene.candidate(url(3))], scene.now)
    with closing(sqlite3.connect(path)) as db, db:
        for table in ("_frontier", "articles", "aliases"):
            db.execute(f"UPDATE {table} SET identity = url")
        for variant, old, state in ((url(1, "/amp"), url(2), "new"), (url(3, "/amp"), url(3), "gone")):
            db.execute(
                """
                INSERT INTO _frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, first_seen)
                SELECT ?, ?, outlet, ?, found_by, found_in, hints, freshness, '2027' FROM _frontier WHERE url = ?
                """,
                (variant, variant, state, old),
            )
        db.execute("UPDATE _rules SET version = '0:before' WHERE name = 'identity'")
    return path


def frontier_of(path):
    with closing(sqlite3.connect(path)) as db:
        return {row[0]: row[1:] for row in db.execute("SELECT url, identity, state, visits > 0 FROM _frontier")}


def test_every_key_is_that_of_todays_rule_afterwards(path):
    open_store(path).close()
    with closing(sqlite3.connect(path)) as db:
        for table in ("_frontier", "articles", "aliases", "teasers"):
            for kept, key in db.execute(f"SELECT url, identity FROM {table}").fetchall():
                assert key == identity(kept), table
        assert db.execute("SELECT version FROM _rules WHERE name = 'identity'").fetchone() == (identity_rule(),)
        assert not is_outdated(db)


def test_what_is_one_page_now_is_one_row_and_the_visited_or_taken_away_one_stays(path):
    assert len(frontier_of(path)) == 6
    open_store(path).close()
    kept = frontier_of(path)
    assert {address: state for address, (_, state, _) in kept.items()} == {
        "https://danas-proba.rs/?p=1": "done",
        url(1): "done",
        url(2): "new",
        url(3, "/amp"): "gone",
    }


def test_nothing_known_is_offered_anew(path, make_scene):
    with open_store(path) as store:
        scene = make_scene(store, now=make_scene(store).later(days=1))
        held = scene.lease("danas")
        variants = [url(1, "/amp"), url(1).replace("https", "http"), "https://danas-proba.rs/?p=1", url(2, "?amp=1")]
        offered = store.offer(held, [scene.candidate(each) for each in variants], scene.now)
        assert (offered.new, offered.known) == (0, 4)
        assert scene.keep(url(1, "/amp"), "Naslov", BODY).change == "twin"


def test_a_file_of_todays_rule_is_left_as_it_is(path):
    open_store(path).close()
    before = path.read_bytes()
    open_store(path).close()
    assert path.read_bytes() == before


def test_reading_changes_no_key(path):
    before = frontier_of(path)
    open_store(path, read_only=True).close()
    assert frontier_of(path) == before


def test_a_rekeying_that_breaks_off_leaves_all_keys_as_they_were(path, monkeypatch):
    before = frontier_of(path)
    monkeypatch.setattr("balkan_crawler.storage.file.rekeying._KEYS", "UPDATE no_table SET x = 1")
    with pytest.raises(sqlite3.OperationalError, match="no such table"):
        open_store(path)
    assert frontier_of(path) == before
