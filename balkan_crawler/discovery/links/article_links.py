"""Article links of a home or section page to candidates."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Final
from urllib.parse import urlsplit

from lxml import html

from balkan_crawler.discovery.candidates import Intake
from balkan_crawler.discovery.feed_values import Clock, plain_text
from balkan_crawler.discovery.html import base_of, read_tree
from balkan_crawler.discovery.links.shapes import ArticleShape, learn_shape
from balkan_crawler.discovery.links.url_parts import UrlParts, is_service_page, take_apart
from balkan_crawler.discovery.word_lists import word_lists
from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model import Candidate, Discovery, Hints, Outlet
from balkan_crawler.urls import canonical_url, identity

_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_CARD_LEVELS: Final = 5
_SLUG_WORDS, _HEADLINE_WORDS, _LONG_NUMBER = 4, 4, 5
_LONGEST_TITLE: Final = 300
_MOST_LINKS, _MOST_CHARACTERS = 5_000, 1_000_000
"""Links of a page that are looked at, and characters of their addresses: a home page has up to two thousand links."""
_LARGEST_CARD: Final = 50
"""Links in the card of one story."""
_CLASS_WORD: Final = re.compile(r"[a-z]+")
_LANGUAGE_FOLDER: Final = re.compile(r"/[a-z]{2}(?:-[a-z]{2,4})?/?", re.IGNORECASE)


@dataclass(slots=True)
class _Link:
    """All anchors of a page that lead to one address."""

    url: str
    parts: UrlParts
    anchors: list[html.HtmlElement] = field(default_factory=list)


def find_article_links(
    content: bytes | str | html.HtmlElement,
    url: str,
    outlet: Outlet,
    shape: ArticleShape | None = None,
    now: datetime | None = None,
) -> tuple[Candidate, ...]:
    """Give the links of a home or section page that lead to articles, in the page's order.

    What counts is, in this order: the outlet's declared ``article_url`` pattern; the learned ``shape``; else what such
    links have in common (a slug of four words, a number or a date with a headline for its text), and then all links of
    the shape that most of those have. Links to other sites, to the page itself, to listings, tags, authors, searches
    and files are never given. Hints hold the longest headline of the links to one address and, where the card around
    it states one, the time. Raises `DiscoveryError` where there is no HTML.
    """
    tree = read_tree(content, url, outlet.languages)
    links = _links(tree, url, outlet)
    titles = {key: _title(link) for key, link in links.items()}
    wanted = _wanted(links, titles, outlet, shape)
    clock = Clock.of(outlet, now)
    intake = Intake(url, outlet, Discovery.SECTION)
    owners = {anchor: key for key in wanted for anchor in links[key].anchors}
    for key, link in links.items():
        if key in wanted:
            card = _card(link.anchors[0], key, owners)
            intake.add(link.url, Hints(title=titles[key] or _heading(card), published=_time(card, clock)))
    return tuple(intake.candidates)


def own_folder(outlet: Outlet) -> str:
    """Give the folder that all of an outlet's articles are in: that of its language, where its home page is in one."""
    folder = urlsplit(outlet.homepage).path.rstrip("/") + "/"
    return folder if _LANGUAGE_FOLDER.fullmatch(folder) else "/"


def language_folder(url: str) -> str:
    """Give the folder of a language that an address begins with (``/en/``), or the root."""
    folder = "/".join(urlsplit(url).path.split("/")[:2]) + "/"
    return folder if _LANGUAGE_FOLDER.fullmatch(folder) else "/"


def _links(tree: html.HtmlElement, url: str, outlet: Outlet) -> dict[str, _Link]:
    """Collect the page's links by identity: the outlet's own, without the page itself and the home page."""
    base, found = base_of(tree, url), dict[str, _Link]()
    only_below = own_folder(outlet)
    own = {identity(url), identity(outlet.homepage)}
    hosts = {key.partition("/")[0] for key in own}
    left = _MOST_CHARACTERS
    for anchor in islice(tree.iter("a"), _MOST_LINKS):
        link = (anchor.get("href") or "").strip()
        left -= len(link)
        if left < 0:
            break
        if not link or link.startswith(("#", "javascript:", "mailto:", "tel:")):
            continue
        try:
            address = canonical_url(link, base)
            key = identity(address)
        except InvalidUrlError:
            continue
        if key in own or not _is_own(key, hosts) or not urlsplit(address).path.startswith(only_below):
            continue
        if key not in found:
            parts = take_apart(address)
            if parts is None:
                continue
            found[key] = _Link(address, parts)
        found[key].anchors.append(anchor)
    return found


