"""Short notices among other stories with their excerpts: the notice is the body, and no excerpt is."""

import pytest

from balkan_crawler import extract

URL = "https://portal.rs/vesti/iskljucenja-struje-u-sredu-98765/"
TITLE = "Isključenja struje u sredu u Novom Sadu"
DATED = "<time datetime='2026-11-24T10:00:00+01:00'>24.11.2026.</time>"
DECLARED = "<meta property='og:type' content='article'>"
CARD = (
    "<div class='post-item'><a href='/vesti/druga-vest-{0}-{0}4321/'><img src='/{0}.jpg'></a>"
    "<h3><a href='/vesti/druga-vest-{0}-{0}4321/'>Druga vest broj {0} o sasvim drugom događaju</a></h3>"
    "<span class='date'>2{0}.11.2026.</span><p>Kratak opis druge vesti broj {0}, koji čitaoca poziva da otvori "
    "stranicu i pročita celu priču o tome šta se desilo u gradu prošle nedelje. Detalji su poznati.</p></div>"
)


def read(body, cards=6, head=DECLARED, date=DATED):
    others = "".join(CARD.format(number) for number in range(1, cards + 1))
    content = (
        f"<!DOCTYPE html><html lang='sr'><head><meta charset='utf-8'><title>{TITLE} - Portal</title>"
        f"<meta property='og:title' content='{TITLE}'>{head}</head><body><header><a href='/vesti/'>Vesti</a></header>"
        f"<div class='content'><h1>{TITLE}</h1>{date}<div class='entry'>{body}</div>"
        f"<div class='latest'><h2>Najnovije vesti</h2>{others}</div></div><footer>© Portal 2026</footer></body></html>"
    )
    return extract(content.encode(), URL)


NOTICES = {
    "two sentences": (
        "<p>Bez struje će u sredu od 9 do 14 časova biti Ulica cara Dušana.</p><p>Radovi su na mreži.</p>",
        ["Bez struje će u sredu od 9 do 14 časova biti Ulica cara Dušana.", "Radovi su na mreži."],
    ),
    "one sentence": (
        "<p>Nastava u svim školama u petak se prekida u 12 časova zbog hladnoće.</p>",
        ["Nastava u svim školama u petak se prekida u 12 časova zbog hladnoće."],
    ),
    "a list of streets": (
        "<p>Bez struje će biti:</p><ul><li>Ulica cara Dušana od 2 do 18</li><li>Bulevar oslobođenja</li>"
        "<li>Futoška 12–40</li><li>Temerinski put</li></ul>",
        [
            "Bez struje će biti:",
            "Ulica cara Dušana od 2 do 18",
            "Bulevar oslobođenja",
            "Futoška 12–40",
            "Temerinski put",
        ],
    ),
    "a schedule": (
        "<p><strong>Sreda:</strong></p><p>19.00 – Zvezda – Partizan</p><p>21.00 – Vojvodina – Čukarički</p>",
        ["Sreda:", "19.00 – Zvezda – Partizan", "21.00 – Vojvodina – Čukarički"],
    ),
    "obituaries": (
        "<p>Petar Petrović (78), sahrana u petak u 13 časova.</p><p>Ana Anić (91), ispraćaj u subotu u 11 časova.</p>",
        ["Petar Petrović (78), sahrana u petak u 13 časova.", "Ana Anić (91), ispraćaj u subotu u 11 časova."],
    ),
    "a table": (
        "<table><tr><td>EUR</td><td>117,2</td></tr><tr><td>USD</td><td>101,3</td></tr></table><p>Kurs važi danas.</p>",
        ["EUR 117,2", "USD 101,3", "Kurs važi danas."],
    ),
}


@pytest.mark.parametrize("cards", [3, 12])
@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_is_the_body_however_many_excerpts_stand_around_it(name, cards):
    body, lines = NOTICES[name]
    article = read(body, cards).article
    assert article is not None
    assert article.title == TITLE
    assert [line for text in (article.lead, article.body) if text for line in text.split("\n")] == lines


@pytest.mark.parametrize("name", ["two sentences", "one sentence", "a list of streets", "obituaries"])
def test_a_notice_that_tells_no_day_and_declares_nothing_is_an_article_all_the_same(name):
    body, lines = NOTICES[name]
    article = read(body, head="", date="").article
    assert article is not None
    assert article.body.split("\n") == lines


def test_a_page_of_nothing_but_other_stories_is_no_article():
    assert read("", head="", date="").article is None


def test_the_places_of_a_storys_own_list_stay_though_each_links_to_another_story():
    item = (
        "<div class='place'><h3><a href='/vesti/mesto-{0}-{0}4321/'>Mesto broj {0} kraj reke</a></h3>"
        "<p>Do mesta broj {0} vodi put kroz šumu, a od parkinga se hoda oko pola sata uzbrdo.</p>"
        "<p>Na vrhu je vidikovac broj {0} sa klupama i česmom, odakle se vidi cela ravnica do granice.</p>"
        "<p>Vikendom radi i prodavnica broj {0} u kojoj meštani prodaju sir i med.</p></div>"
    )
    intro = "<p>Obišli smo četiri mesta za izlet o kojima smo pisali proteklih godina, i evo šta je na njima novo.</p>"
    body = read(intro + "".join(item.format(number) for number in range(1, 5)), cards=0).article.body
    assert body.count("Na vrhu je vidikovac") == 4
