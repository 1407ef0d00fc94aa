"""Who a server says it is has to be true: each flaw of a certificate is told apart, and ends no page."""

import json
import socket
import sqlite3
import ssl
from contextlib import closing
from dataclasses import dataclass

import pytest
from support.certificates import Identity, issue, server_context
from support.crawling import crawl as fetch
from support.newsrooms import article, crawl, fill, rss, write_outlets
from support.reactor import Clock
from support.servers import Page, RedirectsTo, serve

from balkan_crawler.model import Discovery
from balkan_crawler.network.certificates import CertificatePolicy, Flaw, flaw_of
from balkan_crawler.revisiting.outcomes import Fault, is_tried_again, rule_of

HOSTS = ["127.0.2.1", "127.0.2.2", "127.0.0.1"]


@dataclass(frozen=True)
class Authorities:
    """One that is trusted here, its intermediate, and one that nobody knows."""

    root: Identity
    intermediate: Identity
    stranger: Identity

    def shown(self, kind):
        """Give what a server shows and sends along."""
        stranger_between = issue("Between", self.stranger, is_authority=True)
        expired_between = issue("Old between", self.root, is_authority=True, days=(-30, -1))
        return {
            "sound": (issue("site", self.intermediate, hosts=HOSTS), self.intermediate),
            "without its intermediate": (issue("site", self.intermediate, hosts=HOSTS),),
            "with an intermediate that is not its own": (
                issue("site", self.intermediate, hosts=HOSTS),
                issue("Other", self.root, is_authority=True),
            ),
            "expired": (issue("site", self.intermediate, hosts=HOSTS, days=(-30, -1)), self.intermediate),
            "not valid yet": (issue("site", self.intermediate, hosts=HOSTS, days=(1, 30)), self.intermediate),
            "with an expired intermediate": (issue("site", expired_between, hosts=HOSTS), expired_between),
            "of another host": (issue("site", self.intermediate, hosts=["127.0.2.9", "x.example"]), self.intermediate),
            "of no host": (issue("127.0.2.1", self.intermediate), self.intermediate),
            "signed by itself": (issue("site", hosts=HOSTS),),
            "of an unknown authority": (issue("site", self.stranger, hosts=HOSTS), self.stranger),
            "of an unknown authority's intermediate": (issue("site", stranger_between, hosts=HOSTS), stranger_between),
            "signed by what may not sign": (self._signed_by_a_site(), self.intermediate),
        }[kind]

    def _signed_by_a_site(self):
        return issue("site", issue("a mere site", self.intermediate, hosts=["a.example"]), hosts=HOSTS)


FLAWS = {
    "without its intermediate": ("tls-incomplete", "its server leaves out the intermediate certificate"),
    "with an intermediate that is not its own": (
        "tls-incomplete",
        "its server leaves out the intermediate certificate",
    ),
    "expired": ("tls-expired", "its certificate has expired"),
    "not valid yet": ("tls-expired", "its certificate is not valid yet"),
    "with an expired intermediate": ("tls-expired", "its certificate has expired"),
    "of another host": ("tls-name", "its certificate is for another host name"),
    "of no host": ("tls-name", "its certificate is for another host name"),
    "signed by itself": ("tls-untrusted", "its certificate is signed by itself"),
    "of an unknown authority": ("tls-untrusted", "its certificate is signed by an authority that is not known here"),
    "of an unknown authority's intermediate": (
        "tls-untrusted",
        "its certificate is of an authority that is not known here",
    ),
    "signed by what may not sign": ("tls-incomplete", "its server leaves out the intermediate certificate"),
}


@pytest.fixture(scope="module")
def authorities():
    root = issue("Root", is_authority=True)
    return Authorities(root, issue("Intermediate", root, is_authority=True), issue("Stranger", is_authority=True))


