"""Sitemaps to candidates (sitemaps.org 0.9, Google's news and image extensions), and indexes to their children."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from lxml import etree

from balkan_crawler.discovery.candidates import Intake
from balkan_crawler.discovery.feed_values import Clock, plain_text
from balkan_crawler.discovery.feeds.xml_feed import read_feed
from balkan_crawler.discovery.records import ChildSitemap, Limits, SitemapReading
from balkan_crawler.discovery.spans import Span, month_span
from balkan_crawler.discovery.word_lists import word_lists
from balkan_crawler.discovery.xml_text import plain_xml, without_cut_entry, without_prologue
from balkan_crawler.errors import NotAFeedError, NotASitemapError
from balkan_crawler.model import Discovery, Hints, Outlet
from balkan_crawler.text.decoding import decode
from balkan_crawler.urls import canonical_or_none

SITEMAP_LIMITS: Final = Limits(bytes=50_000_000, entries=50_000)
"""The protocol's own limits of one sitemap."""

_GZIP: Final = b"\x1f\x8b"
_ROOT: Final = re.compile(r"<(?:\w+:)?(?P<name>urlset|sitemapindex|rss|RDF|feed|html|body)\b", re.IGNORECASE)
_OTHER_ELEMENT: Final = re.compile(r"(?!<!DOCTYPE)[^<]*<", re.IGNORECASE)
_ROOT_WITHIN: Final = 20_000
_MOST_LAYERS: Final = 3
_BEFORE_ROOT: Final = re.compile(r"<!--.*?-->|<\?(?!xml\s).*?\?>", re.DOTALL)
_CAPITALS: Final = re.compile(r"</?(?:\w+:)?(?=[a-z]*[A-Z])(?i:urlset|url|loc|lastmod|sitemapindex|sitemap)(?=[\s/>])")
_ENTRY: Final = re.compile(
    r"<(?:\w+:)?(?P<name>url|sitemap)(?:\s[^<>]*)?>\s*(?:<(?!/)[^<>]*>[^<>]*</[^<>]*>\s*)*?<(?:\w+:)?loc\b"
)
"""The first entry of a sitemap or an index: what holds an address."""
_NAMED_DAY: Final = re.compile(
    r"(?<!\d)(?P<year>20\d\d)(?:[-_/.]?(?P<month>1[0-2]|0[1-9]|[1-9](?!\d))(?:[-_/.]?(?P<day>3[01]|[12]\d|0[1-9]))?)?(?!\d)"
)
_QUERY_DAY: Final = re.compile(r"[&?](?:yyyy|year|mm|month|dd|day)=", re.IGNORECASE)
_NUMBER: Final = re.compile(r"\d+")
_WORD: Final = re.compile(r"[a-z]+")
_SAME_TIME_FROM: Final = 10
"""From this many entries on, one time on all of them is that of the file's making and says nothing of the pages."""


def read_sitemap(
    content: bytes, url: str, outlet: Outlet, now: datetime | None = None, limits: Limits = SITEMAP_LIMITS
) -> SitemapReading:
    """Read a sitemap of ``outlet`` fetched from ``url``: XML, an index, plain text, or a feed; gzip or not.

    Broken XML gives the entries that can be read. Packed content is unpacked up to the limit and no further. Hints hold
    ``lastmod`` as ``modified``, and title, time of publication, language and keywords of Google News. Candidates are
    ``NEWS_SITEMAP`` where a document has such entries, else ``SITEMAP``. Raises `NotASitemapError`.
    """
    data, whole = _unpacked(content, url, limits.bytes)
    text = _usual(decode(data, None, outlet.languages).text.lstrip())
    if not text:
        raise NotASitemapError(url, "the document is empty")
    kind = _kind_of(text)
    if kind == "html":
        raise NotASitemapError(url, "an HTML page")
    root = _ROOT.search(text, 0, _ROOT_WITHIN)
    if root and _OTHER_ELEMENT.match(start := without_prologue(text)) and not _ROOT.match(start):
        text = text[root.start() :]  # complaints of PHP stand before it, with elements of their own
    clock = Clock.of(outlet, now)
    if kind == "sitemapindex":
        text = without_cut_entry(text, ("sitemap",))
        return SitemapReading(children=_ordered(_children(text, url, clock, limits)), malformed=not whole)
    if kind == "urlset":
        return _url_set(without_cut_entry(text, ("url",)), url, outlet, clock, limits, whole)
    if kind == "text":
        return _lines(text, url, outlet, limits, whole)
    try:
        feed = read_feed(data, url, outlet, limits=limits, now=now)
    except NotAFeedError as error:
        raise NotASitemapError(url, error.detail) from error
    return SitemapReading(
        candidates=feed.candidates, dropped=feed.dropped, oddities=feed.oddities, malformed=feed.malformed
    )


