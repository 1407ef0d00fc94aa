"""The section that a story is filed under, by the name that the page prints for it.

A site names its sections in JSON-LD, ``meta`` elements, breadcrumbs, a word beside the headline and its menu; the
address has a bare form of the name only (``/drustvo/`` for *Društvo*), which is the last resort. The three ways of
`read_section` are tried in their order.

Names that are no section stand in ``section.toml``. The numbers were set by hand and are checked by the sections
that are annotated in tests/data/blind and blind2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from balkan_crawler.data import read_table
from balkan_crawler.extraction.document.json_ld import JsonObject, text_of, types_of
from balkan_crawler.extraction.document.landmarks import Landmark, Landmarks, stands_apart, visible_text
from balkan_crawler.extraction.document.meta_names import meta_names
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.extraction.headline.site_name import is_site_name, lowered
from balkan_crawler.extraction.headline.title import Title
from balkan_crawler.text import fold

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_DIVIDER: Final = re.compile(r"\s*[,;|/›»>→\n]\s*|\s+[-–—·•]\s+")
"""What parts the names of a line: ``Home / Environment``, ``Društvo | 12.09.2006.``"""

_FOLDER: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+){0,2}")
_SLUG: Final = re.compile(r"[a-z]+(?:-[a-z]+)*")

_LONGEST: Final = 60
"""Most characters of a name."""

_LEVELS: Final = 4
"""Elements around the headline beside which a name may stand."""

_ASIDE: Final = 3
"""Elements before or after each of these that are looked at."""

_SMALL: Final = 10
"""Elements within one of those that is more than a name."""

_BEFORE: Final = 60
"""A list of sections by its class counts so many elements before the headline, and ``_AFTER`` behind it."""

_AFTER: Final = 40

_MOST_LISTS: Final = 30
"""Such lists that are looked at."""

_MOST_WITHIN: Final = 60
"""Elements of such a list that are looked at."""

_MOST_CRUMBS: Final = 5
"""The most names of a path to the page."""

_SHORT_PATH: Final = 3
"""Above so many links from the front page on, those that lead elsewhere than along the page's address make a menu."""

_PATH_LEVELS: Final = 2
"""Elements around the headline before which a path may stand that no class calls one."""

_LONGEST_ADDRESS: Final = 100
"""Longest address, in characters, of a link that may lead to a section's page, and (below) its most folders."""

_MOST_FOLDERS: Final = 3

_SENTENCE_ENDS: Final = (".", ":", "!", "?", ";")
_ABBREVIATION: Final = 5
"""Most characters of a name that ends as a sentence does."""

_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def read_section(
    document: Document, landmarks: Landmarks, story: JsonObject | None, title: Title | None, sites: Sequence[str]
) -> str | None:
    """Give the name of the story's section as the page prints it, or else as its address does, or ``None``."""
    folders = _folders(document.url)
    by_statement = _by_statement(document, landmarks, story, title, sites, folders)
    if by_statement is not None:
        return by_statement
    menu = _menu(landmarks, document.base_url)
    beside = _beside_headline(menu, folders, title, sites)
    return beside if beside is not None else _by_address(menu, folders, title, sites)


def _by_statement(
    document: Document,
    landmarks: Landmarks,
    story: JsonObject | None,
    title: Title | None,
    sites: Sequence[str],
    folders: Sequence[str],
) -> str | None:
    """Give the first name that the page calls its section's, in the printed form where it states the bare one."""
    for text in _declared_sections(document, landmarks, story, title):
        name = _DIVIDER.split(text)[0] if len(text) <= 4 * _LONGEST else ""
        if _is_section(name, title, sites):
            slug = name.replace(" ", "-")
            is_bare = _SLUG.fullmatch(name) is not None and slug in folders
            return (_menu(landmarks, document.base_url).get(slug) if is_bare else None) or name
    return None


def _beside_headline(
    menu: Mapping[str, str], folders: Sequence[str], title: Title | None, sites: Sequence[str]
) -> str | None:
    """Give the first word beside the headline that the menu or the address knows for a section's name."""
    names = {fold(text): text for text in menu.values()}
    keys = {fold(folder.replace("-", " ")) for folder in folders}
    for text in _texts_beside(title):
        for part in map(str.strip, _DIVIDER.split(text)):
            if lowered(part) in _names("forms"):
                continue
            if (fold(part) in names or fold(part) in keys) and _is_section(part, title, sites):
                return names.get(fold(part), part)
    return None


