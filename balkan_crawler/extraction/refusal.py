"""What can be told of a page before it is parsed: that it is empty, or no HTML."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from balkan_crawler.model import Outcome

_HEAD: Final = 4_096
"""Bytes in which markup is looked for where the server says that there is none, and where it says nothing (below)."""

_LONG_HEAD: Final = 65_536
_START: Final = 2_048
"""Bytes in which a file's kind shows."""

_MARKUP: Final = re.compile(rb"<\s*(?:!doctype|html|head|body|div|p|article|title|meta|h1|a)\b", re.IGNORECASE)
_FEED: Final = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?<\?xml[^>]*>\s*<(?:rss|feed|urlset|sitemapindex)\b|\s*<(?:rss|feed|urlset)\b"
)
_OTHER_FILES: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8", b"GIF8", b"PK")
_TEXTUAL: Final = ("html", "xhtml", "text/plain")


@dataclass(frozen=True, slots=True)
class Finding:
    """An outcome and the reason for it, in plain words."""

    outcome: Outcome
    reason: str | None = None


_CONTROLS: Final = bytes(set(range(0x20)) - set(b"\t\n\v\f\r\x1b"))
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
_SHORTEST_BINARY: Final = 64
_MOST_CONTROLS: Final = 0.03
"""Share of control characters: a tenth in random and packed bytes, none or a stray one in text. Set by hand."""

_FEWEST_NULS: Final = 0.03
"""Share of NULs in a page in UTF-16: a twelfth in text of Greek or Cyrillic words, one in 256 in noise. Set by hand."""


def refuse_bytes(content: bytes, content_type: str | None) -> Finding | None:
    """Say what can be told before parsing: an empty page, or one that is no HTML; ``None`` for any other."""
    if not content.strip(b"\0 \t\r\n"):
        return Finding(Outcome.EMPTY, "the page has no content")
    kind = (content_type or "").split(";")[0].strip().lower()
    if kind and not any(word in kind for word in _TEXTUAL) and not _MARKUP.search(content[:_HEAD]):
        return Finding(Outcome.NOT_HTML, f"the server calls it {kind}")
    start = content[:_START]
    if _is_binary(content[:_HEAD]):
        return Finding(Outcome.NOT_HTML, "its bytes are no text")
    if not _MARKUP.search(content[:_LONG_HEAD]) and (start.startswith(_OTHER_FILES) or not kind):
        return Finding(Outcome.NOT_HTML, "there is no markup in it")
    if _FEED.match(start):
        return Finding(Outcome.NOT_HTML, "it is a feed or a sitemap")
    return None


def _is_binary(start: bytes) -> bool:
    """Say whether bytes hold more control characters than any text, or of UTF-16's NULs fewer than any markup has.

    UTF-16 has a NUL in every sign of ASCII, among them all spaces and tags.
    """
    if len(start) < _SHORTEST_BINARY:
        return False
    if start.startswith(_UTF_16):
        return start.count(0) < _FEWEST_NULS * len(start)
    return len(start) - len(start.translate(None, _CONTROLS)) > _MOST_CONTROLS * len(start)
