"""What the crawl knows of a URL: where it was found, who may fetch it, what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from balkan_crawler.model.article import Article, PreparedArticle, Teaser
from balkan_crawler.model.repair import Sign


class Discovery(StrEnum):
    """The kind of place a candidate was found in."""

    FEED = "feed"
    SITEMAP = "sitemap"
    NEWS_SITEMAP = "news-sitemap"
    SECTION = "section"
    BACKFILL = "backfill"


class UrlState(StrEnum):
    """The state of a URL of the frontier."""

    NEW = "new"
    LEASED = "leased"
    DONE = "done"
    FAILED = "failed"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the place of discovery already said of a candidate; every field may be empty."""

    title: str | None = None
    summary: str | None = None
    published: datetime | None = None
    modified: datetime | None = None
    section: str | None = None
    language: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    image: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A URL that discovery offers, with what it knows of it and the document it was seen in."""

    url: str
    outlet: str
    found_by: Discovery
    found_in: str
    hints: Hints = field(default_factory=Hints)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to crawl the outlets of one politeness key until ``ends``; ``token`` grows with every lease.

    ``last_used`` is until when whoever had the site before may have asked for something: ``None`` where nobody had it.
    """

    key: str
    outlets: tuple[str, ...]
    holder: str
    token: int
    ends: datetime
    last_used: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierEntry:
    """One due URL of a leased outlet, with what discovery and earlier visits know of it.

    ``appeared`` is when it was published as far as is known, else first seen; ``live`` says that it is a live blog.
    """

    url: str
    outlet: str
    found_by: Discovery
    found_in: str
    hints: Hints
    attempts: int = 0
    etag: str | None = None
    last_modified: str | None = None
    visits: int = 0
    appeared: datetime | None = None
    live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """What came of fetching one frontier URL: its next state, and what is to be stored with it in one transaction.

    ``outcome`` is an `Outcome` value or a word of the fetch (``http-404``, ``timeout``, ``robots``, ``unchanged``).
    ``aliases`` are all other URLs that led to the article (asked, redirected, declared). ``next_visit`` is when the
    URL is due again; ``None`` for never. ``oddities`` name odd inputs that were met on the way, to be counted.
    ``fetched`` is when the page was there, which may be long before its visit is stored. ``page_hash`` is that of
    `Extraction`, and so is ``prepared``, which saves the store that work; without it the store does it itself.
    """

    url: str
    outlet: str
    state: UrlState
    outcome: str
    status: int | None = None
    article: Article | None = None
    teasers: tuple[Teaser, ...] = ()
    aliases: tuple[str, ...] = ()
    etag: str | None = None
    last_modified: str | None = None
    next_visit: datetime | None = None
    reason: str | None = None
    oddities: tuple[str, ...] = ()
    fetched: datetime | None = None
    page_hash: str | None = None
    prepared: PreparedArticle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """What is remembered of a feed, sitemap or section page between two polls.

    ``pace`` counts its news, fading with time (see `balkan_crawler.revisiting.schedule`); ``None`` before the first
    poll. Of ``failures`` in a row the first was at ``failing_since``, and the last for this ``reason``, with an
    ``outcome`` as visits have them (``http-404``, ``timeout``). ``sign`` is what polls show again and again,
    where a repair may follow from it.
    """

    url: str
    outlet: str
    etag: str | None = None
    last_modified: str | None = None
    polled: datetime | None = None
    due: datetime | None = None
    failures: int = 0
    polls_since_full: int = 0
    pace: float | None = None
    failing_since: datetime | None = None
    reason: str | None = None
    outcome: str | None = None
    sign: Sign | None = None
