"""Polling an outlet's feeds, sitemaps and pages: from fetched documents to offered candidates."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from balkan_crawler.discovery import (
    find_article_links,
    find_feeds,
    learn_shape,
    read_feed,
    read_sitemap,
    recent_children,
)
from balkan_crawler.discovery.sources import SourceKind
from balkan_crawler.errors import DiscoveryError
from balkan_crawler.middlewares.robots import RobotsMiddleware
from balkan_crawler.spiders import sources
from balkan_crawler.spiders.failures import Consequence, judge
from balkan_crawler.spiders.fetching import ACCEPT_DOCUMENTS, fetch
from balkan_crawler.spiders.sources import Source

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping

    from balkan_crawler.discovery import ArticleShape, FeedReading, SitemapReading
    from balkan_crawler.model import Candidate, Outlet, SourceState
    from balkan_crawler.spiders.outlet import OutletSpider
    from balkan_crawler.spiders.run_results import OutletRun
    from balkan_crawler.spiders.visits import Page
    from balkan_crawler.storage import Offered

logger = logging.getLogger(__name__)

_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What one document gave: candidates, further documents to poll, and when its publisher wants to be asked again.

    ``oddities`` counts what was odd in it, by name.
    """

    candidates: tuple[Candidate, ...] = ()
    further: tuple[Source, ...] = ()
    refresh: timedelta | None = None
    oddities: Mapping[str, int] = field(default_factory=dict)


class SiteLaterError(Exception):
    """Nothing more may be asked of the site in this run; raised while polling. Arguments: reason, until (or None)."""

    def __init__(self, reason: str, until: datetime | None) -> None:
        super().__init__(reason, until)
        self.reason, self.until = reason, until

    def __str__(self) -> str:
        return self.reason


@dataclass(slots=True)
class Polling:
    """Polls one outlet's sources in turn.

    ``offer`` hands candidates to the frontier, ``record`` keeps a source's state, ``note`` counts what was odd in it.
    What a feed or sitemap gives teaches the shape of the outlet's article URLs, which section pages are then read by.
    """

    spider: OutletSpider
    run: OutletRun
    offer: Callable[[list[Candidate]], Awaitable[Offered]]
    record: Callable[[SourceState], Awaitable[object]]
    note: Callable[[Mapping[str, int]], Awaitable[object]]
    _known: list[str] = field(default_factory=list)

    @property
    def _outlet(self) -> Outlet:
        return self.run.outlet

    async def poll(self) -> None:
        """Poll all sources that are due. Raises `SiteLaterError`, `LeaseLostError` and `StoreError`."""
        seen: set[str] = set()
        await self._poll_all(sources.sources_of(self._outlet, await self._robots_sitemaps()), seen)

    async def _poll_all(self, found: Iterable[Source], seen: set[str]) -> int:
        """Poll sources in turn, each followed by those that it names; gives the number of new or changed articles."""
        news = 0
        for source in sources.without_repeats(found, seen):
            if self.run.over or self.spider.stopping:
                break
            news += await self._poll(source, seen)
        return news

    async def _robots_sitemaps(self) -> tuple[str, ...]:
        robots = self.spider.crawler.get_downloader_middleware(RobotsMiddleware)
        if sources.names_sources(self._outlet) or robots is None:
            return ()
        try:
            return (await robots.rules_for(self._outlet.homepage)).sitemaps
        except Exception as error:  # the network's ways to fail have no common base
            self._fail(self._outlet.homepage, error)
            return ()

    async def _poll(self, source: Source, seen: set[str]) -> int:
        now, polls = datetime.now(UTC), self.spider.run.order.polls
        state = await self.spider.ask(self.spider.store.source_state, source.url, self._outlet.key)
        if not sources.is_due(state, now, asked=self.spider.run.order.asked):
            return 0
        try:
            page = await fetch(self.spider.crawler, source.url, ACCEPT_DOCUMENTS | sources.conditions(state))
            if page.status == _NOT_MODIFIED:
                self._succeed()
                await self.record(sources.unchanged(state, now, polls))
                return 0
            if not 200 <= page.status < 300:
                raise DiscoveryError(page.url, f"HTTP status {page.status}")
            reading = await self._read(source, page, now)
        except Exception as error:
            if self.spider.stopping:
                return 0
            await self.record(sources.failed(state, now, polls))
            self._fail(source.url, error)
            return 0
        self._succeed()
        offered = await self.offer(list(reading.candidates))
        if reading.oddities:
            await self.note(reading.oddities)
        self._known += [candidate.url for candidate in reading.candidates]
        # an index is read as often as its children have news; it names them, so that it is never asked conditionally
        news = offered.new + offered.changed + await self._poll_all(reading.further, seen)
        etag, last_modified = (None, None) if reading.further else (page.etag, page.last_modified)
        await self.record(sources.read(state, now, etag, last_modified, reading.refresh, news, polls))
        return news

    async def _read(self, source: Source, page: Page, now: datetime) -> _Reading:
        run, outlet = self.spider.pool.run, self._outlet
        if source.kind is SourceKind.FEED:
            feed = await run(read_feed, page.content, page.url, outlet, page.content_type, now=now, url=page.url)
            return _Reading(candidates=feed.candidates, refresh=feed.refresh, oddities=_oddities(feed))
        if source.kind is SourceKind.SITEMAP:
            since = now - timedelta(days=self.spider.run.order.days)
            sitemap = await run(read_sitemap, page.content, page.url, outlet, now=now, url=page.url)
            chosen = recent_children(sitemap.children, since)
            return _Reading(
                candidates=tuple(sources.wanted(sitemap.candidates, since)),
                further=tuple(sources.children_of(source, chosen, sitemap.children)),
                oddities=_oddities(sitemap),
            )
        shape: ArticleShape | None = None if outlet.article_url else learn_shape(self._known)
        links = await run(find_article_links, page.content, page.url, outlet, shape, now, url=page.url)
        if source.kind is SourceKind.SECTION:
            return _Reading(candidates=links)
        feeds = await run(find_feeds, page.content, page.url, url=page.url)
        found = [Source(url=feed.url, kind=SourceKind.FEED) for feed in feeds if feed.declared] or [
            Source(url=feed.url, kind=SourceKind.FEED) for feed in feeds
        ]
        return _Reading(candidates=links, further=tuple(found[: sources.MOST_FOUND_FEEDS]))

    def _succeed(self) -> None:
        self.run.sources_read += 1
        self.run.heard()

    def _fail(self, url: str, error: Exception) -> None:
        source_failed(self.run, url, error)


def source_failed(run: OutletRun, url: str, error: Exception) -> None:
    """Count the failure of a document that names articles; raises `SiteLaterError` where it is the whole site's."""
    failure = judge(error, run.outlet.homepage)
    reason = failure.reason if url in failure.reason else f"{url}: {failure.reason}"
    run.source_failed(reason, unreachable=failure.unreachable)
    if failure.consequence is Consequence.SITE_LATER:
        raise SiteLaterError(reason, failure.until) from error
    logger.warning("%s: %s", run.outlet.key, reason)


def _oddities(reading: FeedReading | SitemapReading) -> Mapping[str, int]:
    """Count what was odd in a feed or sitemap: what it gave no candidate for, and what had to be put right."""
    dropped = {"repeated-link" if reason == "repeated" else reason: count for reason, count in reading.dropped.items()}
    return {**dropped, **reading.oddities}
