"""Pages made to break an extractor, and pages that are none: what is there is stored, and nobody else waits."""

import pytest
from support.raw_server import Answer
from support.scenarios import PAGE, page, refused

pytestmark = pytest.mark.slow

MANY = 60_000
HEAD, TAIL = PAGE.split(b"<article>")
ANY = "article no-text listing empty not-html timed-out extraction-error too-large unreadable gallery-index soft-404"
"""What may be said of a page that is an attack; whatever it is, it costs no other page."""


def beside(name, markup, **more):
    """A story with something monstrous behind it."""
    body = markup if callable(markup) else lambda: PAGE.replace(b"</article>", b"</article>" + markup)
    return page(name, Answer(body), **more)


def survived(name, markup, **more):
    """A page that nothing may come of, but no harm either."""
    given = {"outcome": ANY, "stored": None, "title": "", "holds": (), "heals": False, **more}
    return page(name, Answer(markup if callable(markup) else lambda: markup), **given)


def behind(count, unit):
    return lambda: PAGE.replace(b"</article>", b"</article>" + unit * count)


def before(count, unit):
    return lambda: HEAD + unit * count + b"<article>" + TAIL


def in_head(markup):
    return PAGE.replace(b"</head>", markup + b"</head>")


def notice(title, text, more=""):
    return Answer(
        f"<html><head><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p>{more}</body></html>".encode()
    )


