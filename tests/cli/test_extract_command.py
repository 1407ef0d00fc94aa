"""`balkan-crawler extract` takes the article out of a file or a URL, by the leave of the URL's site."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from support import servers
from support.newsrooms import article
from support.servers import Page, RedirectsTo

from balkan_crawler.cli import main

TITLE = "Ferry decision number 3 of town a"


@pytest.fixture
def run():
    return lambda *words: CliRunner().invoke(main, ["extract", *map(str, words)])


def test_a_url_gives_the_article_behind_it(run):
    with servers.serve({"/news/3": Page(article(3)), "/old": RedirectsTo("/news/3")}) as (site,):
        result = run(site.url("/old"), "--json")
        assert site.asked() == ["/robots.txt", "/old", "/news/3"]
    found = json.loads(result.stdout)
    assert (result.exit_code, found["outcome"]) == (0, "article")
    assert (found["article"]["title"], found["article"]["url"]) == (TITLE, site.url("/news/3"))


def test_a_file_is_read_with_the_address_it_was_saved_from(run, tmp_path):
    (tmp_path / "page.html").write_text(article(3), "utf-8")
    result = run(tmp_path / "page.html", "--url", "https://ferries.example/news/3", "--json")
    assert json.loads(result.stdout)["article"]["url"] == "https://ferries.example/news/3"


def test_the_article_is_shown_in_words(run, tmp_path):
    (tmp_path / "page.html").write_text(article(3), "utf-8")
    result = run(tmp_path / "page.html")
    lines = result.stdout.splitlines()
    assert lines[0] == TITLE
    assert "published: 2026-11-04T10:00:00+01:00 (meta)" in lines
    assert "language:  en-Latn" in lines
    assert "The council of the town by the river" in result.stdout


def test_on_a_terminal_the_headline_stands_out(tmp_path):
    (tmp_path / "page.html").write_text(article(3), "utf-8")
    words = ["extract", str(tmp_path / "page.html")]
    shown = CliRunner().invoke(main, words, color=True, env={"FORCE_COLOR": "1", "NO_COLOR": None}).stdout
    assert shown.startswith(f"\x1b[1m{TITLE}\x1b[0m")


def test_what_is_no_article_ends_with_1_and_says_what_it_is(run, tmp_path):
    (tmp_path / "empty.html").write_text("")
    result = run(tmp_path / "empty.html")
    assert result.exit_code == 1
    assert result.stdout.startswith("No article, but empty")


def test_a_day_is_told_of_what_is_no_article_too(run, tmp_path):
    (tmp_path / "wall.html").write_text(
        "<title>Log in</title><meta property='article:published_time' content='2026-11-04T10:00:00+01:00'>"
        "<h1>Log in</h1><form><input type=password></form>"
    )
    found = json.loads(run(tmp_path / "wall.html", "--json").stdout)
    assert (found["article"], found["published"]) == (None, "2026-11-04T10:00:00+01:00")
    assert "published: 2026-11-04T10:00:00+01:00" in run(tmp_path / "wall.html").stdout.splitlines()


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ({"/": Page("gone", status=410)}, "could not be fetched: the server answered 410"),
        ({"/": Page("x"), "/robots.txt": Page("User-agent: *\nDisallow: /", "text/plain")}, "is forbidden by the site"),
        ({"/": Page("x"), "/robots.txt": servers.RobotsUnavailable()}, "gave no readable answer"),
        ({"/": servers.TooManyRequests("60")}, "answered 429: its site is left alone until"),
    ],
    ids=["410", "forbidden", "robots-503", "429"],
)
def test_what_may_or_can_not_be_fetched_is_one_line(run, pages, said):
    with servers.serve(pages) as (site,):
        result = run(site.url("/"))
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (3, "", 1)
    assert said in result.stderr


def test_a_file_that_is_not_there_is_wrong_use(run, tmp_path):
    result = run(tmp_path / "none.html")
    assert result.exit_code == 2
    assert "name a file or a URL" in result.stderr


def test_what_redirects_into_the_own_network_is_refused_unless_allowed(run):
    with servers.serve({"/": Page(article(3))}, {"/": Page(article(4))}) as (named, inside):
        named.pages["/in"] = RedirectsTo(inside.url("/"))
        refused = run(named.url("/in"))
        assert (refused.exit_code, inside.asked()) == (3, [])
        assert "no public address; --allow-private lets it be fetched" in refused.stderr
        assert run(named.url("/in"), "--allow-private").exit_code == 0


def test_a_file_has_the_limits_of_a_page(run, tmp_path):
    (tmp_path / "endless.html").write_bytes(b"<p>more</p>" * 1_200_000)
    result = run(tmp_path / "endless.html")
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (3, "", 1)
    assert "more than 12,582,912 bytes" in result.stderr


def test_a_page_is_read_from_standard_input():
    result = CliRunner().invoke(main, ["extract", "-", "--json"], input=article(3))
    assert json.loads(result.stdout)["article"]["title"] == TITLE
