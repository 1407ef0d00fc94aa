from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balkan_crawler.extraction.document.parsing import LONGEST, parse

URL = "https://vesti.example.rs/svet/prica-1"


def page_text(content: bytes) -> str:
    return "".join(parse(content, URL).root.itertext())


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x00", b"   ", b"<!-- -->", b"<", b"\xff\xfe", b"<html>", b"<?xml version='1.0'?>"]
)
def test_there_is_always_a_root(content):
    assert parse(content, URL).root.tag == "html"


def test_an_xml_declaration_with_another_encoding_is_not_believed():
    assert "Šta" in page_text('<?xml version="1.0" encoding="utf-16"?><html><body><p>Šta</p></body></html>'.encode())


def test_a_meta_charset_is_not_believed_a_second_time():
    assert "žena" in page_text('<meta charset="windows-1251"><p>Jedna žena'.encode())


def test_text_after_the_end_of_the_page_is_kept():
    content = b"<html><body><p>first</p></body></html><html><body><p>second</p></body></html><p>third</p>"
    assert [paragraph.text for paragraph in parse(content, URL).root.iter("p")] == ["first", "second", "third"]


def test_a_page_without_body_keeps_its_text():
    assert "only text" in page_text(b"<title>t</title>only text")


@pytest.mark.parametrize("depth", [5_000, 100_000])
def test_text_under_deep_nesting_comes_out(depth):
    text = page_text(b"<html><body>" + b"<div>" * depth + b"below" + b"</div>" * depth + b"<p>after</p>")
    assert "below" in text
    assert "after" in text


def test_long_pages_keep_their_paragraphs():
    content = b"<p>one two three four five six seven eight nine ten</p>" * 25_000
    assert len(content) > 1_300_000
    document = parse(content, URL)
    assert sum(1 for _ in document.root.iter("p")) == 25_000
    assert not document.cut


def test_longer_pages_are_cut():
    document = parse(b"<table>" + b"<tr><td>x</td></tr>" * 330_000, URL)
    assert document.cut
    assert len(document.decoded.text) <= LONGEST


def test_broken_entities_stay_text():
    assert page_text(b"<p>A &bogus; B &#0; C & D &amp; E &#150; F</p>").startswith("A &bogus; B ")


def test_comments_are_not_in_the_tree():
    assert page_text(b"<p>a<!-- hidden -->b</p>") == "ab"


def test_meta_contents_are_collected_by_name_property_and_itemprop():
    document = parse(
        b'<meta name="Author" content=" Ana  Anic "><meta property="og:title" content="A">'
        b'<meta itemprop="datePublished" content="2026-01-02"><meta name="empty" content="">'
        b'<meta property="og:title" content="B">',
        URL,
    )
    assert document.meta == {"author": ("Ana Anic",), "og:title": ("A", "B"), "datepublished": ("2026-01-02",)}
    assert document.first_meta("none", "og:title") == "A"


def test_relative_references_follow_the_base():
    document = parse(b'<base href="/lat/"><p>x', URL)
    assert document.absolute("slika.jpg") == "https://vesti.example.rs/lat/slika.jpg"
    assert document.absolute("javascript:void(0)") is None
    assert document.absolute("http://[broken") is None
    assert document.absolute("") is None
    assert parse(b'<base href="http://[">', URL).base_url == URL


def test_the_stated_language_is_a_tag():
    assert parse(b'<html lang="sr_RS"><p>x', URL).language == "sr-RS"
    assert parse(b'<meta http-equiv="content-language" content="utf-8">', URL).language is None


@given(st.text(alphabet="<>/=\"'&;ahtmlbodypdivscript \n\x00é&#1", max_size=200))
@settings(max_examples=150, deadline=None)
def test_any_markup_parses(markup):
    document = parse(markup.encode("utf-8", "replace"), URL)
    assert document.root.tag == "html"
    assert isinstance(document.json_ld, tuple)
    assert isinstance(document.meta, dict)


@pytest.mark.parametrize("tag", ["div", "article", "center", "form"])
def test_elements_nested_without_end_keep_their_text_and_no_depth(tag):
    markup = "<html><body>" + f"<{tag}>" * 1_500 + f"<p>Most je otvoren.</p><{tag}> Juče.</{tag}></body></html>"
    root = parse(markup.encode(), URL).root
    assert " ".join("".join(root.itertext()).split()) == "Most je otvoren. Juče."
    assert max(sum(1 for _ in element.iterancestors()) for element in root.iter()) < 256
