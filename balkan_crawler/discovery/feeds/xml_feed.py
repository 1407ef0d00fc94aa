"""Feeds to candidates: RSS 0.9 to 2.0, RDF, Atom (through feedparser) and JSON Feed."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from feedparser.api import parse

from balkan_crawler.discovery.candidates import Intake
from balkan_crawler.discovery.feed_values import Clock, plain_text
from balkan_crawler.discovery.feeds.json_feed import read_json_feed
from balkan_crawler.discovery.records import FeedReading, Limits
from balkan_crawler.discovery.xml_text import plain_xml, without_cut_entry
from balkan_crawler.errors import InvalidUrlError, NotAFeedError
from balkan_crawler.model import Discovery, Hints, Outlet
from balkan_crawler.text.decoding import decode
from balkan_crawler.urls import canonical_url

_ROOT = re.compile(r"<(?:[A-Za-z]\w*:)?(?:rss|RDF|feed|channel)\b", re.IGNORECASE)
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_ROOT_WITHIN = 20_000
_PERIODS = {"hourly": 60, "daily": 1_440, "weekly": 10_080, "monthly": 43_200, "yearly": 525_600}
_IMAGE_SUFFIX = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:[?#]|$)", re.IGNORECASE)
_IMAGE_TAG = re.compile(r"""<img\b[^>]*?\ssrc\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)
_MAIL = re.compile(r"[(<]?\S+@\S+[)>]?")


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
    complete = without_cut_entry(text, ("item", "entry"))
    parsed = _parsed(complete, url)
    entries = parsed["entries"]
    malformed = bool(parsed["bozo"]) or not whole or len(complete) < len(text)
    if not entries and malformed:
        raise NotAFeedError(url, "it breaks off before its first entry")
    feed = parsed["feed"]
    language = plain_text(feed.get("language"), 35)
    atom = str(parsed.get("version") or "").startswith("atom")
    intake.repeated_guids([_raw(entry, "id") for entry in entries[: limits.entries]])
    for entry in entries[: limits.entries]:
        intake.add(_link(entry), _hints(entry, clock, _trusted(language, outlet), url, atom))
    return FeedReading(
        candidates=tuple(intake.candidates),
        title=plain_text(feed.get("title"), 300),
        language=language,
        refresh=_refresh(feed),
        updated=clock.read(_raw(feed, "updated") or _raw(feed, "published")),
        next_page=_relation(feed, "next", url),
        hub=_relation(feed, "hub", url),
        dropped=dict(intake.dropped),
        oddities=dict(+intake.oddities),
        malformed=malformed,
    )


def _refuse_other_documents(text: str, url: str) -> None:
    start = text[:_ROOT_WITHIN]
    root, page = _ROOT.search(start), _HTML.search(start)
    if page and (root is None or page.start() < root.start()):
        raise NotAFeedError(url, "an HTML page")
    if root is None:
        raise NotAFeedError(url, "no RSS, Atom or JSON Feed")


def _parsed(text: str, url: str) -> Any:
    """Parse with feedparser. Bytes go in as a stream: feedparser would take them for the name of a file or URL."""
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    try:
        document = io.BytesIO(plain_xml(text))
        return parse(document, response_headers=headers, sanitize_html=False)  # type: ignore[no-untyped-call]
    except Exception as error:  # its parsers for broken documents raise nearly anything on hostile ones
        raise NotAFeedError(url, f"the parser gave up ({type(error).__name__})") from error


def _raw(entry: Any, name: str) -> str | None:
    """Give a field as it stands: feedparser's own look-up answers ``updated`` with ``published``."""
    value = dict.get(entry, name)
    return value if isinstance(value, str) else None


def _link(entry: Any) -> str | None:
    for name in ("feedburner_origlink", "pheedo_origlink", "link"):
        if value := _raw(entry, name):
            return value
    links: Iterable[Any] = entry.get("links") or ()
    for link in links:
        if link.get("href") and link.get("rel", "alternate") == "alternate":
            return str(link["href"])
    guid = _raw(entry, "id") or ""
    return guid if guid.startswith(("http://", "https://")) else None


