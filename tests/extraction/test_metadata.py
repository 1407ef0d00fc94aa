from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balkan_crawler.extraction.document.parsing import parse
from balkan_crawler.extraction.metadata.record import Metadata, read_metadata
from balkan_crawler.model import Access, Hints, Kind

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://www.glasnik.example.rs/drustvo/prica-dana-1234567"
DECK = "Posle tri godine radova saobraćaj preko reke ponovo teče, a meštani kažu da je čekanje bilo dugo."
BODY = "<p>Prvi pasus ima dovoljno reči da bude pasus.</p><p>Drugi pasus takođe.</p><p>Treći pasus na kraju.</p>"


def metadata_of(body: str = BODY, head: str = "", hints: Hints | None = None, **story: object) -> Metadata:
    story = {"@type": "NewsArticle", "headline": "Naslov dana", **story}
    script = f'<script type="application/ld+json">{json.dumps(story)}</script>'
    markup = (
        f'<html lang="sr-Latn"><head>'
        f'<meta property="og:site_name" content="Glasnik">{head}{script}</head><body><article>'
        f"<h1>Naslov dana</h1>{body}</article></body></html>"
    )
    return read_metadata(parse(markup.encode(), URL), NOW, hints=hints)


@pytest.mark.parametrize(
    "deck",
    [
        f'<p class="lead">{DECK}</p>',
        f'<div class="article__deck">{DECK}</div>',
        f'<h2 class="podnaslov">{DECK}</h2>',
        f'<div itemprop="description">{DECK}</div>',
    ],
)
def test_the_lead_is_what_a_class_calls_so_below_the_headline(deck):
    metadata = metadata_of(deck + BODY)
    assert metadata.article.lead == DECK
    assert metadata.lead_element is not None


def test_a_described_text_apart_from_the_body_is_the_lead():
    assert metadata_of(f"<h2>{DECK}</h2><div>{BODY}</div>", description=DECK).article.lead == DECK


def test_a_description_that_is_the_bodys_first_paragraph_is_no_lead():
    assert metadata_of(f"<div><p>{DECK}</p>{BODY}</div>", description=DECK).article.lead is None


def test_a_description_that_is_printed_nowhere_is_no_lead():
    assert metadata_of(description=DECK).article.lead is None


def test_a_lead_of_another_story_is_none():
    assert metadata_of(f'<div class="related"><p class="lead">{DECK}</p></div>{BODY}').article.lead is None


@pytest.mark.parametrize(
    ("head", "story", "section"),
    [
        ("", {"articleSection": "Društvo"}, "Društvo"),
        ("", {"articleSection": ["Hronika", "Društvo"]}, "Hronika"),
        ('<meta property="article:section" content="Ekonomija">', {}, "Ekonomija"),
        ("", {}, "drustvo"),
    ],
)
def test_the_section_is_what_the_page_or_else_its_address_names(head, story, section):
    assert metadata_of(head=head, **story).article.section == section


def test_the_last_crumb_before_the_story_is_its_section():
    crumbs = [
        {"@type": "ListItem", "position": n, "name": name}
        for n, name in enumerate(["Naslovna", "Sport", "Fudbal", "Naslov dana"])
    ]
    crumb_list = json.dumps({"@type": "BreadcrumbList", "itemListElement": crumbs})
    script = f'<script type="application/ld+json">{crumb_list}</script>'
    assert metadata_of(head=script).article.section == "Fudbal"


@pytest.mark.parametrize("keywords", ["most, reka, Glasnik, Društvo, most", ["most", "reka", "Glasnik", "Društvo"]])
def test_tags_come_once_without_section_and_site(keywords):
    assert metadata_of(keywords=keywords, articleSection="Društvo").article.tags == ("most", "reka")


def test_tags_are_linked_where_they_are_not_declared():
    body = (
        BODY + '<div class="tags"><a rel="tag" href="/tag/most">#most</a><a rel="tag" href="/tag/reka">reka</a></div>'
    )
    assert metadata_of(body).article.tags == ("most", "reka")


def test_keywords_of_machines_are_no_tags():
    metadata = metadata_of(keywords="98be933f-38cf-4fba-b6c6-ad438e82010a, Category: News, most, 12345")
    assert metadata.article.tags == ("most",)


def test_the_image_is_absolute():
    assert (
        metadata_of(head='<meta property="og:image" content="/slike/most.jpg">').article.image
        == "https://www.glasnik.example.rs/slike/most.jpg"
    )
    assert (
        metadata_of(image={"@type": "ImageObject", "url": "https://cdn.example.rs/a.jpg"}).article.image
        == "https://cdn.example.rs/a.jpg"
    )
    assert metadata_of(image="data:image/png;base64,AAAA").article.image is None


