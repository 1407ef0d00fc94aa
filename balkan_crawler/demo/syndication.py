"""Feeds and sitemaps of the miniature web: one kind each, from the same entries."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from xml.sax.saxutils import escape


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One line of a feed or sitemap; ``url`` is absolute."""

    url: str
    title: str
    summary: str
    author: str
    section: str
    language: str
    published: datetime
    modified: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """What a feed says of itself."""

    name: str
    home: str
    url: str
    language: str


def rss(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """Write RSS 2.0 as WordPress does: RFC 822 dates, ``dc:creator``, ``category``."""
    items = "".join(
        f"<item><title>{escape(entry.title)}</title><link>{escape(entry.url)}</link>"
        f"<dc:creator><![CDATA[{entry.author}]]></dc:creator><pubDate>{format_datetime(entry.published)}</pubDate>"
        f"<category><![CDATA[{entry.section}]]></category>"
        f'<guid isPermaLink="true">{escape(entry.url)}</guid>'
        f"<description><![CDATA[<p>{entry.summary} [&#8230;]</p>]]></description></item>\n"
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">'
        f"<channel><title>{escape(channel.name)}</title><link>{escape(channel.home)}</link>"
        f'<atom:link href="{escape(channel.url)}" rel="self" type="application/rss+xml"/>'
        f"<description/><language>{channel.language}</language>\n{items}</channel></rss>\n"
    ).encode()


def rdf(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """Write RSS 1.0 (RDF), with Dublin Core dates."""
    order = "".join(f'<rdf:li rdf:resource="{escape(entry.url)}"/>' for entry in entries)
    items = "".join(
        f'<item rdf:about="{escape(entry.url)}"><title>{escape(entry.title)}</title><link>{escape(entry.url)}</link>'
        f"<description>{escape(entry.summary)}</description><dc:date>{entry.published.isoformat()}</dc:date>"
        f"<dc:subject>{escape(entry.section)}</dc:subject></item>\n"
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<channel rdf:about="{escape(channel.url)}"><title>{escape(channel.name)}</title>'
        f"<link>{escape(channel.home)}</link><description/><items><rdf:Seq>{order}</rdf:Seq></items></channel>\n"
        f"{items}</rdf:RDF>\n"
    ).encode()


def atom(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """Write Atom (RFC 4287), with ``updated`` apart from ``published``."""
    items = "".join(
        f'<entry><id>{escape(entry.url)}</id><title>{escape(entry.title)}</title><link href="{escape(entry.url)}"/>'
        f"<published>{entry.published.isoformat()}</published><updated>{entry.modified.isoformat()}</updated>"
        f'<author><name>{escape(entry.author)}</name></author><category term="{escape(entry.section)}"/>'
        f"<summary>{escape(entry.summary)}</summary></entry>\n"
        for entry in entries
    )
    updated = max(entry.modified for entry in entries).isoformat()
    return (
        f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" '
        f'xml:lang="{channel.language}"><title>{escape(channel.name)}</title><id>{escape(channel.url)}</id>'
        f'<link rel="self" href="{escape(channel.url)}"/><link href="{escape(channel.home)}"/>'
        f"<updated>{updated}</updated>\n{items}</feed>\n"
    ).encode()


def json_feed(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """Write JSON Feed 1.1, its links with the tracking parameters that feed plug-ins add."""
    items = [
        {
            "id": entry.url,
            "url": f"{entry.url}?utm_source=feed&utm_medium=json",
            "title": entry.title,
            "summary": entry.summary,
            "date_published": entry.published.isoformat(),
            "date_modified": entry.modified.isoformat(),
            "authors": [{"name": entry.author}],
            "tags": [entry.section],
            "language": entry.language,
        }
        for entry in entries
    ]
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.name,
        "home_page_url": channel.home,
        "feed_url": channel.url,
        "language": channel.language,
        "items": items,
    }
    return json.dumps(feed, ensure_ascii=False, indent=1).encode()


def news_sitemap(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """Write a Google News sitemap: publication, date, title."""
    urls = "".join(
        f"<url><loc>{escape(entry.url)}</loc><news:news><news:publication><news:name>{escape(channel.name)}</news:name>"
        f"<news:language>{entry.language.split('-')[0]}</news:language></news:publication>"
        f"<news:publication_date>{entry.published.isoformat()}</news:publication_date>"
        f"<news:title>{escape(entry.title)}</news:title></news:news></url>\n"
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{urls}</urlset>\n'
    ).encode()


def sitemap(entries: Sequence[Entry]) -> bytes:
    """Write an XML sitemap with ``lastmod``."""
    urls = "".join(
        f"<url><loc>{escape(entry.url)}</loc><lastmod>{entry.modified.isoformat()}</lastmod></url>\n"
        for entry in entries
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>\n'
    ).encode()


def sitemap_index(urls: Sequence[str]) -> bytes:
    """Write an index of sitemaps."""
    locations = "".join(f"<sitemap><loc>{escape(url)}</loc></sitemap>" for url in urls)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{locations}</sitemapindex>\n'
    ).encode()


FEEDS: Mapping[str, tuple[str, Callable[[Channel, Sequence[Entry]], bytes]]] = {
    "rss": ("application/rss+xml; charset=UTF-8", rss),
    "rdf": ("application/rdf+xml", rdf),
    "atom": ("application/atom+xml; charset=utf-8", atom),
    "json": ("application/feed+json", json_feed),
    "news-sitemap": ("application/xml; charset=utf-8", news_sitemap),
}
