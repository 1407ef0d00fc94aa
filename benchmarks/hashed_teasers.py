"""Teasers by hashes: they can be compared with those of an annotation of which no word and no address is kept.

A hash is BLAKE2b, 8 bytes, of a text in its compared form, keyed by the page's file name: the same headline has another
hash on another page. tests/data/teasers/README.md says what the annotation holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

import scoring

if TYPE_CHECKING:
    from collections.abc import Mapping

HASH_BYTES: Final = 8
"""Enough for a page's hundred teasers never to meet by chance."""


@dataclass(frozen=True, slots=True)
class HashedTeaser:
    """One teaser of a page: hashes of its address, headline and heading (None where it has none), and its place."""

    address: str
    title: str
    heading: str | None
    place: str


def hash_teaser(page: str, url: str, title: str, heading: str | None, place: str) -> HashedTeaser:
    """Hash a teaser of the page of this file name."""
    return HashedTeaser(hashed(page, _address(url)), hash_line(page, title), hash_line(page, heading) or None, place)


def read_teasers(gold: Mapping[str, Any]) -> list[HashedTeaser]:
    """Give the teasers of an annotated page, whether its annotation holds them in words or by hashes."""
    return [
        hash_teaser(gold["file"], teaser["url"], teaser["title"], teaser["heading"], teaser["place"])
        if "url" in teaser
        else HashedTeaser(**teaser)
        for teaser in gold["teasers"]
    ]


def hash_line(page: str, line: str | None) -> str:
    """Hash a line of text without case and punctuation; empty where nothing is left of it."""
    words = scoring.plain(line)
    return hashed(page, words) if words else ""


def hashed(page: str, text: str) -> str:
    """Give the hash of a text on the page of this file name, in hexadecimal digits."""
    return blake2b(text.encode(), digest_size=HASH_BYTES, key=page.encode()[:64]).hexdigest()


def _address(url: str) -> str:
    """Give what two spellings of an address share: host and path, with the query where the path says nothing."""
    parts = urlsplit(url.strip())
    host, path = (parts.hostname or "").removeprefix("www."), unquote(parts.path).rstrip("/").casefold()
    query = "&".join(sorted(parts.query.split("&")))
    return f"{host}{path}" if path and not path.endswith(".php") else f"{host}{path}?{query}"
