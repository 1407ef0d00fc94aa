"""The shipped catalogue as a whole: how much it holds, that nothing stands twice, that every table is sound."""

from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from balkan_crawler.outlets import DEFAULT_DELAY, load_families, load_outlets
from balkan_crawler.outlets.catalogue import shipped_files
from balkan_crawler.outlets.tables import read_tables

OUTLETS = load_outlets()
WITH_PATTERN = sorted(outlet.key for outlet in OUTLETS.values() if outlet.article_url)

ZONES = {
    "AL": "Europe/Tirane",
    "BA": "Europe/Sarajevo",
    "BG": "Europe/Sofia",
    "GR": "Europe/Athens",
    "HR": "Europe/Zagreb",
    "MD": "Europe/Chisinau",
    "ME": "Europe/Podgorica",
    "MK": "Europe/Skopje",
    "RO": "Europe/Bucharest",
    "RS": "Europe/Belgrade",
    "SI": "Europe/Ljubljana",
    "TR": "Europe/Istanbul",
    "XK": "Europe/Belgrade",
}
QUICKER_WITH_A_REASON: set[str] = set()
"""The outlets that may be asked more often than the default; whoever adds one has read its reason."""


def bare(url: str) -> str:
    """Reduce a URL to what tells two sites or two feeds apart."""
    parts = urlsplit(url.lower())
    host = (parts.hostname or "").removeprefix("www.")
    return f"{host}{parts.path.rstrip('/')}?{parts.query}"


def doubled(values: list[str]) -> list[str]:
    return [value for value, count in Counter(values).items() if count > 1]


def test_it_holds_the_press_of_every_country():
    countries = Counter(outlet.country for outlet in OUTLETS.values())
    assert len(OUTLETS) >= 450
    assert set(countries) == set(ZONES)
    assert min(countries.values()) >= 20, countries


def test_it_holds_services_for_the_whole_region():
    (regional,) = [file for file in shipped_files() if file.name == "regional.toml"]
    assert len(read_tables(regional)) >= 25


def test_every_country_has_its_news_agency():
    assert {outlet.country for outlet in OUTLETS.values() if outlet.agency} == set(ZONES)


def test_most_outlets_have_a_feed_that_public_sources_confirm():
    confirmed = [outlet for outlet in OUTLETS.values() if outlet.verified]
    assert len(confirmed) >= 400
    assert all(outlet.feeds and outlet.evidence >= 1 for outlet in confirmed)


@pytest.mark.parametrize("field", ["feeds", "sitemaps", "sections"])
def test_no_two_outlets_share_an_address(field):
    assert doubled([bare(url) for outlet in OUTLETS.values() for url in getattr(outlet, field)]) == []


def test_no_two_outlets_share_a_home_page():
    assert doubled([bare(outlet.homepage) for outlet in OUTLETS.values()]) == []


def test_no_two_outlets_share_a_name():
    assert doubled([outlet.name.casefold() for outlet in OUTLETS.values()]) == []


def test_the_test_of_doubles_sees_a_double():
    assert doubled([bare("https://www.Klix.ba/rss/"), bare("http://klix.ba/rss")]) == ["klix.ba/rss?"]
    assert bare("https://euronews.al/") != bare("https://euronews.al/en/")


def test_outlets_on_one_host_have_paths_of_their_own():
    hosts = Counter(urlsplit(outlet.homepage).hostname for outlet in OUTLETS.values())
    shared = {host for host, count in hosts.items() if count > 1}
    assert "euronews.al" in shared
    paths = {outlet.key: urlsplit(outlet.homepage).path for outlet in OUTLETS.values()}
    assert (paths["euronews_al"], paths["euronews_al_en"]) == ("/", "/en/")


def test_every_outlet_keeps_the_time_of_its_country():
    assert {key: outlet.timezone for key, outlet in OUTLETS.items() if outlet.timezone != ZONES[outlet.country]} == {}


def test_serbian_always_says_its_script():
    assert [key for key, outlet in OUTLETS.items() if "sr" in outlet.languages] == []
    assert OUTLETS["rts_rs"].languages == ("sr-Cyrl",)


