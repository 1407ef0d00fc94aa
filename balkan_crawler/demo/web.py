"""The whole miniature web at one moment: every outlet's documents, its catalogue record, and the truth of each page."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from balkan_crawler.demo.pages import (
    Site,
    article_page,
    listing_page,
    odd_page,
    pieces,
    place_stories,
    section_path,
    teasers_of,
)
from balkan_crawler.demo.server import Page
from balkan_crawler.demo.stories import newsrooms
from balkan_crawler.demo.syndication import FEEDS, Channel, Entry, sitemap, sitemap_index
from balkan_crawler.model import Article, Extraction, Outcome, Outlet
from balkan_crawler.text import script_of

_HTML = "text/html; charset=utf-8"
_DELAY = 0.05
_DELAY_REASON = "the bundled demo on this machine's own loopback address"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """The truth of one page that discovery offers: what a perfect extraction makes of it.

    ``path`` is where it is served. An article's ``access``, ``kind``, ``charset`` and ``date_source`` are left at
    their defaults: how a page was read is not part of its truth.
    """

    outlet: str
    path: str
    extraction: Extraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """``outlets`` for a crawl, ``sites`` for `LoopbackWeb.show`, and ``expected``: every page a crawl should meet."""

    outlets: tuple[Outlet, ...]
    sites: Mapping[str, Mapping[str, Page]]
    expected: tuple[Expected, ...]

    @property
    def articles(self) -> tuple[Article, ...]:
        """The articles among the expected pages."""
        return tuple(page.extraction.article for page in self.expected if page.extraction.article)


def build_web(now: datetime, origins: Mapping[str, str], edition: int = 1) -> Web:
    """Make the miniature web as it stands at ``now`` (aware), for outlets served at ``origins`` (key -> origin).

    Edition 2 is the same web after the outlets have edited what they edit; call it with the ``now`` of edition 1.
    The same arguments give the same bytes.
    """
    sites = [
        Site(
            newsroom=newsroom,
            origin=origins[newsroom.key],
            pieces=pieces(newsroom.key),
            stories=place_stories(newsroom, now, edition),
        )
        for newsroom in newsrooms()
    ]
    return Web(
        outlets=tuple(map(_outlet, sites)),
        sites={site.newsroom.key: _documents(site, now) for site in sites},
        expected=tuple(page for site in sites for page in _expected(site)),
    )


def outlets_toml(web: Web) -> str:
    """Write the outlets as a file that ``balkan-crawler crawl --outlets`` reads."""
    tables = []
    for outlet in web.outlets:
        values = {
            "name": outlet.name,
            "country": outlet.country,
            "languages": outlet.languages,
            "timezone": outlet.timezone,
            "homepage": outlet.homepage,
            "feeds": outlet.feeds,
            "sitemaps": outlet.sitemaps,
            "sections": outlet.sections,
            "delay": outlet.delay,
            "delay_reason": outlet.delay_reason,
        }
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items() if value]
        tables.append("\n".join([f"[{outlet.key}]", *lines]))
    return "\n\n".join(tables) + "\n"


def _outlet(site: Site) -> Outlet:
    newsroom, sources = site.newsroom, site.pieces["sources"]
    sections = [section_path(site, section) for section in newsroom.sections] if sources.get("sections") else []
    return Outlet(
        key=newsroom.key,
        name=newsroom.name,
        country=newsroom.country,
        languages=newsroom.languages,
        timezone=newsroom.timezone,
        homepage=site.origin + "/",
        feeds=tuple(site.origin + path for path in sources.get("feeds", ())),
        sitemaps=tuple(site.origin + path for path in sources.get("sitemaps", ())),
        sections=tuple(site.origin + path for path in sections),
        delay=_DELAY,
        delay_reason=_DELAY_REASON,
    )


def _documents(site: Site, now: datetime) -> dict[str, Page]:
    """Make everything an outlet serves: path -> page."""
    newsroom, table = site.newsroom, site.pieces
    documents = {"/": _html(listing_page(site, newsroom.name, site.stories), now)}
    for section, name in newsroom.sections.items():
        stories = [placed for placed in site.stories if placed.story.section == section]
        documents[section_path(site, section)] = _html(listing_page(site, name, stories), now)
    for index, placed in enumerate(site.stories):
        html = article_page(site, index)
        if placed.story.windows_1250:
            page = Page(content_type="text/html", content=html.encode("cp1250"), modified=placed.modified)
        else:
            page = _html(html, placed.modified)
        documents[placed.path] = page
    for oddity in table.get("oddities", ()):
        documents[oddity["path"]] = _html(odd_page(site, oddity["title"], oddity["template"]), now)
    return documents | _machine_documents(site, now)


def _machine_documents(site: Site, now: datetime) -> dict[str, Page]:
    """Make an outlet's feed, sitemaps and robots.txt."""
    table, newsroom = site.pieces, site.newsroom
    entries = _entries(site, now)
    feed_path = table["feed"]["path"]
    channel = Channel(
        name=newsroom.name, home=site.origin + "/", url=site.origin + feed_path, language=newsroom.languages[0]
    )
    content_type, write = FEEDS[table["feed"]["kind"]]
    newest = entries[: table["feed"].get("newest")]
    latest = max(entry.modified for entry in entries)
    documents = {feed_path: Page(content_type=content_type, content=write(channel, newest), modified=latest)}
    map_path = table.get("sitemap", feed_path)
    if map_path.endswith(".gz"):
        packed = Page(
            content_type="application/x-gzip", content=gzip.compress(sitemap(entries), mtime=0), modified=latest
        )
        index = Page(content_type="text/xml", content=sitemap_index([site.origin + map_path]), modified=latest)
        documents |= {map_path: packed, "/sitemap.xml": index}
        map_path = "/sitemap.xml"
    elif map_path != feed_path:
        documents[map_path] = Page(content_type="application/xml", content=sitemap(entries), modified=latest)
    robots = f"User-agent: *\nDisallow: /prijava\nDisallow: /wp-admin/\n\nSitemap: {site.origin}{map_path}\n"
    documents["/robots.txt"] = Page(content_type="text/plain", content=robots.encode(), modified=latest)
    return documents


