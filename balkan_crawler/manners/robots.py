"""robots.txt (RFC 9309): what a site allows, and when its silence means "not now"."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from protego import Protego

from balkan_crawler.errors import InvalidUrlError, RobotsUnavailableError
from balkan_crawler.manners.agent import AGENT
from balkan_crawler.text.decoding import decode
from balkan_crawler.urls import canonical_url

_READ_AT_MOST: Final = 512_000
"""Bytes of robots.txt that count; RFC 9309 (2.5) asks for at least 500 KiB."""

_HTML: Final = re.compile(rb"\A\s*(\xef\xbb\xbf)?\s*<(!doctype\s+html|html|head|body|!--|\?xml|script)", re.IGNORECASE)
_DIRECTIVE: Final = re.compile(
    rb"^\s*(user-?agent|dis?allow|allow|sitemap|crawl-delay)\s*:", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, slots=True, eq=False)
class RobotsRules:
    """The rules of one robots.txt; ``sitemaps`` are the absolute http(s) URLs it names."""

    rules: Protego
    sitemaps: tuple[str, ...] = ()

    def allowed(self, url: str, agent: str) -> bool:
        """Say whether the robot named ``agent`` may fetch ``url``."""
        return bool(self.rules.can_fetch(url, agent))

    def crawl_delay(self, agent: str) -> float | None:
        """Give the seconds between two requests that the site asks of ``agent``, or ``None``.

        ``Crawl-delay`` and ``Request-rate`` are both read; the longer one counts.
        """
        delay = self.rules.crawl_delay(agent)
        rate = self.rules.request_rate(agent)
        waits = [float(delay)] if delay is not None else []
        if rate is not None and rate.requests:
            waits.append(rate.seconds / rate.requests)
        return max(waits, default=None)


def read_robots(content: bytes, status: int, content_type: str | None, url: str) -> RobotsRules:
    """Read the answer to a request for robots.txt (after redirects) at ``url``.

    2xx is parsed (at most 512,000 bytes); 4xx means that there are no rules, so all is allowed (RFC 9309, 2.3.1.3).
    Raises `RobotsUnavailableError` for 429, 5xx, any other status, and an HTML page in robots.txt's place, since
    a challenge or error page tells nothing about what is allowed. A time-out has no answer to read: the caller raises
    the same error.
    """
    if 400 <= status < 500 and status != HTTPStatus.TOO_MANY_REQUESTS:
        return RobotsRules(Protego.parse(""))
    if not 200 <= status < 300:
        raise RobotsUnavailableError(url, f"HTTP status {status}")
    content = _unpacked(content)
    text = content[:_READ_AT_MOST]
    if len(content) > _READ_AT_MOST:
        text = text[: text.rfind(b"\n") + 1]  # half a line could forbid or allow more than the whole one
    if _is_page(text, content_type):
        raise RobotsUnavailableError(url, "an HTML page instead of robots.txt")
    rules = Protego.parse(own_groups(decode(text).text, AGENT))
    return RobotsRules(rules, tuple(_sitemaps(rules, url)))


def own_groups(text: str, agent: str) -> str:
    """Give the lines of a robots.txt that concern ``agent``: groups that name it or all robots, and the sitemaps.

    A group names the agent by its product token, with or without a version (RFC 9309, 2.2.1), or by a part of it, as
    many sites write it. So the parser meets no more groups than count: one group of thousands of names would cost it
    minutes and gigabytes.
    """
    lines: list[str] = []
    is_named = is_head = False
    for line in text.splitlines():
        name, _, value = line.partition(":")
        match name.strip().lower():
            case "user-agent" | "useragent" | "user agent":
                token = value.partition("#")[0].partition("/")[0].strip().lower()
                is_own = token == "*" or (bool(token) and token in agent.lower())
                if not is_head:
                    is_named = False
                is_head = True
                if is_own:
                    lines.append(f"User-agent: {token}")
                is_named = is_named or is_own
            case "sitemap":
                lines.append(line)
            case "":
                continue
            case _:
                is_head = False
                if is_named:
                    lines.append(line)
    return "\n".join(lines)


def _unpacked(content: bytes) -> bytes:
    """Unpack what a server packed with gzip and did not say so, as far as it counts."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return zlib.decompressobj(wbits=31).decompress(content, _READ_AT_MOST + 1)
    except zlib.error:
        return content


def _is_page(text: bytes, content_type: str | None) -> bool:
    """Tell HTML by its first tag, or by its declared type where no line is a rule (some servers call all text HTML)."""
    if _HTML.match(text):
        return True
    return bool(text.strip()) and "html" in (content_type or "").lower() and not _DIRECTIVE.search(text)


def _sitemaps(rules: Protego, url: str) -> list[str]:
    found: dict[str, None] = {}
    for line in rules.sitemaps:
        try:
            found[canonical_url(line, url)] = None
        except InvalidUrlError:
            continue
    return list(found)
