"""What comes of outlets that move, die, flap, refuse and are sold, over two weeks: repaired, or rightly left alone."""

from __future__ import annotations

import pytest
from support.moves import MOVES, NEWS
from support.played_moves import KEYS, play

from balkan_crawler import open_store
from balkan_crawler.repair.limits import limits

DAYS = 13

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    return play(tmp_path_factory.mktemp("moves"), DAYS)


def key_of(name):
    return next(key for key, move in KEYS.items() if move.name == name)


@pytest.mark.parametrize("key", KEYS, ids=[move.name for move in MOVES])
def test_each_kind_of_move_ends_as_a_careful_person_would_have_it(played, key):
    assert played.kinds(key) == KEYS[key].kinds
    assert played.polled(key) == frozenset(KEYS[key].polled)
    assert [each["kind"] for day in played.told for each in day[key]["repairs"]] == list(KEYS[key].kinds)


def test_a_home_page_that_declares_1000_feeds_costs_no_more_than_one_search(played):
    key = key_of("404, and the home page declares 1,000 feeds")
    more = [[path for path in day[key] if path not in ("/robots.txt", "/feed.xml", *NEWS)] for day in played.asked]
    searches = [day for day in more if "/" in day]
    assert len(searches) == 1
    assert len(searches[0]) <= limits().fetches


def test_a_search_in_vain_is_not_made_again_before_a_day_and_then_ever_more_rarely(played):
    key = key_of("404 of everything")
    assert [number for number, day in enumerate(played.asked) if "/" in day[key]] == [5, 6, 8, 12]


def test_nothing_of_a_site_that_an_outlet_was_led_to_is_stored(played):
    with open_store(played.folder / "news.db", read_only=True) as store:
        stored = [str(row["url"]) for row in store.rows()]
    assert len(stored) == len(NEWS) * len(MOVES)
    assert not [url for url in stored if "/bets/" in url]
