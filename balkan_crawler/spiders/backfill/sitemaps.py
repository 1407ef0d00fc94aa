"""Planning a back-fill from sitemaps: those that can hold the days that are asked for."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from balkan_crawler.discovery import read_sitemap
from balkan_crawler.discovery.sitemaps import children_of_span, reach_before
from balkan_crawler.errors import DocumentMissedError
from balkan_crawler.urls import identity

if TYPE_CHECKING:
    from datetime import date

    from balkan_crawler.discovery import SitemapReading
    from balkan_crawler.discovery.spans import Span
    from balkan_crawler.spiders.backfill.documents import PlanDocuments

_GUESSES: Final = ("/sitemap.xml", "/sitemap_index.xml", "/wp-sitemap.xml")
"""Where sitemaps are that neither the outlet's table nor its robots.txt names."""
_DEEPEST_INDEX: Final = 3


async def plan_from_sitemaps(documents: PlanDocuments) -> date | None:
    """Plan from the sitemaps; gives the day that they go back to, ``None`` where they name no article."""
    span = documents.plan.span
    queue: list[tuple[str, Span | None, int]] = [(url, None, 0) for url in await _roots(documents)]
    reach: list[date] = []
    found, asked = 0, set[str]()
    while queue and not documents.stops:
        url, period, depth = queue.pop(0)
        if identity(url) in asked:
            continue
        asked.add(identity(url))
        kept = documents.known.get(url)
        if kept is None:
            sitemap = await _sitemap(documents, url, optional=depth == 0)
            if sitemap is None:
                continue
            if sitemap.children:
                chosen = children_of_span(sitemap.children, span) if depth < _DEEPEST_INDEX else ()
                reach += [span.first] * reach_before(sitemap.children, span)
                queue = [*((child.url, days, depth + 1) for child, days in chosen), *queue]
                continue
            kept = await documents.keep(url, sitemap.candidates, period)
        found += kept.found
        reach += [kept.oldest or span.first] * bool(kept.found)
    if found:
        documents.plan.sources.append(f"sitemaps ({found} pages)")
    return min(reach, default=None)


async def _sitemap(documents: PlanDocuments, url: str, *, optional: bool) -> SitemapReading | None:
    """Read one sitemap; ``None`` where it was missed, or is optional and not there."""
    with suppress(DocumentMissedError):
        page = await documents.ask(url, optional=optional)
        if page is not None:
            read = documents.find if optional else documents.read
            return await read(read_sitemap, page, documents.outlet)
    return None


async def _roots(documents: PlanDocuments) -> list[str]:
    """Give the sitemaps that the outlet's table and its robots.txt name, else the usual places."""
    home, named = documents.outlet.homepage, tuple[str, ...]()
    with suppress(DocumentMissedError):
        named = await documents.robots_sitemaps()
    guesses = [urljoin(home, path) for path in _GUESSES]
    return list(dict.fromkeys((*documents.outlet.sitemaps, *named))) or guesses