@pytest.fixture
def shown(tmp_path, authorities, monkeypatch):
    """Give the context of a server that shows a kind of certificate; the authority is trusted by SSL_CERT_FILE."""
    trusted = tmp_path / "authority.pem"
    trusted.write_bytes(authorities.root.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    return lambda kind: server_context(tmp_path, *authorities.shown(kind))


ROBOTS = Page("User-agent: *\nAllow: /\n", "text/plain")


def stored(folder):
    with closing(sqlite3.connect(folder / "news.db")) as db:
        return db.execute("SELECT count(*) FROM articles").fetchone()[0]


def test_a_site_with_a_sound_certificate_is_crawled(tmp_path, shown):
    with serve({}, tls=[shown("sound")]) as (site,):
        fill(site, 2)
        write_outlets(tmp_path, {"ferry": site})
        assert crawl(tmp_path, ["ferry"], clock=Clock()).returncode == 0
    assert stored(tmp_path) == 2


def test_tls_1_2_will_do(shown):
    context = shown("sound")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with serve({"/robots.txt": ROBOTS, "/a": Page("a")}, tls=[context]) as (site,):
        assert fetch([site.url("/a")], {"DOWNLOAD_TIMEOUT": 10})[site.url("/a")]["status"] == 200


def test_a_server_that_never_shakes_hands_is_one_that_does_not_answer():
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        url = f"https://127.0.0.1:{silent.getsockname()[1]}/"
        told = fetch([url], {"DOWNLOAD_TIMEOUT": 1, "RETRY_TIMES": 0})[url]
    assert "no whole answer in" in str(told["message"])


def test_an_address_of_ipv6_is_a_name_like_any(shown):
    assert CertificatePolicy(lambda host: host == "::1").creatorForNetloc(b"[::1]", 443) is not None
    assert flaw_of(66, 0).flaw is Flaw.INVALID


@pytest.mark.parametrize("kind", FLAWS)
def test_each_flaw_is_told_in_a_sentence_and_nothing_is_asked_of_the_server(shown, kind):
    with serve({"/a": Page("a")}, tls=[shown(kind)]) as (site,):
        told = fetch([site.url("/a")], {"DOWNLOAD_TIMEOUT": 10})[site.url("/a")]
        assert site.asked() == []
    assert told["error"] == "RobotsUnavailableError"
    assert FLAWS[kind][1] in told["message"]
    assert not set("[]<>'") & set(told["message"])


@pytest.mark.parametrize("kind", ["without its intermediate", "expired", "of another host", "signed by itself"])
def test_a_page_whose_server_shows_a_flaw_has_its_own_outcome_and_is_stored_once_that_is_mended(tmp_path, shown, kind):
    clock = Clock()
    with serve({}, {}, tls=[None, shown(kind)]) as (site, flawed):
        fill(site, 1)
        site.pages["/news/ferry-decision-number-0"] = RedirectsTo(flawed.url("/news/ferry-decision-number-0"))
        write_outlets(tmp_path, {"ferry": site})
        crawl(tmp_path, ["ferry"], clock=clock)
        with closing(sqlite3.connect(tmp_path / "news.db")) as db:
            states = db.execute("SELECT state, outcome, reason FROM _frontier").fetchall()
        assert [(state, outcome) for state, outcome, _ in states] == [("failed", FLAWS[kind][0])]
        assert states[0][2].endswith(FLAWS[kind][1])
        site.pages["/news/ferry-decision-number-0"] = Page(article(0))
        clock.move(hours=2)
        crawl(tmp_path, ["ferry"], clock=clock)
    assert stored(tmp_path) == 1


def test_no_flaw_ends_a_page_within_three_months():
    for flaw in Flaw:
        rule = rule_of(flaw.value)
        assert rule.fault is Fault.SITE
        assert all(is_tried_again(flaw.value, found_by) for found_by in Discovery)
        assert rule.of_links >= 15


def test_a_table_lets_its_own_site_be_fetched_and_no_other(tmp_path, shown):
    flawed = shown("signed by itself")
    with serve({}, {}, tls=[flawed, flawed]) as (site, other):
        fill(site, 2)
        fill(other, 1, "b")
        site.pages["/feed.xml"] = Page(
            rss(site, 2).replace(
                "</channel>", f"<item><link>{other.url('/news/ferry-decision-number-0')}</link></item></channel>"
            ),
            "application/rss+xml",
        )
        write_outlets(tmp_path, {"ferry": site}, unverified_tls="its owner has made the certificate himself")
        crawl(tmp_path, ["ferry"], clock=Clock())
        assert other.asked() == []
    assert stored(tmp_path) == 2


def test_outlets_check_says_who_needs_the_line_and_which(tmp_path, shown):
    with serve({}, {}, tls=[shown("without its intermediate"), shown("sound")]) as (site, good):
        fill(site, 2)
        fill(good, 2, "b")
        write_outlets(tmp_path, {"ferry": site, "sound": good})
        done = check(tmp_path, "ferry", "sound")
        found = {outlet["outlet"]: [f["code"] for f in outlet["findings"]] for outlet in json.loads(done.stdout)}
        text = check(tmp_path, "ferry", "sound", as_json=False).stdout
    assert "unverified" in found["ferry"]
    assert "unverified" not in found["sound"]
    assert "the intermediate certificate" in " ".join(text.split())
    assert 'unverified_tls = "WHY"' in " ".join(text.split())


def check(folder, *keys, as_json=True):
    from click.testing import CliRunner

    from balkan_crawler.cli import main

    words = ["outlets", "check", *keys, "--outlets", str(folder / "own.toml"), "--allow-private"]
    words += ["--history", str(folder / "checks.jsonl"), *(["--json"] if as_json else [])]
    return CliRunner().invoke(main, words, prog_name="balkan-crawler")
