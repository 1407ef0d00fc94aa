"""Every declared CMS family has a page that is like it, and that page extracts right."""

from __future__ import annotations

import tomllib
from datetime import datetime

import pytest
from lxml import html
from support.annotated_pages import DATA, gold_of, outlet_of, plain

from balkan_crawler import extract
from balkan_crawler.model import Outcome
from balkan_crawler.outlets import load_families
from balkan_crawler.survey.home_page import family_of, marks_in

PAGES = tomllib.loads((DATA / "families" / "pages.toml").read_text("utf-8"))
GOLD = {gold["file"]: gold for gold in gold_of("balkan")}
FAMILIES = load_families()


def truth_of(key):
    """Give what is right of a family's page: from the annotated pages, or from the table beside it."""
    folder, _, file = PAGES["families"][key].partition("/")
    if folder == "balkan":
        gold = GOLD[file]
        return gold | gold["outlet"] | {"teasers": [teaser["title"] for teaser in gold["teasers"]]}
    return PAGES[key] | {"languages": [PAGES[key]["language"]], "fetched": "2026-11-26T12:00:00+00:00"}


def extracted(key):
    truth = truth_of(key)
    outlet = outlet_of(truth["url"], truth["languages"], name=truth.get("name", "Outlet"), timezone=truth["timezone"])
    return extract(page_of(key), truth["url"], outlet, datetime.fromisoformat(truth["fetched"]))


def page_of(key):
    return (DATA / PAGES["families"][key]).read_bytes()


def test_every_family_has_a_page_and_no_page_is_of_an_unknown_one():
    assert set(PAGES["families"]) == set(FAMILIES)


@pytest.mark.parametrize("key", FAMILIES)
def test_the_page_is_like_its_family(key):
    found = {name for text in html.fromstring(page_of(key).decode("utf-8")).xpath("//@class") for name in text.split()}
    assert not found.isdisjoint(FAMILIES[key].classes)
    assert family_of([marks_in(page_of(key), "https://proba.rs/")], FAMILIES) in (key, None)


@pytest.mark.parametrize("key", FAMILIES)
def test_the_page_extracts_right(key):
    truth, found = truth_of(key), extracted(key)
    assert found.outcome is Outcome.ARTICLE
    assert plain(found.article.title) == plain(truth["title"])
    assert found.article.body == truth["body"].strip()
    assert set(truth["authors"]) <= set(found.article.authors)
    published = datetime.fromisoformat(truth["published"])
    assert found.article.published.date() == published.date()
    if len(truth["published"]) > len("2026-11-23"):
        assert found.article.published == published


@pytest.mark.parametrize("key", FAMILIES)
def test_the_stories_beside_it_are_teasers_and_no_part_of_its_body(key):
    titles, found = truth_of(key)["teasers"], extracted(key)
    assert [title for title in titles if title in found.article.body.split("\n")] == []
    teasers = {plain(teaser.title) for teaser in found.teasers}
    assert sum(plain(title) in teasers for title in titles) >= 0.9 * len(titles)
