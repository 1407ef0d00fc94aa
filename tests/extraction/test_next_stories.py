"""Pages that scroll on to the next story: the body, title and day are the first one's."""

import pytest

from balkan_crawler import extract

URL = "https://primer.rs/vesti/most-na-reci-otvoren-za-saobracaj-12345/"
TITLE = "Most na reci otvoren za saobraćaj posle četiri godine"
OWN = [
    "Novi most preko reke otvoren je jutros za saobraćaj, četiri godine posle početka radova na njemu.",
    "Prvi su preko njega prešli vozači autobusa, kojima je obilazak dosad oduzimao po četrdeset minuta.",
    "Radovi su koštali devet miliona evra, a rok je pomeran tri puta zbog visokog vodostaja.",
]
OTHER_TITLE = "Rukometašice osvojile turnir u Zrenjaninu"
OTHER = [
    "Rukometašice domaćeg kluba osvojile su turnir pošto su u finalu savladale gošće iz Segedina.",
    "Najbolja igračica završnice bila je golmanka, koja je odbranila četrnaest udaraca za jedan sat.",
    "Trener je posle utakmice rekao da ekipa ovako mora da igra i u nastavku prvenstva.",
]


def paragraphs(lines):
    return "".join(f"<p>{line}</p>" for line in lines)


def read(inside):
    content = (
        f"<!DOCTYPE html><html lang='sr'><head><meta charset='utf-8'><title>{TITLE} | Primer</title>"
        f"<meta property='og:title' content='{TITLE}'><meta property='og:type' content='article'></head><body><main>"
        f"{inside}</main></body></html>"
    )
    return extract(content.encode(), URL).article


FIRST = f"<article class='post'><h1>{TITLE}</h1><div class='text'>{paragraphs(OWN)}</div></article>"
DATE = "<span class='post-date'>21. novembar 2026. 22:05</span>"


@pytest.mark.parametrize(
    "following",
    [
        f"<article class='post'><h1>{OTHER_TITLE}</h1><div class='text'>{paragraphs(OTHER)}</div></article>",
        f"<article class='post'><h2>{OTHER_TITLE}</h2><div class='text'>{paragraphs(OTHER)}</div></article>",
        f"<div id='more'><div><article><h1>{OTHER_TITLE}</h1>{DATE}{paragraphs(OTHER)}</article></div></div>",
        f"<div class='infinite-scroll'><h2>{OTHER_TITLE}</h2>{paragraphs(OTHER)}</div>",
        f"<hr><div class='next-post'><h3>{OTHER_TITLE}</h3>{paragraphs(OTHER)}</div>",
        f"<section><h1>{OTHER_TITLE}</h1>{DATE}{paragraphs(OTHER)}</section>",
    ],
    ids=["same shape", "same shape, lower heading", "article within", "class infinite", "class next", "dated"],
)
def test_the_next_whole_story_is_no_part_of_this_one(following):
    article = read(FIRST + following)
    assert (article.title, article.body.split("\n")) == (TITLE, OWN)
    assert article.published is None


def test_a_story_that_goes_on_among_the_paragraphs_of_the_first_ends_it():
    flat = f"<div class='text'><h1>{TITLE}</h1>{paragraphs(OWN)}<h1>{OTHER_TITLE}</h1>{DATE}{paragraphs(OTHER)}</div>"
    assert read(flat).body.split("\n") == OWN


@pytest.mark.parametrize("tag", ["h1", "h2", "h3"])
def test_a_section_with_a_heading_of_its_own_stays(tag):
    section = f"<section class='part'><{tag}>Šta sledi na drugoj obali</{tag}>{paragraphs(OTHER)}</section>"
    inside = f"<article class='post'><h1>{TITLE}</h1><div class='text'>{paragraphs(OWN)}{section}</div></article>"
    assert read(inside).body.split("\n") == [*OWN, "Šta sledi na drugoj obali", *OTHER]


def test_the_text_below_a_headline_that_stands_by_itself_stays():
    inside = f"<header><h1>{TITLE}</h1></header><div class='text'><h2>Prvi dan</h2>{paragraphs(OWN)}</div>"
    assert read(inside).body.split("\n")[-3:] == OWN
