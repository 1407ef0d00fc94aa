"""Mail arrives whole and well-formed, over TLS where it is asked for; a server that misbehaves costs no secret."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta

import pytest
from support.certificates import issue, server_context
from support.mail_server import CLOSE, DRIP, HANG, serve_mail

from balkan_crawler.notification import Notice, send_test
from balkan_crawler.notification.message import LONGEST_TEXT, MOST_NOTICES

from .conftest import NOON, PASSWORD

TITLE = "данас: ништа ново од 20. новембра, иначе 40 чланака дневно"


def log_in(**fields):
    return {"user": "robot@example.org", "password": PASSWORD, **fields}


def test_one_mail_sums_up_what_is_new(desk, mail_to):
    with serve_mail() as server:
        [result] = desk.tell([mail_to(server, to=("you@example.org", "desk@example.org"))], "a: silent", TITLE)
    assert (result.is_sent, result.told, result.reason) == (True, 2, None)
    [mail] = server.mails
    assert server.envelopes == [("robot@example.org", ("you@example.org", "desk@example.org"))]
    assert mail["From"] == "balkan-crawler <robot@example.org>"
    assert mail["To"] == "you@example.org, desk@example.org"
    assert mail["Subject"] == f"balkan-crawler: 2 new: a: silent; {TITLE}"
    assert mail["Date"].datetime == NOON
    assert re.fullmatch(r"<[^<>\s]+@example\.org>", mail["Message-ID"])
    assert (mail["List-Id"], mail["Auto-Submitted"]) == (
        "balkan-crawler <balkan-crawler.example.org>",
        "auto-generated",
    )
    assert mail.get_content_type() == "text/plain"
    text = mail.get_content().replace("\r\n", "\n")
    assert text == f"New (2):\n\n* a: silent\n  Evidence.\n\n* {TITLE}\n  Evidence.\n"
    assert server.sent[0].isascii() and max(map(len, server.sent[0].split(b"\r\n"))) <= 78


@pytest.mark.parametrize("is_at_once", [True, False])
def test_a_password_goes_over_tls_alone(desk, mail_to, tls, is_at_once):
    with serve_mail(tls=tls, is_tls_at_once=is_at_once, users={"robot@example.org": PASSWORD}) as server:
        channel = mail_to(server, "tls" if is_at_once else "starttls", **log_in())
        [result] = desk.tell([channel], "a: silent")
    assert (result.is_sent, len(server.mails)) == (True, 1)
    assert server.log_ins == [("robot@example.org", PASSWORD)]
    assert [line.split(" ")[0] for line in server.readable] == ([] if is_at_once else ["ehlo", "STARTTLS"])


def test_the_environment_wins_over_the_file_of_the_password(desk, mail_to, tls, tmp_path):
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    with serve_mail(tls=tls, users={"robot@example.org": "another"}) as server:
        channel = mail_to(server, "starttls", user="robot@example.org", password_file=file)
        desk.environment = {"BALKAN_SMTP_PASSWORD": "another"}
        assert desk.tell([channel], "a: silent")[0].is_sent
        desk.environment = {}
        assert desk.tell([channel], "b: silent")[0].reason == "user or password refused (535)"
    assert [password for _, password in server.log_ins] == ["another", PASSWORD]


def test_a_server_that_repeats_the_password_has_it_told_to_nobody(desk, mail_to, tls):
    answers = {"MAIL": f"550 who is {PASSWORD}?"}
    with serve_mail(tls=tls, users={"robot@example.org": PASSWORD}, answers=answers) as server:
        reasons = [desk.tell([mail_to(server, "starttls", **log_in())], "a: silent")[0].reason]
        reasons += [desk.tell([mail_to(server, "starttls", **log_in(password="wrong-one"))], "a: silent")[0].reason]
    assert reasons == ["the mail was refused: 550 who is ...?", "user or password refused (535)"]


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"*": "554 no"}, "the server answered 554"),
        ({"*": "HTTP/1.1 400 Bad Request"}, "its answer is no SMTP that can be read"),
        ({"*": CLOSE}, "connection lost before an answer"),
        ({"EHLO": CLOSE}, "connection lost before an answer"),
        ({"MAIL": "451 later,\x07 please"}, "the mail was refused: 451 later, please"),
        ({"RCPT": "550 unknown"}, "you@example.org was refused: 550 unknown"),
        ({"DATA": "554 no"}, "the mail was refused: 554 no"),
        ({".": "552 too much"}, "the mail was refused: 552 too much"),
        ({".": CLOSE}, "connection lost before an answer"),
    ],
)
def test_a_refusal_is_told_and_the_mail_tried_again(desk, mail_to, answers, reason):
    with serve_mail(answers=answers) as server:
        [result] = desk.tell([mail_to(server)], "a: silent")
        assert (result.is_sent, result.told, result.reason) == (False, 0, reason)
        assert server.mails == []
        server.answers.clear()
        assert desk.tell([mail_to(server)], "a: silent")[0].told == 1
        assert desk.tell([mail_to(server)], "a: silent")[0].told == 0
    assert [mail["Subject"] for mail in server.mails] == ["balkan-crawler: new: a: silent"]


@pytest.mark.parametrize("answers", [{"QUIT": CLOSE}, {"QUIT": HANG}, {"QUIT": DRIP}])
def test_what_the_server_took_is_sent_whatever_comes_after(desk, mail_to, answers):
    with serve_mail(answers=answers) as server:
        assert desk.tell([mail_to(server)], "a: silent")[0].is_sent
        assert desk.tell([mail_to(server)], "a: silent")[0].told == 0
    assert len(server.mails) == 1


@pytest.mark.parametrize("key", ["*", "EHLO", "."])
@pytest.mark.parametrize("way", [HANG, DRIP])
def test_a_server_that_hangs_or_drips_is_cut_off(desk, mail_to, key, way):
    desk.seconds = 0.3
    with serve_mail(answers={key: way}) as server, serve_mail() as other:
        begun = time.monotonic()
        slow, quick = desk.tell([mail_to(server), mail_to(other, to=("other@example.org",))], "a: silent")
        assert time.monotonic() - begun < 5
    assert (slow.is_sent, slow.reason) == (False, "no whole answer in 0.3 seconds")
    assert quick.is_sent
    assert other.mails[0]["Subject"] == "balkan-crawler: new: a: silent"


def test_one_refused_address_of_several_is_told_and_the_others_get_nothing_twice(desk, mail_to):
    with serve_mail(answers={"RCPT no@example.org": "550 unknown"}) as server:
        channel = mail_to(server, to=("you@example.org", "no@example.org"))
        assert desk.tell([channel], "a: silent")[0].reason == "no@example.org was refused: 550 unknown"
        assert desk.tell([channel], "a: silent")[0].told == 0
    assert server.envelopes == [("robot@example.org", ("you@example.org",))]


@pytest.mark.parametrize("is_at_once", [True, False])
@pytest.mark.parametrize("flaw", ["stranger", "name", "expired"])
def test_a_certificate_with_a_flaw_gets_neither_password_nor_mail(
    desk, mail_to, authority, wrong_tls, tmp_path, is_at_once, flaw
):
    shown = {
        "stranger": lambda: wrong_tls,
        "name": lambda: server_context(tmp_path, issue("x", authority, hosts=["other.example"])),
        "expired": lambda: server_context(tmp_path, issue("x", authority, hosts=["127.0.0.1"], days=(-9, -2))),
    }
    with serve_mail(tls=shown[flaw](), is_tls_at_once=is_at_once, users={"a": "b"}) as server:
        [result] = desk.tell([mail_to(server, "tls" if is_at_once else "starttls", **log_in())], "a: silent")
    assert not result.is_sent
    assert result.reason.startswith("its certificate cannot be trusted: ")
    assert (server.log_ins, server.mails) == ([], [])


def test_without_starttls_nothing_is_sent(desk, mail_to):
    with serve_mail(users={"robot@example.org": PASSWORD}) as server:
        [result] = desk.tell([mail_to(server, "starttls", **log_in())], "a: silent")
    assert result.reason == "the server offers no STARTTLS, so nothing was sent"
    assert (server.log_ins, server.mails) == ([], [])


def test_what_is_told_cannot_write_headers_or_end_the_mail(desk, mail_to):
    title = "a\r\nBcc: all@example.org\r\n\r\nbody\u202e\ud800\x00"
    text = "one\n.\nMAIL FROM:<x@y.example>\r\n..two\n\x1b[31mred\n" + "ж" * 2000
    with serve_mail() as server:
        assert desk.tell([mail_to(server)], notices=[Notice(key="a", title=title, text=text)])[0].is_sent
    [mail] = server.mails
    assert mail["Bcc"] is None
    assert mail["Subject"] == "balkan-crawler: new: a Bcc: all@example.org body"
    content = mail.get_content()
    assert "\r\n  .\r\n  MAIL FROM:<x@y.example>\r\n  ..two\r\n  [31mred\r\n" in content
    assert "ж" * 2000 in content
    assert len(server.envelopes) == 1


def test_a_mail_is_bounded(desk, mail_to):
    notices = [Notice(key=str(n), title=f"outlet {n}", text="word " * LONGEST_TEXT) for n in range(MOST_NOTICES + 9)]
    with serve_mail() as server:
        assert desk.tell([mail_to(server)], notices=notices)[0].told == MOST_NOTICES + 9
    [mail] = server.mails
    assert len(mail.get_content()) < 110_000
    assert "[cut: the rest is longer than this channel takes]" in mail.get_content()
    assert mail["Subject"].startswith(f"balkan-crawler: {MOST_NOTICES + 9} new: outlet 0; outlet 1; ")


def test_nobody_at_the_address_is_told(desk, mail_to):
    with serve_mail() as server:
        pass
    assert desk.tell([mail_to(server)], "a: silent")[0].reason == "connection refused"


@pytest.mark.parametrize(
    ("content", "reason"), [(None, "cannot be read: No such file"), (b"", "is empty"), (b"\xff", "is not UTF-8")]
)
def test_a_password_file_that_cannot_be_used_is_named(desk, mail_to, tmp_path, content, reason):
    file = tmp_path / "password"
    if content is not None:
        file.write_bytes(content)
    with serve_mail() as server:
        [result] = desk.tell([mail_to(server, user="robot", password_file=file)], "a: silent")
    assert str(file) in result.reason and reason in result.reason
    assert server.said == []


def test_a_test_message_is_sent_and_not_remembered(mail_to):
    with serve_mail() as server:
        for _ in range(2):
            assert send_test([mail_to(server)], datetime.now(UTC) - timedelta(days=1))[0].is_sent
    assert [mail["Subject"] for mail in server.mails] == ["balkan-crawler: a test, as you asked for"] * 2
    assert "Ђ ѓ ў Ω" in server.mails[0].get_content()
