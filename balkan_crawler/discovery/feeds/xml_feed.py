"""Feeds to candidates: RSS 0.9 to 2.0, RDF, Atom (through feedparser) and JSON Feed."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any, Final, TypedDict

from feedparser.api import parse

from balkan_crawler.discovery.candidates import Intake
from balkan_crawler.discovery.feed_values import Clock, plain_text, text_in
from balkan_crawler.discovery.feeds.json_feed import read_json_feed
from balkan_crawler.discovery.records import FeedReading, Limits
from balkan_crawler.discovery.xml_text import (
    plain_xml,
    without_cut_entry,
    without_entries_beyond,
    without_links_of_others,
    without_prologue,
)
from balkan_crawler.errors import NotAFeedError
from balkan_crawler.model import Discovery, Hints, Outlet
from balkan_crawler.text.decoding import decode
from balkan_crawler.urls import canonical_or_none, same_site

_ROOT: Final = re.compile(r"<(?:[A-Za-z]\w*:)?(?:rss|RDF|feed|channel)\b", re.IGNORECASE)
_HTML: Final = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_ROOT_WITHIN: Final = 20_000
_ENTRIES: Final = ("item", "entry")
_HEAD_WITHIN: Final = 50_000
_CHANNEL_LINK: Final = re.compile(r"<link>\s*(?:<!\[CDATA\[\s*)?(https?://[^\s<>\]]{1,2000})[\s<\]]", re.IGNORECASE)
_PERIODS: Final = {"hourly": 60, "daily": 1_440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
_IMAGE_SUFFIX: Final = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)", re.IGNORECASE)
_IMAGE_TAG: Final = re.compile(r"""<img\b[^<>]*?\ssrc\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_MAIL: Final = re.compile(r"[(<]?\S{1,254}@\S{1,254}[)>]?")


class _File(TypedDict, total=False):
    """A link, enclosure or picture of an entry; a picture has ``url`` or ``href``."""

    href: str
    url: str
    rel: str
    type: str
    medium: str


class _Tag(TypedDict, total=False):
    label: str | None
    term: str | None


class _Author(TypedDict, total=False):
    name: str


class _Content(TypedDict, total=False):
    value: str


class _Entry(TypedDict, total=False):
    """What is read of feedparser's entries (https://feedparser.readthedocs.io/en/latest/reference.html)."""

    id: str
    title: str
    link: str
    feedburner_origlink: str
    pheedo_origlink: str
    published: str
    updated: str
    summary: str
    author: str
    authors: list[_Author]
    tags: list[_Tag]
    links: list[_File]
    media_content: list[_File]
    media_thumbnail: list[_File]
    content: list[_Content]


class _Feed(TypedDict, total=False):
    """What is read of feedparser's record of the feed itself."""

    title: str
    language: str
    ttl: str
    sy_updateperiod: str
    sy_updatefrequency: str


class _Parsed(TypedDict):
    """What feedparser gives; ``bozo`` says that the document broke its format."""

    feed: _Feed
    entries: list[_Entry]
    bozo: bool | int
    version: str


def read_feed(
    content: bytes,
    url: str,
    outlet: Outlet,
    content_type: str | None = None,
    limits: Limits | None = None,
    now: datetime | None = None,
) -> FeedReading:
    """Read a feed of ``outlet`` fetched from ``url`` (after redirects).

    Entries are kept though the document breaks its format; those that repeat one guid too, since pages are told apart
    by URL. Links are resolved, FeedBurner's original link is preferred; links to other sites, aggregators' wrappers and
    the home page are dropped and counted. Raises `NotAFeedError` for HTML, an empty document, one that holds no
    part of a feed, and one cut off before its first entry. A sound feed without entries is no error.
    """
    limits = limits or Limits()
    whole = len(content) <= limits.bytes
    text = decode(content[: limits.bytes], content_type, outlet.languages).text.lstrip()
    if not text:
        raise NotAFeedError(url, "the document is empty")
    clock = Clock.of(outlet, now)
    intake = Intake(url, outlet, Discovery.FEED)
    if text.startswith(("{", "[")):
        return read_json_feed(text, url, intake, clock, limits)
    _refuse_other_documents(text, url)
    complete = without_cut_entry(text, _ENTRIES)
    parsed = _parsed(without_entries_beyond(complete, _ENTRIES, limits.entries), _base_of(complete, url, outlet))
    entries = parsed["entries"][: limits.entries]
    malformed = bool(parsed["bozo"]) or not whole or len(complete) < len(text)
    if not entries and malformed:
        raise NotAFeedError(url, "it breaks off before its first entry")
    feed = parsed["feed"]
    language = plain_text(feed.get("language"), 35)
    atom = parsed["version"].startswith("atom")
    intake.repeated_guids([text_in(entry, "id") for entry in entries])
    for entry in entries:
        intake.add(_link(entry), _hints(entry, clock, _trusted(language, outlet), url, atom))
    return FeedReading(
        candidates=tuple(intake.candidates),
        title=plain_text(feed.get("title"), 300),
        refresh=_refresh(feed),
        dropped=dict(intake.dropped),
        oddities=dict(+intake.oddities),
        malformed=malformed,
    )


def _refuse_other_documents(text: str, url: str) -> None:
    start = without_prologue(text)[:_ROOT_WITHIN]
    root, page = _ROOT.search(start), _HTML.search(start)
    if page and (root is None or page.start() < root.start()):
        raise NotAFeedError(url, "an HTML page")
    if root is None:
        raise NotAFeedError(url, "no RSS, Atom or JSON Feed")


