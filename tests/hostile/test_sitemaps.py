"""Sitemaps that loop, lie, attack a parser or break their format."""

import gzip

import pytest
from support.raw_server import Answer, Raw
from support.scenarios import OTHER, STORY, Scenario, sitemap_of

pytestmark = pytest.mark.slow

MANY = 300_000
SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
FIELDS = {"feeds": [], "sitemaps": ["@ORIGIN@/sitemap.xml"]}
BOMB = gzip.compress(sitemap_of() + b" " * 80_000_000)


def xml(body, **more):
    content = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body
    return Answer(content, content_type="application/xml", **more)


def index_of(*children):
    entries = "".join(f"<sitemap><loc>@ORIGIN@{child}</loc></sitemap>" for child in children)
    return xml(f"<sitemapindex xmlns='{SPACE}'>{entries}</sitemapindex>")


def sitemap(name, body, more=None, **promises):
    answers = {"/sitemap.xml": body if callable(body) else xml(body), **(more or {})}
    return Scenario(name=name, answers=answers, fields=FIELDS, **{"lacks": ("root:",), **promises})


def unreadable(name, body, more=None, **promises):
    given = {"outcome": "none", "stored": False, "other": False, "state": "failed", "told": "/sitemap.xml", **promises}
    return sitemap(name, body, more, **given)


def nothing(name, body, more=None, **promises):
    return sitemap(name, body, more, **{"outcome": "none", "stored": False, "other": False, **promises})


def with_entry(inner):
    """A sitemap with one odd entry beside two healthy ones."""
    return sitemap_of(more=f"<url>{inner}</url>")


def chain(length):
    """Indexes, each in the one before, with a sitemap in the last."""
    links = {f"/index-{number}.xml": index_of(f"/index-{number + 1}.xml") for number in range(1, length)}
    return {**links, f"/index-{length}.xml": xml(sitemap_of())}


LAUGHS = (
    "<!DOCTYPE urlset [<!ENTITY l0 'ha'>"
    + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12))
    + "]>"
)
NEWS = "<n:news xmlns:n='http://www.google.com/schemas/sitemap-news/0.9'><n:publication_date>{}</n:publication_date><n:title>{}</n:title></n:news>"
LOCATION = f"<loc>@ORIGIN@{STORY}</loc>"

