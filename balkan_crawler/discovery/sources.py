"""Sources: the documents of an outlet that name its articles, by what they are read as."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from balkan_crawler.model import Outlet

USUAL_FEEDS: Final = ("feed/", "rss", "rss.xml", "feed.xml", "atom.xml")
"""Where feeds lie that no page names, below the home page: WordPress's, and the habits of others."""
USUAL_SITEMAPS: Final = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml", "/wp-sitemap.xml")
"""Where sitemaps lie that no robots.txt names: by the protocol's habit, Yoast's index, its news, WordPress's own."""


class SourceKind(StrEnum):
    """What a document is read as."""

    FEED = "feed"
    SITEMAP = "sitemap"
    SECTION = "section"
    HOMEPAGE = "homepage"


def named_sources(outlet: Outlet) -> tuple[tuple[SourceKind, str], ...]:
    """List kind and URL of the sources that an outlet's table names, feeds first."""
    return (
        *((SourceKind.FEED, url) for url in outlet.feeds),
        *((SourceKind.SITEMAP, url) for url in outlet.sitemaps),
        *((SourceKind.SECTION, url) for url in outlet.sections),
    )
