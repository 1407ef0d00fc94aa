"""What is typed wins over the environment, that over the file, that over the default; what is wrong is one line."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from click.testing import CliRunner

from balkan_crawler.cli import main
from balkan_crawler.configuration import own_outlets

OWN = """
[probni_glas]
name = "Probni glas"
country = "AT"
languages = ["sl"]
timezone = "Europe/Vienna"
homepage = "https://probni-glas.example/"
"""
FILE = 'database = "file.db"\ncontact = "file@example.org"\ncountries = ["AL"]\nminutes = 5\n'


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """Work in a folder without settings, with a folder of the user's own beside it."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return folder


@pytest.fixture
def shown(run):
    def show(*words):
        result = run(*words, "--json")
        assert result.exit_code == 0, result.output
        answer = json.loads(result.stdout)
        return {name: (one["value"], one["from"]) for name, one in answer["values"].items()} | {"file": answer["file"]}

    return show


def refused(result):
    assert result.exit_code == 2, result.output
    assert result.stdout == ""
    assert result.stderr.startswith("balkan-crawler: ") and result.stderr.count("\n") == 1, result.stderr
    return result.stderr


def test_without_anything_all_are_defaults(shown, place):
    found = shown("config")
    assert found["file"] is None
    assert found["database"] == (str(place / "balkan.db"), "default")
    assert {origin for _, origin in (value for value in found.values() if value)} == {"default"}


def test_what_is_typed_wins_over_the_environment_that_over_the_file(shown, place, monkeypatch):
    (place / "balkan.toml").write_text(FILE)
    assert shown("config")["database"] == (str(place / "file.db"), "file")
    assert shown("config")["minutes"] == (5, "file")
    monkeypatch.setenv("BALKAN_DB", "environment.db")
    assert shown("config")["database"] == (str(place / "environment.db"), "environment BALKAN_DB")
    assert shown("--db", "before.db", "config")["database"] == (str(place / "before.db"), "option")
    assert shown("--db", "before.db", "config", "--db", "typed.db")["database"] == (str(place / "typed.db"), "option")
    assert shown("config")["contact"] == ("file@example.org", "file")


@pytest.mark.parametrize(
    ("variable", "text", "name", "value"),
    [
        ("BALKAN_CONTACT", "https://example.org/", "contact", "https://example.org/"),
        ("BALKAN_COUNTRIES", "rs,HR", "countries", ["RS", "HR"]),
        ("BALKAN_COUNTRIES", "RS HR", "countries", ["RS", "HR"]),
        ("BALKAN_LANGUAGES", "sr-Cyrl,sq", "languages", ["sr-Cyrl", "sq"]),
        ("BALKAN_LIMIT", "7", "limit", 7),
        ("BALKAN_MINUTES", "2.5", "minutes", 2.5),
        ("BALKAN_LIMIT", "", "limit", None),
    ],
)
def test_each_thing_has_a_variable(shown, monkeypatch, variable, text, name, value):
    monkeypatch.setenv(variable, text)
    assert shown("config")[name] == (value, f"environment {variable}" if text else "default")


def test_variables_name_paths(shown, place, monkeypatch):
    (place / "own.toml").write_text(OWN)
    monkeypatch.setenv("BALKAN_OUTLETS", "own.toml")
    monkeypatch.setenv("BALKAN_KEEP_PAGES", "pages")
    monkeypatch.setenv("BALKAN_LOG_FILE", "log")
    found = shown("config")
    assert found["outlets"][0] == [str(place / "own.toml")]
    assert (found["keep_pages"][0], found["log_file"][0]) == (str(place / "pages"), str(place / "log"))


@pytest.mark.parametrize("words", [("--config", "other.toml", "config"), ("config", "--config", "other.toml")])
def test_another_file_is_named_before_or_after_the_command(shown, place, monkeypatch, words):
    (place / "balkan.toml").write_text("nonsense")
    (place / "other.toml").write_text('database = "other.db"')
    monkeypatch.setenv("BALKAN_CONFIG", "none.toml")
    assert shown(*words)["database"] == (str(place / "other.db"), "file")
    monkeypatch.setenv("BALKAN_CONFIG", "other.toml")
    assert shown("config")["database"] == (str(place / "other.db"), "file")


