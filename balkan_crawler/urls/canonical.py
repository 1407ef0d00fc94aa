"""`canonical_url`: one clean, clickable form of an http(s) URL."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from w3lib.url import safe_url_string

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.urls.rules import rules

_READ_AT_MOST: Final = 65_536
"""Characters of a raw URL that are looked at: more is refused before any parsing."""

_LONGEST_AUTHORITY: Final = 1024
"""Characters before the path: a host has 253, and reading one of thousands in letters beyond ASCII takes its time."""

_AUTHORITY: Final = re.compile(r"[^/]{0,20}//([^/?#\\]*)")
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_UNRESERVED: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_PERCENT: Final = re.compile("%([0-9A-Fa-f]{2})?")
_AMPERSAND: Final = re.compile(r"^(?:amp;)+")
"""What is left of ampersands that were escaped once or more often, before the name of a parameter."""

_MOST_WRAPPERS: Final = 3
_LABEL: Final = re.compile("[a-z0-9_][a-z0-9_-]{0,62}")
"""A part of a host's name (RFC 1034, with the underscore that some have)."""

_NUMERIC: Final = re.compile(r"\d+|0[xX][0-9A-Fa-f]*")


def canonical_url(url: str, base: str | None = None) -> str:
    """Give the clean form of ``url`` that is stored and shown; relative ones are resolved against ``base``.

    What a browser does is done (RFC 3986, IDNA, the URL Standard's percent-encoding, dot segments, default ports), the
    fragment and any user name are dropped, tracking and session parameters too (``rules.toml``), the others are sorted
    by name. Percent-encoded and raw non-ASCII paths become one percent-encoded form. AMP caches give the page's own
    address. The scheme, ``www.`` and the trailing slash stay: see `identity` for a key that joins those.

    The result is ASCII, at most 2,083 characters, and its own canonical form. Anything else (other schemes, no host,
    malformed addresses, longer URLs) raises `InvalidUrlError`.
    """
    text = _absolute(url, base)
    clean = _remembered(text) if len(text) <= rules().longest else _canonical(text)
    if len(clean) > rules().longest:
        raise InvalidUrlError(url, f"longer than {rules().longest} characters")
    return clean


def canonical_or_none(url: str | None, base: str | None = None) -> str | None:
    """Give the clean form of ``url`` as `canonical_url` does, and ``None`` for what has none."""
    try:
        return canonical_url(url, base) if url else None
    except InvalidUrlError:
        return None


def _canonical(text: str) -> str:
    for _ in range(_MOST_WRAPPERS + 1):
        clean = _clean(text)
        inner = _unwrapped(clean)
        if inner is None:
            return clean
        text = inner
    raise InvalidUrlError(text, f"within more than {_MOST_WRAPPERS} AMP caches")


_remembered = lru_cache(maxsize=2048)(_canonical)
"""One page's address is asked for some ten times on its way into the archive; only short ones are kept."""


def is_http(url: str) -> bool:
    """Say whether ``url`` is an absolute http(s) URL that `canonical_url` accepts."""
    try:
        canonical_url(url)
    except InvalidUrlError:
        return False
    return True


def has_session(url: str) -> bool:
    """Say whether the path of ``url`` holds a session, which `canonical_url` drops."""
    return rules().sessions.search(url.partition("?")[0]) is not None


def is_too_long(url: str) -> bool:
    """Say whether ``url`` is longer than any that is fetched."""
    return len(url) > rules().longest


def _absolute(url: str, base: str | None) -> str:
    """Give ``url`` stripped and resolved; raise `InvalidUrlError` for what is no text or far too long."""
    if not isinstance(url, str):
        raise InvalidUrlError(repr(url), "not a text")
    if len(url) > _READ_AT_MOST:
        raise InvalidUrlError(url, f"longer than {_READ_AT_MOST} characters")
    text = url.strip()
    if not text:
        raise InvalidUrlError(url, "empty")
    if base and len(base) > _READ_AT_MOST:
        raise InvalidUrlError(url, f"relative to one longer than {_READ_AT_MOST} characters")
    try:
        text = urljoin(base, text) if base else text
    except ValueError as error:
        raise InvalidUrlError(url, str(error)) from None
    return f"https:{text}" if text.startswith("//") else text


def _unwrapped(url: str) -> str | None:
    """Give the page that an AMP cache or viewer shows, or ``None``."""
    for pattern in rules().wrappers:
        if match := pattern.fullmatch(url):
            return f"http{'s' if match['secure'] else ''}://{match['target']}"
    return None


def _clean(text: str) -> str:
    authority = _AUTHORITY.match(text)
    if authority and len(authority[1]) > _LONGEST_AUTHORITY:
        raise InvalidUrlError(text, "no valid host name")
    try:
        parts = urlsplit(safe_url_string(text))
        port = parts.port
    except ValueError as error:  # includes UnicodeError: lone surrogates, bad IDNA
        raise InvalidUrlError(text, str(error)) from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise InvalidUrlError(text, "not http or https")
    host = _host(text, parts)
    netloc = host if port is None or port == _DEFAULT_PORTS[parts.scheme] else f"{host}:{port}"
    path = _PERCENT.sub(_normal_percent, parts.path)
    path = rules().sessions.sub("", path) if ";" in path or "(" in path or "id" in path.lower() else path
    path = _without_dots(path) or "/"
    return urlunsplit((parts.scheme, netloc, path, _query(parts.query), ""))


def _host(text: str, parts: SplitResult) -> str:
    """Give the host in lower case without its final dot; IPv6 in brackets and compressed."""
    host = (parts.hostname or "").removesuffix(".")
    try:
        if ":" in host:
            return f"[{IPv6Address(host).compressed}]"
        if _NUMERIC.fullmatch(host.rpartition(".")[2]):
            return str(IPv4Address(host))
    except AddressValueError as error:
        raise InvalidUrlError(text, str(error)) from None
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise InvalidUrlError(text, "no valid host name" if host else "no host")
    return host


def _normal_percent(match: re.Match[str]) -> str:
    """Normalise one percent sign (RFC 3986, 6.2.2): unreserved decoded, hex digits in capitals, a lone % encoded."""
    code = match[1]
    if code is None:
        return "%25"
    character = chr(int(code, 16))
    return character if character in _UNRESERVED else f"%{code.upper()}"


def _without_dots(path: str) -> str:
    """Remove ``.`` and ``..`` segments (RFC 3986, 5.2.4)."""
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/".join(kept)


def _query(query: str) -> str:
    """Drop tracking and session parameters, exact repeats and empty parts; sort the rest by name."""
    if not query:
        return ""
    kept: dict[tuple[str, str], str] = {}
    for part in query.split("&"):
        name, _, value = _AMPERSAND.sub("", _PERCENT.sub(_normal_percent, part)).partition("=")
        if (name or value) and not _is_dropped(name.lower(), value):
            kept.setdefault((name, value), f"{name}={value}" if "=" in part else name)
    return "&".join(kept[pair] for pair in sorted(kept, key=lambda pair: pair[0]))


def _is_dropped(name: str, value: str) -> bool:
    known = rules()
    if name in known.dropped or name.startswith(known.dropped_prefixes):
        return True
    valued = known.dropped_values.get(name)
    return valued is not None and valued.fullmatch(value) is not None
