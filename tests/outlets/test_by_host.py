"""A page's outlet is told by its address."""

from __future__ import annotations

import pytest
from support.outlets import make_outlet

from balkan_crawler import load_outlets
from balkan_crawler.outlets.by_host import finder_of
from balkan_crawler.urls import canonical_url

find = finder_of(load_outlets().values())


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.danas.rs/vesti/nova-cesta/", "danas"),
        ("http://danas.rs/vesti/nova-cesta/", "danas"),
        ("https://m.danas.rs/vesti/nova-cesta/", "danas"),
        ("https://sport.danas.rs/vesti", "danas"),
        ("https://danas.rs.example/vesti", None),
        ("https://example.com/danas.rs", None),
        ("https://192.0.2.1/", None),
        ("no url", None),
    ],
)
def test_it_is_the_one_of_the_host_or_of_the_site(url, key):
    found = find(url)
    assert (found and found.key) == key


@pytest.mark.parametrize(
    ("home", "path"), [("https://www.dw.com/sq/", "lajme/a-1"), ("https://www.bbc.com/serbian", "lat/srbija-1")]
)
def test_of_outlets_on_one_host_it_is_the_one_whose_home_page_the_address_begins_with(home, path):
    found = find(f"{home.rstrip('/')}/{path}")
    assert found is not None and canonical_url(found.homepage) == canonical_url(home)


def test_a_page_on_the_host_of_several_that_begins_like_none_of_them_is_of_none():
    assert find("https://www.dw.com/de/nachrichten/a-1") is None
    assert find("https://www.dw.com/square/a-1") is None  # not "sq"


def test_each_home_page_of_the_catalogue_is_its_own_outlets():
    wrong = {key for key, outlet in load_outlets().items() if find(outlet.homepage) != outlet}
    assert wrong == set()


def test_a_section_of_an_outlet_with_a_home_page_of_its_own_is_that_outlets():
    outlets = [make_outlet("a", homepage="https://a.example/"), make_outlet("b", homepage="https://a.example/en/")]
    own = finder_of(outlets)
    assert [own(f"https://a.example/{path}").key for path in ("vest", "en/news", "english")] == ["a", "b", "a"]