@pytest.mark.parametrize(
    ("body", "head", "story", "access"),
    [
        (BODY, "", {"isAccessibleForFree": True}, Access.FREE),
        (BODY, "", {"isAccessibleForFree": "False"}, Access.LOCKED),
        (BODY, "", {"isAccessibleForFree": "http://schema.org/True"}, Access.FREE),
        (
            BODY + '<div class="zakljucano">x</div>',
            "",
            {"hasPart": {"isAccessibleForFree": False, "cssSelector": ".zakljucano"}},
            Access.LOCKED,
        ),
        (BODY, "", {"hasPart": {"isAccessibleForFree": False, "cssSelector": ".zakljucano"}}, Access.UNKNOWN),
        (BODY, '<meta property="article:content_tier" content="locked">', {}, Access.LOCKED),
        (BODY, '<meta property="article:content_tier" content="free">', {}, Access.FREE),
        (BODY, '<meta property="article:content_tier" content="metered">', {}, Access.UNKNOWN),
        (
            BODY
            + '<div class="paywall">Ceo tekst je za pretplatnike našeg lista. <a href="/p">Pretplatite se</a></div>',
            "",
            {},
            Access.LOCKED,
        ),
        (BODY + '<div class="paywall"></div>', "", {}, Access.UNKNOWN),
        (BODY + "<p>Pretplatite se da biste čitali dalje ovaj tekst.</p>", "", {}, Access.UNKNOWN),
        (BODY, "", {}, Access.UNKNOWN),
    ],
)
def test_access_follows_evidence_for_machines(body, head, story, access):
    metadata = metadata_of(body, head, **story)
    assert metadata.article.access is access
    assert access is Access.UNKNOWN or metadata.article.access_evidence


@pytest.mark.parametrize(
    ("body", "head", "story", "kind"),
    [
        (BODY, "", {}, Kind.STORY),
        (BODY, "", {"@type": "LiveBlogPosting"}, Kind.LIVE),
        (BODY, '<script type="application/ld+json">{"@type":"ImageGallery","name":"x"}</script>', {}, Kind.GALLERY),
        ('<div class="photo-gallery">' + '<img src="a.jpg">' * 9 + "</div>", "", {}, Kind.GALLERY),
        (BODY, '<meta property="og:type" content="video.other">', {}, Kind.VIDEO),
    ],
)
def test_the_form_follows_type_and_structure(body, head, story, kind):
    assert metadata_of(body, head, **story).article.kind is kind


def test_language_and_canonical_address_are_hints_of_the_page():
    metadata = metadata_of(head=f'<link rel="canonical" href="{URL}?utm_source=x">', inLanguage="sr-Cyrl")
    assert metadata.article.language == "sr-Cyrl"
    assert (metadata.declared_url, metadata.is_canonical_refused) == (URL, False)
    of_the_front_page = metadata_of(head='<link rel="canonical" href="https://www.glasnik.example.rs/">')
    assert (of_the_front_page.declared_url, of_the_front_page.is_canonical_refused) == (None, True)
    assert not metadata_of().is_canonical_refused


def test_hints_fill_what_the_page_leaves_out():
    hints = Hints(title="Iz kanala", section="Sport", authors=("Ana Anić",), tags=("most",), image="https://a.b/c.jpg")
    metadata = read_metadata(parse(b"<p>tekst</p>", "https://www.glasnik.example.rs/1234567"), NOW, hints=hints)
    article = metadata.article
    assert (article.title, article.section, article.authors, article.tags, article.image) == (
        "Iz kanala",
        "Sport",
        ("Ana Anić",),
        ("most",),
        "https://a.b/c.jpg",
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<p>",
        b"<div>" * 5_000 + b"<h1>x</h1>",
        b"<h1>" * 3_000 + b"x",
        b"<div class='author'>" * 3_000 + b"Ana",
        b"<time>" * 3_000,
    ],
)
def test_hostile_pages_give_a_record(content):
    assert isinstance(read_metadata(parse(content, URL), NOW), Metadata)


PIECES = [
    "<h1>",
    "</h1>",
    "<p class='lead'>",
    "<div class='author'>",
    "</div>",
    "<time datetime='2026-01-01'>",
    "<a rel='tag'>",
    "By Ana",
    "12.11.2026. 14:05",
    "Tanjug",
    '<script type="application/ld+json">{"@type":"NewsArticle","author":[{"name":',
    '"}]',
    "</script>",
    "<meta property='og:title' content='",
    "'>",
    "\x00",
    "<table>",
    "Naslov",
]


@given(st.lists(st.sampled_from(PIECES), max_size=30))
@settings(max_examples=120, deadline=None)
def test_any_page_gives_a_record(pieces):
    metadata = read_metadata(parse("".join(pieces).encode(), URL), NOW)
    assert metadata.article.published is None or metadata.article.published.tzinfo is not None
    assert all(isinstance(author, str) and author for author in metadata.article.authors)
