"""Single documents by a crawl's own downloader and middlewares: what comes back, how it fails, how it ends."""

from __future__ import annotations

import gzip
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from support import servers
from support.reactor import keep_pool
from support.servers import (
    EndlessBody,
    GzipBomb,
    NeverAnswers,
    Page,
    RedirectsTo,
    SlowBytes,
    TooManyRequests,
    WrongContentLength,
)
from support.tasks import process_of

from balkan_crawler.discovery import find_feeds
from balkan_crawler.errors import (
    ExtractionTimeoutError,
    FetchError,
    InvalidUrlError,
    PrivateAddressError,
    RetryLaterError,
    RobotsDisallowedError,
    RobotsUnavailableError,
)
from balkan_crawler.extraction import extract
from balkan_crawler.middlewares.backoff import BackoffMiddleware
from balkan_crawler.spiders.visitor import visit_settings, visiting
from balkan_crawler.urls import politeness_key

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def settings(**changes):
    return visit_settings(**({"delay": 0.0, "allow_private": True, "seconds": 20.0} | changes))


@pytest.fixture(autouse=True)
def one_worker(monkeypatch):
    keep_pool(monkeypatch)


@pytest.fixture
def fetch():
    with visiting(settings()) as visitor:
        yield visitor.fetch


def test_an_answer_is_unpacked_and_says_where_it_came_from():
    packed = Page(gzip.compress("Žuti".encode()), "text/plain", headers=(("Content-Encoding", "gzip"),))
    with servers.serve({"/page": packed, "/old": RedirectsTo("/page")}) as (site,):
        with visiting(settings(contact="desk@example.org")) as visitor:
            answer = visitor.fetch(site.url("/old"))
        agents = {request.headers["user-agent"] for request in site.requests}
    assert (answer.content.decode(), answer.status, answer.url) == ("Žuti", 200, site.url("/page"))
    assert (answer.asked, answer.content_type) == (site.url("/old"), "text/plain")
    assert ["(+desk@example.org)" in agent for agent in agents] == [True]


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (GzipBomb(), "more than 12,582,912 bytes when unpacked"),
        (EndlessBody(), "more than 12,582,912 bytes"),
        (SlowBytes(), "no whole answer in 1 second"),
        (NeverAnswers(), "no whole answer in 1 second"),
        (WrongContentLength(), "cut off before its end"),
        (servers.RedirectLoop(), "more than 5 redirects"),
        (servers.RedirectsToFile(), "redirects to no web address ('file:///etc/passwd')"),
        (RedirectsTo("http://a..b/"), "redirects to no web address"),
        (RedirectsTo("http://[::1"), "redirects to no web address"),
        (servers.DropsConnection(), "connection lost before an answer"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else "",
)
def test_what_is_too_much_or_not_whole_is_an_error_that_names_the_page(behaviour, said):
    with (
        servers.serve({"/page": behaviour}) as (site,),
        visiting(settings(seconds=1 if "1 second" in said else 20)) as visitor,
    ):
        with pytest.raises(FetchError) as caught:
            visitor.fetch(site.url("/page"))
        assert said in str(caught.value).lower()
        assert site.url("/page") in str(caught.value)


def test_a_passing_failure_is_an_answer_and_not_tried_again(fetch):
    with servers.serve({"/": servers.ServerError()}, {"/robots.txt": servers.ServerError()}) as (failing, closed):
        assert fetch(failing.url("/")).status == 500
        with pytest.raises(RobotsUnavailableError, match="HTTP status 500"):
            fetch(closed.url("/"))
        assert (failing.asked("/"), closed.asked()) == (["/"], ["/robots.txt"])


