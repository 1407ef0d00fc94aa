"""What a page gives: the article, its teasers, and the words that their fields are written in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from balkan_crawler.model.knowledge import Lesson


class Outcome(StrEnum):
    """What a fetched page turned out to be; only ``ARTICLE`` is stored as one."""

    ARTICLE = "article"
    LISTING = "listing"
    GALLERY_INDEX = "gallery-index"
    VIDEO_INDEX = "video-index"
    AUTHOR_INDEX = "author-index"
    TAG_INDEX = "tag-index"
    SEARCH_RESULTS = "search-results"
    SUBSCRIPTION = "subscription"
    SOFT_404 = "soft-404"
    CONSENT_WALL = "consent-wall"
    CHALLENGE = "challenge"
    EMPTY = "empty"
    NOT_HTML = "not-html"
    TOO_LARGE = "too-large"
    TIMED_OUT = "timed-out"
    EXTRACTION_ERROR = "extraction-error"
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
    """The story's canonical URL; it may be one that was never crawled."""
    title: str
    """Its headline, as the page offers it."""
    excerpt: str | None = None
    """The text beside the headline."""
    heading: str | None = None
    """The heading that the teaser stood under, such as "Read also"."""
    place: Place
    """Where it stood: ``text`` inside the body's column, ``after`` below it, ``beside`` elsewhere on the page."""
    position: int
    """Its number on the page, from the top."""


PARAGRAPHS: Final = frozenset({"lead", "body"})
"""The texts of an article that may have several paragraphs; all others are one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The clean record of one news story, as its page states it.

    Each field is a column of every store and of every export (`balkan_crawler.model.columns`). A new one goes to the
    end, with its meaning below it, and needs a migration: docs/schema.md.
    """

    url: str
    """The article's canonical URL."""
    title: str
    """The headline."""
    body: str
    """The article's own text, paragraphs joined by one newline: no headline, no boilerplate, no teasers."""
    lead: str | None = None
    """The summary that stands between headline and body, or that the page states of itself."""
    authors: tuple[str, ...] = ()
    """The people who wrote it."""
    agencies: tuple[str, ...] = ()
    """The news agencies it is credited to, by their canonical names."""
    published: datetime | None = None
    """When it was published. The record keeps the page's UTC offset (the outlet's own zone where it states none)."""
    modified: datetime | None = None
    """When it was last changed, as the page says."""
    date_source: DateSource | None = None
    """What told the time of publication: json-ld, meta, microdata, time, feed, sitemap, byline, url; or first-seen,
    where nothing did and the day of the first visit stands for it."""
    date_precision: DatePrecision | None = None
    """The smallest unit that this source states: second, minute or day."""
    modified_source: DateSource | None = None
    """What told the time of change."""
    section: str | None = None
    """The section of the site, as the page names it."""
    tags: tuple[str, ...] = ()
    """The page's own tags, in its order."""
    image: str | None = None
    """The URL of the main picture."""
    language: str | None = None
    """The language of the text: a bare code such as sr, sq, el (ISO 639)."""
    script: str | None = None
    """The script of the text: Latn, Cyrl, Grek (ISO 15924)."""
    access: Access = Access.UNKNOWN
    """Whether a reader without a subscription gets the whole text: free, locked, unknown."""
    access_evidence: str | None = None
    """What told so."""
    kind: Kind = Kind.STORY
    """The form: story, live, gallery or video."""
    charset: str = "utf-8"
    """The encoding that the page was read in."""
    replacement_share: float = 0.0
    """The share (0 to 1) of U+FFFD among the page's decoded characters: text that could not be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What `extract` makes of one page: an outcome, the article where the outcome is one, and the page's teasers.

    ``published`` is the day that the page states, also where it is no article. ``oddities`` name what was wrong with
    the page and was put right (``canonical-refused``). ``lesson`` is what the page of an article
    teaches of its outlet, where knowledge was handed in; ``page_hash`` is that of the page's title and the element
    of its text: where it is the same again, so is the page, however much more is known by then. ``prepared`` is
    filled by `balkan_crawler.preparation`, where the article is to be stored.
    """

    outcome: Outcome
    article: Article | None = None
    teasers: tuple[Teaser, ...] = ()
    reason: str | None = None
    oddities: tuple[str, ...] = ()
    published: datetime | None = None
    lesson: Lesson | None = None
    page_hash: str | None = None
    prepared: PreparedArticle | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedArticle:
    """What a store works out of an article and its teasers before it writes them; made by `balkan_crawler.preparation`.

    It is that of this ``article``, whose texts are clean, and these ``teasers``, and of no others.
    """

    article: Article
    teasers: tuple[Teaser, ...]
    cells: Mapping[str, object]
    """The article's fields as they are written, by name: all but its URL and what tells of times."""
    words: int
    """How many words the body has."""
    body_hash: str
    state_hash: str
    searched: tuple[tuple[str, ...], ...]
    """What the full-text index takes of it: layers of folded words and of their other spellings, by column."""
    fingerprint: bytes | None
    """The body's fingerprint in its stored form; ``None`` where it has no words."""
    bands: tuple[int, ...]
    """The keys that the fingerprint is looked up by: signed, 32 bits."""
    teaser_rows: tuple[tuple[object, ...], ...]
    """Of each teaser that has a headline and an address: position, canonical URL, title, excerpt, heading, place, and
    the identity of the URL."""
