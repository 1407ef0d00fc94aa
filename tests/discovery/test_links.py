"""Article links of home and section pages, and the feeds that pages name."""
# ruff: noqa: E501 (documents are written as they come, line by line)

import contextlib
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.discovery import find_article_links, find_feed_pages, find_feeds, learn_shape
from balkan_crawler.errors import DiscoveryError
from balkan_crawler.model import Discovery, Outlet

HOME = "https://www.primer.rs/"
OUTLET = Outlet(
    key="primer", name="Primer", country="RS", languages=("sr-Latn",), timezone="Europe/Belgrade", homepage=HOME
)
SERVICE = """<nav><a href="/">Primer</a><a href="/vesti/">Vesti</a><a href="/zivot-i-zabava/">Život i zabava</a>
<a href="/tag/izgradnja-novog-mosta">#most</a><a href="/autor/ana-anic">Ana Anić</a><a href="/pretraga?q=most">Pretraga</a>
<a href="/vesti/page/2/">2</a><a href="/prijava">Prijava</a><a href="mailto:a@primer.rs">Pišite nam</a><a href="#">Vrh</a>
<a href="javascript:void(0)">Više</a><a href="https://www.facebook.com/primer/posts/most-je-otvoren-za-saobracaj">F</a>
<a href="/politika-privatnosti">Pravila o zaštiti privatnosti naših čitalaca</a><a href="/dokumenta/izvestaj-o-radu-za-2025.pdf">PDF</a>
<a href="https://oglasi.drugi.rs/veliki-popust-na-sve-automobile-12345">Oglas</a><a href="/?s=most">Traži</a></nav>"""


def page(body):
    return f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{SERVICE}{body}</body></html>".encode()


def urls(candidates):
    return [candidate.url for candidate in candidates]


def test_plain_index_of_numbered_pages_gives_all_and_nothing_else():
    base = "http://127.0.1.1:8800"
    titles = [
        "Samit",
        "Dva dana",
        "Vlada danas odlučuje o budžetu za iduću godinu",
        "Otvoren je novi most preko reke Save",
    ]
    links = "".join(f'<li><a href="{base}/news/{n}.html">{titles[n % 4]}</a></li>' for n in range(50))
    index = f"""<!DOCTYPE html><html><head><title>x</title><link rel='alternate' type='application/rss+xml'
    href='{base}/feed.xml'></head><body><h1>x</h1><ul>{links}</ul></body></html>"""
    farm = replace(OUTLET, homepage=f"{base}/")
    found = find_article_links(index.encode(), f"{base}/", farm)
    assert urls(found) == [f"{base}/news/{n}.html" for n in range(50)]
    assert found[2].hints.title == titles[2]
    assert {candidate.found_by for candidate in found} == {Discovery.SECTION}
    assert [link.url for link in find_feeds(index.encode(), f"{base}/")] == [f"{base}/feed.xml"]


STYLES = [
    "/vesti/drustvo/otvoren-je-novi-most-preko-save/{n}",
    "/otvoren-je-novi-most-preko-save-{n}",
    "/vesti/{n}/most-preko-save",
    "/2026/11/23/novi-most-{n}-otvoren/",
    "/vest.php?id={n}",
    "/vesti/drustvo/{n}.html",
    "/vesti/novi-most-preko-save-broj-{n}-otvoren/",
    "/a/novi-most/{n}.html",
]


@pytest.mark.parametrize("style", STYLES)
def test_articles_are_found_without_any_declaration_and_service_pages_are_not(style):
    wanted = [style.format(n=361_200 + number) for number in range(12)]
    links = "".join(f'<h3><a href="{link}">Otvoren je novi most preko reke Save</a></h3>' for link in wanted)
    found = find_article_links(page(links), HOME + "vesti/", OUTLET)
    assert urls(found) == ["https://www.primer.rs" + link for link in wanted]


def test_declared_pattern_decides():
    outlet = replace(OUTLET, article_url=r"/vest/\d+$")
    links = '<a href="/vest/1">A</a><a href="/vesti/otvoren-je-novi-most-preko-save/361200">Otvoren je novi most preko Save</a>'
    assert urls(find_article_links(page(links), HOME, outlet)) == ["https://www.primer.rs/vest/1"]


def test_learned_shape_decides():
    shape = learn_shape([f"https://www.primer.rs/vesti/{361_200 + n}/most-preko-save" for n in range(20)])
    links = """<a href="/sport/361999/dan">A</a><a href="/kolumne/otvoren-je-novi-most-preko-save">Otvoren je novi most preko Save</a>"""
    assert urls(find_article_links(page(links), HOME, OUTLET, shape)) == ["https://www.primer.rs/sport/361999/dan"]


