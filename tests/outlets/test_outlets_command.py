"""`balkan-crawler outlets` shows the catalogue to a person and to another program."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from support.terminals import on_a_terminal

from balkan_crawler.cli import main
from balkan_crawler.outlets import load_outlets


@pytest.fixture
def run():
    return lambda *words: CliRunner().invoke(main, ["outlets", *map(str, words)])


@pytest.fixture
def own_file(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(
        '[klix]\ndelay = 9\n\n[mine]\nname = "Mine [red]Ž"\ncountry = "XK"\nlanguages = ["sq"]\n'
        'timezone = "Europe/Belgrade"\nhomepage = "http://127.0.0.9:8000/"\n'
        'closed = 2024-06-30\nclosed_reason = "sold"\n'
    )
    return file


def test_json_lists_every_open_outlet_with_its_key(run):
    result = run("list", "--json")
    assert result.exit_code == 0
    open_ones = [key for key, outlet in load_outlets().items() if outlet.closed is None]
    assert [table["key"] for table in json.loads(result.output)] == open_ones


def test_json_holds_the_fields_of_the_tables(run):
    (table,) = json.loads(run("list", "--country", "ME", "--language", "sq", "--json").output)
    assert table["key"] == "ulqini_info"
    assert (table["languages"], table["feeds"]) == (["sq"], ["https://ulqini.info/feed/"])


def test_in_a_pipe_each_outlet_is_a_line_of_cells_sorted_by_country_and_key(run):
    names, *rows = [line.split("\t") for line in run("list", "--country", "AL", "--country", "XK").output.splitlines()]
    listed = [dict(zip(names, row, strict=True)) for row in rows]
    expected = [outlet for outlet in load_outlets().values() if outlet.country in ("AL", "XK")]
    assert {(row["key"], row["name"], row["homepage"]) for row in listed} == {
        (outlet.key, outlet.name, outlet.homepage) for outlet in expected
    }
    assert [(row["country"], row["key"]) for row in listed] == sorted((row["country"], row["key"]) for row in listed)


def test_on_a_terminal_the_table_names_each_outlet_whole(run, monkeypatch):
    on_a_terminal(monkeypatch)
    shown = run("list").output
    keys = {line.split("  ")[0] for line in shown.splitlines()}
    assert {outlet.key for outlet in load_outlets().values() if outlet.closed is None} <= keys
    assert max(map(len, shown.splitlines())) <= 80


def test_show_says_everything_in_words(run):
    result = run("show", "euronews_al")
    assert result.exit_code == 0
    for text in (
        "Euronews Albania",
        "Europe/Tirane",
        "https://euronews.al/feed/",
        "WordPress",
        "such as https://euronews.al/",
        "2 s between two requests (the default)",
        "in 7 public lists",
        "albania.toml of the shipped catalogue",
    ):
        assert text in result.output


def test_show_tells_the_own_file_from_the_shipped_one(run, own_file):
    result = run("show", "klix", "--outlets", own_file)
    assert "9 s between two requests" in result.output
    assert f"{own_file} overrides delay" in result.output
    assert "bosnia_and_herzegovina.toml of the shipped catalogue" in result.output


def test_show_names_the_shipped_file_first_whatever_is_overridden(run, own_file):
    own_file.write_text('[klix]\nname = "My Klix"\n')
    assert f"{own_file} overrides name" in run("show", "klix", "--outlets", own_file).output


def test_show_as_json_names_the_file_of_each_field(run, own_file):
    table = json.loads(run("show", "klix", "--outlets", own_file, "--json").output)
    assert (table["key"], table["delay"], table["origin"]["delay"]) == ("klix", 9.0, str(own_file))
    assert table["origin"]["homepage"].endswith("bosnia_and_herzegovina.toml")


def test_a_closed_outlet_is_shown_when_named_and_not_listed(run, own_file):
    assert "closed on 2024-06-30: sold" in run("show", "mine", "--outlets", own_file).output
    assert json.loads(run("show", "mine", "--outlets", own_file, "--json").output)["closed"] == "2024-06-30"
    assert "mine" not in run("list", "--country", "XK", "--outlets", own_file).output.split()


def test_a_name_with_brackets_is_printed_as_it_is(run, own_file):
    own_file.write_text(own_file.read_text().replace('closed = 2024-06-30\nclosed_reason = "sold"\n', ""))
    assert "Mine [red]Ž" in run("list", "--country", "XK", "--outlets", own_file).output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["show", "euronews_all"], "Did you mean euronews_al"),
        (["show", "euronews.com"], "Did you mean euronews_ro or euronews_tr"),
        (["list", "--country", "RS,Serbia"], "no outlet with country Serbia; there are AL, BA, BG"),
        (["list", "--language", "xx"], "no outlet with language xx; there are bg, bs,"),
        (["list", "--country", "Serbia"], "no outlet with country Serbia"),
        (["list", "--outlets", "none.toml"], "none.toml: cannot be read"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(run, words, message):
    result = run(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert message in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [[], ["list"], ["show"]])
def test_help_has_an_example(run, words):
    assert "Example: balkan-crawler outlets" in run(*words, "--help").output
