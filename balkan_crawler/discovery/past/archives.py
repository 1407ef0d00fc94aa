"""The past of an outlet as its pages show it: listings in numbered pages, and archives by day or month. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from lxml import html

from balkan_crawler.data import read_table
from balkan_crawler.discovery.feed_values import plain_text
from balkan_crawler.discovery.html import base_of, read_tree
from balkan_crawler.discovery.links.url_parts import UrlParts, is_service_page, take_apart
from balkan_crawler.discovery.spans import Span, month_span
from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model import Outlet
from balkan_crawler.urls import canonical_url, identity, same_site
from balkan_crawler.urls.word_lists import address_words

_MOST_OVERVIEWS: Final = 3
_MOST_SECTIONS: Final = 12
_SECTION_WORDS, _SECTION_DIGITS = 3, 3
_NAME: Final = re.compile(r"[^\W_]+")
_LEAST_OFFSET: Final = 5
"""A smaller number on the second page's link is a page's; from here on it may be the number of stories to skip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A listing in numbered pages: the first is ``url``, page *n* is ``template`` with ``offset + step * n``.

    ``last`` is the highest page that its links name; there may be more.
    """

    url: str
    template: str
    offset: int
    step: int
    last: int

    def page(self, number: int) -> str:
        """Give the address of a page, counted from 1."""
        return self.url if number == 1 else self.template.replace("{page}", str(self.offset + self.step * number))

    def number_of(self, address: str) -> int | None:
        """Give the number of the page at an address; ``None`` for what is none of its pages."""
        before, _, behind = self.template.partition("{page}")
        middle = address.removeprefix(before).removesuffix(behind)
        if f"{before}{middle}{behind}" != address or not middle.isdecimal():
            return None
        return (int(middle) - self.offset) // self.step


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """An archive with a page for each day (or month); ``template`` holds ``{year}``, ``{month}`` and ``{day}``."""

    template: str
    by_day: bool
    padded: bool

    def pages(self, span: Span) -> Iterator[tuple[str, Span]]:
        """Give the addresses of a span with the days of each, newest first."""
        day = span.last
        while day >= span.first:
            period = Span(day, day) if self.by_day else month_span(day.year, day.month, None) or Span(day, day)
            yield self._page(day), period
            day = period.first - timedelta(days=1)

    def _page(self, day: date) -> str:
        width = "02d" if self.padded else "d"
        parts = {"{year}": str(day.year), "{month}": format(day.month, width), "{day}": format(day.day, width)}
        address = self.template
        for name, text in parts.items():
            address = address.replace(name, text)
        return address


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """The lists of ``archives.toml``, and ``sections``: words that elsewhere tell a listing, and here a section."""

    numbered: tuple[re.Pattern[str], ...]
    numbered_if_shown: tuple[re.Pattern[str], ...]
    calendars: tuple[re.Pattern[str], ...]
    overviews: tuple[str, ...]
    sections: frozenset[str]
    menus: frozenset[str]


@cache
def patterns() -> Patterns:
    """Give the lists."""
    data = read_table(__name__, "archives.toml")
    return Patterns(
        **{
            name: tuple(re.compile(one, re.IGNORECASE) for one in data[name])
            for name in ("numbered", "numbered_if_shown", "calendars")
        },
        overviews=tuple(data["overviews"]),
        sections=address_words("candidates", kind="category"),
        menus=frozenset(data["menus"]),
    )


def find_listing(content: bytes | str | html.HtmlElement, url: str) -> Listing | None:
    """Find how the pages of the listing at ``url`` are numbered, by the links to its other pages.

    Whether they count pages from 0 or 1, or stories, is told by the links' texts. Raises `DiscoveryError` where there
    is no HTML.
    """
    found: dict[str, dict[int, int | None]] = {}
    for address, label in _links(read_tree(content, url), url):
        named = _numbered(address, url, label)
        if named is not None:
            template, number = named
            known = found.setdefault(template, {})
            known[number] = known.get(number) or label
    if not found:
        return None
    template, links = max(found.items(), key=lambda entry: len(entry[1]))
    counted = _count(links)
    if counted is None:
        return None
    offset, step = counted
    return Listing(url=url, template=template, offset=offset, step=step, last=max(1, (max(links) - offset) // step))


def find_calendar(content: bytes | str | html.HtmlElement, url: str) -> Calendar | None:
    """Find how the site addresses its archive of a day (or month), by the links of a page to such archives.

    Raises `DiscoveryError` where there is no HTML.
    """
    found: dict[tuple[str, bool], list[str]] = {}
    for address, _ in _links(read_tree(content, url), url):
        for pattern in patterns().calendars:
            start = _after_host(address)
            match = pattern.search(address, start)
            if match is None or not same_site(address, url):
                continue
            parts = {name: text for name, text in match.groupdict().items() if text}
            if month_span(*(int(parts[name]) if name in parts else None for name in ("year", "month", "day"))) is None:  # type: ignore[arg-type]
                continue
            template = address
            for name in sorted(parts, key=match.start, reverse=True):
                template = f"{template[: match.start(name)]}{{{name}}}{template[match.end(name) :]}"
            texts = [parts[name] for name in ("month", "day") if name in parts]
            found.setdefault((template, "day" in parts), []).extend(texts)
            break
    if not found:
        return None
    (template, by_day), texts = max(found.items(), key=lambda entry: (len(entry[1]), entry[0][1]))
    return Calendar(template=template, by_day=by_day, padded=not any(len(text) == 1 for text in texts))


def find_overviews(content: bytes | str | html.HtmlElement, url: str, outlet: Outlet) -> tuple[str, ...]:
    """Name the pages that list everything: the archive, all news; the likeliest first, three at most.

    Raises `DiscoveryError` where there is no HTML.
    """
    words, found = patterns().overviews, dict[str, tuple[int, int, str]]()
    for address, _ in _links(read_tree(content, url, outlet.languages), url):
        parts = take_apart(address)
        last = parts.segments[-1].lower() if parts and parts.segments else ""
        if last in words and same_site(address, outlet.homepage) and parts is not None:
            found.setdefault(identity(address), (words.index(last), len(parts.segments), address))
    return tuple(address for _, _, address in sorted(found.values())[:_MOST_OVERVIEWS])


def find_sections(content: bytes | str | html.HtmlElement, url: str, outlet: Outlet) -> tuple[str, ...]:
    """Name the sections that a home page's menus link to, in its order, twelve at most.

    Where it has no menu, all short addresses right below it count. Raises `DiscoveryError` where there is no HTML.
    """
    tree = read_tree(content, url, outlet.languages)
    menus = [
        menu for menu in tree.iter("nav", "header", "div", "ul") if menu.tag in ("nav", "header") or _is_menu(menu)
    ]
    in_menus = dict.fromkeys(address for menu in menus for address, _ in _links(menu, url))
    own, above = {identity(outlet.homepage), identity(url)}, take_apart(outlet.homepage)
    below = above.segments if above else ()
    found: dict[str, str] = {}
    for address in in_menus or dict.fromkeys(address for address, _ in _links(tree, url)):
        parts = take_apart(address)
        if parts is None or not same_site(address, outlet.homepage) or identity(address) in own:
            continue
        depth = len(parts.segments) - len(below)
        is_below = parts.segments[: len(below)] == below and (bool(in_menus) or (depth == 1 and not parts.query))
        if is_below and _is_section(parts):
            found.setdefault(identity(address), address)
    return tuple(found.values())[:_MOST_SECTIONS]


def _is_menu(element: html.HtmlElement) -> bool:
    names = _NAME.findall(f"{element.get('class')} {element.get('id')}".lower())
    return bool(patterns().menus.intersection(names))


def _is_section(parts: UrlParts) -> bool:
    """Say whether an address is short enough for a section's, and no search, log-in, tag or the like."""
    last = parts.segments[-1] if parts.segments else ""
    words = len(_NAME.findall(last))
    number = parts.number if parts.story != "none" else ""
    is_short = words <= _SECTION_WORDS and len(number) <= _SECTION_DIGITS
    return is_short and bool(parts.segments) and not is_service_page(parts, patterns().sections)


