"""Feeds of every format, sound and broken, to candidates."""
# ruff: noqa: E501 (documents are written as they come, line by line)

import contextlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balkan_crawler.discovery import Limits, read_feed
from balkan_crawler.errors import DiscoveryError, NotAFeedError
from balkan_crawler.model import Discovery, Outlet

URL = "https://www.primer.rs/rss"
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
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/"'
)


def rss(items, head="", declaration='<?xml version="1.0" encoding="UTF-8"?>'):
    return (
        f'{declaration}<rss version="2.0" {SPACES}><channel><title>Primer</title>{head}{items}</channel></rss>'.encode()
    )


def item(number, extra="", title="Most je otvoren"):
    return f"<item><title>{title}</title><link>https://www.primer.rs/vesti/{number}</link>{extra}</item>"


def urls(reading):
    return [candidate.url for candidate in reading.candidates]


def one(extra="", **more):
    (candidate,) = read_feed(rss(item(1, extra, **more)), URL, OUTLET, now=NOW).candidates
    return candidate.hints


def test_rss_with_the_usual_modules():
    extra = """<pubDate>Mon, 23 Nov 2026 14:05:00 +0100</pubDate><dc:creator>Ana Anić</dc:creator>
    <dc:creator>Petar Petrović</dc:creator><category>Društvo</category><category><![CDATA[Mostovi & putevi]]></category>
    <description><![CDATA[<p>Most preko reke <b>otvoren</b> je&nbsp;jutros.</p><script>x()</script>]]></description>
    <media:content url="/slike/most.jpg" medium="image"/><slash:comments>5</slash:comments><guid>77</guid>"""
    head = "<ttl>30</ttl><language>sr-RS</language><lastBuildDate>Mon, 23 Nov 2026 15:00:00 +0100</lastBuildDate>"
    reading = read_feed(rss(item(1, extra), head), URL, OUTLET, now=NOW)
    (candidate,) = reading.candidates
    hints = candidate.hints
    assert (candidate.url, candidate.outlet) == ("https://www.primer.rs/vesti/1", "primer")
    assert (candidate.found_by, candidate.found_in) == (Discovery.FEED, URL)
    assert hints.title == "Most je otvoren"
    assert hints.summary == "Most preko reke otvoren je jutros."
    assert hints.published == datetime.fromisoformat("2026-11-23T14:05:00+01:00")
    assert hints.published.utcoffset() == timedelta(hours=1)
    assert hints.authors == ("Ana Anić", "Petar Petrović")
    assert hints.tags == ("Društvo", "Mostovi & putevi")
    assert hints.image == "https://www.primer.rs/slike/most.jpg"
    assert hints.language == "sr-RS"
    assert (reading.title, reading.refresh, reading.malformed) == ("Primer", timedelta(minutes=30), False)


def test_atom_keeps_edits_apart_from_publication():
    feed = """<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="sr"><title type="html">Primer &amp;amp; ko</title>
    <link rel="next" href="/atom?strana=2"/><link rel="hub" href="https://cvor.primer.rs/"/>
    <entry><title type="html">&lt;b&gt;Most&lt;/b&gt;</title><link rel="enclosure" type="image/png" href="/s.png"/>
    <link rel="alternate" href="/vesti/1"/><id>tag:primer.rs,1</id><published>2026-11-23T14:05:00Z</published>
    <updated>2026-11-23T16:00:00+01:00</updated><author><name>Ana Anić</name></author><summary>Kratko</summary></entry>
    <entry><title>Put</title><link href="/vesti/2"/><id>tag:primer.rs,2</id><updated>2026-11-23T16:00:00Z</updated></entry></feed>"""
    reading = read_feed(feed.encode(), URL, OUTLET, now=NOW)
    first, second = (candidate.hints for candidate in reading.candidates)
    assert urls(reading) == ["https://www.primer.rs/vesti/1", "https://www.primer.rs/vesti/2"]
    assert (first.title, first.authors, first.image) == ("Most", ("Ana Anić",), "https://www.primer.rs/s.png")
    assert first.published == datetime(2026, 11, 23, 14, 5, tzinfo=UTC)
    assert first.modified == datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
    assert (second.published, second.modified) == (None, datetime(2026, 11, 23, 16, 0, tzinfo=UTC))


