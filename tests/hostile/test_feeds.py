"""Feeds that attack a parser or break their format: what they name is found, and nothing else is."""

import json

from support.raw_server import Answer
from support.scenarios import OTHER, STORY, Scenario, feed_of

MANY = 300_000
LAUGHS = (
    "<!DOCTYPE rss [<!ENTITY l0 'ha'>" + "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 12)) + "]>"
)
QUADRATIC = "<!DOCTYPE rss [<!ENTITY a '" + "a" * 10_000 + "'>]>"
SECRET = "root:"


def feed(name, body, content_type="application/rss+xml", **more):
    answer = Answer(body.encode("utf-8", "surrogatepass") if isinstance(body, str) else body, content_type=content_type)
    return Scenario(name=name, answers={"/feed.xml": answer}, **{"lacks": (SECRET,), **more})


def unreadable(name, body, **more):
    """A feed that gives nothing: the outlet has failed, and is told with the feed's name."""
    given = {"outcome": "none", "stored": False, "other": False, "state": "failed", "told": "/feed.xml", **more}
    return feed(name, body, **given)


def empty(name, body, **more):
    """A feed that is sound, and names none of the outlet's stories."""
    return feed(name, body, **{"outcome": "none", "stored": False, "other": False, **more})


def item(inner, link=True):
    address = f"<link>@ORIGIN@{STORY}</link>" if link else ""
    return f"<item><title>Ferry decision number 0 of town a</title>{address}{inner}</item>"


def rss(items, opening=""):
    """A feed whose second story is healthy."""
    good = f"<item><title>Ferry decision number 1 of town a</title><link>@ORIGIN@{OTHER}</link></item>"
    return (
        f"{opening}<rss version='2.0'><channel><title>Town</title><link>@ORIGIN@/</link>{items}{good}</channel></rss>"
    )


def only_other(name, body, **more):
    """A feed of which only the second story's address is one."""
    return feed(name, body, outcome="none", stored=False, heals=True, **more)


def json_feed(items, **more):
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "Town", "items": items, **more})


JSON_ITEMS = [
    {"id": path, "url": f"@ORIGIN@{path}", "title": f"Ferry decision number {n} of town a"}
    for n, path in enumerate((STORY, OTHER))
]

