"""robots.txt (RFC 9309): what a site allows, and when its silence means "not now"."""

from __future__ import annotations

import codecs
import re
import zlib
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain, islice
from typing import Final

from protego import Protego

from balkan_crawler.errors import InvalidUrlError, RobotsUnavailableError
from balkan_crawler.manners.agent import AGENT
from balkan_crawler.urls import canonical_url, is_too_long

_READ_AT_MOST: Final = 512_000
"""Bytes of robots.txt that count; RFC 9309 (2.5) asks for at least 500 KiB."""

_MOST_RULES: Final = 3_000
"""Lines of the groups that concern one robot: what stands behind them is not read. They cost 20 ms, and a request that
is held against them 10 at the very most; sites have up to a thousand."""

_LONGEST_RULE: Final = 8_192
"""Characters of a line: no address of 2,083 characters is that long, whatever of it is escaped."""

_LARGEST_RULES: Final = 128 * 1024
"""Characters of all lines of the groups that concern one robot."""

_MOST_SITEMAPS: Final = 100
"""Sitemaps that are taken from a robots.txt; a crawl reads ten."""

_LONGEST_DELAY: Final = 10**9
"""Seconds; what is longer is no number that anybody meant."""

_HTML: Final = re.compile(
    rb"(\s|\xef\xbb\xbf|<!--.*?-->|<\?.*?\?>)*+<(!doctype\s+html|html|head|body|script)\b", re.I | re.S
)
_NAMES_AGENT: Final = re.compile(rb"^[ \t]*user-?agent[ \t]*:[ \t]*[\w*]", re.I | re.M)
_DIRECTIVE: Final = re.compile(rb"^\s*(user-?agent|dis?allow|allow|sitemap|crawl-delay)\s*:", re.I | re.M)

_AGENT_LINE: Final = re.compile(r"^[^\S\r\n]*user[- ]?agent[^\S\r\n]*:([^\r\n]*)$", re.I | re.M)
_SITEMAP_LINE: Final = re.compile(r"^[^\S\r\n]*site-?maps?[^\S\r\n]*:[^\r\n]*$", re.I | re.M)
_OTHER_LINE: Final = re.compile(r"^[^\S\r\n]*(?!site-?maps?[^\S\r\n]*:|#|host[^\S\r\n]*:)\S[^\r\n]*$", re.I | re.M)


@dataclass(frozen=True, slots=True, eq=False)
class RobotsRules:
    """The rules of one robots.txt; ``sitemaps`` are the absolute http(s) URLs it names.

    ``is_page`` says that a web page was in its place, so that there are none.
    """

    rules: Protego
    sitemaps: tuple[str, ...] = ()
    is_page: bool = False

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
            waits.append(min(rate.seconds, _LONGEST_DELAY) / min(rate.requests, _LONGEST_DELAY))
        return max(waits, default=None)


def read_robots(
    content: bytes, status: int, content_type: str | None, url: str, *, is_strict: bool = False
) -> RobotsRules:
    """Read the answer to a request for robots.txt (after redirects) at ``url``.

    2xx is parsed (at most 512,000 bytes); 4xx means that there are no rules, so all is allowed (RFC 9309, 2.3.1.3). So
    does a web page in robots.txt's place, as sites show one for whatever they do not have. Raises
    `RobotsUnavailableError` for 429, 5xx and any other status, and where the outlet's table is strict (``is_strict``)
    for such a page. A time-out has no answer to read: the caller raises the same error.
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
        if is_strict:
            raise RobotsUnavailableError(url, "an HTML page instead of robots.txt")
        return RobotsRules(Protego.parse(""), is_page=True)
    rules = Protego.parse(own_groups(_read(text), AGENT))
    return RobotsRules(rules, tuple(_sitemaps(rules, url)))


def own_groups(text: str, agent: str) -> str:
    """Give the lines of a robots.txt that concern ``agent``: groups that name it or all robots, and the sitemaps.

    A group names the agent by its product token, with or without a version (RFC 9309, 2.2.1), or by a part of it, as
    many sites write it; of several such names the longest one counts. So the parser meets no more groups than two, and
    no more lines than `_MOST_RULES` of each: a group of thousands of names would cost it minutes and gigabytes.
    """
    groups = _groups(text, agent.lower())
    named = max((token for tokens, _, _ in groups for token in tokens if token != "*"), key=len, default=None)
    lines: list[str] = []
    for token in ("*", named):
        left, room = _MOST_RULES, _LARGEST_RULES
        for tokens, start, end in groups:
            if token is None or token not in tokens or left <= 0:
                continue
            if left == _MOST_RULES:
                lines.append(f"User-agent: {token}")
            for rule in islice(_OTHER_LINE.finditer(text, start, end), left):
                left -= 1
                room -= len(rule[0])
                if room < 0:
                    left = 0
                    break
                if len(rule[0]) <= _LONGEST_RULE:
                    lines.append(rule[0])
    lines += [line[0] for line in islice(_SITEMAP_LINE.finditer(text), _MOST_SITEMAPS) if not is_too_long(line[0])]
    return "\n".join(lines)


def _groups(text: str, agent: str) -> list[tuple[frozenset[str], int, int]]:
    """Find the groups that concern an agent: the names by which they mean it, and where their rules begin and end."""
    groups = []
    own: set[str] = set()
    end_of_head = 0
    for line in chain(_AGENT_LINE.finditer(text), (None,)):
        start = len(text) if line is None else line.start()
        if end_of_head and _OTHER_LINE.search(text, end_of_head, start):
            if own:
                groups.append((frozenset(own), end_of_head, start))
            own = set()
        if line is not None:
            end_of_head = line.end()
            name = line[1].strip().lower()
            if name[:1] not in ("*", agent[0]):
                continue
            token = name.partition("#")[0].partition("/")[0].strip()
            if token == "*" or agent.startswith(token):
                own.add(token)
    return groups


def _read(content: bytes) -> str:
    """Decode the text, which is UTF-8 (RFC 9309, 2.3), or UTF-16 with its mark; all lines end in the same way."""
    charset = "utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    text = content.decode(charset, "replace").replace("\x00", "")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _unpacked(content: bytes) -> bytes:
    """Unpack what a server packed with gzip and did not say so, as far as it counts."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return zlib.decompressobj(wbits=31).decompress(content, _READ_AT_MOST + 1)
    except zlib.error:
        return content


def _is_page(text: bytes, content_type: str | None) -> bool:
    """Tell HTML by its first tag, or by its declared type where no line is a rule (some servers call all text HTML).

    Rules that were wrapped into HTML count all the same: nobody but a robots.txt names a user agent at a line's start.
    """
    if _HTML.match(text):
        return not _NAMES_AGENT.search(text)
    return bool(text.strip()) and "html" in (content_type or "").lower() and not _DIRECTIVE.search(text)


def _sitemaps(rules: Protego, url: str) -> list[str]:
    found: dict[str, None] = {}
    for line in rules.sitemaps:
        try:
            found[canonical_url(line, url)] = None
        except InvalidUrlError:
            continue
    return list(found)
