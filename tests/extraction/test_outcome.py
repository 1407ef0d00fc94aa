"""What a page is said to be: short stories are articles, whatever words they have; walls and listings are none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from balkan_crawler import extract
from balkan_crawler.data import read_table
from balkan_crawler.extraction.body.other_readings import read_document
from balkan_crawler.extraction.body.rules import text_of
from balkan_crawler.extraction.document.parsing import parse
from balkan_crawler.extraction.metadata.record import read_metadata
from balkan_crawler.extraction.outcome import judge
from balkan_crawler.extraction.teasers.cards import read_cards
from balkan_crawler.extraction.teasers.excerpts import share_in_cards
from balkan_crawler.model import Outcome

CARDS = "".join(
    f'<li><a href="/vesti/{number}-povratak-stare-skele-na-reku">Povratak stare skele na reku, broj {number}</a></li>'
    for number in range(12)
)


def _outcome(body: str, title: str = "Nova skela povezuje dve obale", after: str = "") -> Outcome:
    page = (
        f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{body}</article>{after}</body></html>"
    )
    return extract(page.encode(), "https://vesti.example/vesti/90210-nova-skela").outcome


def test_a_short_story_that_has_a_word_of_consent_dialogues_is_an_article() -> None:
    body = (
        "<p>Opština i njen partner iz susednog grada potpisali su juče ugovor o novoj skeli na reci Tamnavi, koja će "
        "voziti svakog sata od jutra do mraka.</p><p>Predsednica opštine rekla je da je posao vredan dva miliona "
        "dinara i da radovi počinju u ponedeljak, čim vodostaj padne ispod dozvoljene granice.</p>"
    )
    assert _outcome(body) is Outcome.ARTICLE


STORY = (
    "<p>Ronioci su i trećeg dana potrage pretražili reku od starog mosta do brane, ali bez uspeha, saopštila je juče "
    "vatrogasna brigada iz susednog grada.</p><p>Potraga se nastavlja sutra ujutru, a pridružiće joj se i dva čamca sa "
    "sonarom koje je poslala Mađarska, rekao je zamenik komandanta i zamolio građane da ne prilaze nasipu.</p>"
)


@pytest.mark.parametrize(
    "title",
    [
        "U Dunavu nije pronađeno telo nestalog ribara",
        "Nuk u gjet zgjidhje as sot për tregun e vjetër",
        "Изчезналата жена все още не е намерена",
        "Δεν βρέθηκε ακόμη ο οδηγός του φορτηγού",
    ],
)
def test_a_headline_that_says_not_found_above_a_story_makes_no_missing_page(title: str) -> None:
    assert _outcome(STORY, title) is Outcome.ARTICLE


def test_a_page_that_says_it_is_missing_above_an_apology_is_a_soft_404() -> None:
    apology = "<p>Žao nam je, ali stranica koju tražite ne postoji ili je premeštena. Pokušajte pretragom.</p>"
    assert _outcome(apology, "Stranica nije pronađena") is Outcome.SOFT_404


def test_a_wall_that_asks_for_consent_in_one_language_is_a_consent_wall() -> None:
    body = (
        "<p>Mi i naši partneri koristimo kolačiće i čuvamo podatke na uređaju. Vaša saglasnost je potrebna za obradu "
        "podataka i personalizovane oglase. Možete da prihvatite sve ili odbijete.</p>"
    )
    assert _outcome(body, "Vaša privatnost") is Outcome.CONSENT_WALL


def test_a_story_told_in_short_lines_beside_many_teasers_is_an_article() -> None:
    lines = "".join(f"<p>„Ko je tamo, {name}?“</p>" for name in ("Mara", "Stana", "Ruža", "Lenka", "Petra", "Zora"))
    body = (
        f"{lines}<p>Tako je počela priča koju u selu prepričavaju već trideset godina, a koju je juče na trgu ispričao "
        "i sam skeledžija, dok su ga deca slušala i dok je padala kiša koja je trajala do večeri.</p>"
        "<p>Skela je prvi put zaplovila u proleće, kada je reka nadošla i kada su mostovi bili zatvoreni za sav "
        "saobraćaj, pa se do škole i ambulante moglo samo vodom, i to danju.</p>"
    )
    assert _outcome(body, after=f"<aside><h3>Povezane vesti</h3><ul>{CARDS}</ul></aside>") is Outcome.ARTICLE


def test_excerpts_that_are_taken_for_a_text_make_a_listing() -> None:
    shown = "".join(
        f'<div class="card"><h3><a href="/vesti/{number}-skela">Povratak skele na reku posle {number} godina</a></h3>'
        f"<p>Radnici iz susednog grada obnavljaju i ove jeseni stari most broj {number}, rekao je načelnik.</p></div>"
        for number in range(12)
    )
    markup = f"<html><head><title>Novo</title></head><body><main><h1>Novo</h1>{shown}</main></body></html>"
    document = parse(markup.encode(), "https://vesti.example/novo/6.html", None, ())
    page = read_document(document)
    excerpts = [block.order for block in page.blocks if block.node.tag == "p"]
    chances = [0.9 if order in excerpts else 0.1 for order in range(len(page.blocks))]
    cards = read_cards(document, page, chances, [None])
    metadata = read_metadata(document, datetime(2026, 11, 29, tzinfo=UTC))
    share = share_in_cards(cards, page, excerpts)
    body = text_of(page, excerpts)
    assert share == 1
    assert judge(document, metadata, body, cards, b"", share).outcome is Outcome.LISTING
    assert judge(document, metadata, body, cards, b"", 0.0).outcome is Outcome.ARTICLE


def test_a_page_of_other_stories_is_a_listing() -> None:
    assert _outcome(f"<ul>{CARDS}</ul>", "Vesti") is Outcome.LISTING


def test_words_without_a_sentence_and_a_day_are_no_article() -> None:
    labels = "".join(f"<li>Odeljenje broj {number}</li>" for number in range(30))
    assert _outcome(f"<ul>{labels}</ul>", "Odeljenja") is Outcome.NO_TEXT


@pytest.mark.parametrize(("phrases", "outcome"), [(5, Outcome.ARTICLE), (6, Outcome.CONSENT_WALL)])
def test_a_wall_without_a_title_is_told_by_six_different_phrases_of_one_language(
    phrases: int, outcome: Outcome
) -> None:
    table = read_table("balkan_crawler.extraction.outcome", "outcomes.toml")["consent-wall"]["text"]["en"]
    alone = [phrase for phrase in table if not any(phrase != other and phrase in other for other in table)]
    assert _outcome(STORY + "".join(f"<p>Pročitajte i ovo: {phrase}.</p>" for phrase in alone[:phrases])) is outcome