def test_a_closed_port_and_an_unknown_name_are_errors_of_their_own(fetch, monkeypatch):
    with servers.serve({}) as (site,):
        origin = site.origin
    with pytest.raises(RobotsUnavailableError, match="connection refused") as caught:
        fetch(origin + "/")
    assert isinstance(caught.value.__cause__, FetchError)

    def look_up(*_):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "gethostbyname", look_up)
    with pytest.raises(RobotsUnavailableError, match="no such host"):
        fetch("http://gazeta.invalid/")
    with pytest.raises(InvalidUrlError):
        fetch("ftp://example.com/")


def test_a_redirect_is_held_against_the_robots_txt_of_where_it_leads(fetch):
    rules = Page("User-agent: *\nDisallow: /secret\n", "text/plain")
    with servers.serve({"/robots.txt": rules}, {}) as (other, site):
        site.pages["/"] = RedirectsTo(other.url("/secret"))
        with pytest.raises(RobotsDisallowedError):
            fetch(site.url("/"))
        assert other.asked() == ["/robots.txt"]


def test_a_robots_txt_that_asks_for_patience_is_a_plea_of_its_site(fetch):
    with servers.serve({"/robots.txt": TooManyRequests("60"), "/": Page("x")}) as (site,):
        with pytest.raises(RetryLaterError):
            fetch(site.url("/"))
        assert site.asked() == ["/robots.txt"]


def test_rules_are_those_of_the_host_and_asked_for_once():
    rules = Page("User-agent: *\nDisallow: /secret\nSitemap: /map.xml\n", "text/plain")
    with servers.serve({"/robots.txt": rules, "/": Page("x")}) as (site,):
        with visiting(settings()) as visitor:
            assert visitor.rules_for(site.url("/a")).sitemaps == (site.url("/map.xml"),)
            visitor.fetch(site.url("/"))
        assert site.asked() == ["/robots.txt", "/"]


def test_a_crawler_that_cannot_be_opened_says_why():
    broken = settings()
    broken.set("DOWNLOADER", "balkan_crawler.no_such_downloader", priority="cmdline")
    with pytest.raises(NameError, match="no_such_downloader"), visiting(broken):
        pytest.fail("there is nothing to visit with")


def test_each_site_has_the_delay_that_was_asked_for_it():
    with servers.serve({"/": Page("x")}, {"/": Page("x")}) as (slow, quick):
        delays = {politeness_key(slow.origin): 0.2, politeness_key(quick.origin): 0}
        with visiting(settings(delay=60), delays) as visitor:
            begun = time.monotonic()  # not the arrival of robots.txt: the way to the server takes as long as it likes
            for site in (slow, quick):
                visitor.fetch(site.url("/"))
        assert slow.asked() == ["/robots.txt", "/"]
        assert slow.requests[1].at - begun >= 0.2


class LaterBackoff(BackoffMiddleware):
    """A back-off whose clock a test sets."""

    now = NOON

    @classmethod
    def from_crawler(cls, crawler):
        return cls(crawler, lambda: LaterBackoff.now)


def test_a_site_that_asked_for_patience_is_asked_again_when_its_time_has_come(monkeypatch):
    chosen = settings()
    middlewares = {"balkan_crawler.middlewares.backoff.BackoffMiddleware": None, LaterBackoff: 550}
    chosen.set("DOWNLOADER_MIDDLEWARES", dict(chosen["DOWNLOADER_MIDDLEWARES"]) | middlewares, priority="cmdline")
    busy = servers.InTurn((TooManyRequests("120"), Page("free again")))
    with servers.serve({"/": busy}) as (site,), visiting(chosen) as visitor:
        for seconds in (0, 119):
            monkeypatch.setattr(LaterBackoff, "now", NOON + timedelta(seconds=seconds))
            with pytest.raises(RetryLaterError) as caught:
                visitor.fetch(site.url("/"))
            assert caught.value.until == NOON + timedelta(minutes=2)
        monkeypatch.setattr(LaterBackoff, "now", NOON + timedelta(minutes=2))
        assert visitor.fetch(site.url("/")).content == b"free again"
        assert site.asked("/") == ["/", "/"]


