"""Pages that lead to stories or sell a subscription are told apart, and never taken from a story."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from balkan_crawler import extract
from balkan_crawler.model import Outcome

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SITE = "https://vesti.example.rs"
CARDS = "".join(
    f'<li><h3><a href="/vesti/{number}-povratak-stare-skele-na-reku">Povratak stare skele na reku, broj {number}</a>'
    "</h3><p>Skela je ponovo zaplovila, a građani su je dočekali…</p></li>"
    for number in range(9)
)
LIST = f"<ul>{CARDS}</ul>"
STORY = (
    "<p>Ronioci su i trećeg dana potrage pretražili reku od starog mosta do brane, ali bez uspeha, rekli su vatrogasci."
    "</p><p>Potraga se nastavlja sutra ujutru, a pridružiće joj se i dva čamca sa sonarom iz susednog grada.</p>"
    "<p>Zamenik komandanta zamolio je građane da ne prilaze nasipu dok voda ne opadne ispod dozvoljene granice.</p>"
)
HEADLINE = "Ronioci i trećeg dana tragaju u reci"
DAY = '<p class="date">18.11.2026. 14:20</p>'


def outcome_of(body, title, path, marked="", below=""):
    page = (
        f'<html lang="sr"><head><title>{title} | Vesti</title></head><body class="{marked}"><main><h1>{title}</h1>'
        f"{body}</main>{below}</body></html>"
    )
    return extract(page.encode(), f"{SITE}{path}", None, NOW).outcome


@pytest.mark.parametrize(
    ("title", "path", "marked", "body", "outcome"),
    [
        ("Ana Anić", "/autor/ana-anic/", "", LIST, Outcome.AUTHOR_INDEX),
        ("Tekstovi autora: Ana Anić", "/a/12", "", LIST, Outcome.AUTHOR_INDEX),
        ("Ana Anić", "/yazar/ana-anic/page/2", "archive author", LIST, Outcome.AUTHOR_INDEX),
        ("most", "/tag/most", "", LIST, Outcome.TAG_INDEX),
        ("Етикет: мост", "/etiketi/most", "", LIST, Outcome.TAG_INDEX),
        ("Rezultati pretrage za: most", "/?s=most", "", LIST, Outcome.SEARCH_RESULTS),
        ("Αποτελέσματα αναζήτησης", "/?q=gefyra", "", "<p>Δεν βρέθηκαν άρθρα.</p>", Outcome.SEARCH_RESULTS),
        (
            "Pretplata",
            "/pretplata",
            "",
            "<p>Izaberite paket koji vam odgovara.</p><p>Mesečno 500 dinara, godišnje 5.000 dinara.</p>",
            Outcome.SUBSCRIPTION,
        ),
        ("Video", "/video/", "", LIST, Outcome.VIDEO_INDEX),
        ("Vesti", "/vesti/", "", LIST, Outcome.LISTING),
    ],
)
def test_an_index_is_told_by_address_title_and_markup(title, path, marked, body, outcome):
    assert outcome_of(body, title, path, marked) is outcome


@pytest.mark.parametrize(
    "path",
    [
        "/tag/most/ronioci-i-treceg-dana-tragaju",
        "/autori/ana-anic/ronioci-i-treceg-dana-tragaju",
        "/video/ronioci-i-treceg-dana-tragaju",
        "/vesti/12345",
    ],
)
def test_a_story_is_an_article_whatever_its_address_has_and_however_many_cards_stand_below(path):
    assert outcome_of(STORY, HEADLINE, path, below=LIST) is Outcome.ARTICLE


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Isključenja struje u sredu", DAY + "<p>Struje neće biti u sredu od 9 do 14 časova.</p>"),
        ("Ulice bez struje u sredu", DAY + "".join(f"<p>Ulica Petra Petrovića {each}</p>" for each in range(12))),
        ("Program za sredu", DAY + "".join(f"<li>{each}.00 Dobro jutro, grade {each}</li>" for each in range(7, 20))),
        ("Preminuo nastavnik Petar Petrović", DAY + "<p>Sahrana je u petak u 13 časova na Novom groblju.</p>"),
    ],
)
def test_a_short_notice_with_its_day_is_an_article(title, body):
    assert outcome_of(body, title, "/vesti/iskljucenja", below=LIST) is Outcome.ARTICLE


def test_a_short_notice_without_a_day_is_an_article_by_three_signs():
    body = "<p>Preminuo je Petar Petrović, dugogodišnji nastavnik. Sahrana je u petak u 13 časova na groblju.</p>"
    title = "Preminuo nastavnik Petar Petrović"
    assert outcome_of(body, title, "/vesti/preminuo-nastavnik-petar-petrovic", below=LIST) is Outcome.ARTICLE


@pytest.mark.parametrize(
    "markup",
    [
        f"<div><h2>{HEADLINE}</h2>{STORY}</div>",
        f"<h3>{HEADLINE}</h3>{STORY}",
        f"<div><div>{HEADLINE}</div><div>{STORY.replace('<p>', '<div>').replace('</p>', '</div>')}</div></div>",
        f"<title></title><h1 class='logo'>Vesti</h1><div class='naslov'>{HEADLINE}</div>{STORY}",
        f"<title>Vesti</title><meta property='og:title' content='Vesti'><h2>{HEADLINE}</h2>{STORY}",
        f"<title>Vesti - {HEADLINE} - Hronika</title><div class='title'>{HEADLINE}</div>{STORY}",
        f"<title>{HEADLINE} | Vesti</title><h1><span class='sr-only'>Članak:</span> {HEADLINE}</h1>{STORY}",
    ],
)
def test_the_headline_is_found_where_no_main_heading_tells_it(markup):
    found = extract(markup.encode(), f"{SITE}/hronika/ronioci", None, NOW)
    assert (found.outcome, found.article.title) == (Outcome.ARTICLE, HEADLINE)


def test_the_name_of_a_site_is_known_by_its_host_without_accents_and_in_either_script():
    page = f"<title>Čačanski Žurnal</title><h1>Чачански Журнал</h1><h2>{HEADLINE}</h2>{STORY}"
    found = extract(page.encode(), "https://www.cacanskizurnal.rs/a/1", None, NOW)
    assert found.article.title == HEADLINE


def test_what_is_no_article_tells_its_day_all_the_same():
    page = f"<title>Vesti</title><h1>Vesti</h1><p>Objavljeno: 18.11.2026.</p>{LIST}"
    found = extract(page.encode(), f"{SITE}/vesti/", None, NOW)
    assert (found.article, found.outcome) == (None, Outcome.LISTING)
    assert found.published.isoformat()[:10] == "2026-11-18"
