"""What is known is not told again, what lasts is told weekly, what ended is told to who heard of it; by no clock."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing, contextmanager

import pytest
from support.servers import InTurn, Page, ServerError, serve

from balkan_crawler.configuration import WebhookChannel
from balkan_crawler.notification import Notice, result_line, tell
from balkan_crawler.storage import open_store

HOOK = "/hook"


@contextmanager
def hooks(*behaviours):
    with serve(*({HOOK: behaviour} for behaviour in behaviours)) as sites:
        yield sites, [WebhookChannel(url=site.url(HOOK)) for site in sites]


def told(site):
    """Give what a site was told: a list of (state, key) a message."""
    return [
        [(notice["state"], notice["key"]) for notice in json.loads(asked.body)["notices"]] for asked in site.requests
    ]


def test_a_finding_is_told_once_and_its_end_once(desk):
    with hooks(Page()) as ([site], channels):
        for titles in (["a: x"], ["a: x"], ["a: x", "b: y"], ["b: y"], ["b: y"], []):
            desk.tell(channels, *titles)
            desk.later(hours=1)
    assert told(site) == [[("new", "a")], [("new", "b")], [("over", "a")], [("over", "b")]]
    assert json.loads(site.requests[2].body)["severity"] == "note"


def test_a_finding_that_comes_again_is_told_again(desk):
    with hooks(Page()) as ([site], channels):
        for titles in (["a: x"], [], ["a: x"], ["a: x"]):
            desk.tell(channels, *titles)
            desk.later(hours=1)
    assert told(site) == [[("new", "a")], [("over", "a")], [("new", "a")]]


def test_what_changes_its_words_is_the_same(desk):
    with hooks(Page()) as ([site], channels):
        for days in range(4):
            desk.tell(channels, f"a: silent for {days} days")
            desk.later(days=1)
        desk.tell(channels)
    assert told(site) == [[("new", "a")], [("over", "a")]]
    assert json.loads(site.requests[1].body)["notices"][0]["title"] == "a: silent for 3 days"


@pytest.mark.parametrize("hours", [1, 24])
def test_what_lasts_is_told_again_each_week(desk, hours):
    with hooks(Page()) as ([site], channels):
        for _ in range(20 * 24 // hours):
            desk.tell(channels, "a: x")
            desk.later(hours=hours, seconds=-7)
    assert told(site) == [[("new", "a")], [("still", "a")], [("still", "a")]]
    assert "Told first on 23 November 2026." in json.loads(site.requests[1].body)["text"]


def test_who_looks_at_one_thing_ends_nothing_of_another(desk):
    with hooks(Page()) as ([site], channels):
        desk.tell(channels, "a: x", scope="health")
        desk.tell(channels, "a: full", scope="maintenance")
        desk.tell(channels, "a: x", scope="health")
        desk.tell(channels, scope="maintenance")
    assert told(site) == [[("new", "a")], [("new", "a")], [("over", "a")]]


def test_nothing_to_tell_sends_nothing(desk):
    with hooks(Page()) as ([site], channels):
        [result] = desk.tell(channels)
    assert (result.is_sent, result.told, result_line(result), site.requests) == (True, 0, None, [])


def test_each_channel_gets_all_once_whatever_fails_meanwhile(desk):
    bad_days = InTurn((ServerError(), ServerError(), Page(), ServerError(), ServerError(), Page()))
    with hooks(bad_days, Page()) as ([site, other], channels):
        for titles in (["a: x"], ["a: x", "b: y"], ["b: y", "c: z"], [], [], [], []):
            desk.tell(channels, *titles)
            desk.later(hours=1)
    own = [message for message in told(other) if not message[0][1].startswith("webhook-")]
    assert own == [
        [("new", "a")],
        [("new", "b")],
        [("new", "c"), ("over", "a")],
        [("over", "b"), ("over", "c")],
    ]
    kept = [message for message, behaviour in zip(told(site), bad_days.behaviours, strict=False) if behaviour == Page()]
    assert kept == [[("new", "b"), ("new", "c")], [("over", "b"), ("over", "c")]]  # a had ended before it could be told


def test_the_channels_that_work_are_told_of_the_one_that_does_not(desk):
    with hooks(InTurn((ServerError(), ServerError(), Page())), Page()) as ([site, other], channels):
        for titles in (["a: x"], ["a: x"], ["a: x"], ["a: x"]):
            desk.tell(channels, *titles)
            desk.later(hours=1)
    identity = channels[0].identity
    assert told(other) == [[("new", "a")], [("new", identity)], [("over", identity)]]
    notice = json.loads(other.requests[1].body)["notices"][0]
    assert notice["title"] == f"webhook at {site.origin[7:]}: could not be sent anything"
    assert notice["text"] == "HTTP status 500"


def test_a_fault_is_said_once_a_day_and_its_end_once(desk):
    said = []
    with hooks(InTurn((*[ServerError()] * 60, Page()))) as (_, channels):
        for _ in range(63):
            [result] = desk.tell(channels, "a: x")
            said.append(result_line(result))
            desk.later(hours=1)
    lines = [(hour, line.partition(": ")[2]) for hour, line in enumerate(said) if line]
    fault = "HTTP status 500; it is tried again next time"
    assert lines[0] == (0, fault)
    assert [line for _, line in lines] == [fault] * 3 + ["was sent 1 notice; works again"]
    assert [hour for hour, _ in lines] == [0, 23, 46, 60]


@pytest.mark.parametrize("days", [365, 30 * 365])
def test_a_clock_that_jumps_ahead_and_back_repeats_nothing_and_silences_nothing(desk, days):
    with hooks(Page()) as ([site], channels):
        desk.tell(channels, "a: x", "b: y")
        desk.later(hours=1)
        desk.later(days=days)
        desk.tell(channels, "a: x", "b: y", "c: z")
        desk.later(hours=1)
        desk.tell(channels, "a: x", "b: y", "c: z")
        desk.later(days=-days)
        for _ in range(3):
            desk.later(hours=1)
            desk.tell(channels, "a: x", "b: y", "c: z")
        assert told(site) == [[("new", "a"), ("new", "b")], [("new", "c")]]
        desk.tell(channels, "b: y", "c: z", "d: d")
        assert told(site)[2:] == [[("new", "d"), ("over", "a")]]
        for _ in range(8):
            desk.later(days=1)
            desk.tell(channels, "b: y", "c: z", "d: d")
    reminded = [pair for message in told(site)[3:] for pair in message]
    assert sorted(reminded) == [("still", "b"), ("still", "c"), ("still", "d")]
    assert "Told first on 23 November 2026." in site.requests[-1].body.decode()


def test_a_report_is_told_once_and_waits_for_a_channel_that_fails(desk):
    digest = [Notice(key=f"digest:{n}", title=f"digest {n}", text=f"text {n}") for n in range(2)]
    with hooks(InTurn((ServerError(), ServerError(), Page())), Page()) as ([site, other], channels):
        desk.announce(channels, digest[0])
        desk.announce(channels, digest[0])
        desk.tell(channels, "a: x")
        desk.announce(channels, digest[1])
        desk.announce(channels, digest[1])
    assert told(site)[2:4] == [[("new", "a"), ("report", "digest:0")], [("report", "digest:1")]]
    assert "text 0" in site.requests[2].body.decode()
    mine = [message for message in told(other) if not message[0][1].startswith("webhook-")]
    assert mine == [[("report", "digest:0")], [("new", "a")], [("report", "digest:1")]]


def test_of_many_reports_that_wait_the_newest_are_told(desk):
    with hooks(InTurn((*[ServerError()] * 30, Page()))) as ([site], channels):
        for number in range(31):
            desk.announce(channels, Notice(key=f"digest:{number}", title="digest"))
            desk.later(days=1)
    assert [key for _, key in told(site)[-1]] == [f"digest:{number}" for number in range(21, 31)]


def test_one_report_is_the_message_itself(desk):
    text = "RS    412  usually 400\n  AL   7\n\nlast line"
    with hooks(Page()) as ([site], channels):
        desk.announce(channels, Notice(key="d", title="29 November: 412 articles", text=text))
    body = json.loads(site.requests[0].body)
    assert body["title"] == "balkan-crawler: 29 November: 412 articles"
    assert body["text"] == f"```\n{body['title']}\n\n{text}\n```"


def test_without_a_store_all_is_told(desk):
    with hooks(Page()) as ([site], channels):
        for _ in range(2):
            tell([Notice(key="a", title="x")], scope="health", channels=channels, store=None, now=desk.now)
    assert len(site.requests) == 2


def test_an_archive_that_takes_no_writing_is_told_of_and_stops_nothing(desk):
    with hooks(Page()) as ([site], channels), open_store(desk.path, busy_seconds=0.05) as store:
        with closing(sqlite3.connect(desk.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            [result] = tell([Notice(key="a", title="x")], scope="health", channels=channels, store=store, now=desk.now)
        assert result.is_sent
        assert "it may come again, since it cannot be remembered" in result.reason
    assert told(site) == [[("new", "a")]]


def test_the_memory_holds_no_address(desk):
    with hooks(Page()) as ([site], channels):
        desk.tell(channels, "a: x")
    content = b"".join(file.read_bytes() for file in desk.path.parent.glob("archive.db*"))
    assert site.origin[7:].encode() not in content