def test_card_gives_the_headline_and_the_time():
    links = """<article><a href="/vesti/361200/most"><img src="s.jpg" alt="Slika"></a><div><h2><a href="/vesti/361200/most">
    Novi most preko Save</a></h2><time datetime="2026-11-23T14:05:00+01:00">juče</time><a href="/vesti/361200/most">Više</a></div>
    </article><article><a href="/vesti/361201/put"><h3>Zatvoren put ka jugu zemlje</h3><p>Radovi traju dva dana i noći.</p></a>
    </article><time datetime="2026-11-20T10:00:00+01:00">datum strane</time>"""
    shape = learn_shape([f"https://www.primer.rs/vesti/{361_200 + n}/most-preko-save" for n in range(20)])
    first, second = find_article_links(page(links), HOME, OUTLET, shape)
    assert first.hints.title == "Novi most preko Save"
    assert first.hints.published == datetime.fromisoformat("2026-11-23T14:05:00+01:00")
    assert second.hints.title == "Zatvoren put ka jugu zemlje"
    assert second.hints.published is None


def test_variants_of_one_link_are_one_candidate_and_the_page_itself_is_none():
    link = "/vesti/drustvo/otvoren-je-novi-most-preko-save/361200"
    links = f'<a href="{link}">Otvoren je novi most preko Save</a><a href="{link}?utm_source=naslovna#kom">12</a><a href="http://m.primer.rs{link}/">x</a>'
    assert urls(find_article_links(page(links), HOME, OUTLET)) == [f"https://www.primer.rs{link}"]
    assert find_article_links(page(links), f"https://www.primer.rs{link}", OUTLET) == ()


def test_base_and_language_folder_are_respected():
    outlet = replace(OUTLET, homepage="https://www.primer.rs/en/")
    links = """<base href="https://www.primer.rs/en/vesti/"><a href="new-bridge-over-the-river-opens-361200">New bridge opens</a>
    <a href="/vesti/otvoren-je-novi-most-preko-save-361201">Otvoren je novi most preko Save</a>"""
    found = find_article_links(page(links), "https://www.primer.rs/en/", outlet)
    assert urls(found) == ["https://www.primer.rs/en/vesti/new-bridge-over-the-river-opens-361200"]


def test_hosts_of_other_languages_are_other_outlets():
    links = "".join(
        f'<a href="https://{host}/vesti/otvoren-je-novi-most-preko-save-361200">Otvoren je novi most preko Save</a>'
        for host in ("en.primer.rs", "sport.primer.rs", "m.primer.rs", "primer.ba")
    )
    found = urls(find_article_links(page(links), HOME, OUTLET))
    assert [url.split("/")[2] for url in found] == ["sport.primer.rs", "m.primer.rs"]
    fr = replace(OUTLET, homepage="https://fr.primer.rs/")
    assert find_article_links(page(links), "https://fr.primer.rs/", fr) == ()


def test_feeds_declared_first_and_comment_feeds_never():
    html = """<head><link rel="alternate" type="application/rss+xml" title="Primer &raquo; Vesti" href="/feed/">
    <link rel="alternate" type="application/rss+xml" href="/comments/feed/"><link rel="alternate" type="text/html" href="/en/">
    <link rel="alternate" type="application/json+oembed" href="/wp-json/oembed/1.0/embed?url=x">
    <link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
    <link rel="ALTERNATE stylesheet" type="application/atom+xml" href="//feeds.primer.rs/atom"></head><body>
    <a href="/rss/sport">Sport</a><a href="/feed">RSS</a><a href="/vesti/rss-je-stara-tehnologija">Članak</a>
    <a href="https://www.primer.rs/index.xml">XML</a></body>"""
    assert [(link.url, link.title, link.declared) for link in find_feeds(html, HOME)] == [
        ("https://www.primer.rs/feed/", "Primer » Vesti", True),
        ("https://feeds.primer.rs/atom", None, True),
        ("https://www.primer.rs/rss/sport", "Sport", False),
        ("https://www.primer.rs/index.xml", "XML", False),
    ]


@pytest.mark.parametrize("content", [b"", b"  \n", "", b"\x00\x00"])
def test_no_page_is_the_typed_error(content):
    for read in (lambda: find_article_links(content, HOME, OUTLET), lambda: find_feeds(content, HOME)):
        with pytest.raises(DiscoveryError, match=r"primer\.rs"):
            read()


@given(
    st.binary(max_size=300)
    | st.text(max_size=200).map(lambda text: f'<a href="{text}">{text} {text}</a><base href="{text}">')
)
def test_any_bytes_give_links_or_the_typed_error(content):
    for read in (lambda: find_article_links(content, HOME, OUTLET), lambda: find_feeds(content, HOME)):
        with contextlib.suppress(DiscoveryError):
            read()


