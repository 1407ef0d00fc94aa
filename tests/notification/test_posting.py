"""Webhooks and ntfy get JSON that they understand; no redirect is followed and no secret is told."""

from __future__ import annotations

import json
import time

import pytest
from support.certificates import issue, server_context
from support.servers import (
    DropsConnection,
    EndlessBody,
    InTurn,
    NeverAnswers,
    Page,
    RedirectsTo,
    ServerError,
    SlowBytes,
    serve,
)

from balkan_crawler.configuration import NtfyChannel, WebhookChannel
from balkan_crawler.notification import Notice, Severity
from balkan_crawler.notification.message import compose
from balkan_crawler.notification.posting import webhook_body
from balkan_crawler.notification.record import Part

TOKEN = "tk_secret-4711"
HOOK = f"/services/{TOKEN}"
TITLE = "данас: <!channel> @everyone ```ништа``` & [x](https://evil.example)"


def answers_with(content, pause=None):
    """Make a behaviour that writes bytes as they are: at once, or again and again with a pause between."""

    def behave(handler):
        handler.close_connection = True
        handler.wfile.write(content)
        while pause and not handler.site.closing.wait(pause):
            handler.wfile.write(content)

    return behave


def posted(site):
    return [json.loads(request.body) for request in site.requests]


def test_a_webhook_gets_text_for_a_chat_and_notices_for_a_program(desk):
    with serve({HOOK: Page("ok")}) as (site,):
        channel = WebhookChannel(url=site.url(f"{HOOK}?a=1"), token=TOKEN, headers=(("X-Key", "k"),))
        [result] = desk.tell([channel], "danas: silent", scope="health")
    assert (result.is_sent, result.told, result.channel) == (True, 1, f"webhook at {site.origin[7:]}")
    [asked] = site.requests
    assert asked.path == f"{HOOK}?a=1"
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"
    assert asked.headers["x-key"] == "k"
    assert asked.headers["content-type"] == "application/json; charset=utf-8"
    assert posted(site) == [
        {
            "text": "```\nbalkan-crawler: new: danas: silent\n\nNew:\n\n* danas: silent\n  Evidence.\n```",
            "title": "balkan-crawler: new: danas: silent",
            "severity": "problem",
            "notices": [
                {"state": "new", "key": "danas", "title": "danas: silent", "text": "Evidence.", "severity": "problem"}
            ],
        }
    ]


def body_for(url, text="one\n" * 2000):
    message = compose([Part(heading="New", notices=(Notice(key="a", title=TITLE, text=text),))])
    return json.loads(webhook_body(WebhookChannel(url=url), message))


@pytest.mark.parametrize(
    ("url", "field", "most"),
    [
        ("https://hooks.slack.com/services/T/B/x", "text", 12_000),
        ("https://discord.com/api/webhooks/1/x", "content", 2_000),
        ("https://chat.googleapis.com/v1/spaces/x", "text", 4_096),
        ("https://mattermost.example.org/hooks/x", "text", 5_000),
    ],
)
def test_receivers_that_are_known_get_what_they_take_and_no_markup_of_strangers(url, field, most):
    body = body_for(url)
    text = body.pop(field)
    assert len(text) <= most
    assert text.startswith("```\n") and text.endswith("\n```") and text.count("```") == 2
    assert ("<" in text) == ("slack" not in url)
    assert body.pop("allowed_mentions", None) == ({"parse": []} if "discord" in url else None)
    assert bool(body) == ("mattermost" in url)
    assert text.endswith("[cut: the rest is longer than this channel takes]\n```")


def test_discords_address_for_slacks_language_gets_that():
    assert list(body_for("https://discord.com/api/webhooks/1/x/slack")) == ["text"]


