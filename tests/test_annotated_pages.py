"""The annotated page sets are what their READMEs say: each answer stands in its page, nothing unwanted in an answer."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urljoin

import pytest
from lxml import html
from support.annotated_pages import gold_of

from balkan_crawler.model import Access, Kind, Outcome, Place

BALKAN, BLIND = gold_of("balkan"), gold_of("blind")
PAGES = BALKAN + BLIND
ARTICLES = [page for page in PAGES if page["outcome"] == Outcome.ARTICLE]
BALKAN_ARTICLES = [page for page in BALKAN if page["outcome"] == Outcome.ARTICLE]
EACH_PAGE = pytest.mark.parametrize("page", PAGES, ids=[page["file"] for page in PAGES])
EACH_ARTICLE = pytest.mark.parametrize("page", ARTICLES, ids=[page["file"] for page in ARTICLES])

OWN_LINE = {"address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "figure"}
OWN_LINE |= {"footer", "form", "header", "li", "main", "nav", "ol", "p", "section", "table", "td", "tr", "ul"}
OWN_LINE |= {f"h{level}" for level in range(1, 7)}


def squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def read(page: dict[str, Any]) -> str:
    return page["path"].read_bytes().decode(page["charset"])


def tree_of(page: dict[str, Any]) -> html.HtmlElement:
    """The page's tree, from text: no parser guesses the charset."""
    return html.document_fromstring(re.sub(r"<\?xml[^>]*\?>", "", read(page)))


def visible_text(tree: html.HtmlElement) -> str:
    """All text but that of the head, scripts and styles; block elements are parted by white space."""
    pieces: list[str] = []

    def walk(node: html.HtmlElement) -> None:
        if isinstance(node.tag, str) and node.tag not in {"script", "style", "head"}:
            gap = "\n" if node.tag in OWN_LINE else ""
            pieces.append(gap + (node.text or ""))
            for child in node:
                walk(child)
            pieces.append(gap)
        pieces.append(node.tail or "")

    walk(tree)
    return squeezed("".join(pieces))


def has_words(text: str, words: str) -> bool:
    """Whether the words stand in the text, not as a part of a longer word."""
    return re.search(rf"(?<!\w){re.escape(squeezed(words))}(?!\w)", text) is not None


def test_the_balkan_set_is_as_large_and_as_mixed_as_promised() -> None:
    assert len(BALKAN_ARTICLES) >= 60
    assert len(BALKAN) - len(BALKAN_ARTICLES) >= 10
    assert len({(page["outlet"]["languages"][0], page["script"]) for page in BALKAN_ARTICLES}) >= 12
    assert len({page["family"] for page in BALKAN_ARTICLES}) >= 12
    assert len({page["charset"] for page in BALKAN_ARTICLES}) >= 5


def test_the_blind_set_is_mixed_and_only_for_the_score() -> None:
    assert len(BLIND) >= 50
    assert len({(page["language"], page["script"]) for page in BLIND}) >= 12
    assert len({page["family"] for page in BLIND}) == len(BLIND)
    assert {page["split"] for page in BLIND} == {"held"}


def test_a_family_is_either_for_tuning_or_held_back() -> None:
    split: dict[str, set[str]] = {}
    for page in BALKAN_ARTICLES:
        split.setdefault(page["family"], set()).add(page["split"])
    assert all(len(sides) == 1 for sides in split.values())
    tune = sum(sides == {"tune"} for sides in split.values())
    assert len(split) / 3 <= tune <= len(split) * 2 / 3


def test_urls_are_unique_and_files_complete() -> None:
    assert len({page["url"] for page in PAGES}) == len(PAGES)
    for pages in (BALKAN, BLIND):
        folder = pages[0]["path"].parent
        assert {page["file"] for page in pages} == {path.name for path in folder.glob("*.html")}


@EACH_PAGE
def test_the_page_decodes_with_its_charset_and_says_what_it_is(page: dict[str, Any]) -> None:
    text = read(page)
    assert "\ufffd" not in text
    assert page["outcome"] in set(Outcome)
    assert page["split"] in {"tune", "held"}
    declared = re.search(r"<meta[^>]*charset=[\"']?([\w-]+)", text)
    assert (declared and declared.group(1).lower()) == page["declared"]
    assert {"name", "country", "languages", "timezone"} <= set(page["outlet"])


@EACH_ARTICLE
def test_title_lead_body_and_people_stand_in_the_page(page: dict[str, Any]) -> None:
    text = visible_text(tree_of(page))
    wanted = [page["title"], *page["body"].split("\n"), *page["tags"]]
    wanted += [page[field] or "" for field in ("lead", "published_visible", "section")]
    assert [line for line in wanted if squeezed(line) not in text] == []
    assert [name for name in page["authors"] if name.casefold() not in text.casefold()] == []
    assert len(page["body"].split("\n")) >= 4


@EACH_ARTICLE
def test_unwanted_lines_stand_in_the_page_and_not_in_the_body(page: dict[str, Any]) -> None:
    text, body = visible_text(tree_of(page)), squeezed(page["body"])
    assert [line for line in page["unwanted"] if squeezed(line) not in text] == []
    assert [line for line in page["unwanted"] if has_words(body, line)] == []
    assert page["title"] not in page["body"].split("\n")
    assert len(page["unwanted"]) >= 3


@EACH_ARTICLE
def test_each_teaser_is_a_link_of_the_page_once(page: dict[str, Any]) -> None:
    tree = tree_of(page)
    text, body = visible_text(tree), squeezed(page["body"])
    links = {urljoin(page["url"], link.get("href") or "") for link in tree.iter("a")}
    for teaser in page["teasers"]:
        assert teaser["url"] in links, teaser
        assert squeezed(teaser["title"]) in text
        assert squeezed(teaser["title"]) not in body
        assert teaser["heading"] is None or squeezed(teaser["heading"]) in text
        assert teaser["place"] in set(Place)
    urls = [teaser["url"] for teaser in page["teasers"]]
    assert len(set(urls)) == len(urls)
    assert page["url"] not in urls


@EACH_ARTICLE
def test_times_carry_an_offset_and_closed_fields_their_own_words(page: dict[str, Any]) -> None:
    fetched = datetime.fromisoformat(page["fetched"])
    assert fetched.utcoffset() is not None
    if len(page["published"]) == len("2026-11-23"):
        assert date.fromisoformat(page["published"]) <= fetched.date()
    else:
        assert datetime.fromisoformat(page["published"]) < fetched
    assert page["modified"] is None or datetime.fromisoformat(page["modified"]) < fetched
    assert page["access"] in set(Access)
    assert page["kind"] in set(Kind)


def test_of_real_pages_only_hashes_are_kept() -> None:
    for page in gold_of("teasers"):
        assert set(page) == {"collection", "file", "split", "teasers", "path"}
        for teaser in page["teasers"]:
            assert set(teaser) == {"address", "title", "heading", "place"}
            assert teaser["place"] in set(Place)
            for value in (teaser["address"], teaser["title"], teaser["heading"]):
                assert value is None or re.fullmatch("[0-9a-f]{16}", value), value
