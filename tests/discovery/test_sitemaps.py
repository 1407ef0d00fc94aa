"""Sitemaps of every kind, sound and broken, to candidates; indexes to the children worth fetching."""
# ruff: noqa: E501 (documents are written as they come, line by line)

import contextlib
import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balkan_crawler.discovery import ChildSitemap, Limits, read_sitemap, recent_children
from balkan_crawler.errors import DiscoveryError, NotASitemapError
from balkan_crawler.model import Discovery, Outlet

URL = "https://www.primer.rs/sitemap.xml"
OUTLET = Outlet(
    key="primer",
    name="Primer",
    country="RS",
    languages=("sr-Latn",),
    timezone="Europe/Belgrade",
    homepage="https://primer.rs/",
)
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SPACES = (
    'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9" '
    'xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
)


def entry(number, extra=""):
    return f"<url><loc>https://www.primer.rs/vesti/{number}</loc>{extra}</url>"


def url_set(entries, declaration='<?xml version="1.0" encoding="UTF-8"?>'):
    return f"{declaration}<urlset {SPACES}>{entries}</urlset>".encode()


def index(*children):
    inner = "".join(
        f"<sitemap><loc>{url}</loc>{f'<lastmod>{time}</lastmod>' if time else ''}</sitemap>" for url, time in children
    )
    return f"<sitemapindex {SPACES}>{inner}</sitemapindex>".encode()


def urls(reading):
    return [candidate.url for candidate in reading.candidates]


WHOLE = url_set("".join(entry(number) for number in range(10)))


def test_news_entries_give_their_hints():
    extra = """<lastmod>2026-11-23T16:00:00+01:00</lastmod><n:news><n:publication><n:name>Primer</n:name><n:language>sr</n:language>
    </n:publication><n:publication_date>2026-11-23T14:05+01:00</n:publication_date><n:title>Most &amp;amp; put</n:title>
    <n:keywords>most, putevi , most</n:keywords></n:news><image:image><image:loc>https://www.primer.rs/s.png</image:loc></image:image>"""
    (candidate,) = read_sitemap(url_set(entry(1, extra)), URL, OUTLET, NOW).candidates
    hints = candidate.hints
    assert (candidate.url, candidate.found_by) == ("https://www.primer.rs/vesti/1", Discovery.NEWS_SITEMAP)
    assert (hints.title, hints.language, hints.tags) == ("Most & put", "sr", ("most", "putevi"))
    assert hints.published == datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
    assert hints.modified == datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    assert hints.image == "https://www.primer.rs/s.png"


@pytest.mark.parametrize(
    ("stated", "utc"),
    [
        ("2026-11-23", "2026-11-22T23:00"),
        ("2026-11-23T14:05:00+01:00", "2026-11-23T13:05"),
        ("2026-11-23T14:05+01:00", "2026-11-23T13:05"),
        ("2026-11-23T14:05:00.5Z", "2026-11-23T14:05"),
        ("2026-11-23 14:05:00", "2026-11-23T13:05"),
        ("2026-11-23 14:05:00 +01:00", "2026-11-23T13:05"),
    ],
)
def test_lastmod_forms(stated, utc):
    (candidate,) = read_sitemap(url_set(entry(1, f"<lastmod>{stated}</lastmod>")), URL, OUTLET, NOW).candidates
    assert candidate.found_by == Discovery.SITEMAP
    assert candidate.hints.modified.astimezone(UTC).isoformat(timespec="minutes") == f"{utc}+00:00"


def test_one_time_on_all_entries_says_nothing():
    entries = "".join(entry(number, "<lastmod>2026-11-24T03:00:00Z</lastmod>") for number in range(20))
    assert {candidate.hints.modified for candidate in read_sitemap(url_set(entries), URL, OUTLET, NOW).candidates} == {
        None
    }


def test_gzip_once_and_twice():
    assert len(urls(read_sitemap(gzip.compress(WHOLE), URL, OUTLET, NOW))) == 10
    assert len(urls(read_sitemap(gzip.compress(gzip.compress(WHOLE)), URL, OUTLET, NOW))) == 10


