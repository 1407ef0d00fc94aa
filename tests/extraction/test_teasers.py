"""The related stories of a page: which links are stories, their headlines, headings and places, on small pages."""

import tracemalloc

import pytest

from balkan_crawler import extract
from balkan_crawler.extraction.teasers.cards import MOST_CARDS
from balkan_crawler.extraction.teasers.story_links import section_fronts

URL = "https://primer.hr/vijesti/otvorena-nova-knjiznica-u-gradu-54321/"
LINES = [
    "Nova knjižnica u središtu grada otvorena je u srijedu nakon tri godine radova i dva odgađanja.",
    "U zgradi bivše tvornice duhana sada je 120 tisuća knjiga, čitaonica i dvorana za predavanja.",
    "„Čekali smo je kao djeca Božić“, rekla je umirovljena učiteljica koja je prva uzela iskaznicu.",
    "Članstvo je za učenike besplatno, a knjižnica će raditi i nedjeljom od devet do četrnaest sati.",
    "Gradonačelnik je najavio da će do ljeta biti uređen i park s pozornicom iza zgrade.",
]
BUS = "/vijesti/novi-autobusi-stizu-u-svibnju-54000/"
MARKET = "/vijesti/trznica-ostaje-otvorena-nedjeljom-54001/"
BRIDGE = "/vijesti/most-preko-rijeke-ceka-obnovu-54002/"


def page(within="", below="", above="", deck="", url=URL):
    text = "".join(f"<p>{line}</p>" for line in LINES[:3]) + within + "".join(f"<p>{line}</p>" for line in LINES[3:])
    return extract(
        (
            "<!DOCTYPE html><html lang='hr'><head><meta charset='utf-8'><title>Otvorena nova knjižnica</title>"
            f"<meta property='og:type' content='article'></head><body>{above}<main><article>"
            f"<h1>Otvorena nova knjižnica u gradu</h1>{deck}<div class='article-body'>{text}</div></article></main>"
            f"{below}</body></html>"
        ).encode(),
        url,
    )


def card(address, title, tag="h3"):
    image = f"<a href='{address}'><img src='a.jpg'></a>"
    return f"<div class='card'>{image}<{tag}><a href='{address}'>{title}</a></{tag}></div>"


def shown(result, *fields):
    return [tuple(getattr(teaser, field) for field in fields) for teaser in result.teasers]


@pytest.mark.parametrize(
    "link",
    [
        f"<a href='{BUS}' title='Novi autobusi stižu u svibnju'>Novi autobusi stižu u svibnju <b>|više</b></a>",
        f"<a href='{BUS}' aria-label='Novi autobusi stižu u svibnju'>Promet. Novi autobusi stižu u svibnju</a>",
        f"<a href='{BUS}'><span class='kicker'>Promet</span><span>Novi autobusi stižu u svibnju</span></a>",
        f"<a href='{BUS}'><span>Gradski promet</span><span class='card-title'>Novi autobusi stižu u svibnju</span></a>",
        f"<a href='{BUS}'><span class='text'>Novi autobusi stižu u svibnju</span><span class='more'>čitaj</span></a>",
        f"<a href='{BUS}'><span>VIDEO</span> Novi autobusi stižu u svibnju</a>",
        f"<a href='{BUS}'><span>Novi autobusi stižu u svibnju</span><span>Novi autobusi stižu u svibnju</span></a>",
        f"<a href='{BUS}'><strong>Dobre vijesti za putnike iz predgrađa</strong><i class='hidden'>:</i> "
        "Novi autobusi stižu u svibnju</a>",
        f"<a href='{BUS}'><b>Sljedeći članak</b> Novi autobusi stižu u svibnju</a>",
        f"<a href='{BUS}'><span class='title'>Novi autobusi stižu u svibnju</span>"
        "<span class='sub-title'>Prvi će voziti prema sveučilištu</span></a>",
    ],
    ids=[
        "title attribute",
        "aria-label",
        "kicker",
        "title class",
        "read",
        "label",
        "twice",
        "mark",
        "next",
        "subtitle",
    ],
)
def test_a_headline_is_told_from_the_labels_that_share_its_link(link):
    result = page(below=f"<aside><ul><li>{link}</li></ul></aside>")
    assert shown(result, "title") == [("Novi autobusi stižu u svibnju",)]


@pytest.mark.parametrize(
    "title",
    [
        "-10 stepeni sutra ujutro u gradu",
        "–12 stepeni i snijeg u brdima",
        "-5.20 kuna za litru goriva od danas",
        "2.15 milijardi eura za nove putove",
        "«Δεν θα παραιτηθώ», λέει ο υπουργός",
        "Υπουργός στη Βουλή: «Δεν θα παραιτηθώ»",
        "»Naša je poruka mir«, kaže ministrica",
        "#1 na svijetu i dalje je iz Srbije",
    ],
)
def test_a_mark_that_means_something_stays_at_the_end_of_a_headline(title):
    assert shown(page(below=f"<aside><ul><li><a href='{BUS}'>{title}</a></li></ul></aside>"), "title") == [(title,)]


