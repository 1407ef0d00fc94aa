"""Damage is found, what can be made anew is mended, and nothing gets worse."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from support.archives import NOON, damage_full_text, damage_index, damage_table, titles, visit
from support.outlets import make_outlet

from balkan_crawler.errors import StoreInUseError
from balkan_crawler.maintenance.records import State
from balkan_crawler.maintenance.repairing import repair_database
from balkan_crawler.storage import Filter, open_store, this_holder
from balkan_crawler.storage.upkeep import check_soundness


def found_by(path, query):
    with open_store(path, read_only=True) as store:
        return store.count(Filter(query=query))


def test_a_sound_one_is_said_to_be_sound(archive):
    assert check_soundness(archive).is_sound
    assert repair_database(archive, NOON).text == "the database is sound"


def test_an_index_that_misses_rows_is_made_anew(archive):
    damage_index(archive, [visit(77)])
    found = check_soundness(archive)
    assert "articles_by_words" in found.first and found.full_text is None
    result = repair_database(archive, NOON)
    assert (result.state, result.needs_somebody) == (State.DONE, False) and result.text.startswith("mended: ")
    assert check_soundness(archive).is_sound and len(titles(archive)) == 31


def test_a_damaged_full_text_index_is_made_of_the_articles(archive):
    damage_full_text(archive)
    found = check_soundness(archive)
    assert not found.faults and found.full_text is not None
    assert repair_database(archive, NOON).state is State.DONE
    assert check_soundness(archive).is_sound
    assert found_by(archive, "autobus") == 30 and found_by(archive, "oznaka7") == 1


def test_an_article_that_is_not_indexed_is_found_and_mended(archive):
    with closing(sqlite3.connect(archive, isolation_level=None)) as db:
        db.execute("DELETE FROM articles_fts_docsize WHERE id = 3")
    assert check_soundness(archive).first == "29 of 30 articles stand in the full-text index"
    assert repair_database(archive, NOON).state is State.DONE
    assert check_soundness(archive).is_sound


def test_a_damaged_table_is_left_as_it_is_and_told_with_what_to_do(archive):
    damage_table(archive)
    with closing(sqlite3.connect(archive)) as db:
        before = list(db.execute("SELECT * FROM articles ORDER BY id"))
    result = repair_database(archive, NOON)
    assert (result.state, result.key) == (State.FINDING, "maintenance:check")
    assert "balkan-crawler restore" in result.text and ".recover" in result.text
    with closing(sqlite3.connect(archive)) as db:
        assert list(db.execute("SELECT * FROM articles ORDER BY id")) == before
    assert not check_soundness(archive).is_sound


def test_nothing_is_mended_while_a_crawl_is_at_work(archive):
    damage_index(archive, [visit(77)])
    now = NOON + timedelta(hours=3)
    with open_store(archive) as store:
        store.register([make_outlet("danas")], now)
        [lease] = store.lease(["danas"], this_holder(), now, 60)
    with pytest.raises(StoreInUseError, match="a crawl is at work"):
        repair_database(archive, now)
    assert not check_soundness(archive).is_sound
    with open_store(archive) as store:
        store.release(lease, now, now)
    assert repair_database(archive, now).state is State.DONE
