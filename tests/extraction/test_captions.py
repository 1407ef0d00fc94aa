"""Captions and credits that stand beside a picture without a ``<figcaption>``, and text that does so and is text."""

import pytest
from lxml import html

from balkan_crawler import extract
from balkan_crawler.extraction.body.captions import captions
from balkan_crawler.extraction.body.columns import column_of
from balkan_crawler.extraction.body.features import read_page
from balkan_crawler.extraction.document.blocks import read_blocks

URL = "https://portal.rs/vesti/novi-most-na-dunavu-12345/"
TITLE = "Otvoren novi most na Dunavu"
PARAGRAPHS = [
    f"<p>{text}</p>"
    for text in (
        "Novi most preko Dunava otvoren je danas za saobraćaj, dve godine posle početka radova na pristupnim putevima.",
        "Gradonačelnik je na otvaranju rekao da će vožnja od jedne do druge obale trajati pet minuta umesto četrdeset, "
        "koliko je trebalo preko starog mosta, kojim od danas voze samo gradski autobusi i bicikli.",
        "Radove su izvodile dve domaće firme, a vrednost posla iznosi oko sto dvadeset miliona evra bez poreza.",
        "Za teretni saobraćaj most će biti otvoren na proleće, kada se završi i petlja na levoj obali reke.",
    )
]
CAPTION = "Pogled na novi most sa tvrđave u sumrak"
PICTURE = "<img src='/most.jpg' width='800' alt='most'>"
CAPTIONS = {
    "a div below it": f"<div class='x1'>{PICTURE}<div class='x2'>{CAPTION}</div></div>",
    "a span of a class": f"<div><a href='/most.jpg'>{PICTURE}</a><span class='caption small'>{CAPTION}</span></div>",
    "a paragraph of a class": f"<div class='wp-caption'>{PICTURE}<p class='wp-caption-text'>{CAPTION}</p></div>",
    "a paragraph of a figure": f"<figure>{PICTURE}<p>{CAPTION}</p></figure>",
    "a credit beside the caption": (
        f"<figure>{PICTURE}<figcaption>{CAPTION}</figcaption><span>Pera Perić/Agencija</span></figure>"
    ),
    "what the picture is called": (
        f"<div class='f1'><div><img src='/most.jpg' alt='{CAPTION}'></div><div class='f2'>{CAPTION}</div></div>"
    ),
}


def page_of(*parts):
    return (
        f"<!DOCTYPE html><html lang='sr'><head><meta charset='utf-8'><title>{TITLE}</title>"
        "<meta property='og:type' content='article'></head><body><nav><a href='/'>Početna</a></nav>"
        f"<article><h1>{TITLE}</h1><div class='text'>{''.join(parts)}</div></article></body></html>"
    )


def body_of(*parts):
    return extract(page_of(*parts).encode(), URL).article.body.split("\n")


def text_of(paragraph):
    return paragraph.removeprefix("<p>").removesuffix("</p>")


@pytest.mark.parametrize("caption", CAPTIONS.values(), ids=CAPTIONS)
@pytest.mark.parametrize("place", [0, 2])
def test_the_text_of_a_picture_is_no_body(caption, place):
    parts = [*PARAGRAPHS[:place], caption, *PARAGRAPHS[place:]]
    assert body_of(*parts) == [text_of(paragraph) for paragraph in PARAGRAPHS]


@pytest.mark.parametrize(
    "part",
    [
        "<div class='part'><img src='/{0}.jpg' width='800'>{1}</div>",
        "<figure><img src='/{0}.jpg'>{1}</figure>",
        "<div class='part'><img src='/icon.svg' width='16' height='16'>{1}</div>",
    ],
)
def test_text_that_has_a_picture_in_each_of_its_parts_is_body(part):
    parts = [part.format(number, paragraph) for number, paragraph in enumerate(PARAGRAPHS)]
    assert body_of(*parts) == [text_of(paragraph) for paragraph in PARAGRAPHS]


def test_a_page_of_very_many_pictures_is_read_to_a_bound():
    page = read_page(
        read_blocks(html.fromstring(f"<div>{'<i><img src=x></i>' * 5_000}<p>a b c d e</p></div>")), None, None, (), None
    )
    assert captions(page, [0.9], page.blocks) == set()


def test_a_kicker_and_a_second_headline_above_the_text_are_no_body():
    stated = "<meta property='og:title' content='Posle dve godine radova: Most na Dunavu otvoren za sve'>"
    page = page_of(
        "<h2><span>Posle dve godine radova</span><div>Most na Dunavu otvoren za sve</div></h2>", *PARAGRAPHS
    ).replace("<meta property='og:type'", f"{stated}<meta property='og:type'")
    assert extract(page.encode(), URL).article.body.split("\n") == [text_of(paragraph) for paragraph in PARAGRAPHS]


def blocks_of(*parts):
    return read_page(read_blocks(html.fromstring(page_of(*parts))), None, None, (TITLE,), None)


def test_where_nothing_is_likely_the_largest_column_of_paragraphs_is_the_text():
    page = blocks_of(
        *PARAGRAPHS[:2], "<p>Kratko.</p>", *PARAGRAPHS[2:], "<div><p>Oglas <a href='/o'>ovde</a></p></div>"
    )
    chances = [0.1] * len(page.blocks)
    found = column_of(page, chances, set(), [False] * len(page.blocks))
    assert [page.blocks[order].text for order in sorted(found)] == [
        *map(text_of, PARAGRAPHS[:2]),
        "Kratko.",
        *map(text_of, PARAGRAPHS[2:]),
    ]


def test_a_body_is_not_given_up_for_a_column():
    page = blocks_of(*PARAGRAPHS, f"<section>{''.join(PARAGRAPHS * 3)}</section>")
    kept = {block.order for block in page.blocks if block.node.tag == "p"} - set(range(6, 99))
    assert column_of(page, [0.1] * len(page.blocks), kept, [False] * len(page.blocks)) == set()
    assert column_of(page, [0.01] * len(page.blocks), set(), [False] * len(page.blocks)) == set()
