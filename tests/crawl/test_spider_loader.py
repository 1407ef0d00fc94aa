"""Every outlet of the catalogue is a spider, and asks its own hosts first."""

from datetime import UTC, datetime, timedelta

import pytest
from scrapy import Request
from scrapy.settings import Settings

from balkan_crawler.model import Candidate, Discovery, Hints, SourceState
from balkan_crawler.outlets import load_outlets
from balkan_crawler.spiders import sources
from balkan_crawler.spiders.loader import CatalogueSpiderLoader
from balkan_crawler.spiders.run_results import Order
from balkan_crawler.urls import same_site

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def loader():
    return CatalogueSpiderLoader.from_settings(Settings())


def test_every_outlet_is_listed_and_builds_a_spider_of_its_own_name(loader):
    catalogue = load_outlets()
    assert loader.list() == list(catalogue)
    for key in loader.list():
        kind = loader.load(key)
        assert (kind.name, kind.outlets) == (key, (catalogue[key],))


def test_an_unknown_spider_is_a_key_error(loader):
    with pytest.raises(KeyError, match="nobody"):
        loader.load("nobody")


def test_a_users_own_file_adds_spiders(tmp_path):
    file = tmp_path / "own.toml"
    file.write_text(
        '[mine]\nname = "Mine"\ncountry = "AL"\nlanguages = ["sq"]\ntimezone = "Europe/Tirane"\n'
        'homepage = "https://mine-proba.al/"\n'
    )
    loader = CatalogueSpiderLoader.from_settings(Settings({"BALKAN_OUTLETS": str(file)}))
    assert "mine" in loader.list()
    assert loader.find_by_request(Request("https://www.mine-proba.al/a")) == ["mine"]


def test_every_outlets_first_requests_go_to_its_own_site_or_to_what_its_table_declares():
    for outlet in load_outlets().values():
        first = sources.sources_of(outlet)
        assert first, outlet.key
        declared = {*outlet.feeds, *outlet.sitemaps, *outlet.sections}
        for source in first:
            assert source.url in declared or same_site(source.url, outlet.homepage), (outlet.key, source.url)


def test_an_order_of_the_projects_settings_is_the_usual_one():
    settings = Settings()
    settings.setmodule("balkan_crawler.settings", priority="project")
    assert Order.from_settings(settings) == Order(asked=True)


def test_a_named_outlet_is_polled_though_not_due_and_others_wait():
    state = SourceState(url="u", outlet="o", due=NOW + timedelta(minutes=1))
    assert sources.is_due(state, NOW, asked=True)
    assert not sources.is_due(state, NOW, asked=False)
    assert sources.is_due(state, NOW + timedelta(minutes=1), asked=False)


def test_every_tenth_poll_asks_for_the_whole_document():
    state = sources.read(SourceState(url="u", outlet="o"), NOW, '"a"', None)
    asked = []
    for _ in range(20):
        asked.append(bool(sources.conditions(state)))
        state = sources.unchanged(state, NOW) if asked[-1] else sources.read(state, NOW, '"a"', None)
    assert asked.count(False) == 2
    assert sources.conditions(state) == {"If-None-Match": '"a"'}


def test_failures_double_the_wait_up_to_six_hours():
    state, waits = SourceState(url="u", outlet="o"), []
    for _ in range(9):
        state = sources.failed(state, NOW)
        waits.append(state.due - NOW)
    assert waits[:3] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20)]
    assert waits[-1] == timedelta(hours=6)
    assert sources.read(state, NOW, None, None).failures == 0


def test_of_a_great_sitemap_only_recent_urls_are_wanted_and_a_small_one_is_taken_whole():
    def candidate(number, days):
        hints = Hints(modified=NOW - timedelta(days=days)) if days is not None else Hints()
        url = f"https://proba.rs/{number}"
        return Candidate(url=url, outlet="o", found_by=Discovery.SITEMAP, found_in="m", hints=hints)

    old = [candidate(number, 400) for number in range(sources.SMALL_SITEMAP)]
    since = NOW - timedelta(days=7)
    assert sources.wanted(old, since) == old
    fresh, unknown = candidate("fresh", 1), candidate("unknown", None)
    assert sources.wanted([*old, fresh, unknown], since) == [fresh]


def test_a_newer_validator_that_comes_with_not_modified_is_kept():
    state = sources.read(SourceState(url="u", outlet="o"), NOW, '"a"', "Mon, 23 Nov 2026 10:00:00 GMT")
    state = sources.unchanged(state, NOW, None, '"b"', None)
    assert (state.etag, state.last_modified) == ('"b"', "Mon, 23 Nov 2026 10:00:00 GMT")
