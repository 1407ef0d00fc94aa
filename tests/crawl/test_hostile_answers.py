"""What a server may do before and within an answer: it is cut short, told in a sentence, and costs nobody else."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass

import pytest
from support.crawling import crawl
from support.newsrooms import article, fill, rss, write_outlets
from support.newsrooms import crawl as news_crawl
from support.reactor import Clock
from support.servers import Handler, Page, serve

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


@dataclass(frozen=True)
class Raw:
    """Sends bytes as they are, once, or again and again until the site is closed; then closes the connection."""

    start: bytes
    again: bytes = b""
    pause: float = 0.0

    def __call__(self, handler: Handler) -> None:
        handler.close_connection = True
        handler.wfile.write(self.start)
        handler.wfile.flush()
        end = time.monotonic() + 20
        while self.again and time.monotonic() < end and not handler.site.closing.wait(self.pause):
            handler.wfile.write(self.again)
            handler.wfile.flush()


REFUSED = {
    "a header line without an end": (Raw(HEAD + b"X-A: ", b"a" * 65_536), "has a line of more than 65,536 bytes"),
    "a status line without an end": (Raw(b"HTTP/1.1 200 ", b"a" * 65_536), "has a line of more than 65,536 bytes"),
    "headers without an end": (Raw(HEAD, b"X-A: " + b"a" * 60_000 + b"\r\n"), "has a head of more than 262,144 bytes"),
    "short headers without an end": (Raw(HEAD, b"a:b\r\n" * 1000), "has a head of more than 1,000 lines"),
    "a folded header without an end": (Raw(HEAD + b"X-A: b\r\n", b" c\r\n" * 1000), "of more than 1,000 lines"),
    "interim answers without an end": (Raw(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 9), "more than 20 interim ones"),
    "early hints without an end": (
        Raw(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 9),
        "more than 20 interim ones",
    ),
    "no status": (Raw(b"hello\r\n\r\n"), "does not begin with a status of HTTP"),
    "another protocol": (Raw(b"SSH-2.0-OpenSSH_9.6\r\n"), "does not begin with a status of HTTP"),
    "a status beyond numbers": (Raw(b"HTTP/1.1 " + b"9" * 100 + b" OK\r\n\r\n"), "does not begin with a status"),
    "a status below zero": (Raw(b"HTTP/1.1 -20 OK\r\n\r\n"), "does not begin with a status"),
    "a folded line first": (Raw(b"HTTP/1.1 200 OK\r\n folded\r\n\r\n"), "is no HTTP that can be read"),
    "two lengths": (Raw(HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"), "is no HTTP that can be read"),
    "a length that is no number": (Raw(HEAD + b"Content-Length: five\r\n\r\nhello"), "is no HTTP that can be read"),
    "a length below zero": (Raw(HEAD + b"Content-Length: -5\r\n\r\nhello"), "is no HTTP that can be read"),
    "a length of a thousand digits": (
        Raw(HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\nhello"),
        "is no HTTP that can be read",
    ),
    "an unknown transfer coding": (Raw(HEAD + b"Transfer-Encoding: rot13\r\n\r\nhello"), "is no HTTP that can be read"),
    "crumbs without an end": (
        Raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n" * 40_000),
        "comes in more than 200,000 pieces",
    ),
    "chunks that are none": (Raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"), "is no HTTP that can be read"),
    "a chunk line without an end": (
        Raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1;" + b"a" * 65_536),
        "is no HTTP that can be read",
    ),
    "trailers without an end": (
        Raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n", b"X: " + b"a" * 5000 + b"\r\n"),
        "is no HTTP that can be read",
    ),
    "a chunk that is cut": (
        Raw(HEAD + b"Transfer-Encoding: chunked\r\n\r\nff\r\nabc"),
        "cut off before its end",
    ),
    "half a body": (Raw(HEAD + b"Content-Length: 500\r\n\r\nhello"), "cut off before its end"),
    "nothing": (Raw(b""), "connection lost before an answer"),
    "half a head": (Raw(HEAD), "connection lost before an answer"),
    "a head that trickles": (Raw(HEAD, b"a", 0.2), "no whole answer in 10 seconds"),
    "a length beyond all": (Raw(HEAD + b"Content-Length: 99999999999\r\n\r\nhello"), "more than 12,582,912 bytes"),
}


@pytest.fixture(scope="module")
def told():
    """Fetch all hostile pages at once, each of a site of its own, with one that is sound."""
    pages = [{"/page": behaviour} for behaviour, _ in REFUSED.values()]
    with serve(*pages, {"/page": Page("<p>sound</p>")}) as sites:
        urls = [site.url("/page") for site in sites]
        found = crawl(urls, {"DOWNLOAD_TIMEOUT": 10, "RETRY_TIMES": 0})
    return dict(zip([*REFUSED, "sound"], (found[url] for url in urls), strict=True))


@pytest.mark.parametrize("what", REFUSED)
def test_an_answer_beyond_bounds_is_refused_in_a_sentence(told, what):
    assert "error" in told[what], told[what]
    assert REFUSED[what][1] in str(told[what]["message"])
    assert not set("[]<>") & set(str(told[what]["message"]))


def test_a_sound_page_beside_them_is_fetched(told):
    assert told["sound"]["status"] == 200


WIDE = {
    "a head of many and long lines": HEAD + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 20_000) for n in range(9)),
    "a line without a colon": HEAD + b"nonsense\r\n",
    "interim answers": b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" * 3 + HEAD,
    "line ends of one byte": HEAD.replace(b"\r", b""),
    "a status without words": b"HTTP/1.1 200\r\nContent-Type: text/html\r\n",
    "an old version": HEAD.replace(b"1.1", b"1.0"),
}


@pytest.mark.parametrize("head", WIDE.values(), ids=WIDE)
def test_an_answer_within_bounds_is_taken(head):
    with serve({"/page": Raw(head + b"Content-Length: 5\r\n\r\nhello")}) as (site,):
        assert crawl([site.url("/page")], {"DOWNLOAD_TIMEOUT": 10})[site.url("/page")]["size"] == 5


def test_a_body_in_many_pieces_is_whole():
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(text), text) for text in (b"a" * n for n in range(1, 500)))
    answer = HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + pieces + b"0\r\n\r\n"
    with serve({"/page": Raw(answer)}) as (site,):
        told = crawl([site.url("/page")], {"DOWNLOAD_TIMEOUT": 10})[site.url("/page")]
    assert told["size"] == sum(range(500))


def test_validators_of_absurd_length_are_neither_kept_nor_sent_back(tmp_path):
    with serve({}) as (site,):
        fill(site, 1)
        headers = (("ETag", '"' + "a" * 5000 + '"'), ("Last-Modified", "b" * 5000))
        site.pages["/feed.xml"] = Page(rss(site, 1), "application/rss+xml", headers=headers)
        write_outlets(tmp_path, {"ferry": site})
        for _ in range(2):
            news_crawl(tmp_path, ["ferry"], clock=Clock())
        asked = [request.headers for request in site.requests if request.path == "/feed.xml"]
    assert len(asked) == 2
    assert not any({"if-none-match", "if-modified-since"} & set(headers) for headers in asked)


@dataclass(frozen=True)
class LeadsTo:
    """Redirects to an address, byte by byte as it is."""

    location: bytes

    def __call__(self, handler: Handler) -> None:
        Raw(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + self.location + b"\r\n\r\n")(handler)


NOWHERE = [
    b"http://[::1",
    b"https://u:p@[]/",
    b"javascript:alert(1)",
    b"http://host:99999/",
    b"http://host:-1/",
    b"http://host:abc/",
    b"http://a\x00b/",
    b"http://a..b/",
    b"http://1.2.3.4.5/",
    b"http://" + b"a" * 70 + b".al/",
    b"/" + b"a" * 60_000,
]


def test_a_redirect_to_no_address_is_told_so_and_the_page_is_asked_for_again(tmp_path):
    clock = Clock()
    story = "/news/ferry-decision-number-{}"
    with serve({}) as (site,):
        fill(site, len(NOWHERE))
        good = dict(site.pages)
        site.pages |= {story.format(number): LeadsTo(location) for number, location in enumerate(NOWHERE)}
        write_outlets(tmp_path, {"ferry": site})
        for _ in range(4):  # five failures in a row are enough for one run
            news_crawl(tmp_path, ["ferry"], clock=clock)
            clock.move(minutes=15)
        with closing(sqlite3.connect(tmp_path / "news.db")) as db:
            ended = db.execute("SELECT state, outcome, reason FROM _frontier").fetchall()
        assert {(state, outcome) for state, outcome, _ in ended} == {("failed", "bad-redirect")}
        assert all("is no usable URL: " in reason for _, _, reason in ended)
        site.pages |= good
        clock.move(hours=2)
        news_crawl(tmp_path, ["ferry"], clock=clock)
    with closing(sqlite3.connect(tmp_path / "news.db")) as db:
        assert db.execute("SELECT count(*) FROM articles").fetchone() == (len(NOWHERE),)


@dataclass(frozen=True)
class SaysMore:
    """Answers, keeps the connection, and a moment later sends another answer that nobody has asked for."""

    page: bytes
    unasked: bytes

    def __call__(self, handler: Handler) -> None:
        handler.answer(200, self.page, {"Content-Type": "text/html"})
        handler.site.closing.wait(0.1)
        handler.answer(200, self.unasked, {"Content-Type": "text/html"})


def test_an_answer_that_nobody_asked_for_is_none_to_the_next_request(tmp_path):
    with serve({}) as (site,):
        fill(site, 4)
        for number in range(4):
            said = article(number).encode()
            unasked = said.replace(b"Ferry", b"Unasked")
            site.pages[f"/news/ferry-decision-number-{number}"] = SaysMore(said, unasked)
        write_outlets(tmp_path, {"ferry": site})
        news_crawl(tmp_path, ["ferry"], clock=Clock())
    with closing(sqlite3.connect(tmp_path / "news.db")) as db:
        titles = [title for (title,) in db.execute("SELECT title FROM articles")]
    assert len(titles) == 4
    assert not any("Unasked" in title for title in titles)
