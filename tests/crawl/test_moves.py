"""What comes of outlets that move, die, flap, refuse and are sold, over two weeks: repaired, or rightly left alone."""

from __future__ import annotations

import json

import pytest
from scrapy.resolver import dnscache
from support.moves import MOVES, NEWS, Day, set_day, set_other, write_tables
from support.newsrooms import crawl
from support.reactor import Clock
from support.servers import serve

from balkan_crawler import load_outlets, open_store
from balkan_crawler.discovery.sources import named_sources
from balkan_crawler.repair import repaired
from balkan_crawler.repair.limits import limits

DAYS = 13
KEYS = {f"outlet_{number:02d}": move for number, move in enumerate(MOVES)}
NAMES = [move.name for move in MOVES]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """Play all moves side by side, a crawl a day; gives the folder, the sites, and what was asked and told each day."""
    folder, clock = tmp_path_factory.mktemp("moves"), Clock()
    asked, told = [], []
    with serve({}, *({} for _ in KEYS)) as (other, *others):
        sites = dict(zip(KEYS, others, strict=True))
        for key, move in KEYS.items():
            if move.host is not None:
                address = sites[key].origin.partition("://")[2].partition(":")[0]
                dnscache[move.host] = dnscache[f"www.{move.host}"] = address
        write_tables(folder, KEYS, sites)
        for number in range(DAYS):
            days = {key: Day(site, other, number, clock.now, KEYS[key].host) for key, site in sites.items()}
            set_other(other, list(days.values()))
            for key, day in days.items():
                set_day(KEYS[key], day)
            before = {key: len(site.requests) for key, site in sites.items()}
            done = crawl(folder, list(KEYS), "--json", clock=clock, settings={"DOWNLOAD_DELAY": 0})
            told.append(json.loads(done.stdout)["outlets"])
            asked.append({key: sites[key].asked()[before[key] :] for key in KEYS})
            clock.move(days=1)
    return folder, sites, asked, told


def repairs_of(folder, key):
    with open_store(folder / "news.db", read_only=True) as store:
        return store.repairs(key)


@pytest.mark.parametrize("key", KEYS, ids=NAMES)
def test_each_kind_of_move_ends_as_a_careful_person_would_have_it(played, key):
    folder, sites, _, told = played
    repairs = repairs_of(folder, key)
    assert tuple(repair.kind for repair in repairs) == KEYS[key].kinds
    outlet = repaired(load_outlets(folder / "own.toml")[key], repairs)
    port = sites[key].origin.rpartition(":")[2]
    assert {url.partition(f":{port}")[2] for _, url in named_sources(outlet)} == set(KEYS[key].polled)
    assert [each["kind"] for day in told for each in day[key]["repairs"]] == list(KEYS[key].kinds)


def key_of(name):
    return next(key for key, move in KEYS.items() if move.name == name)


def test_a_home_page_that_declares_1000_feeds_costs_no_more_than_one_search(played):
    _, _, asked, _ = played
    key = key_of("404, and the home page declares 1,000 feeds")
    more = [[path for path in day[key] if path not in ("/robots.txt", "/feed.xml", *NEWS)] for day in asked]
    searches = [day for day in more if "/" in day]
    assert len(searches) == 1
    assert len(searches[0]) <= limits().fetches


def test_a_search_in_vain_is_not_made_again_before_a_day_and_then_ever_more_rarely(played):
    _, _, asked, _ = played
    key = key_of("404 of everything")
    assert [number for number, day in enumerate(asked) if "/" in day[key]] == [5, 6, 8, 12]


def test_nothing_of_a_site_that_an_outlet_was_led_to_is_stored(played):
    folder, *_ = played
    with open_store(folder / "news.db", read_only=True) as store:
        stored = [str(row["url"]) for row in store.rows()]
    assert len(stored) == len(NEWS) * len(MOVES)
    assert not [url for url in stored if "/bets/" in url]
