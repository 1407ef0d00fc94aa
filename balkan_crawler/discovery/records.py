"""What discovery gives back: records of a read feed, sitemap or page, all plain and frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from balkan_crawler.model import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of one document is read: bytes (of a packed sitemap: unpacked ones) and entries."""

    bytes: int = 10_000_000
    entries: int = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedReading:
    """A feed's candidates in its own order, and what the feed says of itself.

    ``refresh`` is how long the publisher asks to wait before the next poll (``ttl``, ``sy:updatePeriod``); ``dropped``
    counts entries that gave no candidate, by reason (``no-link``, ``bad-link``, ``long-link``, ``other-site``,
    ``wrapper``, ``repeated``); ``oddities`` what was wrong with entries and was put right (``repeated-guid``,
    ``session-in-path``); ``malformed`` says that the document broke its format and was recovered.
    """

    candidates: tuple[Candidate, ...]
    title: str | None = None
    refresh: timedelta | None = None
    dropped: Mapping[str, int] = field(default_factory=dict)
    oddities: Mapping[str, int] = field(default_factory=dict)
    malformed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildSitemap:
    """One sitemap that an index names."""

    url: str
    modified: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SitemapReading:
    """A sitemap's candidates, or an index's children, newest and news first.

    ``modified`` holds each candidate's ``lastmod`` (also in its hints); ``dropped``, ``oddities`` and
    ``malformed`` as in `FeedReading`.
    """

    candidates: tuple[Candidate, ...] = ()
    children: tuple[ChildSitemap, ...] = ()
    dropped: Mapping[str, int] = field(default_factory=dict)
    oddities: Mapping[str, int] = field(default_factory=dict)
    malformed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLink:
    """A feed that a page names: its URL, its title, and whether the page declared it (``link``) or only links to it."""

    url: str
    title: str | None = None
    type: str | None = None
    declared: bool = True
