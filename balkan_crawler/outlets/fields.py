"""What each field of an outlet's table may be: one small reader a field, and the rules that join two fields.

A reader takes the value as TOML gives it and returns the record's value, or raises `ValueError` with a reason in plain
words; `read_outlet` adds file and outlet to it.
"""

from __future__ import annotations

import functools
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from balkan_crawler.data import read_table
from balkan_crawler.errors import CatalogueError
from balkan_crawler.model import Outlet
from balkan_crawler.outlets.tables import near

DEFAULT_DELAY = 2.0
"""Seconds between two requests to one site; an outlet's table may ask for less only with a reason."""

REQUIRED = ("name", "country", "languages", "timezone", "homepage")

_TAG = re.compile(r"([a-z]{2,3})(?:-([A-Z][a-z]{3}))?(?:-[A-Z]{2})?")
_LABEL = re.compile(r"[\w](?:[\w-]{0,61}[\w])?")
_ZONE_NAME = re.compile(r"[\w+-]{1,40}(?:/[\w+-]{1,40}){0,2}", re.ASCII)
"""The names of the IANA data base: up to three parts."""

_PLAIN_URL = re.compile(r"https?://(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,5}[a-z]{2,20}(?:/[!-\[\]-~]*)?")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class Codes(NamedTuple):
    """The countries, languages and scripts that a table may name."""

    countries: frozenset[str]
    languages: frozenset[str]
    scripts: frozenset[str]


@functools.cache
def codes() -> Codes:
    """Read the codes that are shipped beside this module."""
    table = read_table(__name__, "codes.toml")
    return Codes(*(frozenset(table[name].split()) for name in Codes._fields))


def read_outlet(
    file: str, key: str, table: Mapping[str, object], base: Outlet | None, families: frozenset[str]
) -> Outlet:
    """Check a table and make it a record; with a ``base``, the table overrides only the fields it gives.

    Raises `CatalogueError` with the file, the key and a reason where anything in the table is refused.
    """
    try:
        values = {name: _read(name, value) for name, value in table.items()}
        if base is None:
            missing = [name for name in REQUIRED if name not in values]
            if missing:
                raise ValueError(f"lacks {', '.join(missing)}")
            outlet = Outlet(key=key, **values)
        else:
            if "article_url" in values:
                values.setdefault("article_url_examples", ())  # those of the pattern that is replaced
            outlet = replace(base, **values)
        _check_together(outlet, families)
    except ValueError as error:
        raise CatalogueError(file, key, str(error)) from error
    return outlet


def _read(name: str, value: object) -> Any:
    reader = READERS.get(name)
    if reader is None:
        raise ValueError(f"unknown field {name!r}{near(name, frozenset(READERS))}")
    try:
        return reader(value)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _check_together(outlet: Outlet, families: frozenset[str]) -> None:
    """Hold the rules that join two fields; raises `ValueError`."""
    if outlet.family is not None and outlet.family not in families:
        raise ValueError(f"family: no family is called {outlet.family!r}{near(outlet.family, families)}")
    if outlet.delay is not None and outlet.delay < DEFAULT_DELAY and not outlet.delay_reason:
        raise ValueError(
            f"delay: {outlet.delay} s is less than the default of {DEFAULT_DELAY} s; say why in delay_reason"
        )
    if outlet.concurrency > 1 and not outlet.delay_reason:
        raise ValueError("concurrency: more than one request at a time needs a delay_reason")
    if outlet.closed and not outlet.closed_reason:
        raise ValueError("closed: say why in closed_reason")
    if outlet.closed_reason and not outlet.closed:
        raise ValueError("closed_reason: needs closed, the day it ended")
    if outlet.since and outlet.closed and outlet.closed < outlet.since:
        raise ValueError("closed: lies before since")
    if outlet.article_url_examples and not outlet.article_url:
        raise ValueError("article_url_examples: needs article_url, the pattern they are examples of")
    for example in outlet.article_url_examples:
        if outlet.article_url and not re.search(outlet.article_url, example):
            raise ValueError(f"article_url: the pattern does not match its own example {example}")


def _kind_of(value: object) -> str:
    names = {bool: "true or false", str: "a text", int: "a whole number", float: "a number", list: "a list"}
    names |= {dict: "a table", date: "a date", datetime: "a date with a time"}
    return names.get(type(value), type(value).__name__)


def _wrong(expected: str, value: object) -> ValueError:
    return ValueError(f"expected {expected}, found {_kind_of(value)}")


def text(value: object) -> str:
    """Read a text of one line that is not empty."""
    if not isinstance(value, str):
        raise _wrong("a text", value)
    if not value.strip():
        raise ValueError("is empty")
    if _CONTROL.search(value):
        raise ValueError("holds a control character or a line break")
    return value.strip()


def texts(value: object) -> tuple[str, ...]:
    """Read a list of texts without a doubled one."""
    return _each(value, text)


def _each(value: object, reader: Callable[[object], str]) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _wrong("a list in [ ]", value)
    items = tuple(map(reader, value))
    for position, item in enumerate(items):
        if item in items[:position]:
            raise ValueError(f"{item} stands twice in the list")
    return items


