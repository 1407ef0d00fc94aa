"""What a shell offers when Tab is pressed, asked as a shell asks: by the program's environment."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from click.shell_completion import ShellComplete

from balkan_crawler.cli import COMMANDS, main
from balkan_crawler.outlets import load_outlets

OWN = """
[probni_glas]
name = "Probni glas"
country = "AT"
languages = ["sl"]
timezone = "Europe/Vienna"
homepage = "https://probni-glas.example/"
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def offered(*words):
    *before, begun = words
    completions = ShellComplete(main, {}, "balkan-crawler", "_BALKAN_CRAWLER_COMPLETE")
    return [item.value for item in completions.get_completions(before, begun)]


def test_commands_are_offered_by_what_was_typed():
    assert offered("") == list(COMMANDS)
    assert offered("co") == ["copy", "config"]
    assert offered("outlets", "") == ["add", "check", "export", "import", "list", "show"]
    assert "--version" in offered("--")


@pytest.mark.parametrize(
    "words",
    [
        ("crawl",),
        ("backfill",),
        ("outlets", "show"),
        ("outlets", "check"),
        ("templates",),
        ("search", "x", "--outlet"),
        ("export", "--outlet"),
        ("stats", "--outlet"),
    ],
    ids=" ".join,
)
def test_keys_of_outlets_are_offered(words):
    assert offered(*words, "euronews_") == [key for key in load_outlets() if key.startswith("euronews_")]
    assert "danas" in offered(*words, "DANA")


def test_an_outlet_that_stands_on_the_line_is_not_offered_again():
    assert "euronews_al" not in offered("crawl", "euronews_al", "euronews_")


@pytest.mark.parametrize("words", [("crawl",), ("outlets", "list"), ("outlets", "check"), ("search", "x"), ("config",)])
def test_countries_and_languages_are_offered_also_behind_a_comma(words):
    assert offered(*words, "--country", "r") == ["RO", "RS"]
    assert offered(*words, "--country", "AL,H") == ["AL,HR"]
    assert offered(*words, "--language", "sr") == ["sr", "sr-Cyrl", "sr-Latn"]


def test_own_outlets_are_offered(place):
    (place / "mine.toml").write_text(OWN)
    assert offered("crawl", "--outlets", "mine.toml", "probni") == ["probni_glas"]
    (place / "balkan.toml").write_text("outlets = ['mine.toml']")
    assert offered("crawl", "probni") == ["probni_glas"]
    (place / "mine.toml").write_text("nonsense")
    assert "danas" in offered("crawl", "dan")
    (place / "balkan.toml").write_text("nonsense")
    assert "danas" in offered("crawl", "dan")


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_completes(place):
    program = place / "balkan-crawler"
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' -m balkan_crawler \"$@\"\n")
    program.chmod(0o755)
    script = f"""
        eval "$(_BALKAN_CRAWLER_COMPLETE=bash_source {program})"
        COMP_WORDS=(balkan-crawler crawl euronews_a) COMP_CWORD=2
        _balkan_crawler_completion '{program}'
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, env=os.environ, check=True)
    if "must be at least" in done.stderr:
        pytest.skip("this bash is too old")
    assert done.stdout.split() == [key for key in load_outlets() if key.startswith("euronews_a")]
