"""Commands about archived months: what they answer, and what they say of wrong use."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from support.months import NOW, commit, fill, visit

from balkan_crawler.storage import open_store

pytest.importorskip("duckdb", reason="needs the extra archive")


@pytest.fixture
def database(tmp_path, monkeypatch):
    """A filled database, ``balkan.db`` of the current folder."""
    monkeypatch.chdir(tmp_path)
    with open_store(tmp_path / "balkan.db") as store:
        fill(store, 40)
    return tmp_path / "balkan.db"


def test_months_are_planned_written_listed_searched_and_taken_out(database, run, tmp_path):
    planned = json.loads(run("archive", "write", "months", "--before", "2026-10", "--dry-run", "--json").stdout)
    assert [each["month"] for each in planned["months"]] == ["2026-08", "2026-09"]
    assert not (tmp_path / "months").exists()
    assert "2026-09" in run("archive", "write", "months", "--before", "2026-10", "--dry-run").stdout
    written = json.loads(run("archive", "write", "months", "--before", "2026-10", "--json").stdout)
    assert [each["articles"] for each in written["months"]] == [each["articles"] for each in planned["months"]]
    again = run("archive", "write", "months", "--before", "2026-10")
    assert again.stdout == "nothing new before 2026-10; months is as it was\n"
    removed = run("archive", "write", "months", "--before", "2026-10", "--remove")
    assert "left the database" in removed.stdout
    [august, september] = json.loads(run("archive", "list", "months", "--json").stdout)
    assert august["left"] and september["left"]
    assert september["articles"] == planned["months"][1]["articles"]
    assert run("archive", "list", "months").stdout.splitlines()[0].startswith("month\tarticles\twritings")
    verified = run("archive", "verify", "months", "--db", database)
    assert (verified.exit_code, verified.stdout.endswith("all is well\n")) == (0, True)
    assert json.loads(run("archive", "verify", "months", "--json").stdout)["findings"] == []
    [found] = json.loads(run("archive", "search", "months", "SUM", "A1", "--json").stdout)
    assert found["title"] == "=1+1 novo"
    assert json.loads(run("search", "SUM", "--json").stdout) == []
    assert json.loads(run("search", "SUM", "A1", "--archive", "months", "--json").stdout) == [found]
    run("export", "--query", "SUM", "--archive", "months", "--format", "jsonl", "--teasers")
    exported = json.loads((tmp_path / "exports" / "articles.jsonl").read_text("utf-8"))
    assert exported["url"] == found["url"]
    assert [teaser["title"] for teaser in exported["teasers"]] == ["Next to =1+1 novo"]


def test_an_article_is_forgotten_in_the_files_too(database, run, tmp_path):
    run("archive", "write", "months", "--before", "2026-10", "--remove")
    run("archive", "write", "kept", "--before", "2026-11", "--remove")
    url = json.loads(run("archive", "search", "months", "SUM", "A1", "--json").stdout)[0]["url"]
    asked = run("forget", url, "--archive", "months")
    assert (asked.exit_code, "=1+1 novo\nDelete this article for good?" in asked.stderr) == (1, True)
    for folder, code, told in (
        ("nowhere", 2, "nowhere is no folder of archived months"),
        ("balkan.db", 2, "balkan.db is no folder of archived months"),
    ):
        refused = run("forget", url, "--yes", "--archive", folder)
        assert (refused.exit_code, told in refused.stderr, refused.stdout) == (code, True, ""), refused.stderr
    (tmp_path / "months" / ".lock").unlink()
    (tmp_path / "months" / ".lock").mkdir()
    refused = run("forget", url, "--yes", "--archive", "months")
    assert (refused.exit_code, "months cannot be written" in refused.stderr) == (3, True)
    (tmp_path / "months" / ".lock").rmdir()
    assert len(json.loads(run("archive", "search", "months", "SUM", "A1", "--json").stdout)) == 1
    unnamed = run("forget", url, "--yes")
    assert (unnamed.exit_code, "run again with --archive" in unnamed.stderr) == (1, True)
    told = json.loads(run("forget", url, "--yes", "--archive", "months", "--json").stdout)
    assert told["archive"] == {"articles": 1, "versions": 1, "teasers": 0, "months": ["2026-09"]}
    assert json.loads(run("archive", "search", "months", "SUM", "A1", "--json").stdout) == []
    assert run("archive", "verify", "months", "--db", database).exit_code == 0
    again = run("forget", url, "--yes", "--archive", "months")
    assert (again.exit_code, again.stdout.endswith("months: nothing of it is there\n")) == (0, True)


def test_a_home_is_the_user_s_where_no_shell_saw_it(database, run, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    run("archive", "write", "~/месеци моји", "--before", "2026-10")
    assert (tmp_path / "home" / "месеци моји" / "manifest.json").exists()
    assert not (tmp_path / "~").exists()
    assert json.loads(run("search", "SUM", "A1", "--archive=~/месеци моји", "--json").stdout)
    wrong = run("archive", "list", "~nosuchuser/months")
    assert (wrong.exit_code, "there is no such user" in wrong.stderr) == (2, True)


def test_parts_are_merged(database, run):
    run("archive", "write", "months", "--before", "2026-10")
    assert run("archive", "compact", "months").stdout == (
        "each month and country of months is one part; it is as it was\n"
    )
    with open_store(database) as store:
        late = visit("danas", "kasno", "Kasna vest", "Tekst.", datetime(2026, 9, 15, 12, tzinfo=UTC))
        commit(store, [late], NOW + timedelta(hours=1))
    run("archive", "write", "months", "--before", "2026-10")
    assert run("archive", "compact", "months").stdout.startswith("2026-09: 5 parts became 4; ")
    assert json.loads(run("archive", "compact", "months", "--json").stdout) == []
    assert run("archive", "verify", "months", "--db", database).exit_code == 0


def test_a_finding_is_a_line_and_the_exit_code_tells(database, run, tmp_path):
    run("archive", "write", "months", "--before", "2026-11")
    (tmp_path / "months" / "notes.txt").write_text("x")
    ended = run("archive", "verify", "months")
    assert (ended.exit_code, ended.stdout) == (1, "notes.txt: the manifest does not know it; move it away\n")


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["write", "months", "--before", "2999-01"], 2, "is not over yet; name"),
        (["write", "months", "--before", "march"], 2, "'march' is no month such as 2026-03"),
        (["write", "months", "--before", "2026-13"], 2, "'2026-13' is no month such as 2026-03"),
        (["write", "months", "--before", "2026-10", "--keep-months", "2"], 2, "one of --before and --keep-months"),
        (["write", "strange", "--before", "2026-10"], 2, "it holds mine.txt and no manifest.json"),
        (["write", "strange/mine.txt", "--before", "2026-10"], 2, "it is a file"),
        (["verify", "strange"], 2, "there is no manifest.json"),
        (["list", "nowhere"], 2, "nowhere is no folder of archived months"),
        (["compact", "nowhere"], 2, "nowhere is no folder of archived months"),
        (["search", "nowhere", "most"], 2, "nowhere is no folder of archived months"),
        (["write", "months", "--before", "2026-10", "--db", "none.db"], 3, "none.db does not exist"),
    ],
)
def test_wrong_use_is_said_in_a_line(database, run, tmp_path, words, code, told):
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange" / "mine.txt").write_text("x")
    ended = run("archive", *words)
    assert (ended.exit_code, told in ended.stderr) == (code, True), ended.stderr
    assert ended.stdout == ""
    assert sorted(path.name for path in tmp_path.iterdir() if not path.name.startswith("balkan")) == ["strange"]


def test_relevance_and_unknown_countries_are_refused(database, run):
    run("archive", "write", "months", "--before", "2026-11")
    refused = run("search", "most", "--archive", "months", "--sort", "relevance")
    assert (refused.exit_code, "found by date alone" in refused.stderr) == (2, True)
    unknown = run("archive", "search", "months", "most", "--country", "FR")
    assert (unknown.exit_code, "FR" in unknown.stderr) == (2, True)
    nothing = run("archive", "search", "months", "nemaovereci")
    assert (nothing.exit_code, nothing.stdout, "No article has" in nothing.stderr) == (0, "", True)
    wrong = run("archive", "search", "months", '"open')
    assert (wrong.exit_code, "quotation mark" in wrong.stderr) == (2, True)