def test_rdf_with_dublin_core_and_syndication():
    feed = f"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" {SPACES}>
    <channel rdf:about="https://www.primer.rs/"><title>Primer</title><sy:updatePeriod>hourly</sy:updatePeriod>
    <sy:updateFrequency>2</sy:updateFrequency></channel><item rdf:about="https://www.primer.rs/vesti/1"><title>Most</title>
    <link>https://www.primer.rs/vesti/1</link><dc:date>2026-11-23T14:05:00+01:00</dc:date><dc:subject>Putevi</dc:subject>
    </item></rdf:RDF>"""
    reading = read_feed(feed.encode(), URL, OUTLET, now=NOW)
    assert reading.refresh == timedelta(minutes=30)
    assert reading.candidates[0].hints.published == datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
    assert reading.candidates[0].hints.section == "Putevi"


def test_json_feed():
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Primer",
        "next_url": "/feed.json?2",
        "items": [
            {
                "id": "1",
                "url": "/vesti/1",
                "title": "Most",
                "content_html": "<p>Tekst</p>",
                "date_published": "2026-11-23T14:05:00+01:00",
                "authors": [{"name": "Ana Anić"}],
                "tags": ["Putevi"],
                "image": "/s.png",
            },
            {"id": "https://www.primer.rs/vesti/2"},
            {"id": "3"},
            7,
        ],
    }
    reading = read_feed(json.dumps(feed).encode(), URL, OUTLET, now=NOW)
    assert urls(reading) == ["https://www.primer.rs/vesti/1", "https://www.primer.rs/vesti/2"]
    assert reading.candidates[0].hints.summary == "Tekst"
    assert reading.candidates[0].hints.authors == ("Ana Anić",)
    assert (reading.dropped, reading.malformed) == ({"no-link": 1}, True)


@pytest.mark.parametrize(
    ("stated", "utc"),
    [
        ("Mon, 23 Nov 2026 14:05:00 +0100", "2026-11-23T13:05"),
        ("Mon, 23 Nov 2026 14:05:00 GMT", "2026-11-23T14:05"),
        ("Mon, 23 Nov 2026 14:05:00", "2026-11-23T13:05"),
        ("23 Nov 2026 14:05 +0200", "2026-11-23T12:05"),
        ("Wed, 15 Jul 2026 14:05:00 CET", "2026-07-15T12:05"),
        ("Wed, 15 Jul 2026 14:05:00 EEST", "2026-07-15T12:05"),
        ("2026-11-23 14:05:00", "2026-11-23T13:05"),
        ("2026-11-23T14:05:00Z", "2026-11-23T14:05"),
        ("2026-11-23T14:05:00.123+01:00", "2026-11-23T13:05"),
        ("23.11.2026. 14:05", "2026-11-23T13:05"),
        ("23. novembra 2026. u 14:05", "2026-11-23T13:05"),
        ("Thu, 01 Jan 1970 00:00:00 +0000", None),
        ("Mon, 23 Nov 2099 14:05:00 +0100", None),
        ("0000-00-00 00:00:00", None),
        ("juče", None),
    ],
)
def test_times_are_aware_and_in_the_outlets_zone_where_none_is_stated(stated, utc):
    published = one(f"<pubDate>{stated}</pubDate>").published
    if utc is None:
        assert published is None or stated == "juče"
    else:
        assert published.tzinfo is not None
        assert published.astimezone(UTC).isoformat(timespec="minutes") == f"{utc}+00:00"


def test_one_guid_for_all_items_still_gives_all():
    items = "".join(item(number, "<guid>isti</guid>") for number in range(5))
    reading = read_feed(rss(items), URL, OUTLET, now=NOW)
    assert (len(reading.candidates), reading.oddities) == (5, {"repeated-guid": 4})


def test_a_link_of_4000_characters_and_a_session_in_a_path_are_counted():
    long = f"<item><title>a</title><link>/vesti/{'a' * 4000}</link></item>"
    session = "<item><title>b</title><link>/vesti/most-otvoren;jsessionid=0A1B2C3D4E5F60718293</link></item>"
    reading = read_feed(rss(long + session), URL, OUTLET, now=NOW)
    assert [candidate.url for candidate in reading.candidates] == ["https://www.primer.rs/vesti/most-otvoren"]
    assert (reading.dropped, reading.oddities) == ({"long-link": 1}, {"session-in-path": 1})


def test_links_come_from_wherever_the_entry_has_them():
    items = """<item><title>a</title><guid>https://www.primer.rs/vesti/1</guid></item>
    <item><title>b</title><link>/vesti/2</link><guid>2</guid></item>
    <item><title>c</title><link>http://feedproxy.google.com/~r/p/3</link>
    <feedburner:origLink>https://www.primer.rs/vesti/3?utm_source=feedburner</feedburner:origLink></item>
    <item><title>d</title><link> https://www.primer.rs/vesti/4
    </link></item><item><title>e</title><guid isPermaLink="false">n-5</guid></item>"""
    reading = read_feed(rss(items), URL, OUTLET, now=NOW)
    assert urls(reading) == [f"https://www.primer.rs/vesti/{number}" for number in (1, 2, 3, 4)]
    assert reading.dropped == {"no-link": 1}


def test_links_that_are_not_the_outlets_are_dropped_and_counted():
    items = """<item><link>https://drugi.rs/vesti/1</link></item><item><link>https://news.google.com/rss/articles/CBM</link></item>
    <item><link>https://www.primer.rs/</link></item><item><link>javascript:alert(1)</link></item>
    <item><link>http://m.primer.rs/vesti/1</link></item><item><link>https://www.primer.rs/vesti/1/?utm_source=a</link></item>"""
    reading = read_feed(rss(items), URL, OUTLET, now=NOW)
    assert urls(reading) == ["http://m.primer.rs/vesti/1"]
    assert reading.dropped == {"other-site": 1, "wrapper": 1, "repeated": 2, "bad-link": 1}