def recent_children(children: tuple[ChildSitemap, ...], since: datetime) -> tuple[ChildSitemap, ...]:
    """Choose the children of an index that can hold articles published since ``since``, in their order.

    Left out are those of tags, categories, authors, pages and the like (by name), those last changed before, and those
    whose name states an earlier day, month or year. Of a numbered series without times (``post-sitemap37.xml``) both
    ends are taken, since new articles are put at the one or the other; children without any mark are taken.
    """
    chosen, series = [], dict[str, list[ChildSitemap]]()
    for child in _ordered(list(children)):
        name = _name(child.url)
        named = _named_day(name)
        if _is_skipped(name) or (child.modified is not None and child.modified < since):
            continue
        if named is not None:
            if _last_day(named) < since.date():
                continue
        elif child.modified is None and _NUMBER.search(name):
            of_series = series.setdefault(_NUMBER.sub("#", name), [])
            of_series.append(child)
            if len(of_series) > 1:
                continue
        chosen.append(child)
    names = {_name(child.url) for child in chosen}
    ends = (of_series[-1] for stem, of_series in series.items() if stem.replace("#", "") not in names)
    return (*chosen, *(end for end in ends if end not in chosen))


def children_of_span(children: tuple[ChildSitemap, ...], span: Span) -> tuple[tuple[ChildSitemap, Span | None], ...]:
    """Choose the children of an index that can hold articles published within ``span``, each with the days it is of.

    Those of tags, authors and the like are left out, those whose name states other days, and those last changed before
    the span. The days are ``None`` where the name states none. The newest come first.
    """
    chosen = []
    for child in _ordered(list(children)):
        name = _name(child.url)
        named = _named_day(name)
        period = month_span(*named) if named else None
        is_before = child.modified is not None and child.modified.date() < span.first - timedelta(days=1)
        if not _is_skipped(name) and (period.meets(span) if period else not is_before):
            chosen.append((child, period))
    return tuple(chosen)


def reach_before(children: tuple[ChildSitemap, ...], span: Span) -> bool:
    """Say whether an index names children of articles that are older than ``span``: it goes back far enough."""
    named = (_named_day(_name(child.url)) for child in children if not _is_skipped(_name(child.url)))
    periods = (month_span(*day) for day in named if day)
    return any(period is not None and period.first < span.first for period in periods)


def _unpacked(content: bytes, url: str, most: int) -> tuple[bytes, bool]:
    """Give at most ``most`` bytes, and whether that is all; gzip is unpacked, a broken stream as far as it goes."""
    whole = True
    for _ in range(_MOST_LAYERS):  # packed twice: by the file and by the server
        if not content.startswith(_GZIP):
            break
        content, ended = _members(content, url, most)
        whole = whole and ended
    return content[:most], whole and len(content) <= most


def _members(content: bytes, url: str, most: int) -> tuple[bytes, bool]:
    """Unpack one gzip stream after the other, as they may be joined (RFC 1952, 2.2); what follows them is left out."""
    data = b""
    while content.startswith(_GZIP) and len(data) < most:
        unpacker = zlib.decompressobj(wbits=31)
        try:
            data += unpacker.decompress(content, most - len(data))
        except zlib.error as error:
            if data:  # what came before the damage stands
                return data, False
            raise NotASitemapError(url, f"broken gzip ({error})") from None
        if not unpacker.eof:
            return data, False
        content = unpacker.unused_data
    return data, not content.startswith(_GZIP)


def _usual(text: str) -> str:
    """Give a sitemap in the usual spelling: without comments before its root, its tags in small letters."""
    head = _ROOT_WITHIN
    text = _BEFORE_ROOT.sub("", text[:head]) + text[head:]
    return _CAPITALS.sub(lambda tag: tag[0].lower(), text) if _CAPITALS.search(text) else text


def _kind_of(text: str) -> str:
    """Tell what a document is by what it lists, else by its root: some have a root of their own, or the wrong one."""
    entry = _ENTRY.search(text)
    if entry is not None:
        return "sitemapindex" if entry["name"] == "sitemap" else "urlset"
    root = _ROOT.search(text, 0, _ROOT_WITHIN)
    if root is None:
        return "text"
    name = root["name"].lower()
    return "html" if name == "body" else name


