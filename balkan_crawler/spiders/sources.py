"""Which feeds, sitemaps and pages of an outlet are polled, when, and what of their candidates is wanted. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.discovery.sources import SourceKind, named_sources
from balkan_crawler.model import Discovery
from balkan_crawler.revisiting.schedule import pace_after, schedule, wait_at
from balkan_crawler.spiders import fetching
from balkan_crawler.urls import canonical_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from balkan_crawler.discovery import ChildSitemap
    from balkan_crawler.model import Candidate, Outlet, SourceState
    from balkan_crawler.revisiting.schedule import Polls

LONGEST_REFRESH: Final = timedelta(hours=1)
LONGEST_BACKOFF: Final = timedelta(hours=6)
APART_BACKOFF: Final = timedelta(hours=20)
"""So long at most a source waits that others stand in for: it is polled each day, where runs are daily, too."""
FULL_POLL_EVERY: Final = 10
"""Every so many polls a source is fetched without conditions, since some sites answer "not modified" for ever."""

SMALL_SITEMAP: Final = 100
"""A sitemap with at most so many URLs is taken whole; of a greater one only what is recent."""
MOST_CHILDREN: Final = 10
MOST_FOUND_FEEDS: Final = 3
DEEPEST_INDEX: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One document that names articles; ``depth`` counts the sitemap indexes above it."""

    url: str
    kind: SourceKind
    depth: int = 0


def sources_of(outlet: Outlet, robots_sitemaps: Iterable[str] = ()) -> tuple[Source, ...]:
    """List what an outlet's table names; where it names nothing, the sitemaps of its robots.txt and its home page."""
    named = tuple(Source(url=url, kind=kind) for kind, url in named_sources(outlet))
    if named:
        return named
    found = [Source(url=url, kind=SourceKind.SITEMAP) for url in robots_sitemaps]
    return (Source(url=outlet.homepage, kind=SourceKind.HOMEPAGE), *found[:MOST_CHILDREN])


def names_sources(outlet: Outlet) -> bool:
    """Say whether the outlet's table names any source."""
    return bool(outlet.feeds or outlet.sitemaps or outlet.sections)


def is_due(state: SourceState, now: datetime, *, asked: bool) -> bool:
    """Say whether a source is polled now: when it is due, and always when the user asked for its outlet by name.

    A poll that lies ahead was stamped by a clock that has been set back since; what it planned does not count.
    """
    return asked or state.due is None or state.due <= now or (state.polled is not None and state.polled > now)


def conditions(state: SourceState) -> dict[str, str]:
    """Give the headers of a conditional request, none where a full answer is due."""
    if state.polls_since_full >= FULL_POLL_EVERY - 1 or state.failures:
        return {}
    return fetching.conditions(state.etag, state.last_modified)


def read(
    state: SourceState,
    now: datetime,
    etag: str | None,
    last_modified: str | None,
    refresh: timedelta | None = None,
    news: int = 0,
    polls: Polls | None = None,
) -> SourceState:
    """Give the state after a document was read in full.

    ``refresh`` is the wait that its publisher asks for, ``news`` how many new or changed articles it told of.
    """
    return replace(
        _polled(state, now, news, polls, min(refresh or timedelta(), LONGEST_REFRESH)),
        etag=etag,
        last_modified=last_modified,
        failures=0,
        polls_since_full=0,
        failing_since=None,
        reason=None,
        outcome=None,
    )


def unchanged(
    state: SourceState,
    now: datetime,
    polls: Polls | None = None,
    etag: str | None = None,
    last_modified: str | None = None,
) -> SourceState:
    """Give the state after the answer "not modified", which may bring newer validators (RFC 9111, 4.3.4)."""
    return replace(
        _polled(state, now, 0, polls),
        etag=etag or state.etag,
        last_modified=last_modified or state.last_modified,
        polls_since_full=state.polls_since_full + 1,
    )


def failed(
    state: SourceState,
    now: datetime,
    polls: Polls | None = None,
    reason: str | None = None,
    outcome: str | None = None,
    longest: timedelta = LONGEST_BACKOFF,
) -> SourceState:
    """Give the state after a failure: each further one doubles the wait, up to the ``longest``."""
    shortest = (polls or schedule().polls).shortest
    wait: timedelta = min(shortest * 2 ** min(state.failures, 10), max(shortest, longest))
    since = state.failing_since or (state.polled if state.failures else now)
    return replace(
        state,
        polled=now,
        due=now + wait,
        failures=state.failures + 1,
        failing_since=since,
        reason=reason,
        outcome=outcome,
    )


def _polled(
    state: SourceState, now: datetime, news: int, polls: Polls | None, least: timedelta = timedelta()
) -> SourceState:
    pace = pace_after(state, now, news)
    return replace(state, polled=now, due=now + max(wait_at(pace, polls or schedule().polls), least), pace=pace)


def wanted(candidates: Sequence[Candidate], since: datetime) -> list[Candidate]:
    """Choose a sitemap's candidates: all of a small one and of a news sitemap, else those dated ``since`` or later.

    An archive of 50,000 URLs without times is no news; what of it is new stands in the feed or on the sections.
    """
    if len(candidates) <= SMALL_SITEMAP:
        return list(candidates)
    return [
        candidate
        for candidate in candidates
        if candidate.found_by is not Discovery.SITEMAP or _last_change(candidate, since) >= since
    ]


def _last_change(candidate: Candidate, since: datetime) -> datetime:
    times = [time for time in (candidate.hints.published, candidate.hints.modified) if time is not None]
    return max(times, default=since - timedelta(days=1))


def children_of(source: Source, chosen: Sequence[ChildSitemap], all_children: Sequence[ChildSitemap]) -> list[Source]:
    """Make sources of the chosen children of an index, or of its newest one where none was recent enough."""
    if source.depth >= DEEPEST_INDEX:
        return []
    taken = (chosen or all_children[:1])[:MOST_CHILDREN]
    return [Source(url=child.url, kind=SourceKind.SITEMAP, depth=source.depth + 1) for child in taken]


def without_repeats(sources: Iterable[Source], seen: set[str]) -> list[Source]:
    """Leave out sources whose address is in ``seen``, and add the others to it."""
    fresh = []
    for source in sources:
        key = canonical_url(source.url)
        if key not in seen:
            seen.add(key)
            fresh.append(source)
    return fresh