def test_double_escaped_titles_are_read():
    assert one(title="&amp;quot;Most&amp;quot; &amp;amp; put 5 &lt; 6").title == '"Most" & put 5 < 6'


def test_language_of_a_theme_is_not_believed():
    reading = read_feed(rss(item(1), "<language>en-US</language>"), URL, OUTLET, now=NOW)
    assert reading.candidates[0].hints.language is None


TEXT = "Вести: отворен мост преку реката, работите течат"


@pytest.mark.parametrize(
    ("encoding", "declared", "header"),
    [
        ("utf-8", "utf-8", None),
        ("utf-8", "windows-1251", "text/xml; charset=iso-8859-1"),
        ("utf-8", "", None),
        ("cp1251", "windows-1251", None),
        ("cp1251", "", None),
        ("cp1251", "", "text/xml; charset=ISO-8859-1"),
        ("cp1251", "utf-8", None),
        ("cp1251", "no-such-code", None),
        ("utf-16", "utf-16", None),
        ("utf-16-le", "utf-16", None),
        ("utf-8-sig", "", None),
    ],
)
def test_lying_and_missing_encodings(cyrillic_outlet, now, encoding, declared, header):
    label = f' encoding="{declared}"' if declared else ""
    text = f'<?xml version="1.0"{label}?><rss version="2.0"><channel><item><title>{TEXT}</title><link>/вести/1</link></item></channel></rss>'
    reading = read_feed(text.encode(encoding), "https://primer.mk/rss", cyrillic_outlet, header, now=now)
    assert reading.candidates[0].hints.title == TEXT
    assert reading.candidates[0].url == "https://primer.mk/%D0%B2%D0%B5%D1%81%D1%82%D0%B8/1"


WHOLE = rss("".join(item(number) for number in range(10)))


