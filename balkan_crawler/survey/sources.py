"""What a source of an outlet names: feeds, sitemaps, section pages and home pages, read once for a look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from balkan_crawler.discovery import (
    ChildSitemap,
    find_article_links,
    find_feeds,
    read_feed,
    read_sitemap,
    recent_children,
)
from balkan_crawler.discovery.sources import SourceKind
from balkan_crawler.errors import BalkanCrawlerError, WorkersUnavailableError
from balkan_crawler.model import Candidate, Outlet
from balkan_crawler.survey.documents import Answer, Document, in_words
from balkan_crawler.survey.records import SourceCheck

RECENT: Final = timedelta(days=30)
"""Children of a sitemap index that changed since then are worth a look; where none did, its first one is."""
_EMPTY: Final = "names no article"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReading:
    """A source's check, with what it names.

    ``children`` are the further sitemaps of an index, ``title`` is what a feed calls itself.
    """

    check: SourceCheck
    candidates: tuple[Candidate, ...] = ()
    children: tuple[ChildSitemap, ...] = ()
    title: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the source could be read, and named nothing."""
        return self.check.problem == _EMPTY


def read_source(kind: SourceKind, url: str, answer: Answer, outlet: Outlet, now: datetime) -> SourceReading:
    """Read what came of asking for a source; a failure is the ``problem`` of its check."""
    if isinstance(answer, BalkanCrawlerError):
        return _failed(kind, url, in_words(answer, outlet))
    if answer.status != 200:
        return _failed(kind, url, f"HTTP status {answer.status}")
    try:
        candidates, children, title = _read(kind, answer, outlet, now)
    except WorkersUnavailableError:
        raise
    except BalkanCrawlerError as error:
        return _failed(kind, url, str(error))
    times = [time for entry in candidates if (time := entry.hints.published or entry.hints.modified)]
    check = SourceCheck(
        kind=kind,
        url=url,
        entries=len(candidates) + len(children),
        newest=max(times, default=None),
        problem=None if candidates or children else _EMPTY,
    )
    return SourceReading(check=check, candidates=candidates, children=children, title=title)


def _failed(kind: SourceKind, url: str, problem: str) -> SourceReading:
    return SourceReading(check=SourceCheck(kind=kind, url=url, problem=problem))


def _read(
    kind: SourceKind, document: Document, outlet: Outlet, now: datetime
) -> tuple[tuple[Candidate, ...], tuple[ChildSitemap, ...], str | None]:
    """Give candidates, further sitemaps and title. Raises a `DiscoveryError`."""
    if kind is SourceKind.FEED:
        feed = document.read(read_feed, outlet, document.content_type, now=now)
        return feed.candidates, (), feed.title
    if kind is SourceKind.SITEMAP:
        sitemap = document.read(read_sitemap, outlet, now=now)
        children = recent_children(sitemap.children, now - RECENT) or sitemap.children[:1]
        return sitemap.candidates, children, None
    return document.read(find_article_links, outlet, now=now), (), None


def feeds_of(homepage: Answer) -> tuple[str, ...]:
    """Name the feeds that a home page declares, or else links to."""
    if isinstance(homepage, BalkanCrawlerError) or homepage.status != 200:
        return ()
    try:
        feeds = homepage.read(find_feeds)
    except WorkersUnavailableError:
        raise
    except BalkanCrawlerError:
        return ()
    return tuple(feed.url for feed in feeds if feed.declared) or tuple(feed.url for feed in feeds)
