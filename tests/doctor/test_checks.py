"""What is found is judged by itself: packages, the clock, the disk."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

from support.outlets import make_outlet

from balkan_crawler.configuration import Configuration, EmailChannel, Encryption, Notification, WebhookChannel
from balkan_crawler.doctor import State
from balkan_crawler.doctor.archive import clock, sources
from balkan_crawler.doctor.installation import full_text_search, imports, packages
from balkan_crawler.doctor.machine import authorities, disk
from balkan_crawler.doctor.network import look_up, names, network
from balkan_crawler.doctor.settings import notification
from balkan_crawler.model import SourceState

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_a_missing_and_an_old_package_are_named():
    check = packages(["no-such-package>=1", "click>=99", "nothing; extra == 'x'"])
    assert check.state is State.PROBLEM
    assert "no-such-package>=1 is missing" in check.text
    assert "click>=99 is wanted" in check.text
    assert "nothing" not in check.text


def test_packages_as_required_are_counted():
    check = packages(["click", "nothing; extra == 'x'"])
    assert (check.state, check.text.split(",")[0]) == (State.OK, "all 1 as required")


def test_a_package_that_fails_on_import_is_named():
    [check] = imports(["json", "no_such_module"])
    assert (check.state, check.name) == (State.PROBLEM, "import")
    assert "no_such_module cannot be imported" in check.text


def test_a_sqlite_without_full_text_search_is_a_problem():
    assert full_text_search("3.40.1", True).state is State.OK
    assert full_text_search("3.40.1", False).state is State.PROBLEM


def test_a_clock_behind_what_must_be_past_is_a_problem():
    assert clock(NOON, {"the last crawl began": NOON + timedelta(minutes=9), "nothing": None}).state is State.OK
    check = clock(NOON, {"it was made": NOON, "the last crawl began": NOON + timedelta(days=400)})
    assert check.state is State.PROBLEM
    assert check.text == "it says 2026-11-23 12:00 UTC, but the last crawl began 2027-12-28 12:00"


def test_a_full_disk_is_a_problem_and_a_narrow_one_a_note():
    assert [disk(free).state for free in (1_000, 200_000_000, 2_000_000_000)] == [State.PROBLEM, State.NOTE, State.OK]


def test_sources_that_keep_failing_are_named_the_worst_first():
    assert sources([]).state is State.OK
    failing = [SourceState(url=f"https://danas.example/{n}", outlet="danas", failures=9 - n) for n in range(6)]
    check = sources(failing)
    assert check.state is State.NOTE
    assert check.text.startswith("6 failed 3 times in a row or more: danas https://danas.example/0 (9 times); ")
    assert "https://danas.example/5" not in check.text


def test_authorities_that_are_not_there_are_a_problem(tmp_path):
    file = tmp_path / "authority.pem"
    file.touch()
    missing = str(tmp_path / "none.pem")
    given = [{}, {"SSL_CERT_FILE": str(file)}, {"SSL_CERT_DIR": str(tmp_path)}, {"SSL_CERT_FILE": missing}]
    states = [authorities(environment).state for environment in given]
    assert states == [State.OK, State.OK, State.OK, State.PROBLEM]


def test_a_file_with_secrets_that_all_can_read_is_a_note(tmp_path):
    file, secret = tmp_path / "balkan.toml", tmp_path / "token"
    for each in (file, secret):
        each.touch(0o600)
    hook = WebhookChannel(url="https://a.example/x", token_file=secret)
    mail = EmailChannel(host="a.example", port=25, tls=Encryption.NONE, sender="a@b.example", to=("c@d.example",))

    def state(*channels):
        return notification(Configuration(file=file, notification=Notification(channels=channels))).state

    assert [state(), state(mail), state(hook)] == [State.OK] * 3
    secret.chmod(0o644)
    assert [state(mail), state(hook)] == [State.OK, State.NOTE]
    secret.chmod(0o600)
    file.chmod(0o644)
    assert [state(mail), state(hook)] == [State.OK, State.NOTE]


def test_names_are_looked_up_side_by_side_and_not_for_long():
    never = threading.Event()

    def resolve(host, port):
        if host == "hangs.example":
            never.wait(60)
        if host == "unknown.example":
            raise OSError("no such name")
        return ["address"]

    hosts = ["hangs.example", "unknown.example", "known.example"]
    found = look_up(hosts, 0.5, resolve)
    never.set()
    assert found == {"hangs.example": False, "unknown.example": False, "known.example": True}
    assert network(found).state is State.OK
    assert network(dict.fromkeys(hosts, False)).state is State.NOTE


def test_names_are_those_of_several_countries_and_open_outlets():
    outlets = [
        make_outlet("known", evidence=5),
        make_outlet("other", evidence=4),
        make_outlet("gone", country="HR", evidence=9, closed=date(2020, 1, 1)),
        make_outlet("small", country="HR", evidence=1),
    ]
    assert names(outlets) == ["known-proba.rs", "small-proba.rs"]
