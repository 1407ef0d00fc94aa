"""What is forgotten or pruned is gone from all tables, and does not come back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from support.direct_sql import ask, tables

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model import Teaser
from balkan_crawler.storage import Filter, Forgotten, SqliteStore
from balkan_crawler.text import fold
from balkan_crawler.text.spellings import spellings, written_words

STORY = "https://danas-proba.rs/vest/nova-cesta"
OTHER = "https://danas-proba.rs/vest/drugi-most"
BODY = "Otvorena je nova obilaznica oko grada. " * 12


@pytest.fixture
def filled(scene, make_outlet):
    """A story that was edited, copied by another outlet, offered by another page, and known by another URL."""
    scene.register(make_outlet("klix"))
    scene.store.offer(scene.lease("danas"), [scene.candidate(STORY, title="Tajna Petra Petrovića")], scene.now)
    first = scene.visit(STORY, "Cesta Petra Petrovića", BODY, aliases=(STORY + "?p=1",), tags=("Petrović",))
    teaser = Teaser(url=STORY, title="Petrović o cesti", excerpt="Petrović", place="after", position=1)
    scene.store.commit(scene.leases["danas"], [first], scene.now)
    scene.keep(STORY, "Cesta Petrovića", BODY + "Petrović nije došao.")
    scene.keep("https://klix-proba.rs/preneto", "Preneto", BODY, key="klix")
    scene.keep(OTHER, "Drugi most", "Sasvim drugi tekst o mostu.", teasers=(teaser,))
    return scene


def whole_archive(store) -> str:
    """Every cell of every table, but for the index's own."""
    return "\n".join(repr(row) for name in tables(store) for row in ask(store, f"SELECT * FROM {name}"))


def test_no_word_of_it_can_be_read_in_the_file(filled, tmp_path):
    """Neither in segments of the index, which FTS5 leaves as they are, nor in free pages, nor in the WAL."""
    words = ("obeležavanje", "ćuprijskog", "vašarišta", "uzbudilo", "Đurđijana", "Krstonošića")
    for number in range(40):  # so that the index has segments, and pages that merging gave up
        filled.keep(f"{OTHER}-{number}", f"Naslov {number}", f"Neki tekst broj {number} i dalje {number}. " * 30)
    filled.keep(f"{OTHER}-tajna", "Tajna", f"{' '.join(words)} je ovde. ", language="sr")
    filled.keep(f"{OTHER}-tajna", "Tajna", f"{' '.join(words)} nije ovde.", language="sr")
    filled.store.forget(f"{OTHER}-tajna", filled.now)
    found = b"".join(file.read_bytes() for file in tmp_path.glob("archive.db*")).decode("utf-8", "replace").lower()
    for word in words:
        for spelling in (word.lower(), fold(word), *spellings(written_words(word), in_cyrillic=True)[0]):
            assert spelling[1:] not in found
    assert filled.store.count(Filter(query="neki tekst")) == 40


def test_nothing_of_it_is_left(filled):
    assert "Petrov" in whole_archive(filled.store)
    gone = filled.store.forget(STORY, filled.now)
    assert gone == Forgotten(articles=1, versions=1, teasers=1, is_known=True)
    assert "Petrov" not in whole_archive(filled.store)
    assert filled.store.count(Filter(query="Petrović OR cesta")) == 0
    assert filled.store.articles_at(STORY) == filled.store.articles_at(STORY + "?p=1") == []
    if isinstance(filled.store, SqliteStore):
        ask(filled.store, "INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")
        assert ask(filled.store, "PRAGMA foreign_key_check") == []
    for orphans in (
        "SELECT count(*) FROM _fingerprints WHERE article NOT IN (SELECT id FROM articles)",
        "SELECT count(*) FROM _bands WHERE article NOT IN (SELECT id FROM articles)",
        "SELECT count(*) FROM articles_fts WHERE rowid NOT IN (SELECT id FROM articles)",
        "SELECT count(*) FROM _clusters",  # of two copies one is left
        "SELECT count(*) FROM articles WHERE cluster IS NOT NULL",
    ):
        assert ask(filled.store, orphans) == [(0,)], orphans


def test_any_url_that_led_to_it_will_do(filled):
    assert filled.store.forget(STORY + "?p=1", filled.now).articles == 1
    assert filled.store.articles_at(STORY) == []