def _base_of(text: str, url: str, outlet: Outlet) -> str:
    """Give the address that relative links are relative to: in RSS the site's that the channel names, if it is its own.

    RSS says nothing of relative links; who writes them means the site, as in its pages, and not the feed's folder.
    """
    head = text[:_HEAD_WITHIN].partition("<item")[0]
    link = _CHANNEL_LINK.search(head) if "<channel" in head else None
    site = canonical_or_none(unescape(link[1]), url) if link else None
    return site if site and (same_site(site, url) or same_site(site, outlet.homepage)) else url


def _parsed(text: str, url: str) -> _Parsed:
    """Parse with feedparser. Bytes go in as a stream: feedparser would take them for the name of a file or URL."""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        document = io.BytesIO(plain_xml(without_links_of_others(text)))
        parsed = parse(document, response_headers=headers, sanitize_html=False)  # type: ignore[no-untyped-call]
    except Exception as error:  # its parsers for broken documents raise nearly anything on hostile ones
        raise NotAFeedError(url, f"the parser gave up ({type(error).__name__})") from error
    return {
        "feed": parsed["feed"],
        "entries": [_as_it_stands(entry) for entry in parsed["entries"]],
        "bozo": parsed["bozo"],
        "version": parsed.get("version") or "",
    }


def _as_it_stands(entry: Any) -> Any:
    """Give an entry without feedparser's own look-up, which answers ``updated`` with ``published``."""
    return dict(entry)


def _link(entry: _Entry) -> str | None:
    for name in ("feedburner_origlink", "pheedo_origlink", "link"):
        if value := text_in(entry, name):
            return value
    for link in _parts(entry, "links"):
        if (href := link.get("href")) and link.get("rel", "alternate") == "alternate":
            return str(href)
    guid = text_in(entry, "id") or ""
    return guid if guid.startswith(("http://", "https://")) else None


def _hints(entry: _Entry, clock: Clock, language: str | None, url: str, atom: bool) -> Hints:
    """RSS and RDF state one time, which feedparser calls ``updated`` where it is dc:date; Atom's may be an edit."""
    published = clock.read(text_in(entry, "published"))
    updated = clock.read(text_in(entry, "updated"))
    dated_once = published is None and text_in(entry, "published") is None and not atom
    tags = _tags(entry)
    return Hints(
        title=plain_text(text_in(entry, "title"), 500),
        summary=plain_text(text_in(entry, "summary"), 2_000),
        published=updated if dated_once else published,
        modified=None if dated_once else updated,
        section=tags[0] if len(tags) == 1 else None,
        language=language,
        authors=_authors(entry),
        tags=tags,
        image=_image(entry, url),
    )


def _parts(entry: _Entry, name: str) -> list[Any]:
    """Give what feedparser lists under a name; a feed's own element of that name makes it a text."""
    listed = entry.get(name)
    return [part for part in listed if isinstance(part, dict)] if isinstance(listed, list) else []


def _tags(entry: _Entry) -> tuple[str, ...]:
    terms = (plain_text(tag.get("label") or tag.get("term"), 100) for tag in _parts(entry, "tags"))
    return tuple(dict.fromkeys(term for term in terms if term))


def _authors(entry: _Entry) -> tuple[str, ...]:
    listed = [name for author in _parts(entry, "authors") if (name := author.get("name"))]
    names = listed or [text_in(entry, "author") or ""]
    clean = (plain_text(_MAIL.sub("", name).strip(" ()"), 200) for name in names if name)
    return tuple(dict.fromkeys(name for name in clean if name))


def _image(entry: _Entry, url: str) -> str | None:
    """Give the entry's picture: media:content, media:thumbnail, an enclosure, or the first one in its text."""
    media = [item for item in _parts(entry, "media_content") if _is_image(item.get("medium"), item)]
    thumbnails = _parts(entry, "media_thumbnail")
    links = _parts(entry, "links")
    enclosures = [item for item in links if item.get("rel") == "enclosure" and _is_image(None, item)]
    addresses = [item.get("url") or item.get("href") for item in (*media, *enclosures, *thumbnails)]
    texts = [text_in(entry, "summary"), *(part.get("value") for part in _parts(entry, "content"))]
    addresses += [match[1] for text in texts if text and (match := _IMAGE_TAG.search(text))]
    return next((clean for address in addresses if address and (clean := canonical_or_none(address, url))), None)


def _is_image(medium: str | None, item: _File) -> bool:
    kind = str(item.get("type") or "")
    address = str(item.get("url") or item.get("href") or "")
    return medium == "image" or kind.startswith("image/") or (not kind and bool(_IMAGE_SUFFIX.search(address)))


def _trusted(language: str | None, outlet: Outlet) -> str | None:
    """Give the feed's language where it is one of the outlet's: themes leave ``en-US`` in feeds of every language."""
    primary = (language or "").lower().partition("-")[0]
    return language if any(primary == tag.partition("-")[0] for tag in outlet.languages) else None


def _refresh(feed: _Feed) -> timedelta | None:
    """Give the wait between two polls that the feed asks for (``ttl``, else the syndication module's period)."""
    ttl = str(feed.get("ttl") or "").strip()
    if ttl.isdecimal() and 0 < int(ttl[:7]) <= _PERIODS["monthly"]:
        return timedelta(minutes=int(ttl))
    minutes = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    frequency = str(feed.get("sy_updatefrequency") or "1").strip()
    if minutes and frequency.isdecimal() and int(frequency[:7]) > 0:
        return timedelta(minutes=minutes / int(frequency[:7]))
    return None
