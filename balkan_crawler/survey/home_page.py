"""What a home page says of its outlet: name, language and region tags, the CMS behind it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import urljoin, urlsplit

from lxml import html

from balkan_crawler.discovery.html import base_of, read_tree
from balkan_crawler.errors import DiscoveryError, ExtractionError, InvalidUrlError
from balkan_crawler.model import Family
from balkan_crawler.survey.country import Guess
from balkan_crawler.survey.documents import Document
from balkan_crawler.text import clean_line, fold
from balkan_crawler.urls import canonical_url
from balkan_crawler.urls.sites import site_of_host

_TAG: Final = re.compile(r"([a-z]{2,3})(?:[-_][A-Z][a-z]{3})?(?:[-_]([A-Za-z]{2}))?", re.IGNORECASE)
_SEPARATOR: Final = re.compile(r"\s+[|–—·»:-]\s+")
_GENERATORS: Final = ("wordpress", "drupal", "joomla")
_LEAST_MARKERS: Final = 2
_LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class PageMarks:
    """What tells the CMS of a page: the classes in it, its generator tag, and whether it names WordPress's folders."""

    classes: frozenset[str] = frozenset()
    generator: str | None = None
    is_in_folders: bool = False


def tags_in(content: bytes, url: str) -> tuple[tuple[str, str | None], ...]:
    """Give (language, region) of a page's own tags: ``html lang``, ``og:locale``, ``content-language``.

    Raises `DiscoveryError` where there is no HTML.
    """
    tree = read_tree(content, url)
    texts = [tree.get("lang"), _meta(tree, "og:locale"), _meta(tree, "content-language"), _meta(tree, "language")]
    found = []
    for text in texts:
        parts = _TAG.fullmatch((text or "").strip())
        if parts:
            found.append((parts[1].lower(), parts[2].upper() if parts[2] else None))
    return tuple(found)


def name_in(content: bytes, url: str, feed_titles: Sequence[str]) -> Guess:
    """Tell the outlet's name: what it declares, else what its title and its feeds or its logo have in common.

    Else the part of a title that is like its host, and in doubt the shortest one. Raises `DiscoveryError` where there
    is no HTML.
    """
    tree = read_tree(content, url)
    in_title = _parts(tree.findtext(".//title") or "")
    in_feeds = [part for title in feed_titles for part in _parts(title)]
    label = site_of_host(urlsplit(url).hostname or "").partition(".")[0]
    sure = _declared(tree) or _in_common(in_title, {*in_feeds, *_home_labels(tree, url)})
    sure = sure or next((part for part in (*in_title, *in_feeds) if _is_like(part, label)), None)
    if sure:
        return Guess(value=sure)
    candidates = [part for part in (*in_feeds, *in_title) if len(part) <= _LONGEST_NAME]
    return Guess(value=min(candidates, key=len, default=label), doubt="guessed from the page's title")


def _declared(tree: html.HtmlElement) -> str | None:
    names = (_meta(tree, "og:site_name"), _meta(tree, "application-name"))
    return next((name for name in names if name and len(name) <= _LONGEST_NAME), None)


def _parts(title: str) -> list[str]:
    return [part for part in _SEPARATOR.split(clean_line(title)) if part.strip()]


def _in_common(parts: Sequence[str], others: Set[str]) -> str | None:
    return next((part for part in parts if part in others), None)


def _is_like(part: str, label: str) -> bool:
    return fold(part).replace(" ", "") == label.replace("-", "")


def _home_labels(tree: html.HtmlElement, url: str) -> set[str]:
    """Give what the page calls the links to its own front, such as the logo."""
    return {clean_line(text) for anchor in tree.iter("a") if _leads_home(anchor, url) for text in _labels(anchor)}


def links_in(content: bytes, url: str) -> list[str]:
    """Give the addresses that a page links to, in its order; what is no web address is left out.

    Raises `DiscoveryError` where there is no HTML.
    """
    tree = read_tree(content, url)
    base, found = base_of(tree, url), dict[str, None]()
    for anchor in tree.iter("a"):
        with suppress(InvalidUrlError):
            found[canonical_url(anchor.get("href") or "", base)] = None
    return list(found)


def _leads_home(anchor: html.HtmlElement, url: str) -> bool:
    try:
        return urljoin(url, (anchor.get("href") or "#").strip()) in (url, urljoin(url, "/"))
    except ValueError:
        return False


def _labels(anchor: html.HtmlElement) -> list[str]:
    """Give what a link is called: its text, its title, and the descriptions of its pictures."""
    return [anchor.text_content(), anchor.get("title") or "", *(image.get("alt") or "" for image in anchor.iter("img"))]


def marks_in(content: bytes, url: str) -> PageMarks:
    """Read what tells a page's CMS; nothing of what is no HTML."""
    in_folders = b"/wp-content/" in content or b"wp-json" in content
    try:
        tree = read_tree(content, url)
    except DiscoveryError:
        return PageMarks(is_in_folders=in_folders)
    said = fold(_meta(tree, "generator") or "")
    return PageMarks(
        classes=frozenset(name for text in tree.xpath("//@class") for name in text.split()),
        generator=next((name for name in _GENERATORS if name in said), None),
        is_in_folders=in_folders,
    )


def marks_on(pages: Iterable[Document]) -> list[PageMarks]:
    """Read what tells the CMS of pages; a page that takes too much to read tells nothing."""
    marks = []
    for page in pages:
        with suppress(ExtractionError):
            marks.append(page.read(marks_in))
    return marks


def generator_of(pages: Sequence[PageMarks]) -> str | None:
    """Name the CMS that pages admit to: by their generator tag, or by the folders of WordPress."""
    return _stated_generator(pages) or ("wordpress" if any(page.is_in_folders for page in pages) else None)


def _stated_generator(pages: Sequence[PageMarks]) -> str | None:
    return next((page.generator for page in pages if page.generator), None)


def family_of(pages: Sequence[PageMarks], families: Mapping[str, Family]) -> str | None:
    """Tell the declared family of article pages by class names that only it has; ``None`` where that is not clear.

    A stated generator narrows the choice: what is made by WordPress is of a family on WordPress, and nothing else is.
    Folders of WordPress do not: a picture of another site may lie in one.
    """
    generator = generator_of(pages)
    stated = _stated_generator(pages)
    owners: dict[str, set[str]] = {}
    for family in families.values():
        for name in family.classes:
            owners.setdefault(name, set()).add(family.key)
    seen = Counter[str]()
    for name in frozenset[str]().union(*(page.classes for page in pages)):
        marked = {key for key, family in families.items() if any(fnmatchcase(name, mark) for mark in family.marks)}
        owners[name] = marked or owners.get(name, set())
        keys = [key for key in owners.get(name, ()) if generator != stated or _may_be(families[key], stated)]
        seen.update(keys if len(keys) == 1 else [])
    special = [(key, count) for key, count in seen.most_common() if key != generator and count >= _LEAST_MARKERS]
    if special:
        return special[0][0]
    return generator if generator in families else None


def _may_be(family: Family, generator: str | None) -> bool:
    on_it = generator is not None and generator in fold(f"{family.name} {family.description}")
    on_another = any(name in fold(f"{family.name} {family.description}") for name in _GENERATORS)
    return on_it if generator else not on_another


def _meta(tree: html.HtmlElement, name: str) -> str | None:
    for element in tree.iter("meta"):
        own = element.get("property") or element.get("name") or element.get("http-equiv") or ""
        if own.lower() == name:
            return clean_line(element.get("content") or "") or None
    return None