def test_cut_gzip_gives_what_is_there():
    packed = gzip.compress(url_set("".join(entry(number) for number in range(2_000))))
    reading = read_sitemap(packed[: len(packed) // 2], URL, OUTLET, NOW)
    assert 100 < len(reading.candidates) < 2_000
    assert reading.malformed


def test_gzip_bomb_is_unpacked_to_the_limit_only():
    bomb = gzip.compress(WHOLE[:-9] + b" " * 30_000_000)
    reading = read_sitemap(bomb, URL, OUTLET, NOW, Limits(bytes=100_000, entries=50))
    assert len(reading.candidates) == 10
    assert reading.malformed


def test_text_sitemap_and_feed_as_sitemap():
    text = b"\xef\xbb\xbfhttps://www.primer.rs/vesti/1\r\nhttps://www.primer.rs/vesti/2\r\n\r\nhttps://drugi.rs/1\n"
    reading = read_sitemap(text, URL, OUTLET, NOW)
    assert urls(reading) == ["https://www.primer.rs/vesti/1", "https://www.primer.rs/vesti/2"]
    assert reading.dropped == {"other-site": 1}
    feed = b"<rss version='2.0'><channel><item><title>A</title><link>https://www.primer.rs/vesti/1</link></item></channel></rss>"
    assert urls(read_sitemap(feed, URL, OUTLET, NOW)) == ["https://www.primer.rs/vesti/1"]


@pytest.mark.parametrize(
    "broken",
    [
        b"\n \n" + WHOLE,
        b"<!-- made by x -->" + WHOLE,
        WHOLE.replace(b"/vesti/3<", b"/vesti/3?a=1&b=2<"),
        WHOLE.replace(b"https://www.primer.rs/vesti/3", b"\n https://www.primer.rs/vesti/3\n"),
        WHOLE.replace(b"<urlset ", b"<urlset foo:bar='1' "),
        WHOLE.replace(b"</urlset>", b""),
        WHOLE.replace(SPACES.encode(), b""),
        WHOLE.replace(b"<loc>https://www.primer.rs/vesti/3</loc>", b"<loc>https://www.primer.rs/vesti/3\x0b</loc>"),
        WHOLE.replace(b"UTF-8", b"windows-1250"),
        WHOLE.decode().encode("utf-16"),
        WHOLE.replace(b"<urlset", b'<!DOCTYPE urlset SYSTEM "http://127.0.0.1:1/x.dtd"><urlset'),
        WHOLE + b"<!-- 0.2 s -->",
    ],
)
def test_broken_sitemaps_keep_their_entries(broken):
    assert len(urls(read_sitemap(broken, URL, OUTLET, NOW))) == 10


@pytest.mark.parametrize("cut", range(1, 160))
def test_half_an_address_is_never_a_candidate(cut):
    found = urls(read_sitemap(WHOLE[:-cut], URL, OUTLET, NOW))
    assert found == [f"https://www.primer.rs/vesti/{number}" for number in range(len(found))]
    assert len(found) >= 7


def test_entities_read_no_file_and_do_not_grow():
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    declared = f'<!DOCTYPE urlset [<!ENTITY l0 "ha">{entities}<!ENTITY f SYSTEM "file:///etc/passwd">]><urlset'
    hostile = WHOLE.replace(b"<urlset", declared.encode()).replace(b"vesti/3", b"vesti/3&l9;&f;")
    found = urls(read_sitemap(hostile, URL, OUTLET, NOW))
    assert len(found) == 10
    assert max(map(len, found)) < 60


@pytest.mark.parametrize(
    "content", [b"", b" ", b"<!DOCTYPE html><html></html>", b"<html>", b"nista", b"\x1f\x8bxx", b"{}"]
)
def test_what_is_no_sitemap_says_so(content):
    with pytest.raises(NotASitemapError, match=r"sitemap\.xml"):
        read_sitemap(content, URL, OUTLET, NOW)


def test_index_puts_news_and_the_newest_first():
    children = read_sitemap(
        index(
            ("https://www.primer.rs/post-sitemap1.xml", "2024-01-01"),
            ("/post-sitemap2.xml", "2026-11-23T10:00:00Z"),
            ("https://www.primer.rs/sitemap-news.xml", None),
            (URL, None),
            ("javascript:x", None),
        ),
        URL,
        OUTLET,
        NOW,
    ).children
    assert [child.url.rpartition("/")[2] for child in children] == [
        "sitemap-news.xml",
        "post-sitemap2.xml",
        "post-sitemap1.xml",
    ]


def chosen(*names, since=datetime(2026, 11, 10, tzinfo=UTC)):
    children = tuple(
        ChildSitemap(
            url=f"https://www.primer.rs/{name}", modified=datetime.fromisoformat(f"{time}T00:00:00Z") if time else None
        )
        for name, _, time in (name.partition("@") for name in names)
    )
    return [child.url.removeprefix("https://www.primer.rs/") for child in recent_children(children, since)]


def test_children_are_chosen_by_time_and_name():
    assert chosen("a-sitemap1.xml@2026-01-01", "a-sitemap2.xml@2026-11-20") == ["a-sitemap2.xml"]
    assert chosen("sitemap-2026-09.xml", "sitemap-2026-10.xml", "sitemap-2026-11.xml") == ["sitemap-2026-11.xml"]
    assert chosen("sitemap/2025/articles.xml", "sitemap/2026/articles.xml") == ["sitemap/2026/articles.xml"]
    assert chosen("sitemap.xml?yyyy=2026&mm=11&dd=23", "sitemap.xml?yyyy=2026&mm=11&dd=01") == [
        "sitemap.xml?yyyy=2026&mm=11&dd=23"
    ]
    assert chosen("s-20261101.xml", "s-20261123.xml") == ["s-20261123.xml"]
    assert chosen(*(f"post-sitemap{number}.xml" for number in ("", 2, 9, 10, 37))) == [
        "post-sitemap37.xml",
        "post-sitemap.xml",
    ]
    assert chosen(
        "post_tag-sitemap.xml", "category-sitemap.xml", "author-sitemap.xml", "page-sitemap.xml", "post-sitemap.xml"
    ) == ["post-sitemap.xml"]
    assert chosen("video-sitemap-news.xml", "news-sitemap.xml", "currentMonth.xml") == [
        "news-sitemap.xml",
        "currentMonth.xml",
    ]


def test_the_last_day_of_a_named_month_is_the_calendars():
    leap_day = datetime(2028, 2, 29, 12, tzinfo=UTC)
    assert chosen("sitemap-2028-01.xml", "sitemap-2028-02.xml", since=leap_day) == ["sitemap-2028-02.xml"]
    assert chosen("sitemap-2027-02-31.xml", since=datetime(2027, 2, 28, tzinfo=UTC)) == ["sitemap-2027-02-31.xml"]


@given(
    st.binary(max_size=300)
    | st.tuples(st.integers(0, 400), st.binary(max_size=20)).map(lambda x: WHOLE[: x[0]] + x[1] + WHOLE[x[0] :])
)
@settings(deadline=None)
def test_any_bytes_give_a_reading_or_the_typed_error(content):
    for packed in (content, gzip.compress(content), gzip.compress(content)[:-6]):
        with contextlib.suppress(DiscoveryError):
            read_sitemap(packed, URL, OUTLET, NOW)


def test_an_address_with_a_bare_ampersand_or_an_entity_of_html_is_the_one_that_is_meant():
    addresses = ["https://www.primer.rs/v?id=4001&rubrika=2", "https://www.primer.rs/caf&eacute;-u-gradu"]
    content = "<urlset>" + "".join(f"<url><loc>{address}</loc></url>" for address in addresses) + "</urlset>"
    found = read_sitemap(content.encode(), URL, OUTLET, now=NOW).candidates
    assert [each.url for each in found] == [addresses[0], "https://www.primer.rs/caf%C3%A9-u-gradu"]


ENTRIES = entry(1) + entry(2)
SPELLINGS = {
    "capital tags": url_set(ENTRIES).replace(b"urlset", b"URLSET").replace(b"url>", b"URL>").replace(b"loc>", b"LOC>"),
    "mixed tags": url_set(ENTRIES).replace(b"loc>", b"Loc>"),
    "a page in a comment": b"<!-- <html><body> cached --> " + url_set(ENTRIES, ""),
    "a comment after the declaration": url_set(ENTRIES).replace(b"?>", b"?><!-- <html> -->", 1),
    "a style sheet": url_set(ENTRIES).replace(b"?>", b"?><?xml-stylesheet href='sitemap.html'?>", 1),
    "a root of its own": url_set(ENTRIES).replace(b"urlset", b"urls"),
    "a root of one": b"<sitemap>" + ENTRIES.encode() + b"</sitemap>",
    "the root of an index": b"<sitemapindex>" + ENTRIES.encode() + b"</sitemapindex>",
    "within a page": b"<html><body>" + url_set(ENTRIES, "") + b"</body></html>",
    "two members": gzip.compress(url_set(ENTRIES)[:150]) + gzip.compress(url_set(ENTRIES)[150:]),
    "three layers": gzip.compress(gzip.compress(gzip.compress(url_set(ENTRIES)))),
    "bytes after the end": gzip.compress(url_set(ENTRIES)) + bytes(20),
}


@pytest.mark.parametrize("content", SPELLINGS.values(), ids=SPELLINGS)
def test_however_it_is_written_a_sitemap_is_read(content):
    assert urls(read_sitemap(content, URL, OUTLET, NOW)) == [
        f"https://www.primer.rs/vesti/{number}" for number in (1, 2)
    ]


@pytest.mark.parametrize("root", ["urlset", "sitemaps", "SITEMAPINDEX"])
def test_an_index_with_another_root_names_its_children(root):
    content = f"<{root}><sitemap><loc>https://www.primer.rs/s1.xml</loc></sitemap></{root}>"
    reading = read_sitemap(content.encode(), URL, OUTLET, NOW)
    assert [child.url for child in reading.children] == ["https://www.primer.rs/s1.xml"]


def test_of_a_series_without_times_both_ends_are_looked_at():
    assert chosen(*(f"sitemap.php?p={number}" for number in range(1, 9))) == ["sitemap.php?p=8", "sitemap.php?p=1"]


def test_a_time_of_tomorrow_in_a_sitemap_is_local_time_that_was_stated_as_utc():
    late = datetime(2026, 11, 24, 22, 35, tzinfo=UTC)
    news = "<n:news><n:publication_date>2026-11-24T23:30:00Z</n:publication_date><n:title>Most</n:title></n:news>"
    content = url_set(entry(1, f"<lastmod>2026-11-24T23:31:00+00:00</lastmod>{news}"))
    [candidate] = read_sitemap(content, URL, OUTLET, late).candidates
    assert candidate.hints.published == datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    assert candidate.hints.modified == datetime(2026, 11, 24, 22, 31, tzinfo=UTC)
