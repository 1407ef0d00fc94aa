"""Nothing goes out to a site once its lease is over, whatever the request waited for meanwhile."""

import itertools
import os
import signal
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator

import pytest
import scrapy
from cryptography.hazmat.primitives import serialization
from scrapy.settings import Settings
from support.certificates import issue
from support.newsrooms import crawl, environment, fill, write_outlets
from support.reactor import FETCHING, run_spider
from support.servers import DropsConnection, Page, RedirectsTo, serve

from balkan_crawler.errors import LeaseLostError, LeaseOverdueError
from balkan_crawler.extensions.lease_deadline import KEY, LeaseDeadline
from balkan_crawler.storage import open_store

pytestmark = pytest.mark.slow

ROBOTS = Page("User-agent: *\nAllow: /\n", "text/plain")


class Time:
    """Seconds that only a test lets pass."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def after(self, behaviour):
        """Let the lease run out while something is answered."""

        def late(handler):
            self.now = 1_000.0
            behaviour(handler)

        return late


def ask(urls, deadline, **settings):
    """Ask for addresses under a lease, all at once; gives the error of each, or its status."""
    told = {}

    class Asking(scrapy.Spider):
        name = "asking"

        async def start(self) -> AsyncIterator[scrapy.Request]:
            for url in urls:
                yield scrapy.Request(url, self.answered, errback=self.failed, meta={KEY: deadline})

        def answered(self, response):
            told[response.request.meta.get("redirect_urls", [response.request.url])[0]] = response.status

        def failed(self, failure):
            told[failure.request.meta.get("redirect_urls", [failure.request.url])[0]] = type(failure.value)

    made = Settings()
    made.setmodule("balkan_crawler.settings", priority="project")
    changes = {
        "SPIDER_LOADER_CLASS": "scrapy.spiderloader.SpiderLoader",
        "SPIDER_MODULES": [],
        "ITEM_PIPELINES": {},
        "EXTENSIONS": FETCHING,
        "BALKAN_ALLOW_PRIVATE": True,
        "BALKAN_RETRY_WAIT": 0,
        "DOWNLOAD_DELAY": 0.02,  # one after the other
        "LOG_ENABLED": False,
        **settings,
    }
    made.setdict(changes, priority="cmdline")
    run_spider(made, Asking)
    return told


def held(clock, seconds=100.0):
    deadline = LeaseDeadline("site", margin=10, clock=clock)
    deadline.move(clock(), seconds)
    return deadline


def test_a_deadline_is_the_end_of_the_lease_by_the_time_it_was_asked_for_less_the_longest_answer():
    clock = Time()
    deadline = LeaseDeadline("site", margin=30, clock=clock)
    with pytest.raises(LeaseOverdueError):
        deadline.check()
    deadline.move(0.0, 100.0)
    deadline.move(-50.0, 100.0)  # an answer to an older question comes late
    clock.now = 69.9
    deadline.check()
    clock.now = 70.0
    with pytest.raises(LeaseOverdueError):
        deadline.check()
    deadline.move(60.0, 100.0)
    deadline.check()
    deadline.end(LeaseLostError("site"))
    deadline.move(70.0, 100.0)
    with pytest.raises(LeaseLostError):
        deadline.check()


def test_redirects_retries_robots_and_what_waits_for_its_turn_are_not_sent_once_the_lease_is_over():
    def site_of(clock):
        return {
            "/robots.txt": ROBOTS,
            "/fine": Page("fine"),
            "/moved": clock.after(RedirectsTo("/there")),
            "/refresh": clock.after(Page("<meta http-equiv='refresh' content='0;url=/there'>")),
            "/broken": clock.after(DropsConnection()),
            "/slow": clock.after(Page("slow")),
        }

    clocks = [Time() for _ in range(5)]
    with serve(*(site_of(clock) for clock in clocks), {"/robots.txt": ROBOTS}) as sites:
        cases = zip(("/moved", "/refresh", "/broken", "/slow"), sites, clocks, strict=False)
        for path, site, clock in cases:
            wanted = [site.url(path), *(site.url(f"/fine?{number}") for number in range(3))]
            told = ask(wanted, held(clock))
            assert site.asked()[-1] == path, site.asked()
            assert site.asked().count(path) == 1
            assert set(told.values()) <= {LeaseOverdueError, 200}
            assert told[site.url(path)] == (200 if path == "/slow" else LeaseOverdueError)
        robots, clock = sites[4], clocks[4]
        robots.pages["/robots.txt"] = clock.after(ROBOTS)
        other = sites[5]
        assert ask([robots.url("/fine")], held(clock)) == {robots.url("/fine"): LeaseOverdueError}
        assert robots.asked() == ["/robots.txt"]
        assert ask([other.url("/fine")], held(clock, -1)) == {other.url("/fine"): LeaseOverdueError}
        assert other.asked() == []


def test_a_lease_that_ends_while_tls_is_agreed_on_sends_nothing(tmp_path, monkeypatch):
    clock = Time()
    pair = tmp_path / "pair.pem"
    identity = issue("site", hosts=["127.0.2.1", "127.0.0.1"])
    key = identity.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pair.write_bytes(identity.pem + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair)
    handshakes = itertools.count()

    def agree(*_):
        clock.now = 1_000.0 if next(handshakes) else 0.0  # the second time

    context.sni_callback = agree

    with serve({"/robots.txt": ROBOTS, "/fine": Page("fine")}, tls=[context]) as (site,):
        deadline = held(clock)
        monkeypatch.setattr("balkan_crawler.network.handler.GuardedDownloadHandler._is_exempt", lambda self, host: True)
        monkeypatch.setattr("balkan_crawler.network.heads.LEAST_QUIET", 1e9)  # a new connection for each request
        told = ask([site.url("/fine")], deadline)
        assert site.asked() == ["/robots.txt"]
        assert told == {site.url("/fine"): LeaseOverdueError}
        assert next(handshakes) == 2


def test_a_process_that_stood_still_past_its_lease_asks_a_site_for_nothing_that_another_has_taken(tmp_path):
    with serve({}) as (site,):
        fill(site, 60)
        write_outlets(tmp_path, {"ferry": site}, delay=0.2)
        lease = {"BALKAN_LEASE_SECONDS": 6, "DOWNLOAD_TIMEOUT": 2}
        first = start_scrapy(tmp_path, "ferry", **lease)
        try:
            until(lambda: len(site.asked()) >= 6, site)
            os.kill(first.pid, signal.SIGSTOP)
            until(lambda: crawl_again(tmp_path, lease) and len(by_second(site)) >= 4, site)
            mine, resumed = len(by_first(site)), len(site.requests)
            os.kill(first.pid, signal.SIGCONT)
            _, told = first.communicate(timeout=60)
        finally:
            first.kill()
            first.communicate()
        assert first.returncode == 0, told
        assert len(by_first(site)) == mine, site.asked()[resumed:]
        assert "ferry: lost:" in told
        crawl(tmp_path, ["ferry"], settings=lease)
        articles = [path for path in site.asked() if path.startswith("/news/")]
        assert len(set(articles)) == 60
    with open_store(tmp_path / "news.db", read_only=True) as store:
        statistics = store.statistics()
        assert statistics.articles == 60
        assert dict(statistics.outlets[0].urls) == {"done": 60}


SECOND = "second@example.org"


def by_second(site):
    return [each for each in site.requests if SECOND in each.headers.get("user-agent", "")]


def by_first(site):
    return [each for each in site.requests if SECOND not in each.headers.get("user-agent", "")]


def crawl_again(folder, settings):
    """Crawl as another one would, a few articles of what is left; gives whether the site was to be had."""
    return crawl(folder, ["ferry"], "--contact", SECOND, "--limit", "3", settings=settings).returncode == 0


def start_scrapy(folder, key, **settings):
    given = {
        "BALKAN_DB": folder / "news.db",
        "BALKAN_OUTLETS": folder / "own.toml",
        "BALKAN_ALLOW_PRIVATE": True,
        "BALKAN_WORKERS": 1,
        **settings,
    }
    options = [word for name, value in given.items() for word in ("-s", f"{name}={value}")]
    return subprocess.Popen(
        [sys.executable, "-m", "scrapy", "crawl", key, *options],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment() | {"SCRAPY_SETTINGS_MODULE": "balkan_crawler.settings"},
    )


def until(condition, site):
    """Wait until something holds, for a minute at most."""
    for _ in range(600):
        if condition():
            return
        site.closing.wait(0.1)
    raise AssertionError(f"it did not come about: {site.asked()}")
