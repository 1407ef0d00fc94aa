"""Damage is found, what can be made anew is mended, and nothing gets worse."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest
from support.archives import NOON, damage_full_text, damage_index, damage_table, fill, titles, visit
from support.outlets import make_outlet

from balkan_crawler.errors import StoreInUseError
from balkan_crawler.maintenance.records import State
from balkan_crawler.maintenance.repairing import repair_database
from balkan_crawler.preparation import SEARCHED_CELLS, searched
from balkan_crawler.storage import Filter, open_store, this_holder
from balkan_crawler.storage.file.soundness import soundness
from balkan_crawler.storage.upkeep import check_soundness

DAY = timedelta(days=1)


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


def test_articles_with_all_their_spellings_are_sound(archive):
    texts = ("Вучић и Ђоковић у Краљеву", "Đoković i Vučić u Kraljevu", "Ξημερώνει στη Θεσσαλονίκη")
    fill(archive, [visit(600 + number, body=text) for number, text in enumerate(texts)], NOON + timedelta(hours=1))
    assert check_soundness(archive).is_sound


def test_an_article_whose_words_are_lost_is_found(archive):
    with closing(sqlite3.connect(archive, isolation_level=None)) as db:
        [layers] = [
            searched(dict(zip(SEARCHED_CELLS, row, strict=True)))
            for row in db.execute(f"SELECT {', '.join(SEARCHED_CELLS)} FROM articles WHERE id = 5")
        ]
        columns = "articles_fts, rowid, body, title, lead, authors, tags, section"
        db.execute(f"INSERT INTO articles_fts ({columns}) VALUES ('delete', 5, ?, ?, ?, ?, ?, ?)", layers[0])
        db.execute("INSERT INTO articles_fts (rowid, body) VALUES (5, 'nothing of it')")
    assert "the first of them number 5" in check_soundness(archive).first
    assert repair_database(archive, NOON).state is State.DONE
    assert check_soundness(archive).is_sound


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


def test_what_is_stored_while_the_words_are_counted_is_no_damage(archive):
    """A crawl commits between the two statements that are compared."""
    with closing(sqlite3.connect(archive, isolation_level=None)) as db:
        stored = []

        def meanwhile(statement):
            if "articles_fts_docsize" in statement and not stored:
                stored.append(fill(archive, [visit(500)], NOON + timedelta(hours=1)))

        db.set_trace_callback(meanwhile)
        assert soundness(db).is_sound
    assert stored and len(titles(archive)) == 31


def test_an_archive_that_was_edited_pruned_and_indexed_anew_is_sound(archive):
    fill(archive, [visit(number, body="Sve je izmenjeno: i naslov, i tekst.") for number in range(9)], NOON + DAY)
    fill(archive, [visit(number, published=NOON - 9 * DAY) for number in range(100, 120)], NOON + 2 * DAY)
    with open_store(archive) as store:
        assert store.prune(NOON.date() - 5 * DAY, NOON) == 20
        store.forget("https://danas-proba.rs/vest-3", NOON)
    assert check_soundness(archive).is_sound
    with closing(sqlite3.connect(archive)) as db:
        db.execute("DELETE FROM _rules WHERE name = 'full_text'")
        db.commit()
    assert check_soundness(archive).is_sound  # half-indexed is not damaged
    open_store(archive).close()
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
