"""The table of variants: every URL of a page has one identity, no two pages share one; and what holds for any text."""

import tomllib
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.urls import canonical_url, identity

PAGES = [page["urls"] for page in tomllib.loads((Path(__file__).parent / "variants.toml").read_text("utf-8"))["page"]]

URL_LIKE = st.one_of(
    st.text(max_size=80),
    st.from_regex(
        r"https?://[a-z0-9.\[\]:@-]{0,20}(/[A-Za-z0-9%.;()_~-]{0,12}){0,5}(\?[a-z%&=;+]{0,20})?", fullmatch=True
    ),
    st.sampled_from([url for urls in PAGES for url in urls]).flatmap(
        lambda url: st.tuples(st.integers(0, len(url)), st.text(max_size=6)).map(
            lambda change: url[: change[0]] + change[1] + url[change[0] :]
        )
    ),
)


def test_table_is_as_large_as_promised():
    assert sum(map(len, PAGES)) >= 200


@pytest.mark.parametrize("urls", PAGES, ids=lambda urls: urls[0])
def test_variants_of_one_page_have_one_identity(urls):
    assert {identity(url) for url in urls} == {identity(urls[0])}


def test_no_two_pages_share_an_identity():
    owners = defaultdict(set)
    for number, urls in enumerate(PAGES):
        for url in urls:
            owners[identity(url)].add(number)
    assert [key for key, pages in owners.items() if len(pages) > 1] == []


@given(URL_LIKE)
def test_any_text_gives_a_stable_form_or_the_typed_error(text):
    try:
        clean = canonical_url(text)
    except InvalidUrlError:
        with pytest.raises(InvalidUrlError):
            identity(text)
        return
    assert clean.isascii()
    assert clean.startswith(("http://", "https://"))
    assert canonical_url(clean) == clean
    assert identity(clean) == identity(text)


def test_relative_links_are_joined_with_their_base():
    assert identity("../b/?utm_source=x", "https://www.a.rs/vesti/c/") == "a.rs/vesti/b"
