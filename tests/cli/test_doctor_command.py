"""`balkan-crawler doctor` names what is wrong, and only that."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from balkan_crawler.doctor import examination
from balkan_crawler.storage import CrawlReport, open_store, this_holder

STARTED = datetime.now(UTC)


@pytest.fixture(autouse=True)
def names(monkeypatch):
    """Answer for the name server; gives the names that were looked up."""
    asked = []

    def look_up(hosts):
        asked.extend(hosts)
        return dict.fromkeys(hosts, True)

    monkeypatch.setattr(examination, "look_up", look_up)
    return asked


@pytest.fixture
def checks(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def look(*words, code):
        result = run("doctor", "--json", *words)
        assert result.exit_code == code, result.output
        return {check["name"]: check for check in json.loads(result.stdout)}

    return look


def test_a_sound_machine_has_no_problem(checks, archive):
    found = checks(code=0)
    assert {check["state"] for check in found.values()} <= {"ok", "note"}
    assert "4 articles, schema step 0" in found["database"]["text"]
    assert found["journal"]["state"] == "ok"


def test_each_check_is_one_line(run, archive):
    result = run("doctor")
    assert result.exit_code == 0
    assert all(line.startswith(("ok ", "note ")) for line in result.stdout.splitlines())


def test_nothing_is_made_by_looking(checks, tmp_path):
    assert checks(code=0)["database"]["state"] == "note"
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_database_is_a_problem(checks, tmp_path):
    (tmp_path / "balkan.db").write_bytes(b"not a database, but long enough to be read as one" * 40)
    assert "not a sound SQLite database" in checks(code=1)["database"]["text"]


def test_a_damaged_page_is_a_problem(checks, archive):
    with closing(sqlite3.connect(archive)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
        (page,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'aliases_by_identity'").fetchone()
        (size,) = db.execute("PRAGMA page_size").fetchone()
    with archive.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    assert checks(code=1)["database"]["state"] == "problem"


def test_another_journal_mode_is_noted(checks, archive):
    with closing(sqlite3.connect(archive)) as db:
        db.execute("PRAGMA journal_mode = DELETE")
    assert checks(code=0)["journal"]["state"] == "note"


def test_a_lease_of_a_dead_process_is_noted_and_one_of_a_live_process_is_not(checks, archive):
    with open_store(archive) as store:
        store.lease(["danas"], this_holder(), STARTED, 60)
        assert checks(code=0)["leases"]["text"] == "1 held by runs at work"
        store.lease(["vesti"], f"{this_holder()}9", STARTED, 60)  # same number, other start: a process that is gone
    assert checks(code=0)["leases"]["state"] == "note"
    assert "1 of 2" in checks(code=0)["leases"]["text"]


def test_a_clock_behind_the_last_crawl_is_a_problem(checks, archive):
    with open_store(archive) as store:
        store.start_crawl(CrawlReport(outlet="danas", started=STARTED + timedelta(days=400)), "1.0")
    assert "the last crawl began" in checks(code=1)["clock"]["text"]


def test_a_folder_that_is_not_there_is_a_problem(checks, tmp_path):
    assert checks("--db", tmp_path / "none" / "x.db", code=1)["folder"]["state"] == "problem"


def test_three_names_are_looked_up_and_none_offline(checks, names):
    assert checks(code=0)["network"]["text"].endswith(": 3 of 3 have an address")
    assert len(names) == 3
    assert "network" not in checks("--offline", code=0)
    assert len(names) == 3


def test_a_machine_without_network_is_noted(checks, monkeypatch):
    monkeypatch.setattr(examination, "look_up", lambda hosts: dict.fromkeys(hosts, False))
    found = checks(code=0)["network"]
    assert found["state"] == "note"
    assert "no network, or no name server that answers" in found["text"]


def test_a_contact_is_shown_as_sites_see_it_and_asked_for_where_there_is_none(checks, tmp_path, monkeypatch):
    assert checks(code=0)["contact"]["state"] == "note"
    (tmp_path / "balkan.toml").write_text("contact = 'desk@novine.test'")
    found = checks(code=0)["contact"]
    assert (found["state"], found["text"].endswith(" (+desk@novine.test)")) == ("ok", True)
    for copied in ("you@example.org", "https://www.example.com/"):
        monkeypatch.setenv("BALKAN_CONTACT", copied)
        assert checks(code=0)["contact"]["state"] == "note"
        assert "nobody is reached" in checks(code=0)["contact"]["text"]
    monkeypatch.setenv("BALKAN_CONTACT", "nobody")
    assert checks(code=1)["contact"]["state"] == "problem"


def test_a_broken_configuration_is_a_problem_beside_the_others(checks, tmp_path):
    assert checks(code=0)["configuration"]["state"] == "ok"
    (tmp_path / "balkan.toml").write_text("databse = 'x'")
    found = checks(code=1)
    assert "did you mean database?" in found["configuration"]["text"]
    assert found["database"]["state"] == "note"


def test_own_outlets_are_part_of_the_catalogue(checks, tmp_path):
    (tmp_path / "balkan.toml").write_text("outlets = ['none.toml']")
    assert "none.toml: cannot be read" in checks(code=1)["catalogue"]["text"]