def flag(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise _wrong("true or false", value)
    return value


def number(value: object, lowest: float, highest: float) -> float:
    """Read a number between two bounds, both of them allowed."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _wrong("a number", value)
    if not lowest <= value <= highest:  # nan is between nothing
        raise ValueError(f"{value} is not between {lowest} and {highest}")
    return float(value)


def whole(value: object, lowest: int, highest: int) -> int:
    """Read a whole number between two bounds, both of them allowed."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise _wrong("a whole number", value)
    if not lowest <= value <= highest:
        raise ValueError(f"{value} is not between {lowest} and {highest}")
    return value


def day(value: object) -> date:
    """Read a TOML local date, ``2024-06-30`` without quotes."""
    if not isinstance(value, date) or isinstance(value, datetime):
        raise _wrong("a date such as 2024-06-30 without quotes", value)
    return value


def country(value: object) -> str:
    """Read an ISO 3166-1 alpha-2 code, or XK."""
    code = text(value)
    if code not in codes().countries:
        raise ValueError(f"{code!r} is no ISO 3166 country code of two capital letters, nor XK for Kosovo")
    return code


def language(value: object) -> str:
    """Read a BCP 47 tag of a language, with its script and region where they matter: ``sq``, ``sr-Latn``."""
    tag = text(value)
    parts = _TAG.fullmatch(tag)
    if not parts:
        raise ValueError(f"{tag!r} is no language tag such as sq, sr-Latn or sr-Cyrl (BCP 47)")
    if parts[1] not in codes().languages:
        raise ValueError(f"{tag!r} names no language known here")
    if parts[2] and parts[2] not in codes().scripts:
        raise ValueError(f"{tag!r} names no script known here{near(parts[2], codes().scripts)}")
    return tag


def languages(value: object) -> tuple[str, ...]:
    """Read a list of language tags; the outlet's main language comes first."""
    tags = _each(value, language)
    if not tags:
        raise ValueError("is empty")
    return tags


def timezone(value: object) -> str:
    """Read an IANA time zone, such as Europe/Tirane."""
    name = text(value)
    try:
        known = _is_zone(name)
    except (OSError, ValueError, KeyError):  # a folder of zones, a path that leads outside, no such zone
        known = False
    if not known:
        from zoneinfo import available_timezones  # slow: walks the whole data base

        raise ValueError(f"{name!r} is no time zone{near(name, frozenset(available_timezones()))}")
    return name


@functools.cache
def _is_zone(name: str) -> bool:
    # the shape first: a name is a path to a file and to a module, and one of thousands of parts takes the stack
    return _ZONE_NAME.fullmatch(name) is not None and ZoneInfo(name).key == name


def url(value: object) -> str:
    """Read an http(s) URL of a host that can exist; names without a dot are refused as typos, but for localhost."""
    address = text(value)
    if _PLAIN_URL.fullmatch(address):  # nearly all of the catalogue; taking them apart would be half the loading time
        return address
    if any(letter.isspace() for letter in address) or "\\" in address:
        raise ValueError(f"bad URL {address!r}: holds a space or a backslash")
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise ValueError(f"bad URL {address!r}: {error}") from error
    if parts.scheme not in ("http", "https"):
        raise ValueError(f"bad URL {address!r}: must begin with https:// or http://")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"bad URL {parts.scheme}://…@{host}: must not hold a user name or a password")
    if not _is_host(host):
        raise ValueError(f"bad URL {address!r}: {host!r} is no host name" if host else f"bad URL {address!r}: no host")
    return address


@functools.cache
def _is_host(host: str) -> bool:
    labels = host.removesuffix(".").split(".")
    if ":" in host or labels[-1].isdigit():
        try:
            return bool(ipaddress.ip_address(host))
        except ValueError:
            return False
    return (len(labels) > 1 or host == "localhost") and len(host) <= 253 and all(map(_LABEL.fullmatch, labels))


def ages(value: object) -> tuple[timedelta, ...]:
    """Read the ages, in hours and growing, at which an article is visited again; an empty list for never."""
    if not isinstance(value, list):
        raise _wrong("a list of hours such as [1, 6, 24]", value)
    hours = [number(each, 0.25, 24 * 365) for each in value]
    if hours != sorted(set(hours)):
        raise ValueError("the hours have to grow")
    return tuple(timedelta(hours=each) for each in hours)


def urls(value: object) -> tuple[str, ...]:
    """Read a list of http(s) URLs. They may be on another host than the outlet: many feeds are."""
    return _each(value, url)


def pattern(value: object) -> str:
    """Read a regular expression, looked for anywhere in a URL (`re.search`)."""
    expression = text(value)
    try:
        re.compile(expression)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"is no regular expression: {error}") from error
    return expression


def selectors(value: object) -> tuple[str, ...]:
    """Read a list of CSS selectors, such as ``div.article-text``."""
    return _each(value, _selector)


def _selector(value: object) -> str:
    from cssselect import GenericTranslator, SelectorError  # few tables have any

    written = text(value)
    try:
        GenericTranslator().css_to_xpath(written)
    except (SelectorError, RecursionError) as error:
        raise ValueError(f"{written!r} is no CSS selector: {error}") from error
    return written


READERS: Mapping[str, Callable[[object], object]] = {
    "name": text,
    "country": country,
    "languages": languages,
    "timezone": timezone,
    "homepage": url,
    "feeds": urls,
    "sitemaps": urls,
    "sections": urls,
    "article_url": pattern,
    "article_url_examples": urls,
    "body": selectors,
    "leave_out": selectors,
    "family": text,
    "delay": lambda value: number(value, 0, 3600),
    "delay_reason": text,
    "concurrency": lambda value: whole(value, 1, 8),
    "unverified_tls": text,
    "strict_robots": flag,
    "revisits": ages,
    "agency": flag,
    "paywall": flag,
    "group": text,
    "since": day,
    "closed": day,
    "closed_reason": text,
    "evidence": lambda value: whole(value, 0, 10_000),
    "verified": flag,
}
"""The reader of each field that a table may hold."""
