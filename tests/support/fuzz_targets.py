"""What reads foreign bytes, as targets of random input: samples, a call, and what has to hold of whatever comes.

An input is made of a target's name and a number alone, so that the number is all that has to be kept of one that fails.
Samples are the pages and lists of the tests, and small documents written here; they are cut, joined, repeated and
sprinkled with what parsers trip over.
"""

from __future__ import annotations

import os
import random
import sqlite3
import sys
import tempfile
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from gzip import compress, decompress
from pathlib import Path
from typing import Final

import brotli

from balkan_crawler import load_outlets, read_date
from balkan_crawler.discovery import find_article_links, find_feeds, read_feed, read_sitemap
from balkan_crawler.extraction import extract
from balkan_crawler.manners.limits import LARGEST_ANSWER
from balkan_crawler.manners.retry_after import asked_to_wait
from balkan_crawler.manners.robots import read_robots
from balkan_crawler.model import Outlet
from balkan_crawler.packing import CutStreamError, TooLargeUnpackedError, unpacked
from balkan_crawler.storage.archive.search_query import fts_expression
from balkan_crawler.text.decoding import decode
from balkan_crawler.text.search_words import read_search
from balkan_crawler.urls import canonical_url, identity, politeness_key
from balkan_crawler.warc.pages import WarcPage, read_pages

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_TESTS: Final = Path(__file__).resolve().parents[1]
NOW: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOME: Final = "https://primer.rs/"
PAGE_URL: Final = "https://primer.rs/vesti/most-na-reci-otvoren-12345"
OUTLET: Final = Outlet(
    key="primer", name="Primer", country="RS", languages=("sr-Latn",), timezone="Europe/Belgrade", homepage=HOME
)
MOST_BYTES: Final = 1_000_000
"""Unpacked bytes that the target of packed streams may give."""

_RSS = (
    "<?xml version='1.0' encoding='UTF-8'?><!DOCTYPE rss [<!ENTITY a 'b'>]><rss version='2.0' "
    "xmlns:media='http://search.yahoo.com/mrss/'><channel><title>T</title><link>https://primer.rs/</link><ttl>60</ttl>"
    "<item><title>Most &amp; put</title><link>https://primer.rs/vesti/most-1</link><guid>1</guid><pubDate>Mon, 23 Nov "
    "2026 10:00:00 +0100</pubDate><description><![CDATA[<p>Novi <img src='/a.jpg'> most</p>]]></description>"
    "<media:content url='https://primer.rs/a.jpg' medium='image'/></item></channel></rss>"
)
_ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='https://primer.rs/'><entry><title type='html'>Most</title>"
    "<link rel='alternate' href='vesti/most-2'/><updated>2026-11-23T10:00:00Z</updated><author><name>A B</name>"
    "</author></entry></feed>"
)
_JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "https://primer.rs/vesti/most-3", '
    '"title": "Most", "date_published": "2026-11-23T10:00:00+01:00", "authors": [{"name": "A"}], "tags": ["x"]}]}'
)
_SITEMAP = (
    "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' "
    "xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'><url><loc>https://primer.rs/vesti/most-4</loc>"
    "<lastmod>2026-11-23</lastmod><news:news><news:title>Most</news:title><news:publication_date>2026-11-23"
    "</news:publication_date></news:news></url></urlset>"
)
_INDEX = (
    "<sitemapindex xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><sitemap><loc>https://primer.rs/post-sitemap2.xml"
    "</loc><lastmod>2026-11-23T10:00:00+01:00</lastmod></sitemap></sitemapindex>"
)
_ROBOTS = (
    "User-agent: *\nDisallow: /a*b$\nAllow: /\nCrawl-delay: 2\nRequest-rate: 1/5\nSitemap: https://primer.rs/s.xml\n"
)
_TOML = (
    '[primer]\nname = "Primer"\ncountry = "RS"\nlanguages = ["sr-Latn"]\ntimezone = "Europe/Belgrade"\n'
    'homepage = "https://primer.rs/"\nfeeds = ["https://primer.rs/feed"]\ndelay = 3\nrevisits = [2, 12]\n'
    'article_url = "/vesti/"\nsince = 2020-01-01\n'
)
_TOKENS: Final = tuple(
    token.encode("utf-8", "surrogatepass")
    for token in (
        *(
            "<",
            ">",
            "&",
            ";",
            "'",
            '"',
            "/",
            "\\",
            "\0",
            "\r\n",
            "\t",
            "\x1b",
            "\ufeff",
            "\u202e",
            "\u0301",
            "\ud800",
            "😀",
        ),
        *("<![CDATA[", "]]>", "<!--", "-->", "<!DOCTYPE ", "<?xml ", "?>", "&#xD800;", "&#0;", "&lt;", "&amp;amp;"),
        *(
            "<div>",
            "</div>",
            "<p>",
            "<table><tr><td>",
            "<script>",
            "</script>",
            "<h1>",
            "<a href='",
            "<base href='//'>",
        ),
        *("<script type='application/ld+json'>", '{"@type":"NewsArticle","datePublished":"', "[[[[", "]}}", "<svg>"),
        *(
            "javascript:",
            "data:,",
            "file:///",
            "http://[::1",
            "http://",
            "//",
            "..",
            "%",
            "%00",
            "%zz",
            "?a=1&",
            "#",
            "@",
            ":99999",
        ),
        *(
            "1.1.",
            "12:00",
            "2026-11-23T",
            "+01:00",
            "0000-00-00",
            "9999-12-31",
            "-1",
            "1e999",
            "٣",
            "²",
            "99999999999999999999",
        ),
        *(
            "User-agent: *",
            "Disallow: ",
            "*" * 50,
            "$",
            "Sitemap: ",
            "Crawl-delay: nan",
            " OR ",
            " NOT ",
            '"',
            "*",
            "(",
            "NEAR(",
        ),
        *("By ", "Piše: ", "Autor: ", "Објављено ", "Δημοσιεύθηκε ", "İ", "ı", "ß", "ﬃ", " ", "\u200b"),
    )
)


