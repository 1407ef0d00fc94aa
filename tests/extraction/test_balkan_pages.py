"""Extraction on the annotated Balkan pages: outcome by page, and the floors of body and teasers."""

from collections import Counter

import pytest
from support.annotated_pages import extracted, gold_of, plain

from balkan_crawler.model import Outcome

GOLD = gold_of("balkan")
ARTICLES = [gold for gold in GOLD if gold["outcome"] == "article"]


@pytest.mark.parametrize("gold", GOLD, ids=lambda gold: gold["file"])
def test_page_is_told_for_what_it_is(gold):
    assert extracted(gold["path"]).outcome == gold["outcome"]


@pytest.mark.parametrize("gold", ARTICLES, ids=lambda gold: gold["file"])
def test_title_language_script_and_access_are_right(gold):
    article = extracted(gold["path"]).article
    assert plain(article.title) == plain(gold["title"])
    assert (article.language, article.script, article.access) == (gold["language"], gold["script"], gold["access"])


@pytest.mark.parametrize("gold", ARTICLES, ids=lambda gold: gold["file"])
def test_no_paragraph_is_lost(gold):
    found = set(extracted(gold["path"]).article.body.split("\n"))
    assert [line for line in gold["body"].split("\n") if line not in found] == []


@pytest.mark.parametrize("split", ["tune", "held"])
def test_bodies_are_exact_on_nine_pages_of_ten(split):
    pages = [gold for gold in ARTICLES if gold["split"] == split]
    exact = [extracted(gold["path"]).article.body == gold["body"] for gold in pages]
    assert sum(exact) >= 0.9 * len(exact), Counter(exact)


def test_hardly_any_unwanted_line_gets_into_a_body():
    leaks = [
        (gold["file"], line)
        for gold in ARTICLES
        for line in {*gold["unwanted"], *(teaser["title"] for teaser in gold["teasers"])}
        if line in extracted(gold["path"]).article.body.split("\n")
    ]
    assert len({file for file, _ in leaks}) <= 0.02 * len(ARTICLES), leaks


@pytest.mark.parametrize("split", ["tune", "held"])
def test_teasers_are_found_and_nothing_else(split):
    wanted = near = found = hits = hits_near = 0
    for gold in ARTICLES:
        if gold["split"] != split:
            continue
        places = {plain(teaser["title"]): teaser["place"] for teaser in gold["teasers"]}
        titles = {plain(teaser.title) for teaser in extracted(gold["path"]).teasers}
        close = {title for title, place in places.items() if place != "beside"}
        wanted, near = wanted + len(places), near + len(close)
        found, hits, hits_near = found + len(titles), hits + len(titles & set(places)), hits_near + len(titles & close)
    assert hits >= 0.94 * found
    assert hits_near >= 0.96 * near
    assert hits >= 0.94 * wanted


def test_only_an_article_has_a_record():
    for gold in GOLD:
        result = extracted(gold["path"])
        assert (result.article is not None) == (result.outcome is Outcome.ARTICLE)
        assert result.outcome is Outcome.ARTICLE or result.reason
