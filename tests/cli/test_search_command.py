"""`balkan-crawler search` finds in any script and shows where."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner

from balkan_crawler.cli import main


@pytest.mark.parametrize("query", ["vucic", "Vučić", "ВУЧИЋ", '"вучић отворио"', "vuc*"])
def test_any_script_finds_the_article(archive, run, query):
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
    assert "1 of 2 articles" in run("search", "most", "--limit", 1).stdout


def test_finding_nothing_is_no_error(archive, run):
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
    "query", ["NEAR(a b)", "title:most", "a AND", "(", "*", "a'b; DROP TABLE articles", "\0", "^x"]
)
def test_the_index_own_syntax_is_only_text(archive, run, query):
    result = run("search", "--", query)
    assert result.exit_code in (0, 2)
    assert result.exception is None or isinstance(result.exception, SystemExit)


def test_an_address_is_never_broken_however_narrow_the_terminal(archive, run):
    narrow = {"COLUMNS": "20", "FORCE_COLOR": "1"}
    shown = CliRunner().invoke(main, ["search", "vucic"], env=narrow, color=True).stdout
    assert "https://vesti-proba.rs/vucic" in re.sub(r"\x1b\[[0-9;]*m", "", shown).splitlines()
