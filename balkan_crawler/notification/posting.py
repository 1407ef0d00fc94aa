"""Webhooks and ntfy: a message as JSON, and the request that posts it.

Python's own client does it: one request of a known form, no redirect to be followed, no pool to be kept. What crawls
fetch with would start a reactor for it.
"""

from __future__ import annotations

import http.client
import json
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from balkan_crawler.configuration import NtfyChannel, WebhookChannel
from balkan_crawler.data import read_table
from balkan_crawler.errors import ChannelError
from balkan_crawler.manners.agent import user_agent
from balkan_crawler.notification.exchange import Line, context
from balkan_crawler.notification.message import cut
from balkan_crawler.notification.record import Message, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST: Final = 4_500
"""Characters of a text for a receiver that is not known: chats take 5,000 and more."""
_MOST_OF_NTFY: Final = 3_900
"""Bytes; from 4,096 on ntfy makes a file of a text."""
_PRIORITIES: Final = {Severity.PROBLEM: 4, Severity.NOTE: 3}
_REFUSALS: Final = {
    401: "the token is refused, or missing",
    403: "the token or the address is refused",
    404: "nothing is there; has the address changed?",
    410: "the address is not in use any more",
    413: "the message is too long for it",
    429: "it asks for patience",
}


def webhook_body(channel: WebhookChannel, message: Message) -> bytes:
    """Write a message as its receiver takes it.

    Chats get it as a block of plain text, in which nothing that a page or an outlet wrote is a link, a mention or any
    other markup.
    """
    receiver = _receivers().get(urlsplit(channel.url).hostname or "", {})
    is_slack_alike = urlsplit(channel.url).path.endswith("/slack")  # Discord's address for what speaks Slack's language
    block = cut(f"{message.subject}\n\n{message.text.rstrip()}".replace("`", "'"), receiver.get("most", _MOST))
    if receiver.get("escapes"):
        for sign, instead in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
            block = block.replace(sign, instead)
    fields: dict[str, Any] = {"text" if is_slack_alike else receiver.get("field", "text"): f"```\n{block}\n```"}
    fields |= {} if is_slack_alike else receiver.get("extra", {})
    if not receiver:
        notices = [
            {"state": part.heading.lower() or "report"} | asdict(notice)
            for part in message.parts
            for notice in part.notices
        ]
        fields |= {"title": message.subject, "severity": message.severity, "notices": notices}
    return json.dumps(fields, ensure_ascii=False).encode()


def ntfy_body(channel: NtfyChannel, message: Message) -> bytes:
    """Write a message as ntfy's JSON, in which titles may hold any letter."""
    fields = {
        "topic": urlsplit(channel.url).path.rpartition("/")[2],
        "title": message.subject,
        "message": cut(message.text, _MOST_OF_NTFY, in_bytes=True),
        "priority": channel.priority or _PRIORITIES[message.severity],
    }
    return json.dumps(fields, ensure_ascii=False).encode()


def send_to_webhook(
    channel: WebhookChannel, token: str | None, message: Message, line: Line, seconds: float
) -> str | None:
    """Post a message to a webhook. Raises `ChannelError`, or what `in_words` has words for."""
    _post(channel.url, webhook_body(channel, message), _authorized(token) | dict(channel.headers), line, seconds)
    return None


def send_to_ntfy(channel: NtfyChannel, token: str | None, message: Message, line: Line, seconds: float) -> str | None:
    """Publish a message to a topic, at the root of its server. Raises as `send_to_webhook` does."""
    root = channel.url.rpartition("/")[0] + "/"
    _post(root, ntfy_body(channel, message), _authorized(token), line, seconds)
    return None


def _authorized(token: str | None) -> dict[str, str]:
    return {} if token is None else {"Authorization": f"Bearer {token}"}


def _post(url: str, body: bytes, headers: Mapping[str, str], line: Line, seconds: float) -> None:
    """Post JSON; it is sent once the head of a good answer came, and no redirect is followed."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    is_secure = parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    make = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
    connection = make(host, port, timeout=seconds)
    opened = line.connect(host, port, seconds)
    try:
        connection.sock = context().wrap_socket(opened, server_hostname=host) if is_secure else opened
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        own = {"Content-Type": "application/json; charset=utf-8", "User-Agent": user_agent(None)}
        connection.request("POST", target, body, own | dict(headers))
        status = connection.getresponse().status
    finally:
        connection.close()
        opened.close()
    if 300 <= status < 400:
        raise ChannelError(f"it leads elsewhere (HTTP status {status}), which is not followed; write that address")
    if not 200 <= status < 300:
        raise ChannelError(f"HTTP status {status}" + (f": {_REFUSALS[status]}" if status in _REFUSALS else ""))


@cache
def _receivers() -> Mapping[str, Mapping[str, Any]]:
    return {host: table for table in read_table(__name__, "receivers.toml").values() for host in table["hosts"]}
