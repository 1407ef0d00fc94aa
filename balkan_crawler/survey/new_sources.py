"""Finding the sources of a site that no table names yet: what it declares, what is usual, what its pages link to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from urllib.parse import urljoin

from balkan_crawler.discovery import find_feed_pages, find_feeds
from balkan_crawler.discovery.past.archives import find_sections
from balkan_crawler.discovery.sources import USUAL_FEEDS, USUAL_SITEMAPS, SourceKind
from balkan_crawler.errors import DiscoveryError, ExtractionError
from balkan_crawler.model import Candidate, Outlet
from balkan_crawler.survey.documents import Document, Visitor, ask, sitemaps_of
from balkan_crawler.survey.home_page import links_in
from balkan_crawler.survey.records import SourceCheck
from balkan_crawler.survey.sources import feeds_of, read_source
from balkan_crawler.survey.visits import read_with_children
from balkan_crawler.urls import identity, same_site

_MOST_FEEDS, _MOST_SITEMAPS, _MOST_SECTIONS = 3, 5, 8
_MOST_FEED_PAGES: Final = 2
_LEAST_LINKS: Final = 3
"""So many articles a page names that is taken for a section."""


@dataclass(slots=True)
class NewSources:
    """The sources that could be read, and what they name; ``titles`` are what feeds call themselves.

    ``feed_pages`` are addresses that are called feeds and are none: they may be pages about feeds.
    """

    feeds: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    feed_pages: list[str] = field(default_factory=list)
    checks: list[SourceCheck] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that a table could name."""
        return not (self.feeds or self.sitemaps or self.sections)

    def knows_all(self, candidates: Sequence[Candidate]) -> bool:
        """Say whether all of these candidates are named already, as by a second format of one feed."""
        known = {identity(candidate.url) for candidate in self.candidates}
        return bool(candidates) and all(identity(candidate.url) in known for candidate in candidates)


def find_sources(draft: Outlet, homepage: Document, visitor: Visitor, now: datetime) -> NewSources:
    """Try what may be a source of the outlet ``draft``: feeds, sitemaps, and its pages where those name no article."""
    found = NewSources()
    for url in _feeds_to_try(found, homepage, visitor):
        _try_feed(found, url, draft, visitor, now)
    for url in sitemaps_of(visitor, homepage.url)[:_MOST_SITEMAPS]:
        _try_sitemap(found, url, draft, visitor, now)
    for guess in USUAL_SITEMAPS:
        if not found.sitemaps:
            _try_sitemap(found, urljoin(homepage.url, guess), draft, visitor, now)
    if not found.candidates:
        _try_pages(found, homepage, draft, visitor, now)
    return found


def _feeds_to_try(found: NewSources, homepage: Document, visitor: Visitor) -> Iterator[str]:
    """Name what may be feeds, the likeliest first, until there are enough; guesses only until there is one."""
    for url in feeds_of(homepage):
        if len(found.feeds) < _MOST_FEEDS:
            yield url
    if not found.feeds:
        for url in _feeds_of_pages(homepage, found.feed_pages, visitor):
            if len(found.feeds) < _MOST_FEEDS:
                yield url
    base = homepage.url if homepage.url.endswith("/") else homepage.url + "/"
    for guess in USUAL_FEEDS:
        if not found.feeds:
            yield urljoin(base, guess)


def _feeds_of_pages(homepage: Document, called_feeds: Sequence[str], visitor: Visitor) -> list[str]:
    """Name what may be feeds on the site's page of feeds: what looks like one, else what only that page links to.

    Such a page is called one, or is called a feed and is none.
    """
    for url in (*called_feeds, *homepage.read(find_feed_pages))[:_MOST_FEED_PAGES]:
        answer = ask(visitor, url)
        if not isinstance(answer, Document) or answer.status != 200:
            continue
        try:
            named = [feed.url for feed in answer.read(find_feeds) if identity(feed.url) != identity(url)]
            own = {identity(link) for link in homepage.read(links_in)}
            links = answer.read(links_in)
        except (DiscoveryError, ExtractionError):
            continue
        found = named or [link for link in links if identity(link) not in own and same_site(link, url)]
        if found:
            return found[: 2 * _MOST_FEEDS]
    return []


def _try_pages(found: NewSources, homepage: Document, draft: Outlet, visitor: Visitor, now: datetime) -> None:
    """Read the home page and its sections, where nothing else names articles."""
    reading = read_source(SourceKind.HOMEPAGE, homepage.url, homepage, draft, now)
    found.checks.append(reading.check)
    found.candidates += reading.candidates
    for url in homepage.read(find_sections, draft)[:_MOST_SECTIONS]:
        section = read_source(SourceKind.SECTION, url, ask(visitor, url), draft, now)
        if len(section.candidates) >= _LEAST_LINKS:
            found.sections.append(url)
            found.checks.append(section.check)
            found.candidates += section.candidates
    if found.sections and len(reading.candidates) >= _LEAST_LINKS:
        found.sections.insert(0, homepage.url)


def _try_feed(found: NewSources, url: str, draft: Outlet, visitor: Visitor, now: datetime) -> None:
    answer = ask(visitor, url)
    reading = read_source(SourceKind.FEED, url, answer, draft, now)
    if reading.check.problem and isinstance(answer, Document):
        found.feed_pages.append(url)
    if reading.check.problem or found.knows_all(reading.candidates):
        return
    found.titles += [reading.title] if reading.title else []
    found.feeds.append(url)
    found.checks.append(reading.check)
    found.candidates += reading.candidates


def _try_sitemap(found: NewSources, url: str, draft: Outlet, visitor: Visitor, now: datetime) -> None:
    if any(identity(url) == identity(feed) for feed in found.feeds):
        return
    readings = read_with_children(SourceKind.SITEMAP, url, ask(visitor, url), draft, visitor, now)
    if readings[0].check.problem:
        return
    found.sitemaps.append(url)
    found.checks.append(readings[0].check)
    found.candidates += [candidate for reading in readings for candidate in reading.candidates]