def _by_address(
    menu: Mapping[str, str], folders: Sequence[str], title: Title | None, sites: Sequence[str]
) -> str | None:
    """Give the menu's name for the deepest folder of the address that it has, or else the first folder's own."""
    specific = [folder for folder in folders if folder.lower() not in _names("generic")]
    for folder in reversed(specific):
        name = menu.get(folder.lower())
        if name is not None and _is_section(name, title, sites):
            return name
    own = (folder.replace("-", " ") for folder in specific)
    return next((name for name in own if _is_section(name, title, sites)), None)


def _is_section(text: str, title: Title | None, sites: Sequence[str]) -> bool:
    """Say whether a text can be a section's name: short, no name of the site, of its front page or of the story."""
    key = lowered(text)
    return (
        len(key) > 1
        and len(text) <= _LONGEST
        and key not in _names("home")
        and not key.replace(" ", "").isdigit()
        and not is_site_name(text, sites, whole=True)
        and not text.endswith(("...", "…"))
        and not (title and key == lowered(title.text))
    )


def _declared_sections(
    document: Document, landmarks: Landmarks, story: JsonObject | None, title: Title | None
) -> Iterator[str]:
    """Give names that the page calls its section's, the surer first."""
    stated = (story or {}).get("articleSection")
    yield from (text for item in (stated if isinstance(stated, list) else [stated]) if (text := text_of(item)))
    yield from (document.meta[name][0] for name in meta_names("section") if name in document.meta)
    for item in document.json_ld:
        if "breadcrumblist" in types_of(item):
            yield from reversed(_crumbs(item.get("itemListElement"))[:-1])
    marks = [*landmarks.role("section"), *landmarks.properties.get("articlesection", ())]
    for mark in marks[:_MOST_LISTS]:
        if title is not None and not -_BEFORE < mark.order - title.order < _AFTER:
            continue
        if not _stands_apart(mark.element):
            names = reversed(_names_within(mark.element))
            yield from sorted((name for name in names if not _is_remark(name)), key=_is_generic)
    yield from _path_above(document, title)


def _stands_apart(element: HtmlElement) -> bool:
    """Say whether an element is part of a sidebar or the like; a breadcrumb may itself be a ``nav``."""
    parent = element.getparent()
    return stands_apart(element if element.tag != "nav" or parent is None else parent)


def _names_within(element: HtmlElement) -> list[str]:
    """Give names of a breadcrumb or a list of categories: its links' texts and what stands between them."""
    texts: list[str] = []
    for each in islice(element.iter(), _MOST_WITHIN):
        if each.tag in _HEADINGS and next(each.iter("a"), None) is None:
            break  # the headline, which some themes put into the same element
        texts += [text for text in (each.text, each.tail) if text and text.strip()]
    return [name for text in texts for part in _DIVIDER.split(text) if (name := " ".join(part.split()))]


def _is_remark(text: str) -> bool:
    """Tell a sentence, a label, a date or a count (``3 comments``) from a name."""
    return text[0].isdigit() or (text.endswith(_SENTENCE_ENDS) and len(text) > _ABBREVIATION)


def _is_generic(name: str) -> bool:
    return fold(name).replace(" ", "-") in _names("generic")


def _path_above(document: Document, title: Title | None) -> Iterator[str]:
    """Give the names of a path right before the headline that no class calls one, the last first."""
    element = title.element if title else None
    for _ in range(_PATH_LEVELS):
        if element is None or element.tag == "body":
            return
        for sibling in islice(element.itersiblings(preceding=True), _ASIDE):
            links = list(islice(sibling.iter("a"), _MOST_CRUMBS + 1))
            if 2 <= len(links) <= _MOST_CRUMBS and _make_path(links, document):
                yield from (visible_text(link, 2 * _LONGEST) for link in reversed(links))
                return
        element = element.getparent()