@pytest.mark.parametrize(
    "line",
    [
        "- {}", "-{}", "– {} –", "» {}", "› {}", "{} »", "• {}", "| {}", "12:30 {}", "- 12:30 | {}", "12.30 - {}",
        "#7 {}",
    ],
)  # fmt: skip
def test_a_bullet_an_arrow_and_a_time_are_no_part_of_a_headline(line):
    title = "Novi autobusi stižu u svibnju"
    link = f"<a href='{BUS}'>{line.format(title)}</a>"
    assert shown(page(below=f"<aside><ul><li>{link}</li></ul></aside>"), "title") == [(title,)]


def test_a_word_in_italics_is_a_part_of_the_headline():
    result = page(
        below=f"<aside><ul><li><a href='{BUS}'>Novi roman <em>Most</em> stiže u svibnju</a></li></ul></aside>"
    )
    assert shown(result, "title") == [("Novi roman Most stiže u svibnju",)]


def test_a_headline_divided_by_an_element_within_it_stays_whole():
    link = (
        f"<a href='{BUS}'><i class='top'>Promet</i><span class='title'>Novi <b>autobusi</b> stižu u svibnju</span></a>"
    )
    assert shown(page(below=f"<aside><ul><li>{link}</li></ul></aside>"), "title") == [
        ("Novi autobusi stižu u svibnju",)
    ]


def test_a_caption_that_links_to_its_picture_is_no_teaser():
    link = "<a href='/slike/knjiznica-otvorena-u-gradu-12345.jpg'>Otvorite fotografiju nove knjižnice u galeriji</a>"
    assert page(within=f"<div>{link}</div>").teasers == ()


def test_the_higher_of_two_headings_is_the_headline():
    inner = "<h4>Gradski promet u brojkama</h4><h3>Novi autobusi u svibnju</h3><p>Prvi će voziti već u petak.</p>"
    result = page(below=f"<aside><div><a href='{BUS}'>{inner}</a></div></aside>")
    assert shown(result, "title") == [("Novi autobusi u svibnju",)]


def test_a_link_laid_over_a_card_has_the_headline_of_its_own_card():
    day = "<p><a href='/grad/'>Grad</a>, 2. svibnja</p>"
    cards = "".join(
        f"<article><h2>{title}</h2>{day}<a href='{address}' class='over'></a></article>"
        for address, title in ((BUS, "Novi autobusi u svibnju"), (MARKET, "Tržnica otvorena nedjeljom"))
    )
    result = page(below=f"<section><h2>Najčitanije</h2>{cards}</section>")
    assert [(title, url.split("/")[4][:4]) for title, url in shown(result, "title", "url")] == [
        ("Novi autobusi u svibnju", "novi"),
        ("Tržnica otvorena nedjeljom", "trzn"),
    ]


def test_a_label_that_is_no_heading_names_the_list_below_it():
    cards = card(BUS, "Novi autobusi stižu u svibnju", "div") + card(MARKET, "Tržnica ostaje otvorena nedjeljom", "div")
    result = page(below=f"<div class='box'><div class='bar'>Iz gradova</div><div>{cards}</div></div>")
    assert shown(result, "heading") == [("Iz gradova",), ("Iz gradova",)]


def test_the_first_of_two_tabs_names_the_list():
    tabs = "<h4><a href='#a'>Povezani članci</a><a href='#b'>Više od autora</a></h4>"
    cards = card(BUS, "Novi autobusi stižu u svibnju") + card(MARKET, "Tržnica ostaje otvorena nedjeljom")
    result = page(below=f"<div>{tabs}<div>{cards}</div></div>")
    assert shown(result, "heading") == [("Povezani članci",)] * 2


@pytest.mark.parametrize(
    "above",
    [
        f"<div>{card(BRIDGE, 'Most preko rijeke čeka obnovu')}</div>",
        "<div id='comments'><h3>Tri čitatelja o knjižnici</h3></div>",
        "<div class='sponsor'><h3>Namještaj po mjeri</h3></div>",
        "<h3><a href='/'>Otvorena nova knjižnica</a></h3>",
    ],
    ids=["another story", "comments", "advertisement", "the page itself"],
)
def test_what_stands_above_a_list_is_not_always_its_heading(above):
    result = page(below=f"<section><div>{above}</div><div>{card(BUS, 'Novi autobusi stižu u svibnju')}</div></section>")
    assert shown(result, "heading")[-1] == (None,)


def test_a_subheading_of_the_text_is_no_heading_of_a_story_in_it():
    line = f"<h2>Što slijedi iza zgrade</h2><p><a href='{BUS}'>Novi autobusi stižu u svibnju prema knjižnici</a></p>"
    assert shown(page(within=line), "heading", "place") == [(None, "text")]


