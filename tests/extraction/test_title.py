from __future__ import annotations

from datetime import UTC, datetime

import pytest

from balkan_crawler.extraction.document.parsing import parse
from balkan_crawler.extraction.headline.site_name import is_site_name, without_site
from balkan_crawler.extraction.metadata.record import read_metadata

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
URL = "https://www.glasnik.example.rs/vesti/most-otvoren-za-saobracaj-1234567"
HEADLINE = "Most kod Ljubovije otvoren za saobraćaj"


def title_of(markup: str, url: str = URL) -> str | None:
    return read_metadata(parse(f"<html>{markup}</html>".encode(), url), NOW).article.title


@pytest.mark.parametrize(
    "tail", [" - Glasnik", " | Glasnik", " – Glasnik.rs", " » Glasnik", " :: Glasnik", " | Vesti | Glasnik"]
)
def test_the_sites_name_is_taken_off(tail):
    assert (
        title_of(f'<meta property="og:site_name" content="Glasnik"><title>{HEADLINE}{tail}</title><h1>{HEADLINE}</h1>')
        == HEADLINE
    )


def test_the_sites_name_is_taken_off_without_a_heading():
    assert title_of(f'<meta property="og:site_name" content="Glasnik"><title>Glasnik | {HEADLINE}</title>') == HEADLINE


def test_a_section_between_headline_and_site_goes_with_the_site():
    assert without_site(f"{HEADLINE} | Društvo | Glasnik", ["glasnik"]) == HEADLINE
    assert without_site(f"{HEADLINE} - Društvo - Glasnik", ["glasnik"]) == f"{HEADLINE} - Društvo"
    assert without_site("Most | Glasnik | Glasnik", ["glasnik"]) == "Most"


def test_a_divider_within_the_headline_stays():
    headline = "Derbi – Zvezda i Partizan opet zajedno"
    assert (
        title_of(
            f'<meta property="og:title" content="{headline} | Glasnik">'
            f"<title>{headline} | Glasnik</title><h1>{headline}</h1>"
        )
        == headline
    )


def test_a_rubric_within_the_heading_is_left_out():
    markup = f'<meta property="og:title" content="{HEADLINE}"><h1><span class="kicker">Društvo</span> {HEADLINE}</h1>'
    assert title_of(markup) == HEADLINE
    assert title_of(f'<h1><span class="nadnaslov">Društvo</span> <span>{HEADLINE}</span></h1>') == HEADLINE


def test_behind_a_rubric_a_minus_stays():
    markup = '<h1><span class="kicker">Vreme</span> - {}</h1>'
    assert title_of(markup.format("-10 stepeni sutra ujutro u gradu")) == "-10 stepeni sutra ujutro u gradu"
    assert title_of(markup.format(HEADLINE)) == HEADLINE


def test_a_heading_that_is_the_sites_name_is_none():
    assert (
        title_of(
            f'<header><h1>Glasnik</h1></header><meta property="og:site_name" content="Glasnik">'
            f"<article><h2>{HEADLINE}</h2></article><title>{HEADLINE} - Glasnik</title>"
        )
        == HEADLINE
    )


def test_a_heading_of_a_related_story_is_not_the_title():
    markup = (
        f'<title>{HEADLINE} - Glasnik</title><div class="related"><h1>Druga priča dana</h1></div><h1>{HEADLINE}</h1>'
    )
    assert title_of(markup) == HEADLINE


def test_the_printed_headline_wins_over_the_one_for_search_engines():
    markup = (
        f'<meta property="og:title" content="Most Ljubovija: evo kada">'
        f"<title>Ljubovija most vest dana</title><h1>{HEADLINE}</h1>"
    )
    assert title_of(markup) == HEADLINE


def test_what_three_places_agree_on_wins_over_a_shortened_heading():
    long = "Posle kiše: most kod Ljubovije otvoren za saobraćaj"
    ld = f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{long}"}}</script>'
    assert (
        title_of(f'<meta property="og:title" content="{long}"><title>{long} - Glasnik</title>{ld}<h1>{HEADLINE}</h1>')
        == long
    )


def test_entities_are_resolved():
    ld = '<script type="application/ld+json">{"@type":"NewsArticle","name":"On: &quot;Ne&quot; &amp; tačka"}</script>'
    assert title_of(ld) == 'On: "Ne" & tačka'


def test_the_element_is_the_heading():
    metadata = read_metadata(parse(f"<html><h1> {HEADLINE} </h1><p>tekst</p></html>".encode(), URL), NOW)
    assert metadata.title_element is not None
    assert metadata.title_element.tag == "h1"


def test_a_page_without_any_title_has_none():
    metadata = read_metadata(parse(b"<p>tekst</p>", URL), NOW)
    assert metadata.article.title == ""
    assert metadata.title_element is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Glasnik", True),
        ("Glasnik.rs", True),
        ("Portal Glasnik", True),
        ("Most otvoren za saobraćaj", False),
        ("", False),
        ("Vesti", False),
    ],
)
def test_names_of_the_site_are_known_with_their_variants(text, found):
    assert is_site_name(text, ["glasnik", "glasnik rs"]) is found


def test_taking_off_leaves_other_parts():
    assert without_site("A - B - Glasnik", ["glasnik"]) == "A - B"
    assert without_site("A - B", ["glasnik"]) == "A - B"
