"""A crawl learns an outlet while it reads it, and the next one begins with what was learned."""

from __future__ import annotations

import json
import re
import sqlite3

import pytest
from click.testing import CliRunner
from support import servers
from support.newsrooms import article, crawl, fill, write_outlets
from support.reactor import Clock
from support.servers import Page
from support.terminals import on_a_terminal

from balkan_crawler import open_store
from balkan_crawler.cli import main
from balkan_crawler.spiders import site as site_crawl
from balkan_crawler.spiders import writer
from balkan_crawler.storage import Filter

STANDING = "Every Friday at six the editors sum up the week on air, and readers may write to them."


def with_standing_line(number: int) -> Page:
    text = article(number)
    where = text.index("<p>", text.index("</p>"))
    return Page(f"{text[:where]}<p>{STANDING}</p>{text[where:]}")


def grow(site, count):
    fill(site, count)
    for number in range(count):
        site.pages[f"/news/ferry-decision-number-{number}"] = with_standing_line(number)


def bodies(folder):
    with open_store(folder / "news.db", read_only=True) as store:
        return {str(row["title"]): str(row["body"]) for row in store.rows(Filter())}


def templates(folder, *words):
    return CliRunner().invoke(main, ["templates", *words, "--db", str(folder / "news.db")])


@pytest.fixture
def site():
    with servers.serve({}) as (site,):
        yield site


def test_a_line_of_the_outlet_is_in_no_body_once_the_outlet_is_known(site, tmp_path):
    grow(site, 3)
    write_outlets(tmp_path, {"a": site})
    assert crawl(tmp_path, ["a"]).returncode == 0
    first = set(bodies(tmp_path))
    grow(site, 7)
    assert crawl(tmp_path, ["a"]).returncode == 0
    later = {title: body for title, body in bodies(tmp_path).items() if title not in first}
    assert len(later) == 4
    for body in later.values():
        assert STANDING not in body
        assert len(body.split("\n")) == 4


def test_first_pages_are_corrected_in_the_run_that_learns_and_that_is_no_edit(site, tmp_path):
    grow(site, 16)
    write_outlets(tmp_path, {"a": site})
    assert crawl(tmp_path, ["a"]).returncode == 0
    found = bodies(tmp_path)
    assert len(found) == 16
    assert not [title for title, body in found.items() if STANDING in body or len(body.split("\n")) != 4]
    with sqlite3.connect(tmp_path / "news.db") as db:
        assert db.execute("SELECT count(*) FROM versions").fetchone() == (0,)
        edited, corrected = db.execute("SELECT count(edited), count(corrected) FROM articles").fetchone()
        assert (edited, 1 <= corrected < 16) == (0, True)
        assert db.execute("SELECT sum(fetched) FROM _fetches").fetchone()[0] == 17  # sixteen pages and a feed


def test_pages_that_are_stored_only_when_the_outlet_is_known_are_corrected_as_well(site, tmp_path, monkeypatch):
    monkeypatch.setattr(writer, "LONGEST", 20.0)  # all that can wait waits for the last that is read
    monkeypatch.setattr(site_crawl, "_WAITING_PAGES", 20)
    grow(site, 16)
    write_outlets(tmp_path, {"a": site})
    assert crawl(tmp_path, ["a"]).returncode == 0
    found = bodies(tmp_path)
    assert len(found) == 16
    assert not [title for title, body in found.items() if STANDING in body or len(body.split("\n")) != 4]


def test_a_run_that_ends_early_corrects_its_first_pages_with_the_little_that_is_known(site, tmp_path):
    grow(site, 5)
    write_outlets(tmp_path, {"a": site})
    crawl(tmp_path, ["a"])
    assert not [title for title, body in bodies(tmp_path).items() if STANDING in body]


