"""robots.txt: what is allowed, and when nothing can be said."""

import gzip

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balkan_crawler.errors import RobotsUnavailableError
from balkan_crawler.manners.robots import own_groups, read_robots

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
        (b"\xef\xbb\xbf <!-- theme -->\r\n<?xml version='1.0'?><!-- a --><HTML lang='sr'>", None),
        (b"<!doctype html><script>var a = {\nallow: true,\nsitemap: 1}</script>", "text/plain"),
        (b"Zahtev je odbijen", "text/html; charset=utf-8"),
    ],
)
def test_page_in_place_of_rules_means_no_rules_but_where_the_table_is_strict(content, kind):
    rules = read_robots(content, 200, kind, URL)
    assert (rules.is_page, rules.allowed("https://primer.rs/a", AGENT)) == (True, True)
    with pytest.raises(RobotsUnavailableError, match="HTML"):
        read_robots(content, 200, kind, URL, is_strict=True)


@pytest.mark.parametrize(
    "content",
    [
        b"<!-- made by hand -->\nUser-agent: *\nDisallow: /a\n",
        b"<html><body><pre>\nUser-agent: *\nDisallow: /a\n</pre></body></html>",
    ],
)
def test_rules_within_html_are_obeyed(content):
    rules = read_robots(content, 200, "text/html", URL)
    assert (rules.is_page, rules.allowed("https://primer.rs/a", AGENT)) == (False, False)


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


@pytest.mark.parametrize("name", ["balkan-crawler/0.1.0", "Balkan-Crawler", "balkan-crawler # ours", "balkan"])
def test_our_name_counts_with_a_version_in_any_case_and_shortened(name):
    rules = read_robots(f"User-agent: {name}\nDisallow: /\n".encode(), 200, "text/plain", URL)
    assert not rules.allowed("https://primer.rs/a", AGENT)


def test_another_robots_rules_are_not_ours():
    content = b"User-agent: googlebot\nUser-agent: bingbot\nDisallow: /\n\nUser-agent: *\nDisallow: /b\n"
    rules = read_robots(content, 200, "text/plain", URL)
    assert rules.allowed("https://primer.rs/a", AGENT)
    assert not rules.allowed("https://primer.rs/b", AGENT)


def test_a_group_of_several_names_counts_where_ours_is_among_them():
    content = b"User-agent: googlebot\nUser-agent: balkan-crawler\nUser-agent: x\nDisallow: /\n"
    assert not read_robots(content, 200, "text/plain", URL).allowed("https://primer.rs/a", AGENT)


@pytest.mark.parametrize("pack", [gzip.compress, lambda text: text.decode().encode("utf-16"), lambda text: text])
def test_rules_count_however_they_are_packed_or_written(pack):
    rules = read_robots(pack(b"User-agent: *\nDisallow: /tajno\n"), 200, None, URL)
    assert not rules.allowed("https://primer.rs/tajno", AGENT)
    assert rules.allowed("https://primer.rs/vesti", AGENT)


def test_thousands_of_names_over_thousands_of_rules_leave_only_the_groups_that_count():
    names = "".join(f"User-agent: bot{number}\n" for number in range(17_000))
    rules = "".join(f"Disallow: /a{number}\n" for number in range(10_000))
    kept = own_groups(f"{names}{rules}User-agent: *\nDisallow: /b\nSitemap: https://primer.rs/s.xml\n", AGENT)
    assert kept.splitlines() == ["User-agent: *", "Disallow: /b", "Sitemap: https://primer.rs/s.xml"]


@given(st.text(st.sampled_from("user-agent:dislow*/ab#\n "), max_size=200))
def test_no_robots_txt_breaks_the_reader(text):
    own_groups(text, AGENT)
    read_robots(f"User-agent: *\n{text}".encode(), 200, "text/plain", URL).allowed("https://primer.rs/a", AGENT)


def test_of_several_names_that_mean_us_the_longest_counts():
    content = b"User-agent: balkan\nDisallow: /a\n\nUser-agent: balkan-crawler\nDisallow: /b\n"
    rules = read_robots(content, 200, None, URL)
    assert rules.allowed("https://primer.rs/a", AGENT)
    assert not rules.allowed("https://primer.rs/b", AGENT)


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_lines_may_end_in_any_way(end):
    content = end.join([b"User-agent: other", b"Disallow: /b", b"", b"User-agent: *", b"Disallow: /a"])
    rules = read_robots(content, 200, None, URL)
    assert not rules.allowed("https://primer.rs/a", AGENT)
    assert rules.allowed("https://primer.rs/b", AGENT)


def test_a_rate_beyond_all_numbers_is_a_long_delay():
    rules = read_robots(b"User-agent: *\nRequest-rate: 1/" + b"9" * 4000, 200, None, URL)
    assert rules.crawl_delay(AGENT) == 10**9


HOSTILE = {
    "one line": b"User-agent: *\nDisallow: /" + b"a" * 480_000 + b"\n",
    "one line of wildcards": b"User-agent: *\nDisallow: /" + b"*a" * 240_000 + b"\n",
    "wildcards in many lines": b"User-agent: *\n" + (b"Disallow: /" + b"*a" * 20 + b"*b$\n") * 9_000,
    "rules": b"User-agent: *\n" + b"".join(b"Disallow: /%d\n" % number for number in range(30_000)),
    "sitemaps": b"".join(b"Sitemap: https://primer.rs/%d\n" % number for number in range(16_000)),
    "groups of ours": b"User-agent: balkan-crawler\nAllow: /a\n" * 12_000,
    "names of ours": b"".join(b"User-agent: %s\n" % AGENT[:length].encode() for length in range(1, 15)) * 1_500
    + b"Disallow: /x\n" * 5_000,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_no_robots_txt_leaves_more_than_some_thousand_lines_to_the_parser(content):
    kept = own_groups(content.decode(), AGENT)
    assert len(kept) <= 2 * 128 * 1024 + 300_000
    assert kept.count("\n") <= 6_200
    rules = read_robots(content, 200, "text/plain", URL)
    assert len(rules.sitemaps) <= 100
    rules.allowed("https://primer.rs/" + "a" * 2000, AGENT)