@dataclass(frozen=True, slots=True)
class Target:
    """Something that reads foreign bytes: ``call`` raises for what must not be; ``most`` bytes are given to it.

    ``as_they_are`` says that the samples are given in turn, unchanged.
    """

    samples: Callable[[], Sequence[bytes]]
    call: Callable[[bytes], None]
    most: int = 200_000
    as_they_are: bool = False


def made(name: str, number: int) -> bytes:
    """Make the input of a target that a number stands for."""
    target = TARGETS[name]
    chance = random.Random(f"{name} {number}")
    samples = target.samples()
    if target.as_they_are:
        return samples[number % len(samples)]
    content = bytearray(chance.choice(samples))
    for _ in range(chance.choice((1, 1, 2, 4, 8, 30))):
        _change(content, chance, samples)
    return bytes(content[: target.most])


def _change(content: bytearray, chance: random.Random, samples: Sequence[bytes]) -> None:
    """Change bytes in one of several ways."""
    place = chance.randrange(len(content) + 1)
    end = min(len(content), place + chance.choice((1, 3, 20, 400, 5_000)))
    match chance.randrange(9):
        case 0:
            del content[place:end]
        case 1:
            content[place:place] = chance.choice(_TOKENS)
        case 2:
            content[place:place] = chance.choice(_TOKENS) * chance.choice((2, 20, 500, 8_000))
        case 3:
            content[place:place] = content[place:end] * chance.choice((1, 5, 60))
        case 4:
            content[place:end] = chance.randbytes(end - place)
        case 5:
            other = chance.choice(samples)
            start = chance.randrange(len(other) + 1)
            content[place:place] = other[start : start + chance.choice((10, 200, 5_000))]
        case 6:
            if place < len(content):
                content[place] ^= 1 << chance.randrange(8)
        case 7:
            del content[place:]
        case _:
            token = chance.choice(_TOKENS)
            content[place:end] = content[place:end].replace(b" ", token)


# What has to hold


def _is_clean(*texts: str | None) -> None:
    for text in texts:
        if text is not None:
            text.encode()  # no lone surrogate
            assert "\0" not in text


def _page(content: bytes) -> None:
    result = extract(content, PAGE_URL, OUTLET, NOW, content_type="text/html")
    assert (result.article is None) == (result.outcome != "article")
    if result.article is not None:
        article = result.article
        _is_clean(article.title, article.lead, article.body, article.section, *article.authors, *article.tags)
        assert article.published is None or article.published.tzinfo is not None
    for teaser in result.teasers:
        _is_clean(teaser.url, teaser.title, teaser.excerpt, teaser.heading)


def _decoding(content: bytes) -> None:
    declared = content[:40].decode("latin-1")
    for content_type in (None, f"text/html; charset={declared}"):
        _is_clean(decode(content, content_type, ("sr-Latn",)).text)


def _unpacking(content: bytes) -> None:
    for packing in ("gzip", "deflate", "br", "zstd"):
        try:
            assert len(unpacked(content, packing, MOST_BYTES)) <= MOST_BYTES
        except (CutStreamError, TooLargeUnpackedError):
            continue


def _warc(content: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".warc") as file:
        file.write(content)
        file.flush()
        for found in read_pages(Path(file.name)):
            if isinstance(found, WarcPage):
                assert canonical_url(found.url) == found.url
                assert found.captured.tzinfo is not None and len(found.content) <= LARGEST_ANSWER


def _candidates(found: Sequence[object]) -> None:
    for candidate in found:
        url, hints = candidate.url, candidate.hints  # type: ignore[attr-defined]
        assert canonical_url(url) == url
        _is_clean(url, hints.title, hints.summary, hints.section, hints.image, *hints.authors, *hints.tags)


def _feed(content: bytes) -> None:
    _candidates(read_feed(content, f"{HOME}feed", OUTLET, "application/xml", now=NOW).candidates)


