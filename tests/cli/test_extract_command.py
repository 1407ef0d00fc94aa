"""`balkan-crawler extract` takes the article out of a file or a URL, by the leave of the URL's site."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from support import servers
from support.newsrooms import article
from support.servers import Page, RedirectsTo
from support.warcs import page, response

from balkan_crawler.cli import main
from balkan_crawler.manners.agent import user_agent

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


def test_a_site_is_told_the_contact_that_is_set(run, monkeypatch):
    monkeypatch.setenv("BALKAN_CONTACT", "you@example.org")
    with servers.serve({"/news/3": Page(article(3))}) as (site,):
        assert run(site.url("/news/3")).exit_code == 0
        assert {request.headers["user-agent"] for request in site.requests} == {user_agent("you@example.org")}
    monkeypatch.setenv("BALKAN_CONTACT", "nobody")
    assert "'nobody' is no contact" in run("https://example.org/").stderr


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


STANDING = "Every Friday at six the editors sum up the week on air, and readers may write to them."


def save_pages(folder, count):
    folder.mkdir(exist_ok=True)
    for number in range(count):
        text = article(number)
        where = text.index("<p>", text.index("</p>"))
        (folder / f"page-{number}.html").write_text(f"{text[:where]}<p>{STANDING}</p>{text[where:]}", "utf-8")


def test_pages_of_a_folder_are_read_by_what_they_have_in_common(run, tmp_path):
    save_pages(tmp_path / "saved", 4)
    (tmp_path / "saved" / "empty.htm").write_text("")
    (tmp_path / "saved" / "notes.md").write_text("no page")
    result = run(tmp_path / "saved", "--json")
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["source"].rpartition("/")[2] for each in found] == [
        "empty.htm", *(f"page-{number}.html" for number in range(4)),
    ]  # fmt: skip
    assert [each["outcome"] for each in found] == ["empty", *["article"] * 4]
    for each in found[1:]:
        assert STANDING not in each["article"]["body"]
        assert len(each["article"]["body"].split("\n")) == 4
    assert (result.exit_code, result.stderr) == (0, "5 pages, 4 articles\n")


def test_several_files_and_warc_files_are_shown_one_after_the_other(run, tmp_path):
    save_pages(tmp_path, 1)
    (tmp_path / "kept.warc.gz").write_bytes(response("https://ferries.example/news/3", page(3)))
    result = run(tmp_path / "page-0.html", tmp_path / "kept.warc.gz", tmp_path / "none.html")
    assert result.exit_code == 0
    assert f"{tmp_path / 'page-0.html'}\nFerry decision number 0 of town a\n" in result.stdout
    assert f"\n{TITLE}\n" in result.stdout
    assert f"{tmp_path / 'none.html'} cannot be read (No such file or directory)\n" in result.stderr


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["none.html", "none-either.html"], 3, "cannot be read"),
        (["empty"], 3, "it holds no file that ends in .html"),
        (["saved", "https://primer.rs/"], 2, "https://primer.rs/ can only be read alone"),
        (["saved", "-"], 2, "- can only be read alone"),
        (["saved", "--url", "https://primer.rs/"], 2, "--url is the address of one page"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_read_together_is_said_in_a_line(run, tmp_path, monkeypatch, words, code, said):
    monkeypatch.chdir(tmp_path)
    save_pages(tmp_path / "saved", 1)
    (tmp_path / "empty").mkdir()
    result = run(*words)
    assert (result.exit_code, result.stdout) == (code, "")
    assert said in result.stderr


def test_markdown_is_the_article_alone(run, tmp_path):
    (tmp_path / "page.html").write_text(article(3), "utf-8")
    result = run(tmp_path / "page.html", "--format", "markdown")
    lines = result.stdout.split("\n\n")
    assert (result.exit_code, lines[0]) == (0, f"# {TITLE}")
    assert lines[1].startswith("*2026-11-04 10:00 +01:00")
    assert "localhost" not in result.stdout
    named = run(tmp_path / "page.html", "--format", "markdown", "--url", "https://ferries.example/news/3")
    assert "<https://ferries.example/news/3>" in named.stdout


def test_of_several_pages_markdown_has_the_articles_and_the_others_are_told_of(run, tmp_path):
    save_pages(tmp_path / "saved", 2)
    (tmp_path / "saved" / "a.html").write_text("")
    result = run(tmp_path / "saved", "--format", "markdown")
    first, second = result.stdout.split("\n---\n\n")
    assert first.startswith("# Ferry decision number 0")
    assert second.startswith("# Ferry decision number 1")
    assert "a.html: no article, but empty" in result.stderr


def test_a_form_may_be_asked_for_once(run, tmp_path):
    (tmp_path / "page.html").write_text(article(3), "utf-8")
    whole = run(tmp_path / "page.html", "--format", "JSON").stdout
    assert json.loads(whole)["article"]["title"] == TITLE
    for words in (["--json"], ["--json", "--format", "json"]):
        assert run(tmp_path / "page.html", *words).stdout == whole
    assert run(tmp_path / "page.html", "--json", "--format", "text").exit_code == 2


def test_a_page_is_read_as_an_outlets_whose_table_says_where_its_text_stands(run, tmp_path):
    sentences = ("Most preko Dunava otvoren je u ponedeljak u podne.", "Građani su ga čekali pune dve godine.")
    page = tmp_path / "page.html"
    page.write_text(
        "<html><head><meta property='og:type' content='article'></head><body><h1>Most preko Dunava je otvoren</h1>"
        f"<div class='a'><p>{sentences[0]}</p></div><div class='b'><p>{sentences[1]}</p></div></body></html>",
        encoding="utf-8",
    )
    own = tmp_path / "own.toml"
    own.write_text("[danas]\nbody = ['div.b']\n", encoding="utf-8")
    found = run(page, "--outlet", "danas", "--outlets", own, "--format", "json")
    assert json.loads(found.stdout)["article"]["body"] == sentences[1]
    unknown = run(page, "--outlet", "danass")
    assert (unknown.exit_code, "Did you mean danas" in unknown.stderr) == (2, True)
    assert run(page, page, "--outlet", "danas").exit_code == 2