def test_an_article_that_is_visited_again_when_more_is_known_is_corrected_and_not_edited(site, tmp_path):
    clock = Clock()
    fill(site, 1)
    young = with_standing_line(0).content.replace("article:published_time", "x:published_time").replace("2026-11-", "x")
    site.pages["/news/ferry-decision-number-0"] = Page(young)
    write_outlets(tmp_path, {"a": site}, revisits=[1, 6])
    crawl(tmp_path, ["a"], clock=clock)
    assert STANDING in next(iter(bodies(tmp_path).values()))
    grow(site, 4)
    site.pages["/news/ferry-decision-number-0"] = Page(young)
    clock.move(hours=2)
    crawl(tmp_path, ["a"], "--revisits", "100", clock=clock)
    assert not [title for title, body in bodies(tmp_path).items() if STANDING in body]
    with sqlite3.connect(tmp_path / "news.db") as db:
        assert db.execute("SELECT count(edited) FROM articles").fetchone() == (0,)
        assert db.execute("SELECT count(*) FROM versions").fetchone() == (0,)


def test_a_redesign_is_noticed_and_learned_anew(site, tmp_path):
    grow(site, 16)
    write_outlets(tmp_path, {"a": site})
    crawl(tmp_path, ["a"])
    fill(site, 32)
    for number in range(16, 32):
        text = with_standing_line(number).content.replace("<article><h1>", "<section class=new><h1>")
        text = text.replace("<p>", "<div class=line>").replace("</p>", "</div>").replace("</article>", "</section>")
        site.pages[f"/news/ferry-decision-number-{number}"] = Page(text)
    told = crawl(tmp_path, ["a"], "--json")
    assert json.loads(told.stdout)["outlets"]["a"]["oddities"] == {"redesigned": 1}
    with open_store(tmp_path / "news.db", read_only=True) as store:
        assert [(step.outlet, step.kind) for step in store.repairs()] == [("a", "learned-anew")]
    found = bodies(tmp_path)
    assert len(found) == 32
    assert not [title for title, body in found.items() if STANDING in body or len(body.split("\n")) != 4]


def test_what_was_learned_is_shown_and_can_be_dropped(site, tmp_path, monkeypatch):
    grow(site, 6)
    write_outlets(tmp_path, {"a": site})
    crawl(tmp_path, ["a"])
    piped = [line.split("\t") for line in templates(tmp_path, "a").stdout.splitlines()]
    assert piped[0] == ["kind", "articles", "words", "body", "place"]
    assert ["recurring", STANDING[:76]] in [[row[0], row[-1]] for row in piped]
    on_a_terminal(monkeypatch)
    told = templates(tmp_path, "a")
    assert told.exit_code == 0
    assert "a: learned from 6 articles" in told.stdout
    assert STANDING[:60] in told.stdout
    if "trials" in told.stdout:  # there are none where all pages were read before the first lessons were brought in
        way = r"^Pages are (still read whole|read by what is known): \d of the last \d trials? were alike"
        assert re.search(way, told.stdout, re.MULTILINE)
    text, _, others = told.stdout.partition("\nOther texts stand at")
    _, _, table = text.partition("\nText stands at:\n")
    assert [line.split()[-3:] for line in table.splitlines()[2:3]] == [["article", ">", "p"]]
    assert "article > h1" in others
    assert max(map(len, told.stdout.splitlines())) <= 80
    found = json.loads(templates(tmp_path, "a", "--json").stdout)
    assert (found["articles"], found["recurring"]) == (6, [STANDING[:76]])
    assert templates(tmp_path, "a", "--forget").stdout == "What was known of a is dropped.\n"
    assert templates(tmp_path, "a").exit_code == 1
    assert templates(tmp_path, "a", "--forget").stdout == "Nothing was known of a.\n"


def test_templates_of_an_outlet_that_is_not_there_name_those_that_are(site, tmp_path):
    grow(site, 1)
    write_outlets(tmp_path, {"a": site})
    crawl(tmp_path, ["a"])
    told = templates(tmp_path, "b")
    assert (told.exit_code, told.stdout) == (2, "")
    assert told.stderr.count("\n") == 1
