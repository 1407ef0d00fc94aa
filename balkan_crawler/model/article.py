"""What a page gives: the article, its teasers, and the words that their fields are written in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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
