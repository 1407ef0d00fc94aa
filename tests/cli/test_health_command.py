"""`balkan-crawler health` names what is wrong, with its evidence and a next step, for people and programs."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from support.mail_server import serve_mail

from balkan_crawler.model import FoundSource, Repair, RepairKind, SourceState
from balkan_crawler.storage import open_store


@pytest.fixture
def watched(archive):
    """An archive whose outlets have a month behind them; the feed of ``danas`` is gone, ``vesti`` has no news."""
    now = datetime.now(UTC)
    with closing(sqlite3.connect(archive)) as db, db:
        for key in ("danas", "vesti", "lajme"):
            for ago in range(40):
                day = (now - timedelta(days=ago)).date().isoformat()
                articles = 0 if key == "vesti" and ago < 3 else 24
                hours = ",".join(["1" if articles else "0"] * 24)
                db.execute(
                    "INSERT OR REPLACE INTO outlet_days (outlet, day, articles, empty, undated, locked, "
                    "other_language, words, hours) VALUES (?, ?, ?, 0, 0, 0, 0, ?, ?)",
                    (key, day, articles, articles * 300, hours),
                )
                db.execute("INSERT OR REPLACE INTO _fetches VALUES (?, ?, 'poll', 20, 0)", (key, day))
    with open_store(archive) as store:
        for key in ("danas", "vesti", "lajme"):
            [lease] = store.lease([key], "elsewhere:1:1", now, 60)
            good = SourceState(url=f"https://{key}-proba.rs/feed", outlet=key, polled=now)
            store.record_source(lease, good)
            if key == "danas":
                gone = SourceState(
                    url="https://danas-proba.rs/old-feed",
                    outlet=key,
                    polled=now,
                    failures=9,
                    failing_since=now - timedelta(days=1),
                    reason="https://danas-proba.rs/old-feed could not be read: HTTP status 404",
                    outcome="http-404",
                )
                store.record_source(lease, gone)
    return archive


def test_findings_are_named_worst_first_with_evidence_and_next_step(watched, run, terminal):
    result = run("health")
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("danas (RS): feed gone, since ")
    said = " ".join(result.stdout.split())
    assert "1 of 2 sources: https://danas-proba.rs/old-feed failed 9 times: HTTP status 404 →" in said
    assert "→ `balkan-crawler outlets check danas`" in said
    assert "vesti (RS): nothing new, since" in result.stdout
    assert lines[-1] == "2 findings at 2 of 3 outlets: 1 feed gone, 1 nothing new."


def test_in_a_pipe_each_finding_is_a_line_of_cells(watched, run):
    header, *rows = run("health").stdout.splitlines()
    assert header.split("\t") == ["outlet", "country", "kind", "since", "evidence", "next step"]
    assert [row.split("\t")[:3] for row in rows] == [["danas", "RS", "feed-gone"], ["vesti", "RS", "silent"]]


def test_json_says_when_and_what_is_lacking(watched, run):
    told = json.loads(run("health", "--json").stdout)
    assert [finding["kind"] for finding in told["findings"]] == ["feed-gone", "silent"]
    assert told["findings"][0]["outlet"] == "danas"
    assert told["lacking"] == {}
    assert datetime.fromisoformat(told["at"]).tzinfo is not None


def test_only_what_was_asked_for_is_told(watched, run):
    assert run("health", "--country", "AL").exit_code == 0
    assert run("health", "--outlet", "lajme").exit_code == 0
    assert run("health", "--outlet", "vesti").exit_code == 1
    assert run("health", "--outlet", "no_such").exit_code == 2


def test_an_archive_of_one_day_says_what_it_lacks_and_raises_no_alarm(archive, run, terminal):
    result = run("health", "--all")
    assert result.exit_code == 0
    assert "Nothing is wrong that can be seen" in result.stdout


def test_without_an_archive_it_says_which_is_missing(tmp_path, monkeypatch, run):
    monkeypatch.chdir(tmp_path)
    result = run("health")
    assert (result.exit_code, "balkan.db" in result.stderr) == (3, True)


@pytest.fixture
def mails(watched):
    """Let the configuration name a mail server, which gives what it was sent."""
    with serve_mail() as server:
        (watched.parent / "balkan.toml").write_text(
            f'[notification.email]\nhost = "127.0.0.1"\nport = {server.port}\ntls = "none"\n'
            'from = "crawler@example.org"\nto = ["desk@example.org"]\n',
            encoding="utf-8",
        )
        yield server


def test_what_is_new_is_sent_once_and_what_is_over_is_said(watched, run, mails):
    assert run("health", "--notify").exit_code == 1
    assert run("health", "--notify").exit_code == 1
    [mail] = mails.mails
    text = mail.get_content()
    assert "danas (RS): feed gone" in text
    assert "vesti (RS): nothing new" in text
    assert "outlets check danas" in text
    with open_store(watched) as store:
        now = datetime.now(UTC)
        [lease] = store.lease(["danas"], "elsewhere:1:1", now + timedelta(minutes=2), 60)
        store.record_source(lease, SourceState(url="https://danas-proba.rs/old-feed", outlet="danas", polled=now))
    run("health", "--notify")
    assert len(mails.mails) == 2
    assert "danas (RS): feed gone" in mails.mails[1].get_content()


def test_a_part_of_the_outlets_is_never_sent(watched, run, mails):
    """All else would be told as over."""
    result = run("health", "--notify", "--country", "AL")
    assert (result.exit_code, "--notify tells of all outlets" in result.stderr) == (2, True)
    assert mails.mails == []


def test_what_was_repaired_by_itself_of_late_is_said(watched, run, terminal):
    with open_store(watched) as store:
        now = datetime.now(UTC)
        [lease] = store.lease(["lajme"], "elsewhere:1:1", now + timedelta(minutes=2), 60)
        moved = Repair(
            outlet="lajme",
            at=now - timedelta(days=1),
            kind=RepairKind.FEED_MOVED,
            evidence="its feed led to /rss on 5 days",
            old=("https://lajme-proba.rs/feed",),
            new=(FoundSource(url="https://lajme-proba.rs/rss", kind="feed"),),
        )
        store.note_repair(lease, moved)
    said = " ".join(run("health", "--outlet", "lajme").stdout.split())
    assert "lajme: feed-moved: its feed led to /rss on 5 days" in said
    assert "balkan-crawler repairs" in said
    assert json.loads(run("health", "--json").stdout)["repaired"][0]["outlet"] == "lajme"
