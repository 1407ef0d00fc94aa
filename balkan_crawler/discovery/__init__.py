"""Discovery: bytes of feeds, sitemaps, pages and robots.txt to candidates and rules. Fetching is the caller's.

Whatever cannot be read raises a `DiscoveryError`; a document that breaks its format gives what can be read of it.
"""

from __future__ import annotations

from balkan_crawler.discovery.feeds.feed_links import find_feed_pages, find_feeds
from balkan_crawler.discovery.feeds.xml_feed import read_feed
from balkan_crawler.discovery.links.article_links import find_article_links
from balkan_crawler.discovery.links.shapes import ArticleShape, learn_shape
from balkan_crawler.discovery.records import ChildSitemap, FeedLink, FeedReading, Limits, SitemapReading
from balkan_crawler.discovery.sitemaps import read_sitemap, recent_children
from balkan_crawler.discovery.spans import Span

__all__ = [
    "ArticleShape",
    "ChildSitemap",
    "FeedLink",
    "FeedReading",
    "Limits",
    "SitemapReading",
    "Span",
    "find_article_links",
    "find_feed_pages",
    "find_feeds",
    "learn_shape",
    "read_feed",
    "read_sitemap",
    "recent_children",
]