@pytest.mark.parametrize(
    ("link", "is_one"),
    [
        ("/rss-kanali", True),
        ("/rssfeeds", True),
        ("/feeds-list/", True),
        ("/press/", False),
        ("/feed/", False),
        ("https://drugi.example/rss-kanali", False),
    ],
)
def test_pages_of_feeds_are_told_by_their_name(link, is_one):
    found = find_feed_pages(page(f'<a href="{link}">RSS</a>'), HOME)
    assert bool(found) is is_one


@pytest.mark.parametrize("link", ["/rss.php", "/xml/rss2.asp", "/feed.aspx", "/vesti/feed/"])
def test_a_feed_made_by_a_program_looks_like_one(link):
    assert [feed.url for feed in find_feeds(page(f'<a href="{link}">RSS</a>'), HOME)] == [HOME + link[1:]]


@pytest.mark.parametrize(
    ("query", "is_story"),
    [
        ("clid=20113", True),
        ("nid=77", True),
        ("catid=20113", False),
        ("galid=20113", False),
        ("clid=12", False),
        ("strana=20113", False),
    ],
)
def test_a_number_in_the_query_is_a_storys_by_its_name(query, is_story):
    link = f'<h3><a href="/prikaz.asp?{query}">Otvoren je novi most preko reke Save</a></h3>'
    assert bool(find_article_links(page(link), HOME, OUTLET)) is is_story


def test_a_card_that_is_a_link_gives_its_own_time():
    links = "".join(
        f'<a href="/vesti/novi-most-preko-save-{361200 + day}"><h3>Otvoren je novi most preko Save</h3><span class="card_date">{day}. 11. 2026.</span></a>'
        for day in range(1, 7)
    )
    found = find_article_links(
        page(f"<main>{links}</main>"), HOME, OUTLET, now=datetime.fromisoformat("2026-11-20T12:00:00+01:00")
    )
    assert [candidate.hints.published.day for candidate in found] == [1, 2, 3, 4, 5, 6]


def test_a_page_of_rules_is_no_story_where_stories_have_numbers():
    links = "".join(
        f'<a href="/vesti/otvoren-je-novi-most-preko-save-{361200 + n}">Otvoren je novi most preko Save</a>'
        for n in range(20)
    )
    rules = '<a href="/pravila-o-zastiti-podataka-i-privatnosti">Pravila o zaštiti podataka i privatnosti</a>'
    assert len(find_article_links(page(links + rules), HOME, OUTLET)) == 20


BROKEN = [
    "http://",
    "//",
    "javascript:alert(1)",
    "[::1",
    "http://[::1",
    "   ",
    "https://",
    "data:text/html,x",
    "a" * 1_000_000,
]


@pytest.mark.parametrize("base", BROKEN, ids=[base[:20] for base in BROKEN])
def test_a_base_that_is_no_address_is_none(base):
    page = f"<base href='{base}'><a href='/lajme/qeveria-vendosi-sot-per-rrugen-1234567'>Qeveria vendosi sot per rrugen</a>"
    outlet = replace(OUTLET, homepage="https://gazeta.al/")
    [found] = find_article_links(page, "https://gazeta.al/", outlet)
    assert found.url == "https://gazeta.al/lajme/qeveria-vendosi-sot-per-rrugen-1234567"
    assert find_feeds(f"{page}<a href='/feed'>f</a>", "https://gazeta.al/")[0].url == "https://gazeta.al/feed"


def test_of_a_page_of_any_number_of_links_some_thousand_are_looked_at():
    outlet = replace(OUTLET, homepage="https://gazeta.al/")
    link = "<a href=/qeveria-vendosi-sot-{0}>Qeveria vendosi sot per rrugen e re {0}</a><a href=/x{0}>x</a>"
    page = "".join(link.format(number) for number in range(100_000, 115_000))
    assert 0 < len(find_article_links(page, "https://gazeta.al/", outlet)) <= 5_000
    feeds = "<link rel=alternate type=application/rss+xml href=/f{0}><a href=/{0}/rss>rss</a><a href=/rss-x{0}>a</a>"
    page = "".join(feeds.format(number) for number in range(10_000))
    assert len(find_feeds(page, "https://gazeta.al/")) <= 5_500
    assert len(find_feed_pages(page, "https://gazeta.al/")) == 500


def test_addresses_of_megabytes_are_left_out_and_those_beside_them_are_found():
    outlet = replace(OUTLET, homepage="https://gazeta.al/")
    good = "<a href='/qeveria-vendosi-sot-1234567'>Qeveria vendosi sot per rrugen</a>"
    long = "".join(f"<a href='/{kind}'>x y z w</a>" for kind in ("a/" * 30_000, "?" + "a=1&" * 15_000, "a" * 60_000))
    assert len(find_article_links(good + long * 9, "https://gazeta.al/", outlet)) == 1
    assert find_article_links(long * 99 + good, "https://gazeta.al/", outlet) == ()
