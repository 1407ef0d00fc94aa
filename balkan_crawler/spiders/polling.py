"""Polling an outlet's feeds, sitemaps and pages: from fetched documents to offered candidates."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.discovery import (
    find_article_links,
    find_feeds,
    learn_shape,
    read_feed,
    read_sitemap,
    recent_children,
)
from balkan_crawler.discovery.sources import SourceKind
from balkan_crawler.errors import DiscoveryError, LeaseLostError, StoreError, WorkersUnavailableError
from balkan_crawler.repair import signs
from balkan_crawler.spiders import sources
from balkan_crawler.spiders.context import source_failed
from balkan_crawler.spiders.failures import judge
from balkan_crawler.spiders.fetching import ACCEPT_DOCUMENTS
from balkan_crawler.spiders.losses import is_for_good
from balkan_crawler.spiders.sources import Source
from balkan_crawler.urls import politeness_key, same_site

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from balkan_crawler.discovery import ArticleShape, FeedReading, SitemapReading
    from balkan_crawler.model import Candidate, Lease, Outlet, SourceState
    from balkan_crawler.spiders.context import CrawlContext
    from balkan_crawler.spiders.fetching import Page
    from balkan_crawler.spiders.run_results import OutletRun


_ODD: Final = frozenset({"cut", "broken-encoding", "unreadable"})
"""Ways of a source to fail that are counted as odd inputs: something was sent, and could not be read."""
_MOST_LEARNED_FROM: Final = 5_000
"""Addresses of articles that the shape of such addresses is learned from, the last ones that sources have named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """What one document gave: candidates, further documents to poll, and when its publisher wants to be asked again.

    ``oddities`` counts what was odd in it, by name.
    """

    candidates: tuple[Candidate, ...] = ()
    further: tuple[Source, ...] = ()
    refresh: timedelta | None = None
    oddities: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class Polling:
    """Polls one outlet's sources in turn: those of ``outlet``, which may be others than its table names.

    What a feed or sitemap gives teaches the shape of the outlet's article URLs, which section pages are then read by.
    The state of a source that no server answered for is added to ``unanswered`` rather than stored: it may be that this
    machine has no network. ``apart`` are sources that others stand in for, and ``was_answered`` says whether any server
    has given an answer, of whatever kind.
    """

    context: CrawlContext
    lease: Lease
    run: OutletRun
    outlet: Outlet
    unanswered: list[SourceState]
    apart: frozenset[str] = frozenset()
    was_answered: bool = False
    _known: list[str] = field(default_factory=list)

    async def poll(self) -> None:
        """Poll all sources that are due. Raises `SiteLaterError`, `LeaseLostError` and `StoreError`."""
        seen: set[str] = set()
        await self._poll_all(sources.sources_of(self.outlet, await self._robots_sitemaps()), seen)

    async def _poll_all(self, found: Iterable[Source], seen: set[str]) -> int:
        """Poll sources in turn, each followed by those that it names; gives the number of new or changed articles."""
        news = 0
        for source in sources.without_repeats(found, seen):
            if self.run.over or self.context.stopping:
                break
            news += await self._poll(source, seen)
        return news

    async def _robots_sitemaps(self) -> tuple[str, ...]:
        if sources.names_sources(self.outlet):
            return ()
        try:
            return await self.context.robots_sitemaps(self.outlet.homepage)
        except LeaseLostError:
            raise
        except Exception as error:  # the network's ways to fail have no common base
            source_failed(self.run, self.outlet.homepage, error)
            return ()

    async def _poll(self, source: Source, seen: set[str]) -> int:
        now, store, polls = self.context.clock(), self.context.store, self.context.order.polls
        state = await store.source_state(source.url, self.outlet.key)
        if not sources.is_due(state, now, asked=self.context.order.asked):
            return 0
        status: int | None = None
        page: Page | None = None
        await self.context.open_crawl(self.run)
        try:
            page = await self.context.fetch(source.url, ACCEPT_DOCUMENTS | sources.conditions(state))
            status, moved_to = page.status, page.moved_to
            if page.is_unchanged:
                self._succeed()
                kept = sources.unchanged(state, now, polls, page.etag, page.last_modified)
                await store.record_source(self.lease, self._signed(kept, now, moved_to, ()))
                return 0
            if not page.is_answer:
                raise DiscoveryError(page.url, f"HTTP status {page.status}")
            reading = await self._read(source, page, now)
            named = [each.url for each in (reading.candidates or reading.further)]
            reading = self._of_own_site(reading, source, page.url)
            validators = (None, None) if reading.further else (page.etag, page.last_modified)
            page = None  # some megabytes, while all that it names is polled
        except (StoreError, LeaseLostError, WorkersUnavailableError):  # no fault of the source
            raise
        except Exception as error:  # the network's ways to fail have no common base
            if self.context.stopping:
                return 0
            failure = judge(error, source.url, self.outlet.homepage)
            self.was_answered |= not failure.unreachable
            refused = status is not None and not 200 <= status < 300
            outcome = f"http-{status}" if refused else failure.outcome
            longest = sources.APART_BACKOFF if source.url in self.apart else sources.LONGEST_BACKOFF
            failed = sources.failed(state, now, polls, failure.reason, outcome, longest)
            if await is_for_good(self.context, self.outlet, page, error, failure):
                failed = replace(failed, sign=signs.after_loss(state.sign, now))
            if failure.unreachable:
                self.unanswered.append(failed)
            else:
                await store.record_source(self.lease, failed)
            if failure.outcome in _ODD:
                await self._note({f"source-{failure.outcome}": 1})
            source_failed(self.run, source.url, error, status)
            return 0
        self._succeed()
        offered = await store.offer(self.lease, reading.candidates, self.context.clock())
        await self._note(reading.oddities)
        self._known += [candidate.url for candidate in reading.candidates]
        # an index is read as often as its children have news; it names them, so that it is never asked conditionally
        news = offered.new + offered.changed + await self._poll_all(reading.further, seen)
        state = sources.read(state, now, *validators, reading.refresh, news, polls)
        await store.record_source(self.lease, self._signed(state, now, moved_to, named))
        return news

    async def _read(self, source: Source, page: Page, now: datetime) -> _Reading:
        run, outlet = self.context.pool.run, self.outlet
        if source.kind is SourceKind.FEED:
            feed = await run(page.url, None, read_feed, page.content, page.url, outlet, page.content_type, now=now)
            return _Reading(candidates=feed.candidates, refresh=feed.refresh, oddities=_oddities(feed))
        if source.kind is SourceKind.SITEMAP:
            since = now - timedelta(days=self.context.order.days)
            sitemap = await run(page.url, None, read_sitemap, page.content, page.url, outlet, now=now)
            chosen = recent_children(sitemap.children, since)
            return _Reading(
                candidates=tuple(sources.wanted(sitemap.candidates, since)),
                further=tuple(sources.children_of(source, chosen, sitemap.children)),
                oddities=_oddities(sitemap),
            )
        shape: ArticleShape | None = None
        if not outlet.article_url and self._known:
            shape = await run(page.url, None, learn_shape, self._known[-_MOST_LEARNED_FROM:])
        links = await run(page.url, None, find_article_links, page.content, page.url, outlet, shape, now)
        if source.kind is SourceKind.SECTION:
            return _Reading(candidates=links)
        feeds = await run(page.url, None, find_feeds, page.content, page.url)
        found = [Source(url=feed.url, kind=SourceKind.FEED) for feed in feeds if feed.declared] or [
            Source(url=feed.url, kind=SourceKind.FEED) for feed in feeds
        ]
        return _Reading(candidates=links, further=tuple(found[: sources.MOST_FOUND_FEEDS]))

    def _of_own_site(self, reading: _Reading, source: Source, led_to: str) -> _Reading:
        """Leave out what a document names of another site that redirects led to: domains are sold, with their feeds."""
        if same_site(led_to, source.url):
            return reading
        own = signs.own_sites(self.outlet) | {politeness_key(source.url)}
        kept = tuple(each for each in reading.candidates if politeness_key(each.url) in own)
        further = tuple(each for each in reading.further if politeness_key(each.url) in own)
        left_out = {"other-site": len(reading.candidates) - len(kept)}
        return replace(
            reading, candidates=kept, further=further, oddities=Counter(reading.oddities) + Counter(left_out)
        )

    def _signed(self, state: SourceState, now: datetime, moved_to: str | None, named: Sequence[str]) -> SourceState:
        """Add what this poll, which read the source, shows of it."""
        apart = state.url in self.apart
        sign = signs.after_reading(state.sign, self.run.outlet, now, moved_to=moved_to, named=named, stands_apart=apart)
        return replace(state, sign=sign)

    async def _note(self, oddities: Mapping[str, int]) -> None:
        if oddities:
            self.run.oddities.update(oddities)
            await self.context.store.note(self.lease, self.outlet.key, oddities, self.context.clock())

    def _succeed(self) -> None:
        self.was_answered = True
        self.context.run.hear(self.lease.key, self.outlet.homepage)
        self.run.sources_read += 1
        self.run.heard()


def _oddities(reading: FeedReading | SitemapReading) -> Mapping[str, int]:
    """Count what was odd in a feed or sitemap: what it gave no candidate for, and what had to be put right."""
    dropped = {"repeated-link" if reason == "repeated" else reason: count for reason, count in reading.dropped.items()}
    is_empty = not (reading.candidates or dropped or getattr(reading, "children", ()))
    whole = {"empty" if is_empty else "malformed": 1} if reading.malformed or is_empty else {}
    return {**dropped, **reading.oddities, **whole}
