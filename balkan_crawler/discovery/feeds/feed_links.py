"""The feeds that a page names."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from lxml import html

from balkan_crawler.discovery.feed_values import plain_text
from balkan_crawler.discovery.html import base_of, read_tree
from balkan_crawler.discovery.records import FeedLink
from balkan_crawler.discovery.word_lists import word_lists
from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.urls import canonical_url, identity, same_site

_TYPES: Final = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+json",
        "application/json",
        "application/xml",
        "text/xml",
    }
)
_MOST_LINKS, _MOST_FEEDS = 5_000, 500
"""Links of a page that are looked at, and feeds that are taken of them."""
_FEED_PAGE: Final = re.compile(r"^rss|[-_]rss\b|^feeds?[-_]")
_PART: Final = re.compile(r"[/?&=]+")


def find_feeds(content: bytes | str | html.HtmlElement, url: str) -> tuple[FeedLink, ...]:
    """Give the feeds that a page names: declared ones (``link rel=alternate``) first, then links that look like feeds.

    Feeds of comments and oEmbed documents are left out. Addresses are canonical and may be on another host, as feeds
    of some outlets are. Guessing (``/feed/``) is the caller's. Raises `DiscoveryError` where there is no HTML.
    """
    tree = read_tree(content, url)
    base = base_of(tree, url)
    found: dict[str, FeedLink] = {}
    for link in islice(tree.iter("link"), _MOST_LINKS):
        kind = (link.get("type") or "").partition(";")[0].strip().lower()
        if "alternate" in (link.get("rel") or "").lower().split() and kind in _TYPES:
            _add(found, link.get("href"), base, plain_text(link.get("title"), 300), kind, declared=True)
    for anchor in islice(tree.iter("a"), _MOST_LINKS):
        if len(found) < _MOST_FEEDS and _looks_like_feed(anchor.get("href") or ""):
            _add(found, anchor.get("href"), base, plain_text(anchor.text_content(), 300), None, declared=False)
    return tuple(found.values())


def find_feed_pages(content: bytes | str | html.HtmlElement, url: str) -> tuple[str, ...]:
    """Name the pages that a page's links call pages of feeds (``/rss-kanali``, ``/rssfeeds``), no feeds themselves.

    Raises `DiscoveryError` where there is no HTML.
    """
    tree = read_tree(content, url)
    base = base_of(tree, url)
    found: dict[str, FeedLink] = {}
    for anchor in islice(tree.iter("a"), _MOST_LINKS):
        link = (anchor.get("href") or "").partition("#")[0]
        last = link.rstrip("/").rpartition("/")[2].lower()
        if len(found) < _MOST_FEEDS and _FEED_PAGE.search(last) and not _looks_like_feed(link):
            _add(found, link, base, None, None, declared=False)
    return tuple(feed.url for feed in found.values() if same_site(feed.url, url))


def is_of_comments(url: str) -> bool:
    """Say whether a feed's address tells that it is one of comments."""
    return bool(_parts(url) & word_lists().comment_feeds)


def feed_folders(url: str) -> tuple[str, ...]:
    """Give the parts of a feed's path that do not say "feed": the fewer, the more of its site is in it."""
    parts = [part for part in urlsplit(url).path.lower().split("/") if part]
    return tuple(part for part in parts if not word_lists().feeds & {part, part.partition(".")[0]})


def _parts(url: str) -> set[str]:
    return {part.lower() for part in _PART.split(urlsplit(url).path + "?" + urlsplit(url).query)}


def _add(
    found: dict[str, FeedLink], link: str | None, base: str, title: str | None, kind: str | None, *, declared: bool
) -> None:
    try:
        url = canonical_url(link or "", base)
        key = identity(url)
    except InvalidUrlError:
        return
    parts = _parts(url)
    if not is_of_comments(url) and "wp-json" not in parts and "oembed" not in parts:
        found.setdefault(key, FeedLink(url=url, title=title, type=kind, declared=declared))


def _looks_like_feed(link: str) -> bool:
    parts = [part for part in _PART.split(link.partition("#")[0].lower()) if part]
    names = {*parts[-2:], *(part.partition(".")[0] for part in parts[-1:])}  # rss.php is one too
    return bool(parts) and (bool(word_lists().feeds & names) or parts[-1].endswith((".rss", ".atom", ".rdf")))