def _wanted(
    links: dict[str, _Link], titles: dict[str, str | None], outlet: Outlet, shape: ArticleShape | None
) -> set[str]:
    if outlet.article_url:
        pattern = re.compile(outlet.article_url)
        return {key for key, link in links.items() if pattern.search(link.url)}
    if shape is not None:
        return {key for key, link in links.items() if shape.matches(link.url)}
    sure = {key for key, link in links.items() if _looks_like_article(link.parts, titles[key])}
    learned = learn_shape([links[key].url for key in sure])
    if learned is None:
        return sure
    like = {key for key, link in links.items() if learned.matches(link.url)}
    return like | {key for key in sure if _tells_a_story(links[key].parts)}


def _looks_like_article(parts: UrlParts, title: str | None) -> bool:
    if not parts.segments or is_service_page(parts):
        return False
    headline = len((title or "").split())
    if parts.story == "slug":
        return parts.slug_words >= _SLUG_WORDS or (parts.date > 0 and parts.slug_words >= 2)
    if parts.story == "none":
        return parts.date == 3 and headline >= _HEADLINE_WORDS
    if parts.story == "query":
        return headline >= _HEADLINE_WORDS
    if parts.slug_words >= _SLUG_WORDS and (len(parts.number) >= _LONG_NUMBER or headline >= _HEADLINE_WORDS):
        return True
    return headline >= _HEADLINE_WORDS


def _tells_a_story(parts: UrlParts) -> bool:
    """Say whether an address unlike the others is a story's by itself: a bare slug may be a page of rules."""
    return parts.story != "slug" or parts.date > 0


def _title(link: _Link) -> str | None:
    """Give the longest headline among a link's anchors: a heading's text first, then all text, then labels."""
    headings = [text for anchor in link.anchors if (text := _heading(anchor) or _heading_around(anchor))]
    texts = [text for anchor in link.anchors if (text := plain_text(anchor.text_content(), _LONGEST_TITLE))]
    labels = [anchor.get("title") or anchor.get("aria-label") for anchor in link.anchors]
    pictures = [picture.get("alt") for anchor in link.anchors for picture in anchor.iter("img")]
    for offered in (headings, texts, labels, pictures):
        clean = filter(None, (plain_text(value, _LONGEST_TITLE) for value in offered))
        if headlines := [text for text in clean if not _more().fullmatch(text)]:
            return max(headlines, key=len)
    return None


@cache
def _more() -> re.Pattern[str]:
    """Give the pattern of labels that are no headline: a number, or a word for "more" with little before it."""
    return re.compile(rf"\W*(?:\d+|[\w' ]{{0,24}}(?:{'|'.join(word_lists().more)})\W*)", re.IGNORECASE)


def _heading(element: html.HtmlElement) -> str | None:
    heading = next(element.iter(*_HEADINGS), None)
    return plain_text(heading.text_content(), _LONGEST_TITLE) if heading is not None else None


def _heading_around(anchor: html.HtmlElement) -> str | None:
    parent = anchor.getparent()
    return plain_text(parent.text_content(), _LONGEST_TITLE) if parent is not None and parent.tag in _HEADINGS else None


def _card(anchor: html.HtmlElement, key: str, owners: dict[html.HtmlElement, str]) -> html.HtmlElement:
    """Give the largest element around a link, a few levels up, in which no other article is linked; else the link."""
    card = anchor
    for level, element in enumerate(anchor.iterancestors()):
        if level == _CARD_LEVELS or element.tag in ("body", "html", "main"):
            break
        others = list(islice(element.iter("a"), _LARGEST_CARD + 1))
        if len(others) > _LARGEST_CARD or any(owners.get(other, key) != key for other in others):
            break
        card = element
    return card


def _time(card: html.HtmlElement, clock: Clock) -> datetime | None:
    """Read the time that a card states: in ``<time>``, else in a short text of its own that is called a date."""
    dates = word_lists().dates
    stated = (mark.get("datetime") or mark.text_content() for mark in card.iter("time"))
    shown = (
        element.text_content()
        for element in card.iter("span", "div", "p", "small", "li", "em", "i", "abbr")
        if len(element) <= 1 and not dates.isdisjoint(_CLASS_WORD.findall((element.get("class") or "").lower()))
    )
    return next((time for text in (*stated, *shown) if (time := clock.read(" ".join(text.split())))), None)


def _is_own(key: str, hosts: set[str]) -> bool:
    """Say whether an identity lies on one of the hosts or below, but for other languages' hosts (``en.`` and the like).

    Services in many languages link the same story on each of their hosts: those are other outlets.
    """
    host = re.split("[/?]", key, maxsplit=1)[0]
    return host in hosts or any(
        host.endswith(f".{own}") and len(host.removesuffix(f".{own}").rpartition(".")[2]) > 2 for own in hosts
    )
