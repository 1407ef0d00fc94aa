"""What the catalogue says of an outlet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """One news site, as its table in the catalogue describes it.

    ``languages`` are BCP 47 tags with the script where it matters (``sr-Latn``). ``delay`` is in seconds, ``None``
    for the default. ``revisits`` are the ages at which an article is visited again, ``None`` for the default.
    ``unverified_tls`` says why its site is fetched though its certificate cannot be verified; ``strict_robots`` says
    that a web page in the place of its robots.txt means "not now" rather than "no rules".
    ``body`` are CSS selectors of the element that holds an article's text, ``leave_out`` of what is no part of a page.
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
    body: tuple[str, ...] = ()
    leave_out: tuple[str, ...] = ()
    family: str | None = None
    delay: float | None = None
    delay_reason: str | None = None
    concurrency: int = 1
    unverified_tls: str | None = None
    strict_robots: bool = False
    revisits: tuple[timedelta, ...] | None = None
    agency: bool = False
    paywall: bool = False
    group: str | None = None
    since: date | None = None
    closed: date | None = None
    closed_reason: str | None = None
    evidence: int = 0
    verified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A CMS or theme that many outlets are made with, and what its pages are told by.

    ``marks`` are class names that no other family has, or beginnings of such with ``*``; ``classes`` are further class
    names of its pages, of which those tell it that are no other family's. Extraction does not ask for the family:
    selectors for its body were tried, and helped on some pages as they hurt on others.
    """

    key: str
    name: str
    description: str
    classes: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
