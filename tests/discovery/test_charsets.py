"""The letters of feeds, sitemaps and sections, whatever charset they come in: the same as those of pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balkan_crawler.discovery import find_article_links, read_feed, read_sitemap
from balkan_crawler.discovery.feed_values import plain_text
from balkan_crawler.extraction.document.parsing import parse
from balkan_crawler.model import Outlet

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
TITLES = {
    "sq": "Ministrja foli për çështjet e tjera në Tiranë",
    "hr": "Šibenik čeka žičaru, građani uređuju šetnicu",
    "sl": "Žalec je že začel graditi čisto novo šolo",
    "sr-Latn": "Vučić i đaci šetaju: most u Žablju čeka",
    "sr-Cyrl": "Ђаци чекају љубав, њихове жеље и мост",
    "mk": "Вести: отворен мост преку реката, работите течат",
    "bg": "Новини от България: ще живеят ли по-добре хората",
    "el": "Ο πρωθυπουργός μίλησε για την οικονομία στην Άρτα",
    "ro": "Preşedintele spune că ţara îşi va reveni în Bucureşti",
    "tr": "İstanbul'da güçlü bir ağ için görüşme yapıldı",
}
CHARSETS = {
    "sq": ("windows-1252",),
    "hr": ("windows-1250", "iso-8859-2"),
    "sl": ("windows-1250", "iso-8859-2"),
    "sr-Latn": ("windows-1250", "iso-8859-2"),
    "sr-Cyrl": ("windows-1251", "iso-8859-5"),
    "mk": ("windows-1251", "iso-8859-5"),
    "bg": ("windows-1251", "iso-8859-5", "koi8-r"),
    "el": ("windows-1253", "iso-8859-7"),
    "ro": ("windows-1250", "iso-8859-2"),
    "tr": ("windows-1254",),
}
CASES = [(language, charset) for language, charsets in CHARSETS.items() for charset in (*charsets, "utf-8", "utf-16")]
DECLARATIONS = [
    pytest.param(None, None, id="undeclared"),
    pytest.param(None, "text/xml; charset=ISO-8859-1", id="header-by-habit"),
    pytest.param("utf-8", None, id="utf-8-in-the-document"),
]


def outlet(*languages):
    return Outlet(
        key="primer",
        name="Primer",
        country="RS",
        languages=languages,
        timezone="Europe/Belgrade",
        homepage="https://primer.rs/",
    )


def rss(title, charset=None):
    declaration = f'<?xml version="1.0" encoding="{charset}"?>' if charset else ""
    item = f"<item><title>{title}</title><link>https://primer.rs/vesti/1</link></item>"
    return f'{declaration}<rss version="2.0"><channel>{item}</channel></rss>'


def title_in_feed(content, languages, header=None):
    (candidate,) = read_feed(content, "https://primer.rs/rss", outlet(*languages), header, now=NOW).candidates
    return candidate.hints.title


@pytest.mark.parametrize(("language", "charset"), CASES)
@pytest.mark.parametrize(("declared", "header"), DECLARATIONS)
def test_titles_of_feeds_come_out_right(language, charset, declared, header):
    content = rss(TITLES[language], declared).encode(charset)
    assert title_in_feed(content, (language,), header) == TITLES[language]


@pytest.mark.parametrize(("language", "charset"), CASES)
def test_titles_of_news_sitemaps_come_out_right(language, charset):
    space = (
        'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"'
    )
    news = f"<n:news><n:title>{TITLES[language]}</n:title></n:news>"
    entry = f"<url><loc>https://primer.rs/vesti/1</loc>{news}</url>"
    content = f"<urlset {space}>{entry}</urlset>".encode(charset)
    (candidate,) = read_sitemap(content, "https://primer.rs/news.xml", outlet(language), NOW).candidates
    assert candidate.hints.title == TITLES[language]


@pytest.mark.parametrize(("language", "charset"), CASES)
def test_headlines_of_section_pages_come_out_right(language, charset):
    content = f'<html><body><h2><a href="/vesti/123456">{TITLES[language]}</a></h2></body></html>'.encode(charset)
    (candidate,) = find_article_links(content, "https://primer.rs/", outlet(language), now=NOW)
    assert candidate.hints.title == TITLES[language]


@pytest.mark.parametrize("name", ["Vučić", "Đinđić i Šešelj", "Žarko Paspalj"])
def test_names_of_the_region_come_out_right_in_the_english_feed_of_an_outlet(name):
    assert title_in_feed(rss(name).encode("windows-1250"), ("en",)) == name


def test_a_broken_byte_in_a_feed_that_calls_itself_utf8_costs_one_letter():
    content = rss("Šibenik ima most", "utf-8").encode().replace(b"most", b"mo\xe8st")
    assert title_in_feed(content, ("hr",), "text/xml; charset=utf-8") == "Šibenik ima mo\ufffdst"


@given(
    st.sampled_from(sorted(TITLES)),
    st.integers(0, 60),
    st.integers(0x80, 0xFF),
)
@settings(max_examples=150, deadline=None)
def test_a_broken_byte_anywhere_costs_no_other_letter(language, place, byte):
    title = TITLES[language]
    place = min(place, len(title) - 1)
    content = rss(f"{title[:place]}|{title[place:]}", "UTF-8").encode().replace(b"|", bytes([byte]))
    read = title_in_feed(content, (language,), "application/rss+xml; charset=UTF-8")
    assert read.replace("\ufffd", "") == title


@given(
    st.sampled_from([case for case in CASES if case[1] != "utf-16"]),
    st.sampled_from([None, "text/xml", "text/xml; charset=ISO-8859-1", "text/xml; charset=windows-1250"]),
    st.sampled_from([(), ("en",), ("sr-Latn", "en"), ("bg",), ("tr",)]),
    st.binary(max_size=3).map(lambda odd: bytes(byte | 0xA0 for byte in odd)),
)
@settings(max_examples=150, deadline=None)
def test_the_same_bytes_have_the_same_letters_as_a_page_and_as_a_feed(case, header, languages, odd):
    language, charset = case
    content = rss(f"{TITLES[language]} |").encode(charset).replace(b"|", odd)
    page = parse(content, "https://primer.rs/", header, languages)
    assert title_in_feed(content, languages, header) == plain_text(page.root.findtext(".//title"))
