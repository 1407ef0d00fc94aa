"""Visiting outlets to check them: which documents are fetched, in which order, several sites side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from balkan_crawler.discovery.sources import SourceKind, named_sources
from balkan_crawler.errors import BalkanCrawlerError
from balkan_crawler.outlets import load_families
from balkan_crawler.survey.articles import read_article
from balkan_crawler.survey.check import PAGE_FOR_ROBOTS, judge, wall_of
from balkan_crawler.survey.documents import Answer, Document, Visitor, ask, has_page_for_robots, sitemaps_of
from balkan_crawler.survey.home_page import family_of, marks_on
from balkan_crawler.survey.records import Check, SourceCheck
from balkan_crawler.survey.sources import SourceReading, feeds_of, read_source
from balkan_crawler.urls import identity, politeness_key

if TYPE_CHECKING:
    from balkan_crawler.model import Candidate, Outlet

_SITES_AT_ONCE: Final = 8
_MOST_FOUND: Final = 3
"""So many feeds and sitemaps are read where the table names none and the site itself does."""
_MOST_CHILDREN: Final = 3
_ENOUGH: Final = 20
"""Children of a sitemap index are read until they name so many articles, or that many children were read."""


def check_outlets(outlets: Sequence[Outlet], visitor: Visitor, now: datetime, articles: int = 5) -> Iterator[Check]:
    """Check outlets, several sites side by side and each in a thread; gives checks as they are done."""

    def visit_site(of_site: Sequence[Outlet]) -> list[Check]:
        return [check_outlet(outlet, visitor, now, articles) for outlet in of_site]

    sites = by_site(outlets)
    pool = ThreadPoolExecutor(min(_SITES_AT_ONCE, max(1, len(sites))))
    try:
        for done in as_completed([pool.submit(visit_site, of_site) for of_site in sites.values()]):
            yield from done.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def by_site(outlets: Sequence[Outlet]) -> dict[str, list[Outlet]]:
    """Group outlets by the politeness key of their site."""
    sites: dict[str, list[Outlet]] = {}
    for outlet in outlets:
        sites.setdefault(politeness_key(outlet.homepage), []).append(outlet)
    return sites


def check_outlet(outlet: Outlet, visitor: Visitor, now: datetime, articles: int = 5) -> Check:
    """Visit one outlet: home page, every source that its table names (or that the site does), ``articles`` articles."""
    check = _check(outlet, visitor, now, articles)
    if has_page_for_robots(visitor, outlet.homepage):
        return replace(check, findings=(*check.findings, PAGE_FOR_ROBOTS))
    return check


def _check(outlet: Outlet, visitor: Visitor, now: datetime, articles: int) -> Check:
    homepage = ask(visitor, outlet.homepage)
    if isinstance(homepage, BalkanCrawlerError) and not (outlet.feeds or outlet.sitemaps):
        return judge(outlet, homepage, (), (), now)
    seen, candidates = read_sources(outlet, homepage, visitor, now)
    if wall_of(homepage, outlet, now) and not candidates:
        return judge(outlet, homepage, seen, (), now)
    chosen = newest(candidates, articles)
    answers = [ask(visitor, candidate.url) for candidate in chosen]
    pages = [read_article(candidate, answer, outlet, now) for candidate, answer in zip(chosen, answers, strict=True)]
    marks = marks_on(answer for answer in answers if isinstance(answer, Document) and answer.status == 200)
    return judge(outlet, homepage, seen, pages, now, family_of(marks, load_families()))


def read_sources(
    outlet: Outlet, homepage: Answer, visitor: Visitor, now: datetime
) -> tuple[list[SourceCheck], list[Candidate]]:
    """Read all sources of an outlet, and of a sitemap index the newest children; candidates in their order."""
    seen: list[SourceCheck] = []
    candidates: list[Candidate] = []
    for kind, url in _sources(outlet, homepage, visitor):
        answer = homepage if kind is SourceKind.HOMEPAGE else ask(visitor, url)
        for reading in read_with_children(kind, url, answer, outlet, visitor, now):
            seen.append(reading.check)
            candidates += reading.candidates
    return seen, candidates


def read_with_children(
    kind: SourceKind, url: str, answer: Answer, outlet: Outlet, visitor: Visitor, now: datetime
) -> tuple[SourceReading, ...]:
    """Read a source, and where it is a sitemap index its newest children, too, until they name enough articles.

    On the first days of a month a sitemap of that month names few or none: children that name nothing are left out
    where another one names something.
    """
    reading = read_source(kind, url, answer, outlet, now)
    if reading.candidates or not reading.children:
        return (reading,)
    children: list[SourceReading] = []
    for child in reading.children[:_MOST_CHILDREN]:
        children.append(read_source(kind, child.url, ask(visitor, child.url), outlet, now))
        if sum(len(of_child.candidates) for of_child in children) >= _ENOUGH:
            break
    return reading, *([of_child for of_child in children if not of_child.is_empty] or children)


def _sources(outlet: Outlet, homepage: Answer, visitor: Visitor) -> Sequence[tuple[SourceKind, str]]:
    """List kind and URL of what the table names; where it names nothing, of what home page and robots.txt name."""
    named = named_sources(outlet)
    if named:
        return named
    found = [(SourceKind.FEED, url) for url in feeds_of(homepage)[:_MOST_FOUND]]
    found += [(SourceKind.SITEMAP, url) for url in sitemaps_of(visitor, outlet.homepage)[:_MOST_FOUND]]
    return [*found, (SourceKind.HOMEPAGE, outlet.homepage)]


def newest(candidates: Sequence[Candidate], most: int) -> list[Candidate]:
    """Choose candidates to try: dated ones newest first, then the others in their order; no page twice."""
    dated = [candidate for candidate in candidates if candidate.hints.published or candidate.hints.modified]
    dated.sort(key=lambda candidate: candidate.hints.published or candidate.hints.modified, reverse=True)  # type: ignore[arg-type,return-value]
    others = [candidate for candidate in candidates if not (candidate.hints.published or candidate.hints.modified)]
    unlike: dict[str, Candidate] = {}
    for candidate in [*dated, *others]:
        unlike.setdefault(identity(candidate.url), candidate)
    return list(unlike.values())[:most]