@pytest.mark.parametrize("url", [STORY, STORY + "?p=1"])
def test_it_is_not_fetched_again(filled, url):
    filled.store.forget(STORY, filled.now)
    filled.later(days=400)
    held = filled.lease("danas")
    candidate = filled.candidate(url, title="Petrović se vraća", modified=filled.now)
    assert filled.store.offer(held, [candidate], filled.now).new == 0
    taken = {entry.url for entry in filled.store.take(held, filled.now, 50)}
    assert not {STORY, STORY + "?p=1"} & taken
    assert "Petrov" not in whole_archive(filled.store)


def test_it_is_not_stored_again_by_a_visit_under_way_nor_by_another_url_nor_by_a_kept_page(filled):
    filled.store.forget(STORY, filled.now)
    held, again = filled.leases["danas"], filled.visit(STORY, "Cesta Petrovića", BODY)
    other = filled.visit(STORY, "Cesta Petrovića", BODY, asked="https://danas-proba.rs/?p=77")
    assert filled.store.commit(held, [again, other], filled.now) == [None, None]
    [corrected] = filled.store.correct([replace(again, fetched=filled.now)], filled.now)
    assert corrected.reading == "no-article"
    assert "Petrov" not in whole_archive(filled.store)
    assert filled.store.plan(STORY).state == "gone"


@pytest.mark.parametrize("url", ["https://danas-proba.rs/nikad", "https://nepoznato-proba.rs/nikad"])
def test_what_is_not_known_is_said_and_kept_out_all_the_same(filled, url):
    gone = filled.store.forget(url, filled.now)
    assert not gone.is_known and gone.is_kept_out
    held = filled.leases["danas"]
    assert filled.store.offer(held, [filled.candidate(url)], filled.now).new == 0
    assert url not in {entry.url for entry in filled.store.take(held, filled.now, 50)}
    assert filled.store.commit(held, [filled.visit(url, "Cesta", BODY)], filled.now) == [None]
    assert filled.store.articles_at(url) == []


def test_an_archive_without_outlets_says_that_it_cannot_remember(open_again):
    with open_again() as store:
        assert not store.forget("https://danas-proba.rs/nikad", datetime(2026, 11, 1, tzinfo=UTC)).is_kept_out


def test_what_is_no_url_is_refused(filled):
    with pytest.raises(InvalidUrlError):
        filled.store.forget("nikad", filled.now)


def test_old_articles_are_pruned_in_portions_and_kept_out(filled):
    for number in range(5):
        old = datetime(2024, 1, 1 + number, 9, tzinfo=UTC)
        filled.keep(f"https://danas-proba.rs/vest/staro-{number}", f"Staro {number}", f"Tekst {number}.", published=old)
    before = filled.store.count(Filter())
    portions = [filled.store.prune(date(2024, 1, 5), filled.now, limit=3) for _ in range(3)]
    assert portions == [3, 1, 0]
    assert filled.store.count(Filter()) == before - 4
    assert filled.store.count(Filter(query="staro")) == 1
    held = filled.leases["danas"]
    candidate = filled.candidate("https://danas-proba.rs/vest/staro-1", modified=filled.now)
    assert filled.store.offer(held, [candidate], filled.now).new == 0


def test_only_the_outlets_asked_for_are_pruned(filled):
    assert filled.store.prune(date(2027, 1, 1), filled.now, outlets=("klix",)) == 1
    assert {row["outlet"] for row in filled.store.rows()} == {"danas"}


def test_a_url_that_has_a_story_each_day_is_kept_out_only_when_the_last_is_gone(filled):
    url = "https://danas-proba.rs/horoskop"
    for day, body in ((10, "Ovan ima sreće."), (20, "Bik putuje danas.")):
        filled.keep(url, f"Horoskop {day}", body, published=datetime(2026, 11, day, 9, tzinfo=UTC))
    assert filled.store.prune(date(2026, 11, 15), filled.now) == 1
    assert [row["title"] for row in filled.store.articles_at(url)] == ["Horoskop 20"]
    assert filled.store.plan(url).state == "done"
    assert filled.store.forget(url, filled.now).articles == 1
    assert filled.store.plan(url).state == "gone"
