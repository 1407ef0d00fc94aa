"""Records of what is seen at a glance: lines of articles and outlets, one outlet in detail, how crawls went."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from balkan_crawler.storage.pasts import OutletDay


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLine:
    """An article without its text, by its number; ``at`` is when it was published, or else first seen."""

    number: int
    outlet: str
    title: str
    url: str
    day: date
    at: datetime
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletLine:
    """An outlet that was ever to be crawled, and its latest article's day and time, where it has any."""

    key: str
    name: str
    country: str
    homepage: str
    is_closed: bool
    first_seen: datetime
    latest_day: date | None = None
    latest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageCount:
    """Articles in a language (``None`` where it is not known) and script."""

    language: str | None
    script: str | None
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Promoted:
    """An article, and how many articles offered it as a teaser."""

    article: ArticleLine
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """How many of the newest ``articles`` of an outlet have each field; ``since`` is the day of the oldest of them."""

    articles: int = 0
    since: date | None = None
    having: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """What of the newest ``articles`` of an outlet is from agencies, and what others have, too.

    ``copies`` are those that were earlier elsewhere, ``copied_from`` says by outlet where; ``copied`` those that others
    had later, ``copied_by`` says who. Each list begins with the most. ``since`` is the day of the oldest of them.
    """

    articles: int = 0
    since: date | None = None
    with_agency: int = 0
    agencies: tuple[tuple[str, int], ...] = ()
    copies: int = 0
    copied_from: tuple[tuple[str, int], ...] = ()
    copied: int = 0
    copied_by: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletPortrait:
    """One outlet in the days that were asked for.

    ``days`` are those on which it had articles. ``edits`` counts fetches that found an edit, ``edited`` are its
    articles that were edited last; ``redesigns`` are days on which its pages were seen to be built anew. ``outcomes``
    counts pages by what came of their first visit.
    """

    days: tuple[OutletDay, ...] = ()
    newest: tuple[ArticleLine, ...] = ()
    fields: Fields = field(default_factory=Fields)
    sharing: Sharing = field(default_factory=Sharing)
    promoted: tuple[Promoted, ...] = ()
    edits: int = 0
    edited: tuple[ArticleLine, ...] = ()
    redesigns: tuple[date, ...] = ()
    outcomes: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlReport:
    """One outlet's part of one run, as the table ``crawls`` keeps it; ``counts`` are visits by outcome."""

    outlet: str
    started: datetime
    ended: datetime | None = None
    new: int = 0
    edited: int = 0
    fetched: int = 0
    failed: int = 0
    state: str = "running"
    reason: str | None = None
    counts: Mapping[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRun:
    """When a step of maintenance was last tried, and how it went: its state, and what was said of it."""

    ran: datetime
    state: str
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySize:
    """How large an archive was on a day: bytes in use of its file, and articles."""

    day: date
    bytes: int
    articles: int