def _hints(entry: Any, clock: Clock, language: str | None, url: str, atom: bool) -> Hints:
    """RSS and RDF state one time, which feedparser calls ``updated`` where it is dc:date; Atom's may be an edit."""
    published = clock.read(_raw(entry, "published"))
    updated = clock.read(_raw(entry, "updated"))
    dated_once = published is None and _raw(entry, "published") is None and not atom
    tags = _tags(entry)
    return Hints(
        title=plain_text(_raw(entry, "title"), 500),
        summary=plain_text(_raw(entry, "summary"), 2_000),
        published=updated if dated_once else published,
        modified=None if dated_once else updated,
        section=tags[0] if len(tags) == 1 else None,
        language=language,
        authors=_authors(entry),
        tags=tags,
        image=_image(entry, url),
    )


def _tags(entry: Any) -> tuple[str, ...]:
    terms = (plain_text(tag.get("label") or tag.get("term"), 100) for tag in entry.get("tags") or ())
    return tuple(dict.fromkeys(term for term in terms if term))


def _authors(entry: Any) -> tuple[str, ...]:
    listed = [author.get("name") for author in entry.get("authors") or ()]
    names = [name for name in listed if name] or [_raw(entry, "author")]
    clean = (plain_text(_MAIL.sub("", name).strip(" ()"), 200) for name in names if name)
    return tuple(dict.fromkeys(name for name in clean if name))


def _image(entry: Any, url: str) -> str | None:
    """Give the entry's picture: media:content, media:thumbnail, an enclosure, or the first one in its text."""
    media = [item for item in entry.get("media_content") or () if _is_image(item.get("medium"), item)]
    thumbnails = list(entry.get("media_thumbnail") or ())
    enclosures = [item for item in entry.get("enclosures") or () if _is_image(None, item)]
    addresses = [item.get("url") or item.get("href") for item in (*media, *enclosures, *thumbnails)]
    texts = [_raw(entry, "summary"), *(part.get("value") for part in entry.get("content") or ())]
    addresses += [match[1] for text in texts if text and (match := _IMAGE_TAG.search(text))]
    return next((clean for address in addresses if address and (clean := _absolute(address, url))), None)


def _is_image(medium: str | None, item: Any) -> bool:
    kind = str(item.get("type") or "")
    address = str(item.get("url") or item.get("href") or "")
    return medium == "image" or kind.startswith("image/") or (not kind and bool(_IMAGE_SUFFIX.search(address)))


def _absolute(link: str, url: str) -> str | None:
    try:
        return canonical_url(link, url)
    except InvalidUrlError:
        return None


def _relation(feed: Any, relation: str, url: str) -> str | None:
    links: Iterable[Any] = feed.get("links") or ()
    return next((_absolute(link.get("href", ""), url) for link in links if link.get("rel") == relation), None)


def _trusted(language: str | None, outlet: Outlet) -> str | None:
    """Give the feed's language where it is one of the outlet's: themes leave ``en-US`` in feeds of every language."""
    primary = (language or "").lower().partition("-")[0]
    return language if any(primary == tag.partition("-")[0] for tag in outlet.languages) else None


def _refresh(feed: Any) -> timedelta | None:
    """Give the wait between two polls that the feed asks for (``ttl``, else the syndication module's period)."""
    ttl = str(feed.get("ttl") or "").strip()
    if ttl.isdecimal() and 0 < int(ttl[:7]) <= _PERIODS["monthly"]:
        return timedelta(minutes=int(ttl))
    minutes = _PERIODS.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    frequency = str(feed.get("sy_updatefrequency") or "1").strip()
    if minutes and frequency.isdecimal() and int(frequency[:7]) > 0:
        return timedelta(minutes=minutes / int(frequency[:7]))
    return None
