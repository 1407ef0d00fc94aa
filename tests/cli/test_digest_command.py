"""`digest` sums up a day or a week of the archive, prints it, and sends it once."""

from __future__ import annotations

import json

import pytest
from support.mail_server import serve_mail

from balkan_crawler.storage import open_store


@pytest.fixture
def mails(archive):
    """A mail server that the configuration names."""
    with serve_mail() as server:
        (archive.parent / "balkan.toml").write_text(
            f"[notification.email]\nhost = '127.0.0.1'\nport = {server.port}\ntls = 'none'\n"
            "from = 'robot@example.org'\nto = ['you@example.org']\n"
        )
        yield server


def test_a_day_is_summed_up(run, archive):
    result = run("digest", "--day", "2026-11-23")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(
        "Monday, 23 November 2026: 2 articles of 2 outlets. The archive began on this\nday, so nothing is usual yet.\n"
        "\nBy country: RS 2.\n\n"
    )
    assert "Headlines that changed most:\n  danas: Most preko Dunava otvoren → Novi most otvoren\n" in result.stdout
    assert result.stdout.endswith("Needs a hand:\n  failed: lajme: HTTP [503]\n")


def test_a_week_ends_with_the_day(run, archive):
    result = run("digest", "--week", "--day", "2026-11-23")
    assert result.stdout.startswith("The week of 17 to 23 November 2026: 3 articles of 2 outlets.")
    assert run("digest", "--week", "--day", "2026-11-16").stdout.startswith("The week of 10 to 16 November 2026: 1 art")


def test_a_line_for_a_log(run, archive):
    result = run("digest", "--day", "2026-11-23", "--line")
    assert result.stdout == "Monday, 23 November 2026: 2 articles of 2 outlets; 1 thing to look after\n"


def test_json_has_all_of_it(run, archive):
    answer = json.loads(run("digest", "--day", "2026-11-23", "--json").stdout)
    assert (answer["first"], answer["articles"], answer["usual"], answer["outlets"]) == ("2026-11-23", 2, None, 2)
    assert answer["countries"] == [{"country": "RS", "articles": 2, "usual": None}]
    assert answer["headlines"][0]["after"] == "Novi most otvoren"


def test_it_is_sent_once_with_its_first_sentence_as_the_subject(run, mails):
    for _ in range(2):
        result = run("digest", "--day", "2026-11-23", "--notify", "--line")
        assert result.exit_code == 0, result.output
    [mail] = mails.mails
    assert mail["Subject"] == "balkan-crawler: Monday, 23 November 2026: 2 articles of 2 outlets"
    content = mail.get_content().replace("\r\n", "\n")
    assert content == run("digest", "--day", "2026-11-23").stdout
    assert max(map(len, content.splitlines())) <= 80


def test_a_channel_that_fails_gets_it_with_the_next_message(run, mails):
    mails.answers["MAIL"] = "451 later"
    result = run("digest", "--day", "2026-11-22", "--notify")
    assert result.exit_code == 1
    assert "e-mail to you@example.org: the mail was refused: 451 later; it is tried again next time" in result.stderr
    mails.answers.clear()
    assert run("digest", "--day", "2026-11-23", "--notify").exit_code == 0
    [mail] = mails.mails
    assert mail["Subject"].startswith("balkan-crawler: 2 reports: Sunday, 22 November 2026: ")
    assert "Monday, 23 November 2026: 2 articles" in mail.get_content()


def test_an_empty_archive_is_a_sentence(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("digest").exit_code == 3
    open_store("balkan.db").close()
    result = run("digest", "--line")
    assert result.exit_code == 0
    assert result.stdout.endswith("the archive is empty; `balkan-crawler crawl` fetches its first articles\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--line", "--json"), "--line and --json exclude each other"),
        (("--day", "2999-01-01"), "--day 2999-01-01 is still to come"),
    ],
)
def test_wrong_use_is_told(run, archive, words, message):
    result = run("digest", *words)
    assert result.exit_code == 2
    assert message in result.stderr
    assert result.stdout == ""


def test_where_no_channel_is_set_it_says_so_and_is_printed(run, archive):
    result = run("digest", "--day", "2026-11-23", "--line", "--notify")
    assert (result.exit_code, result.stdout.startswith("Monday, 23 November 2026")) == (0, True)
    assert "--notify tells nobody: no channel is set; write [notification.email]" in result.stderr
