"""Pages that break extractors: each gives a result, within the time limit of the test run and without an error."""

import pytest

from balkan_crawler import extract
from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model import Outcome

URL = "https://primer.rs/vesti/most-na-reci-otvoren-za-saobracaj-12345/"
STORY = (
    "Most na reci otvoren je jutros za saobraćaj, saopšteno je iz gradske uprave.",
    "Radovi su trajali dve godine, a vozači su do sada koristili skelu kod stare pijace.",
    "Prvi autobus prešao je preko mosta nešto posle osam sati, uz aplauz okupljenih meštana.",
)


def story(before="", after="", head="", paragraphs=STORY):
    body = "".join(f"<p>{line}</p>" for line in paragraphs)
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>Most otvoren</title>"
        f"<meta property='article:published_time' content='2026-11-02T10:00:00+01:00'>{head}</head><body>{before}"
        f"<article><h1>Most na reci otvoren za saobraćaj</h1><div class='entry-content'>{body}</div></article>"
        f"{after}</body></html>"
    )


def lines_of(page):
    result = extract(page if isinstance(page, bytes) else page.encode(), URL)
    assert result.outcome is Outcome.ARTICLE, result.reason
    return result.article.body.split("\n")


def test_story_comes_out_of_a_plain_page():
    assert lines_of(story()) == list(STORY)


@pytest.mark.parametrize("depth", [300, 5_000])
def test_deep_nesting_costs_nothing_but_itself(depth):
    result = extract(story(before="<div>" * depth).encode(), URL)
    assert result.outcome is not None


@pytest.mark.slow
def test_many_paragraphs_are_read():
    many = [
        f"Odlomak broj {number} govori o mostu, o reci i o ljudima koji preko njega prelaze." for number in range(6_000)
    ]
    result = extract(story(paragraphs=many).encode(), URL)
    assert result.article is not None
    assert len(result.article.body.split("\n")) > 5_900


@pytest.mark.slow
def test_many_table_rows_give_a_result():
    rows = "<tr><td>1</td><td>2</td></tr>" * 8_000
    assert extract(story(after=f"<table>{rows}</table>").encode(), URL).outcome is not None


@pytest.mark.parametrize(
    "page",
    [
        "".join(f"<p>{line}</p>" for line in ("Most na reci", *STORY)),
        story() + story(),
        story().replace("<body>", "<body>\0\0\x01"),
        story().replace("</p>", "&nbsp;&#xZZ;&bogus</p>"),
        story().replace("</div>", "").replace("</article>", ""),
        story(head='<script type=\'application/ld+json\'>{"@type": "NewsArticle", "articleBody": "Most</script>'),
        story(
            head='<script type=\'application/ld+json\'>{"@type":"NewsArticle","datePublished":"9999-99-99"}</script>'
        ),
    ],
    ids=["no body tag", "two html elements", "NULs", "broken entities", "unclosed", "JSON-LD cut", "JSON-LD lies"],
)
def test_broken_markup_gives_a_result(page):
    result = extract(page.encode(), URL)
    assert result.outcome is not None
    assert "\0" not in (result.article.body if result.article else "")


@pytest.mark.parametrize(
    ("content", "content_type", "outcome"),
    [
        (b"", "text/html", Outcome.EMPTY),
        (b" \n\t\0", None, Outcome.EMPTY),
        (b"%PDF-1.7 \x00\x01\x02", "application/pdf", Outcome.NOT_HTML),
        (b'{"title": "Most"}', "application/json", Outcome.NOT_HTML),
        (b"<?xml version='1.0'?><rss version='2.0'><channel></channel></rss>", "application/rss+xml", Outcome.NOT_HTML),
        (b"<html><body></body></html>", "text/html", Outcome.NO_TEXT),
    ],
)
def test_what_is_no_page_of_text_is_refused_with_a_reason(content, content_type, outcome):
    result = extract(content, URL, content_type=content_type)
    assert result.outcome is outcome
    assert result.article is None
    assert result.reason


def test_text_that_a_script_draws_is_taken_from_json_ld():
    told = " ".join(STORY * 4)
    head = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Most na reci otvoren", '
        f'"articleBody": "{told}"}}</script>'
    )
    result = extract(story(head=head, paragraphs=["Učitavanje"]).encode(), URL)
    assert result.article is not None
    assert STORY[1] in result.article.body


def test_an_address_that_is_none_is_an_error_of_ours():
    with pytest.raises(InvalidUrlError, match="Invalid IPv6"):
        extract(story().encode(), "http://[::1")


@pytest.mark.parametrize("address", ["http://[bad", "http://x:99999999/", "https://primer.rs:a/", "//["])
def test_links_and_bases_that_are_no_addresses_are_passed_over(address):
    links = "".join(f"<{tag} href='{address}'>" for tag in ("base", "link rel=canonical", "a"))
    assert lines_of(story(before=f"{links}Most na reci otvoren za sve</a>")) == list(STORY)
