"""Extraction on the pages that were annotated without sight of the rules."""

import json
from datetime import date, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from balkan_crawler import extract
from balkan_crawler.model import Outlet

PAGES = Path(__file__).resolve().parents[1] / "data" / "blind"
GOLD = [json.loads(line) for line in (PAGES / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
EACH_PAGE = pytest.mark.parametrize("gold", GOLD, ids=lambda gold: gold["file"])


@cache
def extracted(file):
    gold = next(gold for gold in GOLD if gold["file"] == file)
    facts = gold["outlet"]
    outlet = Outlet(
        key="outlet",
        name=facts["name"],
        country=facts["country"],
        languages=tuple(facts["languages"]),
        timezone=facts["timezone"],
        homepage="/".join(gold["url"].split("/")[:3]) + "/",
    )
    return extract((PAGES / file).read_bytes(), gold["url"], outlet, datetime.fromisoformat(gold["fetched"]))


def plain(text):
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())


@EACH_PAGE
def test_page_is_an_article_with_its_headline_language_and_script(gold):
    result = extracted(gold["file"])
    assert result.outcome == "article"
    assert plain(result.article.title) == plain(gold["title"])
    assert (result.article.language, result.article.script) == (gold["language"], gold["script"])


@EACH_PAGE
def test_day_of_publication_is_the_outlet_s_own(gold):
    published = extracted(gold["file"]).article.published
    local = published.astimezone(ZoneInfo(gold["outlet"]["timezone"]))
    assert local.date() == date.fromisoformat(gold["published"][:10])


@EACH_PAGE
def test_no_other_story_s_headline_is_a_line_of_the_body(gold):
    body = {plain(line) for line in extracted(gold["file"]).article.body.split("\n")}
    assert [teaser["title"] for teaser in gold["teasers"] if plain(teaser["title"]) in body] == []