ENTITIES = (
    feed("a billion laughs", feed_of(opening=LAUGHS).decode().replace("<title>Town", "<title>&l11;")),
    feed("a quadratic blow-up", feed_of(opening=QUADRATIC).decode().replace("<title>Town", "<title>" + "&a;" * 10_000)),
    feed(
        "an entity of a file",
        feed_of(opening="<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>")
        .decode()
        .replace("<title>Ferry", "<title>&x;Ferry"),
    ),
    feed(
        "an entity of the network",
        feed_of(opening="<!DOCTYPE rss [<!ENTITY x SYSTEM 'http://10.0.0.1/x'>]>")
        .decode()
        .replace("<title>Ferry", "<title>&x;Ferry"),
    ),
    feed("a parameter entity", feed_of(opening="<!DOCTYPE rss [<!ENTITY % p SYSTEM 'file:///etc/passwd'>%p;]>")),
    feed("a DTD elsewhere", feed_of(opening="<!DOCTYPE rss SYSTEM 'http://10.0.0.1/rss.dtd'>")),
    feed(
        "an XInclude",
        rss(item("<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/passwd' parse='text'/>")),
    ),
    feed(
        "a style sheet elsewhere",
        feed_of(opening="<?xml version='1.0'?><?xml-stylesheet href='file:///etc/passwd' type='text/xsl'?>"),
    ),
    feed("an entity that nobody knows", rss(item("<description>&nosuch;&nbsp;&#0;&#xD800;</description>"))),
)
FORMS = (
    feed("cut in its last entry", feed_of((STORY, OTHER), "<item><title>Ferry dec")[: -len("</channel></rss>")] + b""),
    feed("two roots", feed_of() + feed_of(("/news/ferry-decision-number-1",))),
    feed("text behind the root", feed_of() + b"</html><!-- cached -->\0\0garbage"),
    feed(
        "PHP's complaints before it",
        b"<br />\n<b>Notice</b>: Undefined index in <b>/var/www/feed.php</b> on line <b>12</b>\n" + feed_of(),
        content_type="text/html",
    ),
    feed(
        "blank lines before the declaration", b"\r\n\r\n  " + feed_of(opening="<?xml version='1.0' encoding='UTF-8'?>")
    ),
    feed("an encoding that nobody knows", feed_of(opening="<?xml version='1.0' encoding='x-nonsense'?>")),
    feed("XML of version 1.1", feed_of(opening="<?xml version='1.1'?>")),
    feed(
        "tags in capitals",
        feed_of().decode().replace("item>", "ITEM>").replace("link>", "LINK>").replace("title>", "TITLE>"),
    ),
    feed("a million spaces", b" " * MANY + feed_of()),
    feed("a remark of a megabyte", b"<!--" + b"-x" * MANY + b"-->" + feed_of()),
    feed("a hundred thousand tags deep", rss(item("<x>" * 100_000))),
    feed("tens of thousands of tags deep and closed", rss(item("<x>" * 30_000 + "</x>" * 30_000))),
    feed("a hundred thousand attributes", rss(item("<x " + " ".join(f"a{n}='1'" for n in range(100_000)) + "/>"))),
    feed("thousands of namespaces", rss(item("".join(f"<n{n}:x xmlns:n{n}='http://a/{n}'/>" for n in range(3_000))))),
    feed("a million openings of CDATA", rss(item("<description>" + "<![CDATA[" * 100_000 + "]]></description>"))),
    feed("CDATA without an end", rss(item("")).replace("</channel>", "<description><![CDATA[")),
    feed("a million ampersands", rss(item("<description>" + "&" * MANY + "</description>"))),
    feed("a million angles", rss(item("<description>" + "&lt;" * MANY + "</description>"))),
    feed("openings of related stories", rss(item("<yandex:related>" * 20_000))),
    feed("openings of media groups", rss(item("<media:group>" * 20_000))),
    feed("twenty thousand links", rss(item("".join(f"<link>@ORIGIN@{STORY}</link>" for _ in range(20_000))))),
    feed(
        "a hundred thousand entries",
        rss(item("") + "<item><title>x</title></item>" * 100_000).replace(
            "</item><item><title>Ferry", "</item><item><title>Ferry"
        ),
        other=False,
        heals=False,
    ),
    feed("a headline of a megabyte", rss(item("").replace("<title>", "<title>" + "long " * 200_000))),
    feed(
        "a picture of five megabytes in the text",
        rss(item("<description>&lt;img src='data:image/png;base64," + "QUJD" * 1_250_000 + "'&gt;</description>")),
    ),
    feed("a refresh of all time", rss(item("")).replace("<item>", "<ttl>" + "9" * 400 + "</ttl><item>", 1)),
    feed(
        "a refresh that is negative",
        rss(item("")).replace(
            "<item>",
            "<ttl>-5</ttl><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency><item>",
            1,
        ),
    ),
    unreadable("cut before its first entry", feed_of()[:70]),
    unreadable("a web page", b"<!DOCTYPE html><html><body><h1>Feed</h1></body></html>"),
    unreadable("no bytes", b""),
    unreadable("blanks", b" \n\t" * 1000),
    unreadable("noise", bytes(range(1, 255)) * 40),
    unreadable("a picture", b"\x89PNG\r\n\x1a\n" + bytes(range(256))),
    unreadable("a text", b"There is no feed here. " * 50),
    unreadable("angles alone", b"<" * MANY),
    unreadable("JSON that is none", b"{" * 1000),
    unreadable("JSON a hundred thousand deep", b"[" * 100_000 + b"]" * 100_000),
    unreadable("JSON of another kind", b'{"data": [1, 2]}'),
    empty("no entries", b"<rss version='2.0'><channel><title>Town</title></channel></rss>"),
)
LINKS = (
    *(
        only_other(f"a link that is {name}", rss(item(f"<link>{link}</link>", link=False)))
        for name, link in {
            "a script": "javascript:alert(1)",
            "mail": "mailto:a@example.org",
            "data": "data:text/html,x",
            "a file": "file:///etc/passwd",
            "a telephone": "tel:+38",
            "inside": "http://10.0.0.1/news/ferry-decision",
            "the cloud": "http://169.254.169.254/news",
            "elsewhere": "http://127.3.99.1/news/ferry",
            "nothing": "",
            "a bad IPv6": "http://[::1/news",
            "a bad port": "http://127.3.0.1:999999/news",
            "a mere hash": "#",
            "the home page": "@ORIGIN@/",
            "of three thousand letters": "@ORIGIN@/news/" + "a" * 3000,
            "of a megabyte": "@ORIGIN@/news/" + "a" * 10**6,
            "a lone surrogate": "http://\ud800.rs/",
        }.items()
    ),
    feed("a link with blanks and line ends", rss(item(f"<link>\n\t  @ORIGIN@{STORY} \n</link>", link=False))),
    feed("a link in CDATA", rss(item(f"<link><![CDATA[ @ORIGIN@{STORY} ]]></link>", link=False))),
    feed("a relative link", rss(item(f"<link>{STORY}</link>", link=False))),
    feed("a link with a name and a password", rss(item(f"<link>@LOGIN@{STORY}</link>", link=False))),
    feed("a link that is a guid", rss(item(f"<guid isPermaLink='true'>@ORIGIN@{STORY}</guid>", link=False))),
    feed("one link a thousand times", rss("".join(item(f"<guid>{n}</guid>") for n in range(1_000)))),
    feed("an enclosure of a file", rss(item("<enclosure url='file:///etc/passwd' type='image/png' length='1'/>"))),
    feed(
        "an Atom feed with a base of a script",
        "<feed xmlns='http://www.w3.org/2005/Atom' xml:base='javascript:alert(1)'><title>T</title>"
        + "".join(
            f"<entry><title>Ferry decision number {n} of town a</title><link href='@ORIGIN@{path}'/></entry>"
            for n, path in enumerate((STORY, OTHER))
        )
        + "</feed>",
    ),
)
TIMES = tuple(
    feed(f"a time {name}", rss(item(f"<pubDate>{time}</pubDate>")))
    for name, time in {
        "of the year zero": "Mon, 01 Jan 0000 00:00:00 GMT",
        "of the year 9999": "Fri, 31 Dec 9999 23:59:59 -2359",
        "of the year one": "0001-01-01T00:00:00+14:00",
        "of no month": "32 Foo 2026 25:61:61 +9999",
        "in ten years": "2036-11-24T00:00:00Z",
        "of seconds beyond all": "9" * 40,
        "of a megabyte": "2026-11-24T" + "1" * MANY,
        "of signs": "(((((((((((",
        "of zones": "2026-11-24T10:00:00" + "+01:00" * 5000,
        "of other digits": "٢٠٢٦-١١-٢٤T١٠:٠٠:٠٠Z",
    }.items()
)
JSON_FEEDS = (
    feed("a JSON Feed", json_feed(JSON_ITEMS), "application/feed+json"),
    feed("a JSON Feed with a mark", "\ufeff" + json_feed(JSON_ITEMS)),
    feed(
        "a JSON Feed with lone surrogates",
        json_feed([{**JSON_ITEMS[0], "summary": "\ud800 and \udfff"}, JSON_ITEMS[1]]),
    ),
    feed(
        "a JSON Feed with odd types",
        json_feed(
            [
                {**JSON_ITEMS[0], "authors": 7, "tags": {"a": 1}, "date_published": [], "image": 1e999, "language": {}},
                JSON_ITEMS[1],
                None,
                5,
                [],
                {"url": 5},
            ]
        ),
    ),
    feed("a JSON Feed with huge numbers", json_feed(JSON_ITEMS).replace('"title": "Town"', '"title": ' + "9" * 4_000)),
    feed("a JSON Feed deep inside", json_feed(JSON_ITEMS).replace('"title": "Town"', '"x": ' + "[" * 900 + "]" * 900)),
    empty("a JSON Feed of no items", json_feed([])),
    unreadable("a JSON Feed whose items are a text", json_feed("a")),
)

SCENARIOS = (*ENTITIES, *FORMS, *LINKS, *TIMES, *JSON_FEEDS)
SETTINGS = {"DOWNLOAD_TIMEOUT": 20, "BALKAN_EXTRACTION_SECONDS": 15.0}


def test_each_feed_comes_to_what_was_promised(played, scenario):
    played.check(scenario)


def test_the_neighbours_are_whole_and_nothing_is_logged_with_a_traceback(played):
    played.check_neighbours()