@pytest.mark.parametrize(
    "broken",
    [
        WHOLE[:-60],
        WHOLE.replace(b"<channel>", b"<channel><x>"),
        WHOLE.replace(b"Most je", b"Most & <br> je"),
        WHOLE.replace(b"Most", b"Mo\x00\x0bst"),
        b"\n\n<!-- x -->" + WHOLE,
        b"Warning: mysql_connect() in /a.php\n" + WHOLE,
        WHOLE + b"<script>ad()</script>",
        WHOLE.replace(b"<rss", b'<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss').replace(
            b"Most", b"&a;Most"
        ),
    ],
    ids=["cut", "unclosed", "ampersand", "control", "leading", "warning", "trailing", "entity"],
)
def test_broken_feeds_keep_their_entries(broken):
    reading = read_feed(broken, URL, OUTLET, now=NOW)
    assert len(reading.candidates) >= 8
    assert all("root:" not in (candidate.hints.title or "") for candidate in reading.candidates)


def test_entities_do_not_grow():
    # feedparser drops them by itself; that its text comes without any is held by test_xml_text
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    bomb = rss(item(1, title="&l9;")).replace(b"<rss", f'<!DOCTYPE rss [<!ENTITY l0 "ha">{entities}]><rss'.encode(), 1)
    (candidate,) = read_feed(bomb, URL, OUTLET, now=NOW).candidates
    assert len(candidate.hints.title or "") < 100


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n",
        b"<!DOCTYPE html><html><head><link rel='alternate' type='application/rss+xml' href='/feed'></head></html>",
        b"<html><body>rss feed</body></html>",
        b"{}",
        b'{"items": 5}',
        b"[1, 2]",
        b"{" * 100_000,
        b"[" * 100_000,
        b"\x89PNG\r\n",
        b"<urlset></urlset>",
        b"<rss><channel><title>x",
    ],
    ids=lambda content: repr(content[:16]),
)
def test_what_is_no_feed_says_so(content):
    with pytest.raises(NotAFeedError, match=r"primer\.rs/rss"):
        read_feed(content, URL, OUTLET, now=NOW)


def test_sound_feed_without_entries_is_no_error():
    assert read_feed(rss(""), URL, OUTLET, now=NOW).candidates == ()


