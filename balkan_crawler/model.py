"""The records that every room speaks in: plain, frozen, picklable; no behaviour beyond what a field needs.

Times are aware datetimes. Text is NFC without control characters; paragraphs are joined by one newline.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum


class Outcome(StrEnum):
    """What a fetched page turned out to be; only ``ARTICLE`` is stored as one."""

    ARTICLE = "article"
    LISTING = "listing"
    GALLERY_INDEX = "gallery-index"
    SOFT_404 = "soft-404"
    CONSENT_WALL = "consent-wall"
    CHALLENGE = "challenge"
    EMPTY = "empty"
    NOT_HTML = "not-html"
    TOO_LARGE = "too-large"
    TIMED_OUT = "timed-out"
    NO_TEXT = "no-text"


class Access(StrEnum):
    """Whether a reader without a subscription gets the whole text."""

    FREE = "free"
    LOCKED = "locked"
    UNKNOWN = "unknown"


class Kind(StrEnum):
    """The form of an article."""

    STORY = "story"
    LIVE = "live"
    GALLERY = "gallery"
    VIDEO = "video"


class Place(StrEnum):
    """Where on its page a teaser stood: inside the body's column, below the body, elsewhere."""

    TEXT = "text"
    AFTER = "after"
    BESIDE = "beside"


class DateSource(StrEnum):
    """What told the time of publication."""

    JSON_LD = "json-ld"
    META = "meta"
    MICRODATA = "microdata"
    TIME = "time"
    FEED = "feed"
    SITEMAP = "sitemap"
    BYLINE = "byline"
    URL = "url"
    FIRST_SEEN = "first-seen"


class DatePrecision(StrEnum):
    """The smallest unit that the source of a time states."""

    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"


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
class Teaser:
    """Another story that a page offers with its headline."""

    url: str
    title: str
    excerpt: str | None = None
    heading: str | None = None
    place: Place
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The clean record of one news story, as its page states it.

    ``url`` is canonical. ``published`` keeps the UTC offset of the page (the outlet's own zone where it states none).
    ``authors`` are people, ``agencies`` are news agencies by their canonical names. ``script`` is an ISO 15924 code.
    ``replacement_share`` is the share of U+FFFD among the page's decoded characters.
    """

    url: str
    title: str
    body: str
    lead: str | None = None
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    published: datetime | None = None
    modified: datetime | None = None
    date_source: DateSource | None = None
    date_precision: DatePrecision | None = None
    modified_source: DateSource | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    language: str | None = None
    script: str | None = None
    access: Access = Access.UNKNOWN
    access_evidence: str | None = None
    kind: Kind = Kind.STORY
    charset: str = "utf-8"
    replacement_share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What `extract` makes of one page: an outcome, the article where the outcome is one, and the page's teasers.

    ``oddities`` name what was wrong with the page and was put right (``canonical-refused``).
    """

    outcome: Outcome
    article: Article | None = None
    teasers: tuple[Teaser, ...] = ()
    reason: str | None = None
    oddities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to crawl the outlets of one politeness key until ``ends``; ``token`` grows with every lease."""

    key: str
    outlets: tuple[str, ...]
    holder: str
    token: int
    ends: datetime


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