@dataclass
class Hangs:
    """Says nothing until its site is closed, and tells when it was asked and when its silence was over."""

    asked: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)

    def __call__(self, handler):
        self.asked.set()
        NeverAnswers()(handler)
        self.over.set()


@pytest.mark.parametrize("path", ["/robots.txt", "/"])
def test_the_end_of_visits_gives_up_what_hangs(path):
    errors, hangs = [], Hangs()

    def wait(visitor, url):
        try:
            visitor.fetch(url)
        except BaseException as error:
            errors.append(type(error))

    with servers.serve({path: hangs}) as (site,):
        with visiting(settings(seconds=600)) as visitor:
            waiting = threading.Thread(target=wait, args=(visitor, site.url("/")))
            waiting.start()
            assert hangs.asked.wait(20)
        waiting.join(20)
        assert (errors, hangs.over.is_set()) == ([CancelledError], False)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal that a test could send")
@pytest.mark.parametrize("path", ["/robots.txt", "/"])
def test_ctrl_c_ends_a_visit_that_hangs_at_once(tmp_path, path):
    hangs = Hangs()
    program = "from balkan_crawler.cli import main; main()"
    with servers.serve({path: hangs}) as (site,):
        words = ["outlets", "add", site.url("/"), "--allow-private", "--delay", "0", "--timeout", "600"]
        command = [sys.executable, "-c", program, *words]
        with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
            assert hangs.asked.wait(60)
            run.send_signal(signal.SIGINT)
            out, err = run.communicate(timeout=60)
            assert not hangs.over.is_set()
    assert (run.returncode, out, err.strip()) == (1, "", "Aborted!")


def test_a_site_that_speaks_no_tls_is_an_error_in_words(fetch):
    with servers.serve({"/": Page("plain")}) as (site,):
        with pytest.raises(RobotsUnavailableError) as caught:
            fetch(site.url("/").replace("http:", "https:"))
        assert str(caught.value).partition("for now: ")[2].startswith("TLS failed: ")


def test_what_the_user_named_may_be_private_and_nothing_that_it_redirects_to():
    with servers.serve({"/page": Page("here")}, {"/page": Page("secret")}) as (named, inside):
        named.pages |= {"/in": RedirectsTo(inside.url("/page")), "/cloud": servers.RedirectsToPrivateAddress()}
        named.pages["/own"] = RedirectsTo("/page")
        host = urlsplit(named.origin).hostname
        with visiting(settings(allow_private=False, private_hosts=(host,))) as visitor:
            assert visitor.fetch(named.url("/own")).content == b"here"
            for path in ("/in", "/cloud"):
                with pytest.raises(PrivateAddressError):
                    visitor.fetch(named.url(path))
        assert inside.asked() == []


PAGE = "<html><head><link rel='alternate' type='application/rss+xml' href='/feed.xml'></head><body>x</body></html>"
CELLS = f"<html><body><article><h1>Cells</h1><table><tr>{'<td>1</td>' * 100_000}</tr></table></article></body></html>"


def test_a_document_is_read_by_a_worker_within_a_limit_of_time(monkeypatch):
    monkeypatch.undo()  # a pool of its own, with limits of its own
    limited = settings()
    limited.setdict({"BALKAN_EXTRACTION_SECONDS": 0.3, "BALKAN_WORKERS": 1}, priority="cmdline")
    with servers.serve({"/cells": Page(CELLS), "/page": Page(PAGE)}) as (site,), visiting(limited) as visitor:
        heavy, light = visitor.fetch(site.url("/cells")), visitor.fetch(site.url("/page"))
        for _ in range(2):  # the second time without another try
            with pytest.raises(ExtractionTimeoutError, match=r"took too long to read and is skipped"):
                heavy.read(extract)
        assert light.read(find_feeds)[0].url == site.url("/feed.xml")
        assert light.read(process_of) != os.getpid()