def test_every_text_is_normal():
    for outlet in OUTLETS.values():
        assert outlet.name == unicodedata.normalize("NFC", outlet.name)


def test_a_file_holds_the_outlets_of_its_country_only():
    for file in shipped_files():
        countries = {table["country"] for table in read_tables(file).values()}
        assert len(countries) == 1 or file.name == "regional.toml", file.name


def test_none_is_quicker_than_the_default_without_a_person_knowing():
    quicker = {
        key
        for key, outlet in OUTLETS.items()
        if (outlet.delay is not None and outlet.delay < DEFAULT_DELAY) or outlet.concurrency > 1
    }
    assert quicker == QUICKER_WITH_A_REASON


def test_every_family_is_used_and_described():
    families = load_families()
    used = {outlet.family for outlet in OUTLETS.values() if outlet.family}
    assert used == set(families)
    assert all(family.classes or family.marks for family in families.values())


def test_there_are_patterns_to_test():
    assert len(WITH_PATTERN) >= 50


@pytest.mark.parametrize("key", WITH_PATTERN)
def test_an_article_pattern_accepts_its_examples(key):
    outlet = OUTLETS[key]
    assert outlet.article_url_examples
    for example in outlet.article_url_examples:
        assert re.search(outlet.article_url, example)


@pytest.mark.parametrize("key", WITH_PATTERN)
def test_an_article_pattern_refuses_what_is_no_article(key):
    outlet = OUTLETS[key]
    hosts = {
        "{0.scheme}://{0.netloc}/".format(urlsplit(url)) for url in (outlet.homepage, *outlet.article_url_examples)
    }
    paths = [
        "",
        "vijesti/",
        "vesti/politika/",
        "lajme/aktualitet",
        "kategoria/politike/page/2/",
        "category/news/page/12/",
        "page/3/",
        "tag/izbori/",
        "tag/izbori-u-bosni-i-hercegovini-2026/",
        "tags/zgjedhjet-e-pergjithshme-ne-kosove-123456",
        "tema/mali-oglasi",
        "author/redaksia/",
        "author/ime-i-prezime-te-gazetarit/",
        "autor/ime-prezime-12345",
        "search?q=vucic",
        "search/?query=rama&page=2",
        "pretraga?pojam=izbori",
        "?s=zgjedhjet",
        "rss",
        "feed/",
        "sitemap.xml",
        "kontakt",
        "impressum.html",
        "o-nama/",
        "wp-content/uploads/2024/05/27/slika.jpg",
    ]
    found = [host + path for host in hosts for path in paths if re.search(outlet.article_url, host + path)]
    assert found == []


@pytest.mark.parametrize("key", WITH_PATTERN)
def test_an_article_pattern_refuses_the_listings_above_its_articles(key):
    outlet = OUTLETS[key]
    for example in outlet.article_url_examples:
        parts = urlsplit(example)
        folders = [folder for folder in parts.path.strip("/").split("/")[:-1] if folder]
        for depth in range(len(folders) + 1):
            listing = "/".join([f"{parts.scheme}://{parts.netloc}", *folders[:depth], ""])
            assert not re.search(outlet.article_url, listing), listing


@pytest.mark.parametrize("key", WITH_PATTERN)
def test_an_article_pattern_refuses_the_same_path_at_another_site(key):
    outlet = OUTLETS[key]
    for example in outlet.article_url_examples:
        host = urlsplit(example).netloc
        assert not re.search(outlet.article_url, example.replace(host, "other.example"))
        assert not re.search(outlet.article_url, f"https://other.example/?to={example}")


def test_a_pattern_is_declared_only_for_its_own_outlet():
    euronews = OUTLETS["euronews_al"].article_url
    assert not re.search(euronews, "https://euronews.al/en/government-passes-new-rules-for-exchange-offices/")


def test_loading_needs_no_heavy_library():
    program = (
        "import sys; from balkan_crawler import load_outlets; assert len(load_outlets()) > 100;"
        "print([name for name in ('scrapy', 'twisted', 'trafilatura', 'lxml', 'rich', 'click', 'sqlite3')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=Path("/"))
    assert done.stdout.strip() == "[]"
