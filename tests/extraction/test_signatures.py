"""Names that no markup calls an author's: beside the date, above the text's first paragraph, below its last."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from balkan_crawler.extraction.document.parsing import parse
from balkan_crawler.extraction.metadata.record import Metadata, read_metadata

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
STORY = "<p>Prvi pasus priče o mostu preko reke, dovoljno dug.</p><p>Drugi pasus priče o mostu preko reke.</p>"


def metadata_of(body: str, headline: str = "<h1>Naslov dana o mostu</h1>") -> Metadata:
    markup = (
        '<html><head><meta property="og:title" content="Naslov dana o mostu"></head>'
        f"<body><article>{headline}{body}</article></body></html>"
    )
    return read_metadata(parse(markup.encode(), "https://www.glasnik.example.rs/vesti/prica-1234567"), NOW)


@pytest.mark.parametrize(
    ("line", "authors", "agencies"),
    [
        ("<div>24.11.2026. 15:10 | Anadolija</div>", (), ("Anadolu",)),
        ("<p>ISTANBUL - Anadolu Agency <span>|</span> November 25 2026 14:31</p>", (), ("Anadolu",)),
        (
            "<div><b>25. nov 2026, 09:18</b> • <b>1.208 pregleda</b> • <b>R. Anić / Beta</b></div>",
            ("R. Anić",),
            ("Beta",),
        ),
        ("<p>Izvor: <b>JRS</b>, autor: <b>Ana Anić, novinar</b> utorak, 24. nov 2026, 12:40</p>", ("Ana Anić",), ()),
        ("<div>Novi Sad, 24.11.2026. 15:10</div>", (), ()),
        ("<div>24.11.2026. 15:10 <a>AA</a></div>", (), ()),
        ("<div>Ana Anić<br>Novi Sad<br>24.11.2026. 15:10</div>", ("Ana Anić",), ()),
        ("<div><div>Ana Anić</div><div>24. novembar 2026</div></div>", ("Ana Anić",), ()),
        (
            '<div><a href="/a/1">Ana Anić</a> i <a href="/a/2">Marko Marić</a> | Niš | 24.11.2026.</div>',
            ("Ana Anić", "Marko Marić"),
            (),
        ),
        ("<div>Ana Anić objavljeno 24.11.2026. u 15:10, 84 pregleda</div>", ("Ana Anić",), ()),
        ("<div><b>Novi Sad</b> <i>24.11.2026. 15:10</i></div>", (), ()),
        ("<p><b>Ana Anić</b> (2016) i <b>Marko Marić</b> (2017) otvorili su most.</p>", (), ()),
        ('<div><b>Crna Hronika</b> <i>24.11.2026.</i></div><div><a href="/crna/">Crna Hronika</a></div>', (), ()),
    ],
)
def test_the_line_of_the_date_names_agencies_and_signed_people_but_no_places(line, authors, agencies):
    metadata = metadata_of(line + STORY)
    assert (metadata.article.authors, metadata.article.agencies) == (authors, agencies)
    assert bool(metadata.byline_elements) == bool(authors or agencies)


def test_a_name_in_bold_opens_the_text_below_a_lead():
    lead = "<div><p>Podnaslov koji je duži od četrdeset slova, kako podnaslovi jesu.</p></div>"
    metadata = metadata_of(f"{lead}<div><p><b>Ana ANIĆ, Marko MARIĆ</b></p>{STORY}</div>")
    assert metadata.article.authors == ("Ana Anić", "Marko Marić")
    assert [element.text_content() for element in metadata.byline_elements] == ["Ana ANIĆ, Marko MARIĆ"]


@pytest.mark.parametrize(
    ("paragraph", "authors"),
    [
        ('<p style="text-align:right"><b>M. VUKOVIĆ</b></p>', ("M. Vuković",)),
        ('<p class="has-text-align-right">Ana Anić</p>', ("Ana Anić",)),
        ("<p><b>Ana ANIĆ</b></p>", ("Ana Anić",)),
        ("<p><b>Ana Anić</b></p>", ()),
        ("<p><b>M. Vuković je najavio štrajk</b></p>", ()),
    ],
)
def test_a_signature_closes_the_text(paragraph, authors):
    assert metadata_of(f"<div>{STORY}{paragraph}</div>").article.authors == authors


def test_a_columnist_s_teaser_is_no_byline_and_an_author_s_link_is():
    column = '<div><a href="/autori/nedim-t/kora,50112"><b>Nedim T.</b><span>Kora i jezgro, još jednom</span></a></div>'
    assert metadata_of(f"{STORY}{column}").article.authors == ()
    assert metadata_of(f'<a href="/autori/ana-anic">Ana Anić</a>{STORY}{column}').article.authors == ("Ana Anić",)


def test_a_place_in_capitals_behind_a_name_is_no_author():
    metadata = metadata_of(f'<div class="author">Ana ANIĆ/KASTAMONU, (DHA)</div>{STORY}')
    assert (metadata.article.authors, metadata.article.agencies) == (("Ana Anić",), ("DHA",))


def test_a_headline_that_no_heading_marks_is_found_by_its_text():
    metadata = metadata_of(f"<div>Naslov dana o mostu</div><div>24.11.2026. 15:10 | Beta</div>{STORY}", headline="")
    assert metadata.title_element is not None and metadata.title_element.tag == "div"
    assert metadata.article.agencies == ("Beta",)


@pytest.mark.parametrize(
    ("line", "modified"),
    [
        ("24.11.2026. 12:40 -&gt; 13:22", "2026-11-24T13:22:00+01:00"),
        ("24. 11. 2026. 12:40 &gt;&gt; 13:22", "2026-11-24T13:22:00+01:00"),
        ("24.11.2026. 12:40 Ažurirano: 13:22", "2026-11-24T13:22:00+01:00"),
        ("24.11.2026. 12:40, ažurirano u 13:22 h", "2026-11-24T13:22:00+01:00"),
        ("Objavljeno: 24.11.2026. 12:40<br>Ažurirano: 25.11.2026. 08:05", "2026-11-25T08:05:00+01:00"),
        ("24.11.2026. 12:40 | Ažurirano pre 2 sata", None),
        ("24.11.2026. 12:40", None),
    ],
)
def test_a_printed_change_is_told_beside_the_publication(line, modified):
    article = metadata_of(f"<div>{line}</div>{STORY}").article
    assert article.published is not None and article.published.isoformat() == "2026-11-24T12:40:00+01:00"
    assert (article.modified.isoformat() if article.modified else None) == modified