INDEXES = (
    sitemap("an index", index_of("/s.xml"), {"/s.xml": xml(sitemap_of())}),
    nothing("an index of itself", index_of("/sitemap.xml"), heals=True),
    nothing(
        "indexes in a circle",
        index_of("/a.xml"),
        {"/a.xml": index_of("/b.xml"), "/b.xml": index_of("/a.xml", "/sitemap.xml")},
    ),
    sitemap("an index of itself and of others", index_of("/sitemap.xml", "/s.xml"), {"/s.xml": xml(sitemap_of())}),
    sitemap(
        "an index that names one file a thousand times", index_of(*["/s.xml"] * 1000), {"/s.xml": xml(sitemap_of())}
    ),
    nothing("indexes ten deep", index_of("/index-1.xml"), chain(10)),
    sitemap("indexes two deep", index_of("/index-1.xml"), chain(2)),
    nothing(
        "an index of fifty thousand that are not there",
        index_of(*(f"/part-{n}.xml" for n in range(50_000))),
        state="done failed",
        heals=False,
    ),
    sitemap(
        "an index with dead ones", index_of("/dead.xml", "/s.xml"), {"/s.xml": xml(sitemap_of())}, told="/dead.xml"
    ),
    sitemap(
        "an index of another host's",
        index_of("/s.xml", "/x.xml").body.decode().replace("@ORIGIN@/x.xml", "http://10.0.0.1/x.xml"),
        {"/s.xml": xml(sitemap_of())},
    ),
    sitemap(
        "an index of files and scripts",
        index_of("/s.xml", "/x.xml").body.decode().replace("@ORIGIN@/x.xml", "file:///etc/passwd"),
        {"/s.xml": xml(sitemap_of())},
    ),
    sitemap("an index of pages", index_of("/s.xml", STORY), {"/s.xml": xml(sitemap_of())}, told=STORY),
    nothing("an index of nothing", index_of()),
)
FORMS = (
    sitemap("sound", sitemap_of()),
    sitemap("a mark before it", b"\xef\xbb\xbf" + sitemap_of()),
    sitemap("blank lines before it", b"\n\n  " + sitemap_of(opening="<?xml version='1.0'?>")),
    sitemap("a million spaces before it", b" " * MANY + sitemap_of()),
    sitemap("PHP's complaints before it", b"<br />\nWarning: foo in /x.php\n" + sitemap_of()),
    sitemap("text behind it", sitemap_of() + b"<!-- cached --></html>\0"),
    sitemap("no namespace", sitemap_of().replace(f" xmlns='{SPACE}'".encode(), b"")),
    sitemap("a strange namespace", sitemap_of().replace(SPACE.encode(), b"http://example.org/other")),
    sitemap(
        "prefixes",
        f"<s:urlset xmlns:s='{SPACE}'>"
        + "".join(f"<s:url><s:loc>@ORIGIN@{path}</s:loc></s:url>" for path in (STORY, OTHER))
        + "</s:urlset>",
    ),
    sitemap("cut in its last entry", sitemap_of()[: -len("</urlset>")] + b"<url><loc>@ORIGIN@/news/ferry-dec"),
    sitemap("gzip", xml(sitemap_of(), pack=gzip.compress)),
    sitemap("gzip twice", xml(sitemap_of(), pack=lambda content: gzip.compress(gzip.compress(content)))),
    sitemap(
        "gzip of two members",
        xml(sitemap_of(), pack=lambda content: gzip.compress(content[:90]) + gzip.compress(content[90:])),
    ),
    sitemap("lines of text", f"@ORIGIN@{STORY}\n\n  @ORIGIN@{OTHER}\r\n"),
    sitemap("lines of text and of noise", f"@ORIGIN@{STORY}\n@ORIGIN@{OTHER}\n" + "\x01\x02 noise\n" * 100),
    sitemap(
        "a feed",
        "<rss version='2.0'><channel><title>T</title>"
        + "".join(
            f"<item><title>Ferry decision number {n} of town a</title><link>@ORIGIN@{path}</link></item>"
            for n, path in enumerate((STORY, OTHER))
        )
        + "</channel></rss>",
    ),
    sitemap(
        "fifty thousand and one addresses",
        sitemap_of((STORY, OTHER), "<url><loc>@ORIGIN@/</loc></url>" * 49_999),
        other=True,
    ),
    sitemap("two hundred thousand addresses", sitemap_of((STORY, OTHER), "<url><loc>@ORIGIN@/</loc></url>" * 200_000)),
    sitemap(
        "addresses of other hosts",
        sitemap_of((STORY, OTHER), "<url><loc>http://127.3.99.1/news/ferry</loc></url>" * 100),
    ),
    unreadable("a bomb", Answer(BOMB, content_type="application/xml", headers=("Content-Encoding: gzip",))),
    unreadable("a bomb without a label", Answer(BOMB, content_type="application/x-gzip")),
    unreadable("gzip cut", xml(sitemap_of(), pack=lambda content: gzip.compress(content)[:-30])),
    unreadable("a web page", b"<!DOCTYPE html><html><body><urlset></urlset></body></html>"),
    unreadable("no bytes", b""),
    unreadable("noise", bytes(range(1, 255)) * 40),
    unreadable("JSON", b'{"urls": []}'),
    unreadable("404", Answer(sitemap_of(), "404 Not Found"), told="404"),
    unreadable("never answers", Raw((), then="hang")),
    nothing("no entries", f"<urlset xmlns='{SPACE}'></urlset>"),
)
ATTACKS = (
    sitemap("a billion laughs", sitemap_of(more="<url><loc>&l11;</loc></url>", opening=LAUGHS)),
    sitemap(
        "an entity of a file",
        sitemap_of(
            more="<url><loc>@ORIGIN@/news/&x;</loc></url>",
            opening="<!DOCTYPE urlset [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
        ),
    ),
    sitemap("a DTD elsewhere", sitemap_of(opening="<!DOCTYPE urlset SYSTEM 'http://10.0.0.1/x.dtd'>")),
    sitemap("a hundred thousand tags deep", with_entry("<x>" * 100_000)),
    sitemap("a hundred thousand attributes", with_entry("<x " + " ".join(f"a{n}='1'" for n in range(100_000)) + "/>")),
    sitemap("a million ampersands", with_entry("<loc>" + "&" * MANY + "</loc>")),
    sitemap("a remark of a megabyte", with_entry("<!--" + "x" * MANY + "-->")),
    sitemap("CDATA a hundred thousand times", with_entry("<loc>" + "<![CDATA[x]]>" * 100_000 + "</loc>")),
    sitemap(
        "an XInclude", with_entry("<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd'/>")
    ),
)
ENTRIES = (
    *(
        sitemap(f"an address that is {name}", with_entry(f"<loc>{link}</loc>"))
        for name, link in {
            "a script": "javascript:alert(1)",
            "a file": "file:///etc/passwd",
            "nothing": "",
            "inside": "http://10.0.0.1/news",
            "of a megabyte": "@ORIGIN@/" + "a" * MANY,
            "a bad IPv6": "http://[::1/",
            "an element": "<b>bold</b>",
            "two lines": "@ORIGIN@/\n@ORIGIN@/",
            "a lone surrogate": "http://\ud800.rs/",
        }.items()
    ),
    *(
        sitemap(f"a time {name}", with_entry(f"{LOCATION}<lastmod>{time}</lastmod>"))
        for name, time in {
            "of the year zero": "0000-00-00",
            "of the year 9999": "9999-12-31T23:59:59-23:59",
            "in ten years": "2036-01-01",
            "of no digits": "yesterday",
            "of a megabyte": "2" * MANY,
        }.items()
    ),
    sitemap(
        "news of odd times and headlines",
        sitemap_of(more=f"<url>{LOCATION}{NEWS.format('soon', 'long ' * 100_000)}</url>"),
    ),
    sitemap(
        "a picture of a script",
        with_entry(
            f"{LOCATION}<i:image xmlns:i='http://www.google.com/schemas/sitemap-image/1.1'><i:loc>javascript:1</i:loc></i:image>"
        ),
    ),
    sitemap(
        "blanks and CDATA around addresses",
        f"<urlset xmlns='{SPACE}'>"
        + "".join(f"<url><loc>\n <![CDATA[ @ORIGIN@{path} ]]>\n</loc></url>" for path in (STORY, OTHER))
        + "</urlset>",
    ),
)
FROM_ROBOTS = (
    Scenario(
        name="robots.txt that names ten thousand sitemaps",
        answers={
            "/robots.txt": Answer(
                "\n".join(
                    [
                        "User-agent: *",
                        "Allow: /",
                        "Sitemap: @ORIGIN@/s.xml",
                        *(f"Sitemap: @ORIGIN@/{n}.xml" for n in range(10_000)),
                    ]
                ).encode()
            ),
            "/s.xml": xml(sitemap_of()),
        },
        fields={"feeds": []},
        heals=False,
    ),
)

SCENARIOS = (*INDEXES, *FORMS, *ATTACKS, *ENTRIES, *FROM_ROBOTS)
SETTINGS = {"DOWNLOAD_TIMEOUT": 15}


def test_each_sitemap_comes_to_what_was_promised(played, scenario):
    played.check(scenario)


def test_no_run_asks_for_more_than_a_few_parts_of_an_index(played):
    asked = [path for path in played.hosts["an_index_of_fifty_thousand_that_are_not_there"].asked if "part" in path]
    assert len(asked) <= 40


def test_the_neighbours_are_whole_and_nothing_is_logged_with_a_traceback(played):
    played.check_neighbours()
