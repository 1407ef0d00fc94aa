"""What the catalogue says of an outlet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What an outlet's table says to expect; below it the outlet counts as failed.

    ``articles_a_day`` is (lowest, highest); ``body`` and ``date`` are the least shares of articles with that field.
    """

    articles_a_day: tuple[int, int] | None = None
    body: float | None = None
    date: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One news site, as its table in the catalogue describes it.

    ``languages`` are BCP 47 tags with the script where it matters (``sr-Latn``). ``delay`` is in seconds, ``None``
    for the default. ``revisits`` are the ages at which an article is visited again, ``None`` for the default.
    ``evidence`` counts the independent public sources that name the outlet or its feed;
    ``verified`` says that a feed's own URL stood in one of them.
    """

    key: str
    name: str
    country: str
    languages: tuple[str, ...]
    timezone: str
    homepage: str
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    article_url: str | None = None
    article_url_examples: tuple[str, ...] = ()
    family: str | None = None
    delay: float | None = None
    delay_reason: str | None = None
    concurrency: int = 1
    revisits: tuple[timedelta, ...] | None = None
    agency: bool = False
    paywall: bool = False
    group: str | None = None
    since: date | None = None
    closed: date | None = None
    closed_reason: str | None = None
    evidence: int = 0
    verified: bool = False
    expect: Expectation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What the outlets on one CMS or theme have in common; hints with a date, never the only way to an article.

    ``body``, ``lead``, ``related`` and ``remove`` are CSS selectors, the likeliest first; ``marks`` are class names
    that no other family has, or beginnings of such with ``*``. ``url_style`` and ``date_form`` say in words what its
    URLs and dates look like; ``examples`` are hosts that were seen with it.
    """

    key: str
    name: str
    description: str
    body: tuple[str, ...] = ()
    lead: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    url_style: str | None = None
    date_form: str | None = None
    examples: tuple[str, ...] = ()