def test_limits_hold():
    reading = read_feed(WHOLE, URL, OUTLET, limits=Limits(bytes=len(WHOLE) * 2 // 3, entries=3), now=NOW)
    assert urls(reading) == [f"https://www.primer.rs/vesti/{number}" for number in range(3)]
    assert reading.malformed


LAST_LINK = "<link rel='alternate' href='https://www.primer.rs/vesti/2'/>"
ATOM = '<feed xmlns="http://www.w3.org/2005/Atom">' + "".join(
    f"<entry><title>Most</title>{LAST_LINK.replace('2', str(number))}</entry>" for number in range(3)
)


@pytest.mark.parametrize("kept", range(1, len(LAST_LINK) - 2))
@pytest.mark.parametrize(
    "tail",
    ["</feed>", "\n<b>Fatal error</b>: out of memory", ""],
    ids=["feed", "error", "cut"],
)
def test_half_an_address_is_never_a_candidate(kept, tail):
    broken = ATOM[: ATOM.rindex(LAST_LINK) + kept] + tail
    found = urls(read_feed(broken.encode(), URL, OUTLET, now=NOW))
    assert found == [f"https://www.primer.rs/vesti/{number}" for number in range(2)]


@pytest.mark.parametrize("cut", range(1, 240, 7))
def test_a_cut_feed_gives_its_whole_entries(cut):
    found = urls(read_feed(WHOLE[:-cut], URL, OUTLET, now=NOW))
    assert found == [f"https://www.primer.rs/vesti/{number}" for number in range(len(found))]
    assert len(found) >= 7


@given(
    st.binary(max_size=300)
    | st.integers(0, 400).flatmap(lambda at: st.binary(max_size=20).map(lambda x: WHOLE[:at] + x + WHOLE[at:]))
)
@settings(deadline=None)
def test_any_bytes_give_a_reading_or_the_typed_error(content):
    with contextlib.suppress(DiscoveryError):
        read_feed(content, URL, OUTLET, now=NOW)


def channel(item):
    names = "xmlns:media='http://search.yahoo.com/mrss/' xmlns:yandex='http://news.yandex.ru'"
    return f"<rss version='2.0' {names}><channel><link>https://primer.rs/</link>{item}</channel></rss>".encode()


@pytest.mark.parametrize(
    "inner",
    [
        "<media:content url='https://primer.rs/a.jpg'><link>https://primer.rs/slika/1</link></media:content>",
        "<media:group><media:content><link>https://primer.rs/slika/1</link></media:content></media:group>",
        "<yandex:related><link url='https://primer.rs/vest/2'>Druga</link></yandex:related>",
        "<yandex:related><link>https://primer.rs/vest/2</link></yandex:related>",
        "<enclosure/>",
    ],
)
def test_the_link_of_an_item_is_its_own(inner):
    found = read_feed(channel(f"<item><link>https://primer.rs/vest/1</link>{inner}</item>"), URL, OUTLET, now=NOW)
    assert [candidate.url for candidate in found.candidates] == ["https://primer.rs/vest/1"]


@pytest.mark.parametrize(
    ("link", "meant"),
    [
        ("https://primer.rs/v?id=4001&rubrika=2", "https://primer.rs/v?id=4001&rubrika=2"),
        ("https://primer.rs/v?id=4001&amp;rubrika=2", "https://primer.rs/v?id=4001&rubrika=2"),
        ("https://primer.rs/v?copy=2&id=5", "https://primer.rs/v?copy=2&id=5"),
        ("<![CDATA[https://primer.rs/v?a=1&b=2]]>", "https://primer.rs/v?a=1&b=2"),
    ],
)
def test_an_address_is_the_one_that_is_meant(link, meant):
    found = read_feed(channel(f"<item><link>{link}</link></item>"), URL, OUTLET, now=NOW)
    assert [candidate.url for candidate in found.candidates] == [meant]


def test_a_character_in_halves_and_a_page_in_a_comment_make_no_feed_unreadable():
    item = "<item><title>Most &#55357;&#56832; &#xD83D; i</title><link>https://primer.rs/vest/1</link></item>"
    content = b"<!-- <html><body>cached</body></html> -->" + channel(item)
    [candidate] = read_feed(content, URL, OUTLET, now=NOW).candidates
    assert candidate.hints.title == "Most 😀 i"


def test_elements_that_are_named_as_the_parts_of_an_entry_are_none():
    own = "".join(f"<{name}>x</{name}>" for name in ("authors", "tags", "links", "content", "media_thumbnail"))
    [candidate] = read_feed(channel(f"<item><link>https://primer.rs/vest/1</link>{own}</item>"), URL, OUTLET).candidates
    assert (candidate.url, candidate.hints.authors) == ("https://primer.rs/vest/1", ())


CHANNEL = (
    "<rss version='2.0'><channel><title>G</title>{link}<item><title>a</title><link>{item}</link></item></channel></rss>"
)


@pytest.mark.parametrize(
    ("link", "item", "leads_to"),
    [
        ("<link>https://gazeta.al/</link>", "lajme/a-1", "https://gazeta.al/lajme/a-1"),
        ("<link><![CDATA[ https://www.gazeta.al/sq/ ]]></link>", "lajme/a-1", "https://www.gazeta.al/sq/lajme/a-1"),
        ("<link>https://gazeta.al/</link>", "/a-1", "https://gazeta.al/a-1"),
        ("<link>https://gazeta.al/x</link>", "https://gazeta.al/a-1", "https://gazeta.al/a-1"),
        ("", "a-1", "https://gazeta.al/feeds/a-1"),
        ("<link>http://</link>", "a-1", "https://gazeta.al/feeds/a-1"),
        ("<link>http://[::1</link>", "a-1", "https://gazeta.al/feeds/a-1"),
        ("<link>javascript:alert(1)</link>", "a-1", "https://gazeta.al/feeds/a-1"),
        ("<link>https://elsewhere.example/</link>", "a-1", "https://gazeta.al/feeds/a-1"),
        (f"<link>https://gazeta.al/{'a' * 1_000_000}</link>", "a-1", "https://gazeta.al/feeds/a-1"),
    ],
)
def test_a_relative_link_of_rss_is_relative_to_the_site_that_the_channel_names(link, item, leads_to):
    outlet = replace(OUTLET, homepage="https://gazeta.al/")
    content = CHANNEL.format(link=link, item=item).encode()
    reading = read_feed(content, "https://gazeta.al/feeds/rss.xml", outlet)
    assert [candidate.url for candidate in reading.candidates] == [leads_to]


@pytest.mark.parametrize(
    ("stated", "meant"),
    [
        ("Tue, 24 Nov 2026 08:28:28 PM", "2026-11-24T20:28:28+01:00"),
        ("24 Nov 2026 12:10 AM", "2026-11-24T00:10:00+01:00"),
        ("24 Nov 2026 12:10 p.m.", "2026-11-24T12:10:00+01:00"),
        ("Tue, 24 Nov 2026 08:28 PM +0200", "2026-11-24T20:28:00+02:00"),
        ("Tue, 24 Nov 2026 08:28:28PM GMT", "2026-11-24T20:28:28+00:00"),
        ("2026-11-24 08:28:28 PM", "2026-11-24T20:28:28+01:00"),
    ],
)
def test_a_half_of_the_day_is_the_one_that_is_stated(stated, meant):
    item = f"<item><link>https://primer.rs/vest/1</link><pubDate>{stated}</pubDate></item>"
    late = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)
    [candidate] = read_feed(channel(item), URL, OUTLET, now=late).candidates
    assert candidate.hints.published == datetime.fromisoformat(meant)


@pytest.mark.parametrize(
    "stated", ["Tue, 24 Nov 2026 23:30:00 GMT", "2026-11-24T23:30:00Z", "2026-11-24T23:30:00+00:00"]
)
def test_a_time_of_tomorrow_is_local_time_that_was_stated_as_utc(stated):
    item = f"<item><link>https://primer.rs/vest/1</link><pubDate>{stated}</pubDate></item>"
    late = datetime(2026, 11, 24, 22, 35, tzinfo=UTC)  # 23:35 at the outlet
    [candidate] = read_feed(channel(item), URL, OUTLET, now=late).candidates
    assert candidate.hints.published == datetime(2026, 11, 24, 22, 30, tzinfo=UTC)


def feed_of(value):
    return read_feed(json.dumps(value).encode(), URL, OUTLET, "application/feed+json", now=NOW)


ITEM = {"url": "https://primer.rs/vest/1", "title": "Most"}


@pytest.mark.parametrize(
    "value",
    [
        {"items": {"0": ITEM}},
        [ITEM],
        {"items": [{"link": ITEM["url"], "title": "Most"}]},
        {"items": [ITEM | {"url": [ITEM["url"]]}]},
        {"items": [ITEM | {"title": {"rendered": "Most"}}]},
    ],
    ids=["by key", "a bare list", "link", "a list of one", "rendered"],
)
def test_the_shapes_of_a_json_feed_are_read(value):
    [candidate] = feed_of(value).candidates
    assert (candidate.url, candidate.hints.title) == (ITEM["url"], "Most")


@pytest.mark.parametrize(
    "tags", ["most, Dunav", ["most", "Dunav"], [{"name": "most"}, {"title": "Dunav"}], {"0": "most", "1": "Dunav"}]
)
def test_the_shapes_of_a_json_feeds_tags_are_read(tags):
    [candidate] = feed_of({"items": [ITEM | {"tags": tags}]}).candidates
    assert candidate.hints.tags == ("most", "Dunav")


def test_numbers_are_times_and_objects_are_pictures_in_a_json_feed():
    more = {
        "date_published": 1_795_500_000,
        "date_modified": 1_795_500_000_000,
        "image": {"url": "https://primer.rs/1.jpg"},
    }
    [candidate] = feed_of({"items": [ITEM | more]}).candidates
    assert candidate.hints.published == candidate.hints.modified == datetime.fromtimestamp(1_795_500_000, UTC)
    assert candidate.hints.image == "https://primer.rs/1.jpg"


@pytest.mark.parametrize("value", [{"items": None}, [1, 2], [], {"version": "1"}, "text"])
def test_json_that_lists_no_items_is_no_feed(value):
    with pytest.raises(NotAFeedError):
        feed_of(value)