def _links(tree: html.HtmlElement, url: str) -> Iterator[tuple[str, int | None]]:
    """Give the addresses of links and of choices, and the number that a link shows."""
    base = base_of(tree, url)
    for element in tree.iter("a", "link", "option"):
        link = element.get("value" if element.tag == "option" else "href") or ""
        if not link.strip() or (element.tag == "option" and "/" not in link and "?" not in link):
            continue
        try:
            address = canonical_url(link, base)
        except InvalidUrlError:
            continue
        text = plain_text(element.text_content(), 20) or ""
        yield address, int(text) if text.isdecimal() and len(text) < 6 else None


def _after_host(address: str) -> int:
    parts = urlsplit(address)
    return len(f"{parts.scheme}://{parts.netloc}")


def _numbered(address: str, url: str, label: int | None) -> tuple[str, int] | None:
    """Give template and number of a link to another page of the listing at ``url``."""
    shown = patterns().numbered_if_shown if label is not None else ()
    for place, pattern in enumerate((*patterns().numbered, *shown)):
        match = pattern.search(address, _after_host(address))
        if match is None:
            continue
        number = int(match["page"])
        if place >= len(patterns().numbered) and number != label:
            continue
        rest = address[: match.start()] + address[match.end() :]
        if "?" not in rest and "&" in rest:
            rest = rest.replace("&", "?", 1)
        if _is_same_listing(rest, url):
            return f"{address[: match.start('page')]}{{page}}{address[match.end('page') :]}", number
    return None


def _is_same_listing(rest: str, url: str) -> bool:
    try:
        return identity(rest or url) == identity(url)
    except InvalidUrlError:
        return False


def _count(links: dict[int, int | None]) -> tuple[int, int] | None:
    """Tell offset and step of the numbers in links: number = offset + step * page."""
    shown = sorted((label, number) for number, label in links.items() if label is not None and label > 0)
    if len(shown) > 1:
        (label, number), (other_label, other) = shown[0], shown[-1]
        if other_label > label and other > number and (other - number) % (other_label - label) == 0:
            step = (other - number) // (other_label - label)
            return number - step * label, step
    label, number = shown[0] if shown else (2, min((number for number in links if number), default=0))
    if number == label:
        return 0, 1
    if number == label - 1:
        return -1, 1
    if label > 1 and number >= _LEAST_OFFSET and number % (label - 1) == 0:
        step = number // (label - 1)
        return -step, step
    return (0, 1) if not shown and number > 1 else None
