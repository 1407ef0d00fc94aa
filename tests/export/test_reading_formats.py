"""Articles to be read by people: plain text and Markdown, whose readers show what the outlet wrote."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from balkan_crawler.export import Export, write_exports
from balkan_crawler.export.readable import as_markdown, as_text

ROW = {
    "url": "https://proba.rs/вест/1?a=1%202".replace("вест", "%D0%B2%D0%B5%D1%81%D1%82"),
    "date": "2026-11-23",
    "outlet": "proba",
    "title": "Most preko Dunava otvoren",
    "lead": "Posle dve godine.",
    "body": "Prvi pasus.\nDrugi pasus.",
    "authors": ["Ana Anić"],
    "agencies": ["Tanjug"],
    "published": "2026-11-23T12:30:05+01:00",
    "date_precision": "minute",
    "section": "Društvo",
}


def shown(markdown):
    """Give what a reader of Markdown shows, by the kind of block: headings, paragraphs and all others."""
    found, kind = [], ""
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(markdown):
        if token.type == "inline":
            texts = [child.content if child.type != "softbreak" else "\n" for child in token.children or []]
            found.append((kind, "".join(texts)))
        elif token.nesting >= 0:
            kind = token.type.removesuffix("_open")
    return found


def test_a_text_has_title_facts_and_paragraphs():
    assert as_text(ROW).split("\n\n") == [
        "Most preko Dunava otvoren",
        "proba, 2026-11-23 12:30 +01:00, Ana Anić, Tanjug, Društvo\nhttps://proba.rs/вест/1?a=1%202",
        "Posle dve godine.",
        "Prvi pasus.",
        "Drugi pasus.\n",
    ]


@pytest.mark.parametrize(
    ("fields", "time"),
    [
        ({"published": "2026-11-22T23:00:00+00:00", "date_precision": "day"}, "2026-11-23"),
        ({"published": "2026-11-23T11:30:00+00:00"}, "2026-11-23 11:30 UTC"),
        ({"published": None}, "2026-11-23"),
    ],
)
def test_a_time_says_which_clock_it_is_of_and_no_more_than_is_known(fields, time):
    assert f"proba, {time}, Ana" in as_text(ROW | fields)


def test_what_is_not_known_leaves_no_gap():
    row = {"title": "Naslov", "body": "Tekst.", "lead": " ", "authors": [], "url": None}
    assert as_text(row) == "Naslov\n\nTekst.\n"
    assert as_markdown(row) == "# Naslov\n\nTekst.\n"


def test_markdown_has_a_heading_a_link_and_a_bold_lead():
    blocks = shown(as_markdown(ROW))
    assert blocks[0] == ("heading", "Most preko Dunava otvoren")
    assert blocks[2:] == [("paragraph", text) for text in ("Posle dve godine.", "Prvi pasus.", "Drugi pasus.")]
    assert "**Posle dve godine.**" in as_markdown(ROW)
    assert "<https://proba.rs/вест/1?a=1%202>" in as_markdown(ROW)


ODD = [
    "# nije naslov", "#nije", "- stavka", "-10 stepeni", "1. mesto", "2024) godina", "+ plus", "> citat", "```", "***",
    "---", "===", "[veza](http://zlo.example)", "![slika](x)", "<script>alert(1)</script>", "&lt;b&gt; &amp;", "a_b_c",
    "*zvezda*", "__init__", "~~ne~~", "`kod`", "| a | b |", "\\*", "http://proba.rs/<b>", "1.", "C:\\novo", "5 * 3 * 2",
    "<https://zlo.example>", ": definicija",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_markdown_shows_every_character_of_the_outlets_text(text):
    row = ROW | {"title": text, "lead": None, "body": f"{text}\nDrugi pasus."}
    blocks = shown(as_markdown(row))
    assert blocks[0] == ("heading", text)
    assert blocks[2:] == [("paragraph", text), ("paragraph", "Drugi pasus.")]


@settings(deadline=None)
@given(st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=30))
def test_any_text_is_shown_as_it_is(text):
    blocks = shown(as_markdown({"title": "T", "body": f"{text}\nkraj", "date": "2026-11-23"}))
    assert blocks[2:] == [("paragraph", text), ("paragraph", "kraj")]


def test_articles_stand_one_after_the_other(tmp_path):
    exports = [Export(path=tmp_path / f"x.{name}", format=name) for name in ("text", "markdown")]
    write_exports([ROW, ROW], exports)
    assert (tmp_path / "x.text").read_text("utf-8").count(f"\n{'-' * 72}\n") == 1
    blocks = shown((tmp_path / "x.markdown").read_text("utf-8"))
    assert [text for kind, text in blocks if kind == "heading"] == [ROW["title"]] * 2