def _make_path(links: Sequence[HtmlElement], document: Document) -> bool:
    """Say whether links lead to the page: from the site's front page on, or all along the page's own address."""
    own = urlsplit(document.url).path.rstrip("/")
    addresses = [document.absolute(link.get("href")) for link in links]
    paths = [urlsplit(address).path.rstrip("/") if address else None for address in addresses]
    along = [path for path in paths if path and own.startswith(path + "/")]
    is_menu = len(links) > _SHORT_PATH and any(path not in {"", own, *along} for path in paths)
    return (paths[:1] == [""] and not is_menu) or len(along) == len(paths)


def _crumbs(items: Any) -> list[str]:
    """Give names of a breadcrumb list in their order."""
    found = []
    for item in items if isinstance(items, list) else []:
        name = text_of(item.get("name")) if isinstance(item, dict) else None
        if not name and isinstance(item, dict) and isinstance(item.get("item"), dict):
            name = text_of(item["item"].get("name"))
        found.append(name or "")
    return found


def _texts_beside(title: Title | None) -> Iterator[str]:
    """Give short texts right before and after the headline, nearest first."""
    element = title.element if title else None
    for _ in range(_LEVELS):
        if element is None or element.tag == "body":
            return
        for preceding in (True, False):
            for sibling in islice(element.itersiblings(preceding=preceding), _ASIDE):
                if _may_be_name(sibling):
                    yield from (text for text in sibling.itertext() if 1 < len(text) <= 2 * _LONGEST)
        element = element.getparent()


def _may_be_name(element: HtmlElement) -> bool:
    """Say whether an element is small, no menu, and no link to another story."""
    links = list(islice(element.iter("a"), 2))
    if element.tag == "nav" or len(links) > 1:
        return False
    is_card = any(len(visible_text(link, 2 * _LONGEST)) > _LONGEST // 2 for link in links)
    return not is_card and sum(1 for _ in islice(element.iter(), _SMALL)) < _SMALL


def _folders(address: str) -> list[str]:
    """Give folders of an address that may name a section, without the last part, and a section in its query."""
    parts = urlsplit(address)
    found = [unquote(folder) for folder in parts.path.split("/") if folder][:-1]
    found += _parameter().findall(unquote(parts.query))
    return [
        folder
        for folder in found
        if _FOLDER.fullmatch(folder) and len(folder) > 2 and folder.lower() not in _names("folders")
    ]


def _menu(landmarks: Landmarks, base: str) -> Mapping[str, str]:
    """Give printed names of the site's sections by the last folder of their links' addresses, in small letters."""
    host = urlsplit(base).netloc.removeprefix("www.")
    found: dict[str, str] = {}
    for mark in landmarks.links:
        folder = _menu_folder(mark, host)
        if folder and folder not in found:
            text = visible_text(mark.element, 2 * _LONGEST)
            if 1 < len(text) <= _LONGEST // 2:
                found[folder] = text
    return found


def _menu_folder(mark: Landmark, host: str) -> str | None:
    """Give the folder that a link to a section's page leads to; ``None`` for other links."""
    address = mark.element.get("href", "")
    if len(address) > _LONGEST_ADDRESS or "?" in address or "#" in address or address[:7] in {"mailto:", "javascr"}:
        return None
    scheme, separator, rest = address.partition("//")
    if separator:
        own, _, path = rest.partition("/")
        if own.removeprefix("www.") != host:
            return None
    else:
        path = scheme
    folders = [folder for folder in path.split("/") if folder]
    if not 1 <= len(folders) <= _MOST_FOLDERS or any(
        folder.lower() not in _names("leading") for folder in folders[:-1]
    ):
        return None
    folder = unquote(folders[-1]).lower()
    return folder if _FOLDER.fullmatch(folder) and len(folder) > 2 else None


@cache
def _names(kind: str) -> frozenset[str]:
    return frozenset(read_table(__name__, "section.toml")[kind])


@cache
def _parameter() -> re.Pattern[str]:
    """Compile what finds a section in an address's query."""
    return re.compile(rf"(?:^|&)(?:{'|'.join(map(re.escape, sorted(_names('parameters'))))})=([^&]+)")