def _elements(text: str, names: tuple[str, ...]) -> Iterator[etree._Element]:
    """Stream elements by local name, freeing what was read; recovers from broken XML, resolves no entity, no file."""
    events = etree.iterparse(
        io.BytesIO(plain_xml(text)),
        events=("end",),
        tag=tuple(f"{{*}}{name}" for name in names),
        recover=True,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in events:
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and parent[0] is not element:
                del parent[0]
    except etree.XMLSyntaxError:
        return  # what came before the damage stands


def _values(element: etree._Element) -> dict[str, str]:
    """Give the texts below an element by ``prefix:name`` of the news and image extensions, or ``name``; first wins."""
    found: dict[str, str] = {}
    for child in element.iter("{*}*"):
        space, _, name = str(child.tag).rpartition("}")  # not etree.QName: it refuses names that recovery lets through
        prefix = next((f"{word}:" for word in ("news", "image", "video") if f"sitemap-{word}" in space), "")
        try:
            value = (child.text or "").strip()
        except UnicodeDecodeError:  # halves of an emoji, which lxml's recovery lets through and its reading does not
            continue
        if value:
            found.setdefault(prefix + name, value)
    return found


def _url_set(text: str, url: str, outlet: Outlet, clock: Clock, limits: Limits, whole: bool) -> SitemapReading:
    entries = []
    for element in _elements(text, ("url",)):
        entries.append(_values(element))
        if len(entries) == limits.entries:
            break
    is_news = any("news:title" in entry or "news:publication_date" in entry for entry in entries)
    intake = Intake(url, outlet, Discovery.NEWS_SITEMAP if is_news else Discovery.SITEMAP)
    times = {entry.get("lastmod") for entry in entries}
    one_time = len(entries) >= _SAME_TIME_FROM and len(times) == 1
    for entry in entries:
        modified = None if one_time else clock.read(entry.get("lastmod"))
        intake.add(entry.get("loc"), _hints(entry, modified, clock))
    complete = whole and text.rstrip().endswith(">") and "</" in text[-200:]
    return _reading(intake, malformed=not complete or not entries)


def _hints(entry: dict[str, str], modified: datetime | None, clock: Clock) -> Hints:
    keywords = (plain_text(word, 100) for word in entry.get("news:keywords", "").split(","))
    return Hints(
        title=plain_text(entry.get("news:title"), 500),
        published=clock.read(entry.get("news:publication_date")),
        modified=modified,
        language=plain_text(entry.get("news:language"), 35),
        tags=tuple(dict.fromkeys(word for word in keywords if word)),
        image=canonical_or_none(entry.get("image:loc")),
    )


def _lines(text: str, url: str, outlet: Outlet, limits: Limits, whole: bool) -> SitemapReading:
    """Read a text sitemap: one absolute URL a line; anything else there means that it is none."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines[0].startswith(("http://", "https://")):
        raise NotASitemapError(url, "neither XML nor a list of URLs")
    intake = Intake(url, outlet, Discovery.SITEMAP)
    for line in lines[: limits.entries]:
        intake.add(line if line.startswith(("http://", "https://")) else None, Hints())
    return _reading(intake, malformed=not whole)


def _reading(intake: Intake, *, malformed: bool) -> SitemapReading:
    return SitemapReading(
        candidates=tuple(intake.candidates),
        dropped=dict(intake.dropped),
        oddities=dict(+intake.oddities),
        malformed=malformed,
    )


def _children(text: str, url: str, clock: Clock, limits: Limits) -> list[ChildSitemap]:
    found: dict[str, ChildSitemap] = {}
    for element in _elements(text, ("sitemap",)):
        entry = _values(element)
        child = canonical_or_none(entry.get("loc"), url)
        if child and child != url:
            found.setdefault(child, ChildSitemap(url=child, modified=clock.read(entry.get("lastmod"))))
        if len(found) == limits.entries:
            break
    return list(found.values())


def _ordered(children: list[ChildSitemap]) -> tuple[ChildSitemap, ...]:
    """News first, then by time of change, then by the day in the name, then by the highest number; newest first."""

    def rank(child: ChildSitemap) -> tuple[bool, float, date, tuple[int, ...]]:
        name = _name(child.url)
        is_news = bool(word_lists().news_sitemaps & set(_WORD.findall(name))) and not _is_skipped(name)
        numbers = tuple(int(number[:18]) for number in _NUMBER.findall(name))
        changed = child.modified.timestamp() if child.modified else 0.0
        return is_news, changed, _last_day(_named_day(name)), numbers

    return tuple(sorted(children, key=rank, reverse=True))


def _name(url: str) -> str:
    """Give what names a child in its URL: path and query, the day of ``?yyyy=2026&mm=11`` written as one."""
    return _QUERY_DAY.sub("-", url.split("://", 1)[1].partition("/")[2].lower())


def _is_skipped(name: str) -> bool:
    return bool(word_lists().skipped_sitemaps & set(_WORD.findall(name)))


def _named_day(name: str) -> tuple[int, int | None, int | None] | None:
    match = _NAMED_DAY.search(name)
    if not match:
        return None
    year, month, day = (int(part) if part else None for part in match.group("year", "month", "day"))
    return (year, month, day) if year else None


def _last_day(named: tuple[int, int | None, int | None] | None) -> date:
    """Give the last day that a name such as ``2026-11`` covers; the first day there is for a name without one."""
    if named is None:
        return date.min
    year, month, _ = named
    span = month_span(*named) or month_span(year, month, None)  # the second where a month has no such day
    return span.last if span else date.min