def test_ntfy_gets_its_own_json_at_the_root_of_the_server(desk):
    with serve({"/push/": Page("{}")}) as (site,):
        channels = [
            NtfyChannel(url=site.url("/push/topic-1"), token=TOKEN),
            NtfyChannel(url=site.url("/push/b"), priority=1),
        ]
        long = Notice(key="b", title="b: silent", text="ж" * 3_000 + "\nend", severity=Severity.NOTE)
        assert all(result.is_sent for result in desk.tell(channels, notices=[long]))
    first, second = sorted(site.requests, key=lambda asked: "authorization" not in asked.headers)
    assert first.headers["authorization"] == f"Bearer {TOKEN}"
    body, other = json.loads(first.body), json.loads(second.body)
    assert (body["topic"], body["title"], body["priority"]) == ("topic-1", "balkan-crawler: new: b: silent", 3)
    assert len(body["message"].encode()) <= 4_096 and body["message"].endswith("this channel takes]")
    assert (other["topic"], other["priority"]) == ("b", 1)


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (ServerError(500), "HTTP status 500"),
        (Page(TOKEN, status=404), "HTTP status 404: nothing is there; has the address changed?"),
        (Page(TOKEN, status=403), "HTTP status 403: the token or the address is refused"),
        (Page("", status=304), "it leads elsewhere (HTTP status 304), which is not followed; write that address"),
        (DropsConnection(), "connection lost before an answer"),
        (answers_with(b"SSH-2.0-OpenSSH_9.6\r\n"), "its answer cannot be read"),
        (answers_with(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200), "its answer cannot be read"),
    ],
)
def test_what_is_refused_is_told_without_secrets_and_tried_again(desk, behaviour, reason):
    with serve({HOOK: InTurn((behaviour, Page("ok")))}) as (site,):
        channel = WebhookChannel(url=site.url(HOOK), token=TOKEN)
        [failed] = desk.tell([channel], "danas: silent")
        [sent] = desk.tell([channel], "danas: silent")
        assert desk.tell([channel], "danas: silent")[0].told == 0
    assert (failed.is_sent, failed.reason) == (False, reason)
    assert (sent.is_sent, sent.told, sent.reason) == (True, 1, "works again")
    assert TOKEN not in repr((failed, sent))
    assert len(site.requests) == 2


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_no_redirect_is_followed(desk, status):
    with serve({}, {}) as (site, other):
        site.pages[HOOK] = RedirectsTo(other.url("/elsewhere"), status)
        [result] = desk.tell([WebhookChannel(url=site.url(HOOK), token=TOKEN)], "danas: silent")
    assert result.reason == f"it leads elsewhere (HTTP status {status}), which is not followed; write that address"
    assert other.requests == []


@pytest.mark.parametrize("behaviour", [SlowBytes(), EndlessBody()])
def test_an_answer_is_good_by_its_head_whatever_follows(desk, behaviour):
    with serve({HOOK: behaviour}) as (site,):
        assert desk.tell([WebhookChannel(url=site.url(HOOK))], "danas: silent")[0].is_sent


@pytest.mark.parametrize("behaviour", [NeverAnswers(), answers_with(b"HTTP/1.1 100 Continue\r\n\r\n", 0.05)])
def test_a_server_that_hangs_or_drips_stops_no_other(desk, behaviour):
    desk.seconds = 0.3
    with serve({HOOK: behaviour}, {HOOK: Page("ok")}) as (slow, quick):
        begun = time.monotonic()
        hung, sent = desk.tell([WebhookChannel(url=each.url(HOOK)) for each in (slow, quick)], "danas: silent")
        assert time.monotonic() - begun < 5
    assert (hung.is_sent, hung.reason) == (False, "no whole answer in 0.3 seconds")
    assert sent.is_sent


@pytest.mark.parametrize("flaw", ["stranger", "name"])
def test_a_certificate_with_a_flaw_gets_no_token(desk, authority, wrong_tls, tmp_path, flaw):
    context = wrong_tls if flaw == "stranger" else server_context(tmp_path, issue("x", authority, hosts=["a.example"]))
    with serve({HOOK: Page("ok")}, tls=[context]) as (site,):
        [result] = desk.tell([WebhookChannel(url=site.url(HOOK), token=TOKEN)], "danas: silent")
    assert result.reason.startswith("its certificate cannot be trusted: ")
    assert site.requests == []


def test_a_good_certificate_is_good_enough(desk, tls):
    with serve({HOOK: Page("ok")}, tls=[tls]) as (site,):
        assert desk.tell([WebhookChannel(url=site.url(HOOK), token=TOKEN)], "danas: silent")[0].is_sent
