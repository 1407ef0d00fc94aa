"""`balkan-crawler search` finds in any script and shows where."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing

import pytest
from click.testing import CliRunner
from support.terminals import on_a_terminal

from balkan_crawler.cli import main


@pytest.mark.parametrize("query", ["vucic", "Vučić", "ВУЧИЋ", '"вучић отворио"', "vuc*"])
def test_any_script_finds_the_article(archive, run, terminal, query):
    result = run("search", query)
    assert result.exit_code == 0
    assert "Вучић отворио мост" in result.stdout
    assert "https://vesti-proba.rs/vucic" in result.stdout
    assert "1 article" in result.stdout


def test_json_is_a_list_of_articles(archive, run):
    (found,) = json.loads(run("search", "djokovic", "--json").stdout)
    assert (found["outlet"], found["date"]) == ("danas", "2026-11-21")


def test_a_title_with_markup_is_shown_as_it_is(archive, run):
    assert "=1+1 [red]Đoković[/red]" in run("search", "teniser").stdout


def test_more_hits_than_shown_are_counted(archive, run):
    found = run("search", "most", "--limit", 1)
    assert found.stdout.count("https://") == 1
    assert found.stderr == "1 of 2 articles\n"


def test_more_hits_than_shown_are_counted_on_a_terminal_too(archive, run, terminal):
    assert "1 of 2 articles" in run("search", "most", "--limit", 1).stdout


def test_in_a_pipe_an_article_is_a_line_of_cells(archive, run):
    found = run("search", "most")
    names, *rows = [line.split("\t") for line in found.stdout.splitlines()]
    assert names == ["date", "published", "outlet", "language", "title", "url", "excerpt"]
    assert {row[names.index("url")] for row in rows} == {"https://danas-proba.rs/most", "https://vesti-proba.rs/vucic"}
    assert {len(row) for row in rows} == {len(names)}
    assert found.stderr == ""


def test_finding_nothing_in_a_pipe_is_a_table_without_rows(archive, run):
    result = run("search", "nigdevezde")
    assert (result.exit_code, result.stdout.count("\n")) == (0, 1)
    assert result.stderr == "No article has 'nigdevezde'.\n"


def test_finding_nothing_is_no_error(archive, run, terminal):
    result = run("search", "nigdevezde")
    assert (result.exit_code, result.stdout) == (0, "No article has 'nigdevezde'.\n")
    assert json.loads(run("search", "nigdevezde", "--json").stdout) == []


@pytest.mark.parametrize("query", ['"open', "", "   ", "OR", "a OR", "---", "w " * 65])
def test_a_query_that_cannot_be_understood_is_one_line(archive, run, query):
    result = run("search", "--", query)
    assert result.exit_code == 2
    assert result.stderr.startswith("balkan-crawler: cannot search for")
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "query", ["NEAR(a b)", "title:most", "a AND", "(", "*", "a'b; DROP TABLE articles", "\0", "^x", "body : most"]
)
def test_the_index_own_syntax_is_only_text(archive, run, query):
    result = run("search", "--", query)
    assert result.exit_code in (0, 2)
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_an_address_is_never_broken_however_narrow_the_terminal(archive, run, monkeypatch):
    on_a_terminal(monkeypatch, 20)
    narrow = {"FORCE_COLOR": "1"}
    shown = CliRunner().invoke(main, ["search", "vucic"], env=narrow, color=True).stdout
    assert "https://vesti-proba.rs/vucic" in re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()


def test_words_need_no_quotes_and_are_found_in_their_forms(archive, run):
    [found] = json.loads(run("search", "mostom", "Dunav", "--json").stdout)
    assert found["title"] == "Novi most otvoren"
    assert "No article has" in run("search", '"mostom"').stderr


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("naslov:most", "naslov: is not understood; there are title:, lead:"),
        ("most AND", "AND stands between two words"),
        ("(most", "a parenthesis is not closed"),
        ("m*st", "m*st is not understood"),
    ],
)
def test_an_operator_that_is_not_understood_is_said_in_one_line(archive, run, query, told):
    result = run("search", query)
    assert (result.exit_code, result.stdout) == (2, "")
    assert told in result.stderr
    assert result.stderr.count("\n") == 1


def test_an_outlet_that_is_not_known_is_said(archive, run):
    result = run("search", "most outlet:dans")
    assert result.exit_code == 2
    assert "Did you mean danas?" in result.stderr


def test_relevance_puts_the_title_before_the_body_and_date_the_newest_first(archive, run):
    assert [row["outlet"] for row in json.loads(run("search", "most", "--json").stdout)] == ["vesti", "danas"]
    fit = json.loads(run("search", "novi", "OR", "otvaranju", "--sort", "relevance", "--json").stdout)
    assert [row["outlet"] for row in fit] == ["danas", "vesti"]


def test_days_may_be_said_by_how_long_ago_they_were(archive, run):
    assert len(json.loads(run("search", "most", "--since", "50y", "--json").stdout)) == 2
    told = run("search", "most", "--until", "50y").stderr
    assert told == "No article has 'most'.\nWithout the other options: 2 articles.\n"


def test_what_found_nothing_is_told_with_what_would(archive, run):
    assert "Like dunaf: dunava 1" in run("search", "Dunaf").stderr
    assert "By themselves: dunav 1, vucic 1." in run("search", "Dunav", "Vučić").stderr
    assert "In any part of an article: 1 article." in run("search", "title:vrpcu").stderr


def test_an_archive_of_an_older_version_is_upgraded_before_it_is_read(archive, run):
    with closing(sqlite3.connect(archive)) as db:
        db.executescript("DELETE FROM _rules WHERE name = 'full_text'")
        db.executescript(
            "DROP TABLE articles_fts; DELETE FROM _sqlite_migrations WHERE name = '0014_full_text_of_labels'"
        )
        db.execute("CREATE VIRTUAL TABLE articles_fts USING fts5(title, lead, body, content='')")
        db.commit()
    result = run("search", "vučićem", "--json")
    assert len(json.loads(result.stdout)) == 1
    assert "is of an older version: upgrading it" in result.stderr
    assert run("search", "vučićem", "--json").stderr == ""
