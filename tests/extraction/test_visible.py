"""What readers see and what they do not: hidden notes, texts for screen readers, shadow roots, split initials."""

import pytest

from balkan_crawler import extract

URL = "https://primer.hr/vijesti/otvorena-nova-knjiznica-u-gradu-54321/"
LINES = [
    "Nova knjižnica u središtu grada otvorena je u srijedu nakon tri godine radova i dva odgađanja.",
    "U zgradi bivše tvornice duhana sada je 120 tisuća knjiga, čitaonica i dvorana za predavanja.",
    "„Čekali smo je kao djeca Božić“, rekla je umirovljena učiteljica koja je prva uzela iskaznicu.",
    "Članstvo je za učenike besplatno, a knjižnica će raditi i nedjeljom od devet do četrnaest sati.",
]


def body_of(inside):
    content = (
        "<!DOCTYPE html><html lang='hr'><head><meta charset='utf-8'><title>Otvorena nova knjižnica u gradu</title>"
        "<meta property='og:type' content='article'></head><body><main><article>"
        f"<h1>Otvorena nova knjižnica u gradu</h1><div class='article-body'>{inside}</div>"
        "</article></main></body></html>"
    )
    article = extract(content.encode(), URL).article
    return article.body.split("\n") if article else []


def paragraphs(*lines):
    return "".join(f"<p>{line}</p>" for line in lines)


@pytest.mark.parametrize(
    "hidden",
    [
        "<p style='display:none'>Ovaj odlomak čitatelji ne vide i nije dio članka koji čitaju.</p>",
        "<div hidden><p>Vaš preglednik ne može prikazati ovaj videozapis, molimo vas da ga ažurirate.</p></div>",
        "<p style='visibility: hidden'>Ovaj odlomak čitatelji ne vide i nije dio članka koji čitaju.</p>",
        "<p class='screen-reader-text'>Preskočite na sadržaj koji slijedi iza ovoga dijela stranice.</p>",
    ],
    ids=["display none", "hidden", "visibility", "screen reader"],
)
def test_a_note_that_readers_do_not_see_is_no_body(hidden):
    assert body_of(paragraphs(*LINES[:2]) + hidden + paragraphs(*LINES[2:])) == LINES


@pytest.mark.parametrize(
    "attributes",
    ["class='visually-hidden'", "style='position:absolute; width:1px; height:1px; clip: rect(0,0,0,0)'"],
    ids=["class", "style"],
)
def test_words_for_screen_readers_within_a_line_leave_the_line(attributes):
    linked = LINES[1].replace("čitaonica", f"<a href='/c/'>čitaonica<span {attributes}>, otvara novi prozor</span></a>")
    assert body_of(paragraphs(LINES[0], linked, *LINES[2:])) == LINES


def test_the_link_of_a_subheading_to_itself_is_no_word_of_it():
    heading = "<h2 id='radno'>Radno vrijeme <a href='#radno'>#</a></h2>"
    assert body_of(paragraphs(*LINES[:3]) + heading + paragraphs(LINES[3])) == [*LINES[:3], "Radno vrijeme", LINES[3]]


def test_what_a_click_unfolds_stays():
    folded = "<h4>Koliko stoji članstvo?</h4><div class='accordion-content' style='display:none'><p>{}</p></div>"
    answer = "Odrasli plaćaju deset eura na godinu, a umirovljenici upola manje od toga."
    assert answer in body_of(paragraphs(*LINES) + folded.format(answer))


def test_paragraphs_that_an_outlet_hides_one_by_one_are_the_body():
    more = [f"{line} Tako je bilo i na {number}. dan." for number, line in enumerate(LINES * 3)]
    hidden = "".join(f"<div class='subscriber-only' style='display:none'><p>{line}</p></div>" for line in more)
    assert more[-1] in body_of(paragraphs(*LINES) + hidden)


def test_a_declarative_shadow_root_is_read():
    inside = f"<story-body><template shadowrootmode='open'><div>{paragraphs(*LINES)}</div></template></story-body>"
    assert body_of(inside) == LINES


def test_the_text_of_noscript_is_read_where_there_is_no_other():
    assert body_of(f"<noscript><div>{paragraphs(*LINES)}</div></noscript>") == LINES
    short = "<noscript><p>Uključite JavaScript</p></noscript>"
    assert body_of(paragraphs(*LINES) + short) == LINES


@pytest.mark.parametrize("tag", ["div", "span", "p"])
def test_a_drop_cap_is_the_first_letter_of_its_word(tag):
    first = f"<div class='para'><{tag} class='dropcap'>{LINES[0][0]}</{tag}>{LINES[0][1:]}</div>"
    assert body_of(first + paragraphs(*LINES[1:])) == LINES