NONE = "no-text empty listing soft-404 challenge consent-wall not-html"
NO_ARTICLES = tuple(
    refused(name, answer, NONE)
    for name, answer in {
        "a log-in": notice("Log in", "Please log in to go on.", "<form><input name=user><input type=password></form>"),
        "a challenge": notice(
            "Just a moment...",
            "Checking your browser before you go on",
            "<div id='challenge-form' class='cf-challenge'></div>",
        ),
        "maintenance": notice("Site under maintenance", "We are working on it. Back soon!"),
        "an error of PHP": Answer(
            b"<br />\n<b>Fatal error</b>: Uncaught PDOException in <b>/var/www/x.php</b>:12\nStack trace:\n#0 {main}"
        ),
        "an error of a database": notice("Database Error", "Error establishing a database connection"),
        "a server's first page": notice(
            "Welcome to nginx!", "If you see this page, the web server is successfully installed."
        ),
        "a listing of files": notice("Index of /", "", "<a href='a/'>a/</a> <a href='b/'>b/</a>"),
        "a closed account": notice("Account Suspended", "This account has been suspended."),
        "a domain for sale": notice("primer.rs is for sale", "Buy this domain."),
        "not found with status 200": notice("404 - Page not found", "The page that you look for does not exist."),
        "not allowed with status 200": notice("Access denied", "You do not have permission to access this page."),
        "scripts alone": Answer(
            b"<html><head><title>Ferry</title></head><body><div id=root></div><noscript>You need to enable JavaScript "
            b"to run this app.</noscript><script src=/a.js></script></body></html>"
        ),
        "an empty body": Answer(b"<html><head></head><body></body></html>"),
        "JSON": Answer(b'{"error": "not found", "code": 404}'),
        "a plain word": Answer(b"ok"),
        "a feed in place of the page": Answer(
            b"<?xml version='1.0'?><rss version='2.0'><channel><title>T</title></channel></rss>"
        ),
        "frames": Answer(b"<html><frameset cols='20%,80%'><frame src=/a><frame src=/b></frameset></html>"),
    }.items()
)
DEEP = (
    survived("a hundred thousand tags deep", before(100_000, b"<div>")),
    survived("two hundred thousand tags deep", before(200_000, b"<div>")),
    survived("nested tables", before(20_000, b"<table><tr><td>")),
    survived("nested lists", before(30_000, b"<ul><li>")),
    survived("nested forms and selects", before(30_000, b"<form><select><option>")),
    survived("nested drawings", before(30_000, b"<svg><math><g>")),
    survived("wrongly nested", before(20_000, b"<a><b><i><p>")),
    survived("fonts that never end", before(50_000, b"<font><b><i>")),
    survived("nested quotations", before(30_000, b"<blockquote>")),
    survived("ends without beginnings", behind(MANY, b"</div></p></b>")),
)
LARGE = (
    beside("ten thousand attributes", b"<div " + b" ".join(b"a%d=1" % n for n in range(10_000)) + b">x</div>"),
    beside(
        "one attribute of megabytes",
        lambda: PAGE.replace(b"</article>", b"</article><img alt='" + b"a " * 100_000 + b"'>"),
    ),
    beside(
        "a picture of megabytes in its address",
        lambda: PAGE.replace(b"</article>", b"</article><img src='data:image/png;base64," + b"QUJD" * 400_000 + b"'>"),
    ),
    beside(
        "a style sheet of megabytes",
        lambda: PAGE.replace(b"</head>", b"<style>" + b"a{b:c}" * 200_000 + b"</style></head>"),
    ),
    beside(
        "a script of megabytes",
        lambda: PAGE.replace(b"</head>", b"<script>" + b"var a=1;" * 200_000 + b"</script></head>"),
    ),
    beside("a remark of megabytes", lambda: PAGE.replace(b"</head>", b"<!--" + b"- x" * 1_200_000 + b"--></head>")),
    beside("ten thousand links", behind(10_000, b"<a href='/tag/x'>tag</a> ")),
    survived(
        "twenty thousand links",
        behind(20_000, b"<a href='/news/some-other-story-%d'>Some other story of the town</a> "),
    ),
    survived("twenty thousand tables", behind(20_000, b"<table><tr><td>1</td></tr></table>")),
    survived(
        "forty thousand cells",
        lambda: PAGE.replace(b"</article>", b"</article><table>" + b"<tr><td>1<td>2" * 20_000),
    ),
    survived("megabytes of one line", before(1, b"<p>" + b"word " * 400_000)),
    survived("megabytes without a space", before(1, b"<p>" + b"w" * 2_000_000)),
    survived("twelve megabytes and more", before(1, b" " * 13_000_000), outcome="too-large", stored=False),
    survived("twenty thousand paragraphs", before(20_000, b"<p>word")),
    survived("thirty thousand line ends", before(30_000, b"<br>word")),
    survived("ten thousand headings", before(10_000, b"<h1>Another headline</h1>")),
    survived("ten thousand times", before(10_000, b"<time datetime='2026-11-23T10:00'>23.11.2026.</time>")),
    survived("twenty thousand metas", in_head(b"<meta property='article:tag' content='x'>" * 20_000)),
    survived("a window title of a megabyte", PAGE.replace(b"<title>", b"<title>" + b"long " * 50_000)),
    survived("a million entities", before(1, b"<p>" + b"&lt;&#60;&amp;" * MANY)),
    survived("a megabyte of blanks and joiners", before(1, "<p>\u200b\u00a0\u2003".encode() * 100_000)),
)
BAIT = tuple(
    survived(f"bait of {name}", before(1, b"<p class='author byline date'>" + text.encode() + b"</p>"))
    for name, text in {
        "dots and digits": "1." * MANY,
        "dates": "12. 12. 12. 12. " * 5_000,
        "times": "12:12:12:" * 20_000,
        "names": "By " + "Ana Ban " * 12_000,
        "bylines": "Piše: Autor: By " * 5_000,
        "commas": "Ana, " * 20_000,
        "slashes": "a / " * 20_000,
        "capitals": "AAAA " * 20_000,
        "letters": "a" * MANY,
        "blanks": " " * MANY + "x",
        "brackets": "(" * MANY,
        "quotes": "„" * 20_000,
        "mail": "a@" * MANY,
        "dashes": "- " * 30_000,
        "months": "novembar novembra " * 5_000,
        "sentences": "A. B. C. " * 12_000,
    }.items()
)
JSON_LD = tuple(
    survived(f"JSON-LD {name}", in_head(b"<script type='application/ld+json'>" + text + b"</script>"))
    for name, text in {
        "a hundred thousand deep": b'{"a":' * 100_000,
        "of lists": b"[" * 100_000,
        "cut": b'{"@type": "NewsArticle", "headline": "Fer',
        "of huge numbers": b'{"a": ' + b"9" * 5_000 + b"}",
        "with a lone surrogate": b'{"@type":"NewsArticle","headline":"\\ud800","articleBody":"\\udfff"}',
        "of a hundred thousand objects": b"[" + b'{"@type":"NewsArticle"},' * 100_000 + b"{}]",
        "with wrong types": b'{"@type":["NewsArticle",5,null],"headline":[1],"author":{"name":{}},'
        b'"datePublished":{},"image":[[]],"articleSection":7,"keywords":{"a":1}}',
        "of itself": b'{"@graph":[{"@id":"#a","@type":"NewsArticle","isPartOf":{"@id":"#a"},"author":{"@id":"#a"}}]}',
    }.items()
)
BROKEN = (
    page(
        "no closing tags",
        Answer(PAGE.replace(b"</p>", b"").replace(b"</article>", b"").replace(b"</body></html>", b"")),
    ),
    page(
        "tags in capitals",
        Answer(PAGE.replace(b"<p>", b"<P>").replace(b"<article>", b"<ARTICLE>").replace(b"<h1>", b"<H1>")),
    ),
    page("a base of a script", Answer(in_head(b"<base href='javascript:alert(1)'>"))),
    page("a base elsewhere", Answer(in_head(b"<base href='http://10.0.0.1/'>"))),
    *(
        page(f"a canonical address {name}", Answer(in_head(f"<link rel=canonical href='{link}'>".encode())))
        for name, link in {
            "of a script": "javascript:alert(1)",
            "of a file": "file:///etc/passwd",
            "inside": "http://127.0.0.1/",
            "elsewhere": "http://example.org/stolen",
            "of a megabyte": "/" + "a" * 10**6,
            "of nothing": "",
            "of a bad IPv6": "http://[::1/",
            "of the front page": "/",
        }.items()
    ),
    page("two documents in one", Answer(PAGE + PAGE.replace(b"number 0", b"number 0"))),
    page("text behind the end", Answer(PAGE + b"<!-- cached --> \0\0")),
    survived("a script that never ends", in_head(b"<script>var a = '")),
    survived("a remark that never ends", in_head(b"<!-- ")),
    survived("plaintext", HEAD + b"<plaintext>" + TAIL),
    survived("a text area that never ends", HEAD + b"<textarea>" + TAIL),
    survived(
        "XHTML with an entity of a file",
        b"<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + PAGE.replace(b"<p>", b"<p>&x;", 1),
        lacks=("root:",),
    ),
    survived(
        "XHTML with a billion laughs",
        b"<!DOCTYPE html ["
        + b"".join(b"<!ENTITY l%d '%s'>" % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
        + b"]>"
        + PAGE.replace(b"<p>", b"<p>&l11;", 1),
    ),
    survived("null tags", PAGE.replace(b"<p>", b"<\0p>")),
    survived("angles alone", b"<" * MANY),
    survived("openings of tags", b"<a " * MANY),
    survived("openings of remarks", b"<!--" * MANY),
    survived("openings of CDATA", b"<![CDATA[" * MANY),
)

SCENARIOS = (*NO_ARTICLES, *DEEP, *LARGE, *BAIT, *JSON_LD, *BROKEN)
SETTINGS = {"DOWNLOAD_TIMEOUT": 60}


def test_each_page_comes_to_what_was_promised(played, scenario):
    played.check(scenario)


def test_the_neighbours_are_whole_and_nothing_is_logged_with_a_traceback(played):
    played.check_neighbours()
