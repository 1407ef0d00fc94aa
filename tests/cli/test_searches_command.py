"""`searches` lists what was saved, and tells each channel once what is new."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from support.archives import NOON, fill, visit
from support.mail_server import serve_mail

from balkan_crawler.storage import open_store


@pytest.fixture
def saved(tmp_path, monkeypatch):
    """An archive in the current folder with two saved searches, and nothing new in them."""
    monkeypatch.chdir(tmp_path)
    fill(tmp_path / "balkan.db", [visit(1)])
    with open_store("balkan.db") as store:
        store.save_search("Mostovi", "q=most", NOON)
        store.save_search("Brod", "q=brod", NOON)
    return tmp_path / "balkan.db"


@pytest.fixture
def mails(saved):
    """A mail server that the configuration names."""
    with serve_mail() as server:
        (saved.parent / "balkan.toml").write_text(
            f"[notification.email]\nhost = '127.0.0.1'\nport = {server.port}\ntls = 'none'\n"
            "from = 'robot@example.org'\nto = ['you@example.org']\n"
        )
        yield server


def later(path, *numbers):
    fill(path, [visit(number) for number in numbers], datetime.now(UTC) + timedelta(seconds=numbers[0]))


def test_searches_are_listed_with_what_is_new(run, saved):
    later(saved, 2, 3)
    result = run("searches")
    assert result.exit_code == 0, result.output
    assert [line.split("\t")[:3] for line in result.stdout.splitlines()] == [
        ["id", "name", "new"],
        ["2", "Brod", "0"],
        ["1", "Mostovi", "2"],
    ]
    brod, most = json.loads(run("searches", "--json").stdout)
    assert (brod["name"], brod["new"], brod["looked"]) == ("Brod", 0, None)
    assert (most["id"], most["query"], most["new"], most["fault"]) == (1, "q=most", 2, None)


def test_what_is_new_is_sent_once_and_nothing_where_nothing_is_new(run, saved, mails):
    assert run("searches", "--notify").exit_code == 0
    assert mails.mails == []
    later(saved, 2, 3)
    for _ in range(2):
        result = run("searches", "--notify")
        assert result.exit_code == 0, result.output
    [mail] = mails.mails
    assert mail["Subject"] == "balkan-crawler: Mostovi: 2 new articles"
    text = mail.get_content()
    assert "danas: Vest broj 3" in text and "https://danas-proba.rs/vest-2" in text and "Brod" not in text
    later(saved, 4)
    run("searches", "--notify")
    assert mails.mails[-1]["Subject"] == "balkan-crawler: Mostovi: 1 new article"
    assert "vest-3" not in mails.mails[-1].get_content()


def test_looking_in_the_desk_takes_nothing_from_what_is_sent(run, saved, mails):
    later(saved, 2)
    with open_store(saved) as store:
        store.note_looked(1, datetime.now(UTC))
    run("searches", "--notify")
    assert len(mails.mails) == 1


def test_a_channel_that_fails_gets_it_with_the_next_message(run, saved, mails):
    mails.answers["MAIL"] = "451 later"
    later(saved, 2)
    assert run("searches", "--notify").exit_code == 1
    mails.answers.clear()
    later(saved, 3)
    assert run("searches", "--notify").exit_code == 0
    [mail] = mails.mails
    assert mail.get_content().count("vest-2") == 1 and mail.get_content().count("vest-3") == 1


def test_many_searches_are_all_told(run, saved, mails):
    with open_store(saved) as store:
        for number in range(25):
            store.save_search(f"Vest {number:02}", "q=vest", NOON)
    later(saved, 2)
    assert run("searches", "--notify").exit_code == 0
    told = "".join(mail.get_content() for mail in mails.mails)
    assert all(f"Vest {number:02}: 1 new article" in told for number in range(25))
    assert len(mails.mails) == 3


def test_a_search_that_cannot_be_asked_is_told_and_the_others_are_listed(run, saved):
    with open_store(saved) as store:
        store.save_search("Slomljena", 'q="', NOON)
    result = run("searches")
    assert result.exit_code == 1
    assert "quotation mark" in result.stdout and "Mostovi" in result.stdout


def test_without_a_channel_it_lists_and_remembers_nothing(run, saved):
    later(saved, 2)
    result = run("searches", "--notify")
    assert result.exit_code == 0 and "--notify tells nobody" in result.stderr
    with open_store(saved, read_only=True) as store:
        assert {search.told for search in store.saved_searches()} == {1}


def test_without_an_archive_it_is_a_line(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("searches")
    assert result.exit_code == 3 and len(result.stderr.splitlines()) == 1