def test_the_users_own_file_is_read_where_the_folder_has_none(shown, place, monkeypatch):
    own = own_outlets().with_name("balkan.toml")
    own.parent.mkdir(parents=True)
    own.write_text('contact = "own@example.org"\ndatabase = "own.db"')
    assert shown("config")["database"] == (str(own.parent / "own.db"), "file")


def test_config_prints_a_line_for_each_thing(run, place):
    (place / "balkan.toml").write_text(FILE)
    result = run("config")
    assert result.exit_code == 0
    assert f"configuration file: {place / 'balkan.toml'}\n" in result.stdout
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "contact file@example.org (file)" in lines
    assert "languages all (default)" in lines


def test_reading_commands_ask_the_database_that_is_set(run, archive, place, monkeypatch):
    monkeypatch.chdir(place)
    assert run("search", "most").exit_code == 3
    (place / "balkan.toml").write_text(f"database = '{archive}'\ncountries = ['AL']\nlimit = 1\n")
    result = run("search", "most")
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 1 + 2  # neither the country nor the limit of crawls narrows a search


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("databse = 'x'", "did you mean database?"),
        ("database =", "is not valid TOML"),
        ("contact = 'nobody'", "'nobody' is no contact"),
    ],
)
@pytest.mark.parametrize("words", [("crawl", "danas"), ("stats",), ("config",), ("outlets", "list"), ("search", "x")])
def test_a_broken_file_stops_every_command_that_reads_it(run, place, text, message, words):
    (place / "balkan.toml").write_text(text)
    assert message in refused(run(*words))
    assert list(place.iterdir()) == [place / "balkan.toml"]


@pytest.mark.parametrize("words", [("--help",), ("crawl", "--help"), ("config", "-h"), ("--version",)])
def test_help_is_given_whatever_the_file_says(run, place, words):
    (place / "balkan.toml").write_text("nonsense")
    assert run(*words).exit_code == 0


def test_a_country_of_no_outlet_is_told_with_where_it_stands(run, place, monkeypatch):
    (place / "balkan.toml").write_text("countries = ['ZZ']")
    text = refused(run("crawl"))
    assert f"{place / 'balkan.toml'}, countries: there is no outlet with country ZZ; there are AL, BA" in text
    assert "country ZZ" in refused(run("config"))
    monkeypatch.setenv("BALKAN_LANGUAGES", "xx")
    monkeypatch.setenv("BALKAN_COUNTRIES", "AL")
    assert "BALKAN_LANGUAGES: there is no outlet with language xx; there are bg" in refused(run("crawl"))
    assert refused(run("crawl", "--language", "yy")).startswith("balkan-crawler: there is no outlet with language yy")


@pytest.mark.parametrize("words", [("search", "most"), ("export", "--output", "x.csv")])
@pytest.mark.parametrize(
    ("option", "code", "message"),
    [
        ("--country", "RS,zz", "there is no outlet with country ZZ; there are AL, BA"),
        ("--language", "xx", "there is no outlet with language xx; there are bg, bs"),
    ],
)
def test_articles_of_no_country_or_language_are_refused(run, archive, words, option, code, message):
    assert message in refused(run(*words, "--db", archive, option, code))


def test_countries_are_divided_by_commas(run, archive):
    found = json.loads(run("search", "most OR ura", "--db", archive, "--country", "rs,AL", "--json").stdout)
    assert {row["outlet"] for row in found} == {"danas", "vesti", "lajme"}
    assert found == json.loads(
        run("search", "most OR ura", "--db", archive, "--country", "RS", "--country", "al", "--json").stdout
    )


def test_a_country_that_only_the_archive_has_is_known(run, archive):
    with closing(sqlite3.connect(archive)) as db, db:
        db.execute("UPDATE outlets SET country = 'AT' WHERE key = 'lajme'")
    assert "lajme-proba.rs/ura" in run("search", "ura", "--db", archive, "--country", "AT").stdout


