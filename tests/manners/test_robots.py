"""robots.txt: what is allowed, and when nothing can be said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.errors import RobotsUnavailableError
from balkan_crawler.manners.robots import read_robots

URL = "https://primer.rs/robots.txt"
AGENT = "balkan-crawler"
RULES = b"""\xef\xbb\xbf# pravila
User-agent: *
Disallow: /pretraga
Disallow: /*?print=
Allow: /pretraga/o-nama$
Crawl-delay: 5

User-agent: Balkan-Crawler
Disallow: /interno/
Request-rate: 1/8
Sitemap: /sitemap.xml
Sitemap: https://primer.rs/news.xml
Sitemap: ftp://primer.rs/x
"""


def test_groups_wildcards_and_the_longest_match():
    rules = read_robots(RULES, 200, "text/plain", URL)
    assert not rules.allowed("https://primer.rs/pretraga?q=1", "drugi")
    assert not rules.allowed("https://primer.rs/vest?print=1", "drugi")
    assert rules.allowed("https://primer.rs/pretraga/o-nama", "drugi")
    assert rules.allowed("https://primer.rs/pretraga?q=1", AGENT)
    assert not rules.allowed("https://primer.rs/interno/a", AGENT)


def test_delay_and_sitemaps():
    rules = read_robots(RULES, 200, None, URL)
    assert (rules.crawl_delay("drugi"), rules.crawl_delay(AGENT)) == (5.0, 8.0)
    assert rules.sitemaps == ("https://primer.rs/sitemap.xml", "https://primer.rs/news.xml")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_no_file_means_no_rules(status):
    rules = read_robots(b"User-agent: *\nDisallow: /", status, "text/plain", URL)
    assert rules.allowed("https://primer.rs/a", AGENT)
    assert rules.crawl_delay(AGENT) is None


@pytest.mark.parametrize("status", [429, 500, 502, 503, 301, 100, 0])
def test_no_answer_means_not_now(status):
    with pytest.raises(RobotsUnavailableError, match=r"primer\.rs"):
        read_robots(b"User-agent: *\nAllow: /", status, "text/plain", URL)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"<!DOCTYPE html><html><title>Just a moment...</title>", "text/html"),
        (b"\n\n<html>", None),
        (b"Zahtev je odbijen", "text/html; charset=utf-8"),
    ],
)
def test_page_in_place_of_rules_means_not_now(content, kind):
    with pytest.raises(RobotsUnavailableError, match="HTML"):
        read_robots(content, 200, kind, URL)


def test_rules_served_as_html_and_empty_files_count():
    assert not read_robots(b"User-agent: *\nDisallow: /a", 200, "text/html", URL).allowed("https://primer.rs/a", AGENT)
    assert read_robots(b"", 200, "text/html", URL).allowed("https://primer.rs/a", AGENT)


def test_only_the_first_500_kilobytes_count_and_no_half_line():
    start = b"User-agent: *\nDisallow: /a\n"
    filler = b"# x\n" * ((512_000 - len(start)) // 4 - 2)
    rules = read_robots(start + filler + b"Disallow: /vesti/tajno\n" + b"Disallow: /b\n" * 9, 200, None, URL)
    assert not rules.allowed("https://primer.rs/a", AGENT)
    assert rules.allowed("https://primer.rs/vesti/1", AGENT)
    assert rules.allowed("https://primer.rs/b", AGENT)


@given(st.binary(max_size=300), st.text(max_size=30))
def test_any_bytes_give_rules_or_the_typed_error(content, path):
    try:
        rules = read_robots(b"User-agent: *\n" + content, 200, "text/plain", URL)
    except RobotsUnavailableError:
        return
    rules.allowed(f"https://primer.rs/{path}", AGENT)
    rules.crawl_delay(AGENT)
