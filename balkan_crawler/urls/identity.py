"""`identity`: the key under which all variants of one page's URL are the same."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final
from urllib.parse import unquote_to_bytes, urlsplit

from balkan_crawler.urls.canonical import canonical_url
from balkan_crawler.urls.rules import rules
from balkan_crawler.urls.sites import site_of_host

_ENCODED: Final = re.compile("(?:%[0-9A-F]{2})+")
_KEPT_ENCODED: Final = re.compile(r"[/?#%&=+;\s\x00-\x20\x7f-\x9f]")
_STORY: Final = re.compile(r"\d{4}|[^/-]-[^/]*[^/-]-[^/-]")


def identity(url: str, base: str | None = None) -> str:
    """Give the look-up key of ``url``: equal for every variant of one page. It is compared, never fetched.

    On top of `canonical_url`: no scheme, no ``www.``, ``m.``, ``amp.`` (and the like) before the domain, no AMP or
    print part of the path, no index file, no repeated or trailing slashes, percent-encoding undone where it is UTF-8
    (NFC), declared script twins joined. The path keeps its case, since letters are story numbers at some outlets.
    Raises `InvalidUrlError`.
    """
    return _identity(canonical_url(url, base))


@lru_cache(maxsize=2048)
def _identity(canonical: str) -> str:
    parts = urlsplit(canonical)
    host, site = _variant_free_host(parts.hostname or "")
    path = _path(_decoded(parts.path), site)
    query = _query(parts.query)
    host = f"[{host}]" if ":" in host else host
    port = f":{parts.port}" if parts.port else ""
    return f"{host}{port}{path}{'?' if query else ''}{query}"


@lru_cache(maxsize=8192)
def _variant_free_host(host: str) -> tuple[str, str]:
    """Give the host without variant labels such as ``www``, and its registrable domain."""
    site = site_of_host(host)
    known = rules()
    dropped = known.variant_hosts | (known.scripts[site].labels if site in known.scripts else frozenset())
    while host != site and host.partition(".")[0] in dropped:
        host = host.partition(".")[2]
    return host, site


def _path(path: str, site: str) -> str:
    known = rules()
    segments = [segment for segment in path.split("/") if segment]
    if segments and segments[0] in known.front:
        segments = segments[1:]
    if segments and known.index.fullmatch(segments[-1]):
        segments = segments[:-1]
    segments = _without_variant(segments, known.amp, any_page=True)
    segments = _without_variant(segments, known.printed, any_page=False)
    if segments:
        segments[-1] = known.endings.sub("", segments[-1])
    path = "".join(f"/{segment}" for segment in segments if segment)
    twins = known.scripts.get(site)
    if twins is None:
        return path
    path = twins.drop.sub("", path).rstrip("/") if twins.drop else path
    story = twins.story.match(path) if twins.story else None
    return f"{path[: story.end('id')]}" if story else path


def _without_variant(segments: list[str], words: frozenset[str], *, any_page: bool) -> list[str]:
    """Drop one such word from either end; a print edition's own section (`/print`) is no variant of the home page."""
    for rest, word in ((segments[:-1], segments[-1:]), (segments[1:], segments[:1])):
        if word and word[0].lower() in words and (any_page or (rest and _STORY.search(rest[-1]))):
            return rest
    return segments


def _query(query: str) -> str:
    if not query:
        return ""
    values = rules().identity_values
    kept = []
    for part in query.replace("+", "%20").split("&"):
        name, _, value = part.partition("=")
        rule = values.get(name.lower())
        if rule is None or not rule.fullmatch(value):
            kept.append(_decoded(part))
    return "&".join(kept)


def _decoded(text: str) -> str:
    """Undo percent-encoding of UTF-8, but of no character that separates parts of a URL; normalise to NFC."""
    if "%" in text:
        text = _ENCODED.sub(_decoded_run, text)
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _decoded_run(match: re.Match[str]) -> str:
    try:
        text = unquote_to_bytes(match[0]).decode("utf-8")
    except UnicodeDecodeError:
        return match[0]
    return _KEPT_ENCODED.sub(lambda character: "".join(f"%{byte:02X}" for byte in character[0].encode()), text)