def _entries(site: Site, now: datetime) -> list[Entry]:
    """List what feeds and sitemaps offer: the outlet's pages that are no article first, as its newest."""
    odd = [
        Entry(
            url=site.origin + oddity["path"],
            title=oddity["title"],
            summary=oddity["title"],
            author=site.newsroom.name,
            section=next(iter(site.newsroom.sections.values())),
            language=site.newsroom.languages[0],
            published=site.stories[0].published,
            modified=site.stories[0].published,
        )
        for oddity in site.pieces.get("oddities", ())
    ]
    return odd + [
        Entry(
            url=site.url(placed),
            title=placed.story.title,
            summary=placed.story.lead,
            author=placed.story.author,
            section=site.newsroom.sections[placed.story.section],
            language=placed.story.language,
            published=placed.published,
            modified=placed.modified,
        )
        for placed in site.stories
    ]


def _expected(site: Site) -> list[Expected]:
    pages = []
    for index, placed in enumerate(site.stories):
        story = placed.story
        article = Article(
            url=site.url(placed),
            title=story.title,
            lead=story.lead,
            body=story.body(),
            authors=() if story.is_agency_copy else (story.author,),
            agencies=(story.author,) if story.is_agency_copy else (),
            published=placed.published,
            modified=placed.modified,
            section=site.newsroom.sections[story.section],
            tags=story.tags,
            image=site.image(placed),
            language=story.language.split("-")[0],
            script=script_of(story.body()),
        )
        extraction = Extraction(outcome=Outcome.ARTICLE, article=article, teasers=teasers_of(site, index))
        pages.append(Expected(outlet=site.newsroom.key, path=placed.path, extraction=extraction))
    for oddity in site.pieces.get("oddities", ()):
        extraction = Extraction(outcome=Outcome(oddity["outcome"]))
        pages.append(Expected(outlet=site.newsroom.key, path=oddity["path"], extraction=extraction))
    return pages


def _html(text: str, modified: datetime) -> Page:
    return Page(content_type=_HTML, content=text.encode(), modified=modified)
