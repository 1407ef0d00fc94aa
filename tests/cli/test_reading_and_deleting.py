"""`show` reads an article, `forget` and `prune` delete; both say what before they do."""

from __future__ import annotations

import json

import pytest

from balkan_crawler.storage import Filter, open_store

URL = "https://vesti-proba.rs/vucic"


def titles(path):
    with open_store(path, read_only=True) as store:
        return {row["title"] for row in store.rows(Filter())}


def test_an_article_is_plain_text_in_a_pipe(archive, run):
    shown = run("show", URL).stdout
    assert shown.startswith("Вучић отворио мост\n\nvesti, 2026-11-23 12:00 UTC\n")
    assert "Председник Вучић био је на отварању моста." in shown


def test_it_can_be_markdown_json_and_asked_for_by_number(archive, run):
    assert run("show", URL, "--markdown").stdout.startswith("# Вучић отворио мост\n")
    [article] = json.loads(run("show", URL, "--json").stdout)
    assert article["url"] == URL
    assert any("Вучић отворио мост" in run("show", number).stdout for number in range(1, 5))
    assert json.loads(run("show", "99", "--json").stdout) == []


@pytest.mark.parametrize(
    ("which", "code", "told"),
    [
        ("99", 0, "The archive has no article 99.\n"),
        ("9" * 40, 0, f"The archive has no article {'9' * 40}.\n"),
        ("https://vesti-proba.rs/x", 0, "The archive has no article at https://vesti-proba.rs/x.\n"),
        ("vucic", 2, "balkan-crawler: 'vucic' is no usable URL: not http or https\n"),
    ],
)
def test_what_is_not_there_is_said_in_one_line(archive, run, which, code, told):
    result = run("show", which)
    assert (result.exit_code, result.output) == (code, told)


def test_an_article_is_forgotten_when_asked_twice(archive, run):
    asked = run("forget", URL)
    assert (asked.exit_code, asked.stdout) == (1, "")
    assert "Вучић отворио мост\nDelete this article for good?" in asked.stderr
    assert "Вучић отворио мост" in titles(archive)
    told = run("forget", URL, "--yes").stdout
    expected = "deleted: 1 article, 0 earlier versions, 0 teasers elsewhere; the URL will not be fetched again\n"
    assert told == expected
    assert "Вучић отворио мост" not in titles(archive)
    other = "https://vesti-proba.rs/x"
    assert run("forget", other).stdout == (
        f"The archive has no article at {other}. It will not be fetched or stored later.\n"
    )
    assert json.loads(run("forget", other, "--json").stdout)["articles"] == 0


def test_old_articles_are_pruned_when_asked_twice(archive, run):
    asked = run("prune", "--older-than", "2026-11-23")
    assert (asked.exit_code, asked.stdout) == (1, "")
    assert "Delete 2 articles from before 2026-11-23 for good?" in asked.stderr
    assert len(titles(archive)) == 4
    done = run("prune", "--older-than", "2026-11-23", "--outlet", "lajme", "--yes")
    assert done.stdout == "deleted: 1 article from before 2026-11-23\n"
    assert json.loads(run("prune", "--older-than", "2026-11-23", "--yes", "--json").stdout)["deleted"] == 1
    assert len(titles(archive)) == 2
    assert run("prune", "--older-than", "50y").stdout.startswith("deleted: 0 articles from before ")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("forget", "vucic"), "'vucic' is no usable URL"),
        (("prune", "--older-than", "old"), "'old' is no day"),
        (("prune", "--older-than", "2y", "--outlet", "dans"), "Did you mean danas?"),
        (("forget", URL, "--db", "none.db"), "none.db"),
        (("prune", "--older-than", "2y", "--db", "none.db"), "none.db"),
    ],
)
def test_bad_input_is_said_and_nothing_is_made(archive, run, words, told):
    result = run(*words)
    assert result.exit_code in (2, 3)
    assert told in result.stderr
    assert not (archive.parent / "none.db").exists()
