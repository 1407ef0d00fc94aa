"""The lead is the deck under the headline as printed: neither a subheading, nor the headline again, nor the body."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from balkan_crawler import extract
from balkan_crawler.extraction.document.parsing import parse
from balkan_crawler.extraction.metadata.record import read_metadata

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HEADLINE = "Most kod Ljubovije otvoren za saobraćaj"
DECK = "Posle tri godine radova prvi automobili prešli su reku, a šetači su dobili novu stazu."
PARAGRAPH = "<p>Pasus priče o mostu, dovoljno dug da bude pasus njenog teksta, a ničeg drugog na strani.</p>"
BODY = PARAGRAPH * 3


def lead_of(below: str, described: str = "") -> str | None:
    head = f'<meta name="description" content="{described}">'
    page = f"<html><head>{head}</head><body><article><h1>{HEADLINE}</h1>{below}</article></body></html>"
    return read_metadata(parse(page.encode(), "https://www.glasnik.example.rs/vesti/most-1234567"), NOW).article.lead


@pytest.mark.parametrize(
    "deck",
    [
        f'<p class="teaser-text">{DECK}</p>{BODY}',
        f'<div class="teaser_text">{DECK}</div>{BODY}',
        f'<div class="footer"><h2>{DECK}</h2></div>{BODY}',
        f'<div><p class="first">{DECK}</p>{BODY}</div>',
        f"<div><p><strong>{DECK}</strong></p>{BODY}</div>",
        "<p></p>" * 120 + f'<h2 class="summary">{DECK}</h2>',
    ],
)
def test_what_the_page_describes_itself_with_is_its_lead(deck):
    assert lead_of(deck, DECK) == DECK


def test_a_place_before_what_is_described_belongs_to_the_lead():
    head = f'<meta name="description" content="{DECK}">'
    page = f"{head}<article><hgroup><h1>{HEADLINE}</h1></hgroup><div>Bajina Bašta. {DECK}</div>{BODY}</article>"
    metadata = read_metadata(parse(page.encode(), "https://www.glasnik.example.rs/a"), NOW)
    assert metadata.article.lead == f"Bajina Bašta. {DECK}"


def test_a_heading_right_behind_the_headline_is_the_lead_where_it_is_long():
    assert lead_of(f"<h2>{DECK}</h2>{BODY}") == DECK
    assert lead_of(f"<h2>Staza za šetače</h2>{BODY}") is None
    assert lead_of(f'<h2><a href="/druga">{DECK}</a></h2>{BODY}') is None


def test_a_subheading_below_a_paragraph_is_no_lead_whatever_its_class():
    assert lead_of(f'{BODY}<h3 class="subtitle">Šetači su dobili novu stazu uz reku</h3>{BODY}') is None


def test_paragraphs_numbered_by_their_classes_are_body():
    numbered = f'<p class="par1">{DECK}</p><p class="par2">{DECK}.</p><p class="par3">{DECK}..</p>'
    assert lead_of(f"<div>{numbered}</div>", DECK) is None


def test_the_headline_again_with_a_rubric_is_no_lead():
    assert lead_of(f'<h2 class="subtitle">Novi most preko Drine: {HEADLINE}</h2>{BODY}') is None


SUMMARY = "Radovi traju do proleća, a đaci će se do škole voziti besplatnim autobusom."
TEXT_BELOW = (
    "<p>Gradska uprava je saopštila da će radovi na obnovi mosta početi naredne nedelje i trajati više meseci.</p>"
    "<p>Stanovnici naselja na levoj obali traže besplatan prevoz, jer je drugi most udaljen osam kilometara.</p>"
    "<p>Odluku o tome doneće gradsko veće na sednici koja je zakazana za četvrtak, kažu u gradskoj upravi.</p>"
)


def article_of(body: str, described: str = ""):
    head = f'<title>Most se obnavlja od nedelje</title><meta name="description" content="{described}">'
    page = f"<html lang='sr'><head>{head}</head><body><article><h1>Most se obnavlja od nedelje</h1>{body}</article>"
    return extract(page.encode(), "https://www.glasnik.example.rs/a/most-se-obnavlja", None, NOW).article


@pytest.mark.parametrize(
    ("described", "lead"),
    [
        (SUMMARY, None),
        (f"&lt;p&gt;&lt;span style=&quot;color:red&quot;&gt;{SUMMARY}&lt;/span&gt;&lt;/p&gt;", SUMMARY),
        (f"[vc_row][vc_column width=&quot;2/3&quot;]{SUMMARY}[/vc_column][/vc_row]", SUMMARY),
        ("&amp;bdquo;Vozićemo đake&amp;ldquo;, kažu u gradskom prevozu i dodaju da je sve spremno.",
         "„Vozićemo đake“, kažu u gradskom prevozu i dodaju da je sve spremno."),
        ("Radovi traju do proleća.", None),
        ("Radovi traju do proleća, a đaci će se do škole voziti besplatnim...", None),
        ("Gradska uprava je saopštila da će radovi na obnovi mosta početi naredne nedelje.", None),
    ],
)  # fmt: skip
def test_an_editors_text_that_only_machines_are_told_is_the_lead_where_none_is_printed(described, lead):
    assert article_of(TEXT_BELOW, described).lead == lead


@pytest.mark.parametrize("below", [TEXT_BELOW, TEXT_BELOW.partition("</p>")[0] + "</p>"])
@pytest.mark.parametrize("repeated", [f"<p>{SUMMARY}</p>", ""])
def test_a_lead_is_no_part_of_the_body_of_short_news_either(below, repeated):
    found = article_of(f'<p class="lead">{SUMMARY}</p><div class="txt">{repeated}{below}</div>', SUMMARY)
    assert (found.lead, SUMMARY in found.body, found.body.startswith("Gradska")) == (SUMMARY, False, True)