def test_stories_between_the_paragraphs_in_the_deck_and_in_an_aside_of_the_text_are_in_the_text():
    result = page(
        deck=f"<ul><li><a href='{BRIDGE}'>Most preko rijeke čeka obnovu</a></li></ul>",
        within=f"<aside class='box'>{card(BUS, 'Novi autobusi stižu u svibnju')}</aside>",
    )
    assert shown(result, "place") == [("text",), ("text",)]


def test_only_the_first_list_below_the_text_is_after_it():
    lists = [
        f"<section><h2>Povezane vijesti</h2>{card(BUS, 'Novi autobusi stižu u svibnju')}"
        f"{card(MARKET, 'Tržnica ostaje otvorena nedjeljom')}</section>",
        f"<section><h2>Najčitanije</h2>{card(BRIDGE, 'Most preko rijeke čeka obnovu')}</section>",
    ]
    assert shown(page(below="".join(lists)), "place") == [("after",), ("after",), ("beside",)]


def test_what_stands_below_the_comments_is_beside():
    comments = "<div class='comments'><h3>Komentari (2)</h3><p>Bravo.</p><p>Napokon.</p></div>"
    below = f"{comments}<section><h2>Povezane vijesti</h2>{card(BUS, 'Novi autobusi stižu u svibnju')}</section>"
    assert shown(page(below=below), "place") == [("beside",)]


def test_a_card_called_secondary_in_a_list_is_no_side_column():
    cards = "".join(
        f"<article id='secondary-story-{place}'>{card(address, title)}</article>"
        for place, (address, title) in enumerate(
            [(BUS, "Novi autobusi stižu u svibnju"), (MARKET, "Tržnica ostaje otvorena nedjeljom")]
        )
    )
    assert shown(page(below=f"<div class='stories'>{cards}</div>"), "place") == [("after",), ("after",)]


def test_the_folder_of_a_story_is_a_section_and_does_not_divide_its_card():
    section = "/vijesti/gradovi-i-sela/"
    story = card(f"{section}novi-autobusi-54000/", "Novi autobusi stižu u svibnju")
    result = page(below=f"<aside><div class='item'><a href='{section}'>Gradovi i sela regije</a>{story}</div></aside>")
    assert shown(result, "title") == [("Novi autobusi stižu u svibnju",)]


def test_a_short_line_is_a_headline_where_related_stories_are_announced():
    line = "<ul><li><a href='/vijesti/54007/'>Poskupljuje školski ručak</a></li></ul>"
    assert shown(page(below=f"<div><h3>Pročitajte još</h3>{line}</div>"), "title") == [("Poskupljuje školski ručak",)]
    assert shown(page(below=f"<div><h3>Usluge</h3>{line}</div>"), "title") == []


def test_an_address_without_a_number_is_rather_no_story_where_the_page_has_one():
    below = "<aside><div><h3><a href='/vodic/svi-muzeji-grada/'>Svi muzeji našeg grada</a></h3></div></aside>"
    assert shown(page(below=below), "title") == []
    plain = "https://primer.hr/vijesti/otvorena-nova-knjiznica-u-gradu/"
    assert shown(page(below=below, url=plain), "title") == [("Svi muzeji našeg grada",)]


def test_stories_of_another_site_count_among_the_own_or_announced_in_the_text():
    sister = "https://sestra.hr/svijet/vlak-vozi-preko-alpa-77001/"
    title = "Vlak vozi preko Alpa i zimi"
    own = card(BUS, "Novi autobusi stižu u svibnju")
    assert len(page(below=f"<section><h2>Izdvajamo</h2>{own}{card(sister, title)}</section>").teasers) == 2
    assert page(below=f"<section><h2>Izdvajamo</h2>{card(sister, title)}</section>").teasers == ()
    line = f"<p>Pročitajte još: <a href='{sister}'>{title}</a></p>"
    assert shown(page(within=line), "title", "heading", "place") == [(title, "Pročitajte još", "text")]


def test_stories_in_the_drop_down_of_a_menu_are_no_teasers():
    menu = f"<div class='td_block_mega_menu'>{card(BUS, 'Novi autobusi stižu u svibnju')}</div>"
    assert page(above=f"<header><nav><ul><li>{menu}</li></ul></nav></header>").teasers == ()


@pytest.mark.slow
@pytest.mark.parametrize("each", ["<li>{}</li>", "{} "], ids=["items", "one line"])
def test_a_page_of_thirty_thousand_links_offers_no_more_stories_than_are_ever_read(each):
    links = (f"<a href='/vijesti/prica-o-gradu-{n}/'>Priča broj {n} o gradu</a>" for n in range(10_000, 40_000))
    result = page(below=f"<div>{''.join(each.format(link) for link in links)}</div>")
    assert len(result.teasers) <= MOST_CARDS


def test_an_address_in_thousands_of_folders_takes_no_memory():
    tracemalloc.start()
    try:
        assert section_fronts(["a.rs/sport", f"a.rs/sport/{'a/' * 40_000}", "a.rs/sport/most-1234"]) == {"a.rs/sport"}
        assert tracemalloc.get_traced_memory()[1] < 1024**2
    finally:
        tracemalloc.stop()