def _sitemap(content: bytes) -> None:
    found = read_sitemap(content, f"{HOME}sitemap.xml", OUTLET, now=NOW)
    _candidates(found.candidates)
    for child in found.children:
        assert canonical_url(child.url) == child.url


def _links(content: bytes) -> None:
    _candidates(find_article_links(content, HOME, OUTLET, None, NOW))
    for feed in find_feeds(content, HOME):
        assert canonical_url(feed.url) == feed.url


def _robots(content: bytes) -> None:
    rules = read_robots(content, 200, "text/plain", f"{HOME}robots.txt")
    assert rules.allowed(PAGE_URL, "balkan-crawler") in (True, False)
    delay = rules.crawl_delay("balkan-crawler")
    assert delay is None or isinstance(delay, float)
    asked_to_wait(503, content[:60].decode("latin-1"), NOW)


def _dates(content: bytes) -> None:
    text = content.decode("utf-8", "replace")
    for languages in (("sr-Latn",), ("el",), ("tr", "sq"), ("bg", "mk", "ro", "en")):
        moment = read_date(text, languages, NOW, "Europe/Belgrade")
        assert moment is None or moment.tzinfo is not None


def _urls(content: bytes) -> None:
    text = content.decode("utf-8", "surrogateescape")
    for base in (None, PAGE_URL):
        url = canonical_url(text, base)
        assert url.isascii() and len(url) <= 2083 and canonical_url(url) == url
        assert identity(url) == identity(canonical_url(url))
        assert politeness_key(url)


def _outlets(content: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".toml") as file:
        file.write(content)
        file.flush()
        load_outlets(Path(file.name), shipped=False)


def _search(content: bytes) -> None:
    wanted = read_search(content.decode("utf-8", "surrogateescape")).wanted
    query = fts_expression(wanted, lambda term, _: term.words)
    _index().execute("SELECT rowid FROM texts WHERE texts MATCH ?", (query,)).fetchall()


def _itself(content: bytes) -> None:
    """Do what no target may: the harness has to notice."""
    match content:
        case b"raise":
            raise ValueError("planted")
        case b"hang":
            while True:
                pass
        case b"die":
            os._exit(3)
        case b"fill":
            bytearray(2**31)


@cache
def _index() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.execute("CREATE VIRTUAL TABLE texts USING fts5 (title, lead, body, authors, tags, section)")
    db.execute("INSERT INTO texts (body) VALUES ('novi most preko reke')")
    return db


# Samples


@cache
def _pages() -> tuple[bytes, ...]:
    return tuple(file.read_bytes() for file in sorted((_TESTS / "data").rglob("*.html")))


def _brotli(text: bytes) -> bytes:
    return bytes(brotli.compress(text))  # type: ignore[no-untyped-call]


@cache
def _packed() -> tuple[bytes, ...]:
    text = _pages()[0]
    gzip = zlib.compressobj(wbits=31)
    return gzip.compress(text) + gzip.flush(), zlib.compress(text), _brotli(text), zstd.compress(text)


@cache
def _warcs() -> tuple[bytes, ...]:
    from support.warcs import info, page, request, response  # here, since it brings the servers of the tests along

    url = "https://primer.rs/vesti/most-5"
    packed = b"".join((info(), response(url, page(1)), request(url), response(url, page(2))))
    plain = decompress(packed)
    return packed, plain, compress(plain)


@cache
def _forms_of_dates() -> tuple[bytes, ...]:
    lines = (_TESTS / "dates" / "forms.tsv").read_text("utf-8").splitlines()
    return tuple(line.split("\t")[1].encode() for line in lines if line.count("\t") >= 2)


@cache
def _variants_of_urls() -> tuple[bytes, ...]:
    lines = (_TESTS / "urls" / "variants.toml").read_text("utf-8").splitlines()
    return tuple(line.strip().strip('",').encode() for line in lines if "://" in line)


def _texts(*texts: str) -> Callable[[], Sequence[bytes]]:
    return lambda: tuple(text.encode() for text in texts)


ITSELF: Final = "itself"
"""The target that fails in every way, to see that it is noticed."""
TARGETS: Final = {
    "page": Target(_pages, _page),
    "links": Target(_pages, _links),
    "decoding": Target(_pages, _decoding),
    "unpacking": Target(_packed, _unpacking),
    "warc": Target(_warcs, _warc),
    "feed": Target(_texts(_RSS, _ATOM, _JSON), _feed),
    "sitemap": Target(_texts(_SITEMAP, _INDEX, _RSS), _sitemap),
    "robots": Target(_texts(_ROBOTS), _robots),
    "dates": Target(_forms_of_dates, _dates, 5_000),
    "urls": Target(_variants_of_urls, _urls, 70_000),
    "outlets": Target(_texts(_TOML), _outlets, 20_000),
    ITSELF: Target(_texts("well", "raise", "hang", "die", "fill"), _itself, as_they_are=True),
    "search": Target(_texts('"novi most" reka* -put OR grad', "нови мост", "a b c d"), _search, 20_000),
}