@pytest.mark.parametrize("text", ["me", "example.org"])
def test_a_contact_that_is_no_address_is_refused_in_one_line(run, text, monkeypatch):
    message = f"{text!r} is no contact"
    for words in (("crawl", "danas"), ("backfill", "danas", "--from", "2026-01-01"), ("outlets", "check", "danas")):
        assert message in refused(run(*words, "--contact", text))
    monkeypatch.setenv("BALKAN_CONTACT", text)
    assert f"BALKAN_CONTACT: {message}" in refused(run("crawl", "danas"))


def test_an_outlet_without_articles_is_no_unknown_one(run, archive, place, monkeypatch):
    for words in (("search", "most", "--outlet"), ("stats", "--outlet"), ("export", "--output", "x.csv", "--outlet")):
        result = run(*words, "klix", "--db", archive)
        assert result.exit_code == 0, result.output
        assert result.stderr.startswith("klix has no articles here yet; `balkan-crawler crawl klix` fetches some\n")
    assert "no outlet is called 'dana'. Did you mean danas?" in refused(
        run("search", "most", "--outlet", "dana", "--db", archive)
    )
    assert "Did you mean vecernji" in refused(run("stats", "--outlet", "Večernji list", "--db", archive))


def test_a_found_outlet_is_not_said_to_be_empty(run, archive):
    assert "no articles here" not in run("search", "nothing", "--outlet", "danas", "--db", archive).stderr


def test_outlets_of_the_users_own_file_are_known_without_a_flag(run, archive, place, monkeypatch):
    monkeypatch.chdir(place)
    own = own_outlets()
    own.parent.mkdir(parents=True)
    own.write_text(OWN)
    assert run("outlets", "show", "Probni Glas").exit_code == 0
    assert (
        "probni_glas has no articles here yet" in run("search", "x", "--outlet", "probni_glas", "--db", archive).stderr
    )
    assert [table["key"] for table in json.loads(run("outlets", "list", "--country", "AT", "--json").stdout)] == [
        "probni_glas"
    ]
    (place / "balkan.toml").write_text("outlets = ['named.toml']")
    (place / "named.toml").write_text(OWN.replace("probni_glas", "drugi_glas"))
    assert run("outlets", "show", "drugi_glas").exit_code == 0
    assert "no outlet is called" in refused(run("outlets", "show", "probni_glas"))


def test_outlets_named_are_crawled_whatever_the_file_narrows_to(run, place):
    (place / "balkan.toml").write_text("countries = ['AL']\ncontact = 'you@example.org'\n")
    chosen = []

    def crawl(settings, outlets, run):
        chosen.append({outlet.country for outlet in outlets})

    for words in (["danas"], [], ["--country", "RS"], ["danas", "exit_al", "--country", "RS"]):
        CliRunner().invoke(main, ["crawl", *words], obj=crawl)
    assert chosen == [{"RS"}, {"AL"}, {"RS"}, {"RS"}]


def test_a_run_without_a_contact_says_once_how_to_set_one(run, place):
    def crawl(settings, outlets, run):
        pass

    hint = "No contact is set"
    result = CliRunner().invoke(main, ["crawl", "danas"], obj=crawl)
    assert result.stderr.count(hint) == 1
    assert result.stderr.count("balkan.toml") == 1
    for words in (["-q"], ["--contact", "you@example.org"]):
        assert hint not in CliRunner().invoke(main, ["crawl", "danas", *words], obj=crawl).stderr
    in_json = CliRunner().invoke(main, ["crawl", "danas", "--log-format", "json"], obj=crawl).stderr
    assert hint in json.loads(in_json.splitlines()[0])["message"]


def test_a_database_before_the_demo_is_the_demos(run, place):
    (place / "mine.db").write_text("mine")
    assert "mine.db exists already" in refused(run("--db", "mine.db", "demo"))


def test_the_package_runs_as_a_module(place):
    command = [sys.executable, "-m", "balkan_crawler", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=place)
    assert done.stdout.startswith("Usage: balkan-crawler ")
