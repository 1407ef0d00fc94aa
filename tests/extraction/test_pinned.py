"""An outlet's table says by CSS selectors where its text stands, and what is no part of its pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.outlets import make_outlet

from balkan_crawler import extract, learn
from balkan_crawler.model import Outcome

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
STORY = (
    "Most preko Dunava otvoren je u ponedeljak u podne, posle dve godine radova.",
    "Predsednik opštine je presekao vrpcu pred više stotina građana sa obe obale.",
    "Radovi su koštali manje nego što je bilo planirano, rekli su iz opštine.",
)
OTHERS = (
    "Pretplatite se na naš bilten i svakog jutra primajte najvažnije vesti dana u svoje sanduče.",
    "Naša aplikacija donosi vesti brže od svih drugih, a preuzimanje je besplatno za sve čitaoce.",
)


def page(number: int = 0, *, text_class: str = "kutija", inside: str = "") -> bytes:
    paragraphs = "".join(f"<p>{sentence} Broj {number}.</p>" for sentence in STORY)
    others = "".join(f"<p>{sentence}</p>" for sentence in OTHERS)
    return (
        "<!DOCTYPE html><html lang='sr'><head><title>Most otvoren</title><meta property='og:type' content='article'>"
        "<meta property='article:published_time' content='2026-11-23T10:00:00+01:00'></head><body>"
        f"<main><div class='naslov'><h1>Most preko Dunava je otvoren za saobraćaj {number}</h1></div>"
        f"<div class='{text_class}'>{paragraphs}{inside}</div><div class='kutija druga'>{others}</div></main>"
        "</body></html>"
    ).encode()


def read(content: bytes, **table: object):
    return extract(content, "https://danas-proba.rs/most", make_outlet(**table), NOON)


def body_of(number: int = 0) -> str:
    return "\n".join(f"{sentence} Broj {number}." for sentence in STORY)


def test_what_stands_in_the_named_element_is_the_body_and_nothing_else():
    content = page(text_class="tekst", inside=f"<div class='promo'><p>{OTHERS[0]}</p></div>")
    assert OTHERS[1] not in read(content, body=("div.tekst",)).article.body
    found = read(content, body=("div.tekst",), leave_out=(".promo",))
    assert found.article.body == body_of()


def test_the_first_selector_that_finds_a_text_counts():
    content = page(text_class="tekst")
    assert read(content, body=("div.nema", "div.naslov img", "div.tekst")).article.body == body_of()


def test_a_page_where_none_finds_anything_is_read_as_any_other():
    content = page(text_class="tekst")
    assert read(content, body=("div.nema",)).article.body == read(content).article.body


def test_what_is_left_out_is_in_no_field_and_what_stands_behind_it_stays():
    content = page(text_class="tekst", inside=f"<span class='promo'>{OTHERS[0]}</span> I to je sve što se zna o mostu.")
    found = read(content, leave_out=(".promo",))
    assert OTHERS[0] not in found.article.body
    assert "I to je sve što se zna o mostu." in found.article.body


def test_a_page_without_anything_left_is_no_article():
    assert read(page(), leave_out=("body > main",)).outcome is not Outcome.ARTICLE
    assert read(page(), leave_out=("body", "html")).article is not None  # these are the page itself


def test_the_table_wins_over_what_was_learned():
    pages = [(page(number, text_class="tekst"), f"https://danas-proba.rs/most-{number}") for number in range(30)]
    knowledge = learn(pages, make_outlet())
    content = page(77, text_class="tekst", inside="<p class='opis'>Opis fotografije mosta na reci.</p>")
    outlet = make_outlet(body=("p.opis",))
    found = extract(content, "https://danas-proba.rs/most-77", outlet, NOON, knowledge=knowledge)
    assert found.article is not None and found.article.body == "Opis fotografije mosta na reci."


@pytest.mark.parametrize("selector", ["div.tekst", "#clanak > p", "[itemprop~=articleBody]", "article p:not(.opis)"])
def test_selectors_of_many_forms_are_taken(selector):
    assert read(page(), body=(selector,)).outcome is Outcome.ARTICLE
