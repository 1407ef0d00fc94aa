"""`notify` shows and tries the channels, and prints no secret."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from support.mail_server import serve_mail
from support.servers import Page, ServerError, serve

from balkan_crawler.configuration import read_configuration
from balkan_crawler.notification import Notice, tell
from balkan_crawler.storage import open_store

SECRET = "T0P-SECRET-4711"


@pytest.fixture
def place(tmp_path, monkeypatch):
    """A folder with a configuration of two channels, and the servers of both."""
    monkeypatch.chdir(tmp_path)
    hook = f"/hook/{SECRET}"
    with serve_mail(users={"robot@example.org": SECRET}) as mails, serve({hook: Page("ok")}) as (site,):
        file = tmp_path / "balkan.toml"
        file.write_text(
            f"[notification.email]\nhost = '127.0.0.1'\nport = {mails.port}\ntls = 'none'\nuser = 'robot@example.org'\n"
            f"password = '{SECRET}'\nto = ['you@example.org']\n[notification.webhook]\nurl = '{site.url(hook)}'\n"
        )
        file.chmod(0o600)
        yield file, mails, site


def test_a_test_message_goes_over_each_channel(run, place):
    _, mails, site = place
    result = run("notify", "--test")
    assert result.exit_code == 0, result.output
    assert result.stdout == f"e-mail to you@example.org: sent\nwebhook at {site.origin[7:]}: sent\n"
    assert (result.stderr, len(mails.mails), len(site.requests)) == ("", 1, 1)


def test_a_channel_that_fails_is_told_and_the_others_are_tried(run, place):
    _, mails, site = place
    site.pages = {path: ServerError() for path in site.pages}
    mails.users = {"robot@example.org": "another"}
    result = run("notify", "--test", "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == [
        {"channel": "e-mail to you@example.org", "reason": "user or password refused (535)", "is_sent": False},
        {"channel": f"webhook at {site.origin[7:]}", "reason": "HTTP status 500", "is_sent": False},
    ]
    assert SECRET not in result.output


def test_what_lasts_is_shown(run, place):
    file, _, site = place
    assert "0 notices that last" in run("notify").stdout
    channels = read_configuration(file).notification.channels
    now = datetime.fromisoformat("2026-11-23T12:00+00:00")
    with open_store("balkan.db") as store:
        tell([Notice(key="a", title="danas: silent")], scope="health", channels=channels[1:], store=store, now=now)
    result = run("notify")
    assert result.exit_code == 0
    assert "e-mail to you@example.org: 0 notices that last\n" in result.stdout
    assert f"webhook at {site.origin[7:]}: 1 notice that lasts\n  2026-11-23  danas: silent\n" in result.stdout
    answer = json.loads(run("notify", "--json").stdout)
    assert [len(each["lasting"]) for each in answer] == [0, 1]


@pytest.mark.parametrize("words", [("config",), ("config", "--json"), ("notify",), ("doctor", "--offline"), ("stats",)])
def test_no_command_prints_a_secret(run, place, words):
    result = run(*words)
    assert SECRET not in result.output
    if words[0] == "config":
        assert "e-mail to you@example.org" in result.stdout


def test_a_file_that_all_can_read_is_told_of(run, place):
    file, _, _ = place
    file.chmod(0o644)
    result = run("notify")
    assert result.stderr == f"{file} holds secrets, and every user of this machine can read it; `chmod 600` closes it\n"
    assert "holds secrets" in run("doctor", "--offline").stdout


def test_without_a_channel_it_says_where_to_write_one(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = run("notify", "--test")
    assert result.exit_code == 2
    assert "no channel is set; write [notification.email], .webhook or .ntfy into balkan.toml" in result.stderr
