"""The section that a story is filed under, by the name that the page prints for it.

A site names its sections in JSON-LD, ``meta`` elements, breadcrumbs, a word beside the headline and its menu; the
address has a bare form of the name only (``/drustvo/`` for *Društvo*), which is the last resort.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from balkan_crawler.data import read_table
from balkan_crawler.extraction.document.json_ld import JsonObject, text_of, types_of
from balkan_crawler.extraction.document.landmarks import Landmark, Landmarks, stands_apart, visible_text
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.extraction.headline.title import Title, is_site_name, lowered
from balkan_crawler.text import fold

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_META = (
    "article:section",
    "og:article:section",
    "cxenseparse:section",
    "parsely-section",
    "section",
    "articlesection",
    "dc.subject.section",
    "vr:category",
)
#: What parts the names of a line: ``Home / Environment``, ``Društvo | 12.09.2006.``
_DIVIDER = re.compile(r"\s*[,;|/›»>→\n]\s*|\s+[-–—·•]\s+")
_FOLDER = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+){0,2}")
_SLUG = re.compile(r"[a-z]+(?:-[a-z]+)*")
#: A name has at most so many characters; the words beside a headline are looked for so many elements up and aside.
_LONGEST, _LEVELS, _ASIDE, _SMALL = 60, 4, 3, 10
#: A list of sections by its class counts so many elements before and after the headline.
_BEFORE, _AFTER = 60, 40
#: Elements of such a list that are looked at, and the most names of a path to the page.
_MOST_WITHIN, _MOST_CRUMBS = 60, 5
#: Above so many links from the front page on, those that lead elsewhere than along the page's address make a menu.
_SHORT_PATH = 3
#: How sentences and labels end, and the longest abbreviation.
_SENTENCE_ENDS, _ABBREVIATION = (".", ":", "!", "?", ";"), 5
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def read_section(
    document: Document, landmarks: Landmarks, story: JsonObject | None, title: Title | None, sites: Sequence[str]
) -> str | None:
    """Return the name of the story's section as the page prints it, or else as its address does, or ``None``."""
    folders = _folders(document.url)
    for text in _stated(document, landmarks, story, title):
        name = _DIVIDER.split(text)[0] if len(text) <= 4 * _LONGEST else ""
        if _is_section(name, title, sites):
            if _SLUG.fullmatch(name):
                return _printed_form(name, landmarks, folders, document.base_url) or name
            return name
    menu = _menu(landmarks, document.base_url)
    names = {fold(text): text for text in menu.values()}
    keys = {fold(folder.replace("-", " ")) for folder in folders}
    for text in _beside(title):
        for part in map(str.strip, _DIVIDER.split(text)):
            if lowered(part) in _names("forms"):
                continue
            if (fold(part) in names or fold(part) in keys) and _is_section(part, title, sites):
                return names.get(fold(part), part)
    specific = [folder for folder in folders if folder.lower() not in _names("generic")]
    for folder in reversed(specific):
        if folder.lower() in menu and _is_section(menu[folder.lower()], title, sites):
            return menu[folder.lower()]
    own = [folder.replace("-", " ") for folder in specific]
    return next((name for name in own if _is_section(name, title, sites)), None)


def _is_section(text: str, title: Title | None, sites: Sequence[str]) -> bool:
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


def _stated(document: Document, landmarks: Landmarks, story: JsonObject | None, title: Title | None) -> Iterator[str]:
    """Names that the page calls its section's, the surer first."""
    stated = (story or {}).get("articleSection")
    yield from (text for item in (stated if isinstance(stated, list) else [stated]) if (text := text_of(item)))
    yield from (document.meta[name][0] for name in _META if name in document.meta)
    for item in document.json_ld:
        if "breadcrumblist" in types_of(item):
            yield from reversed(_crumbs(item.get("itemListElement"))[:-1])
    marks = [*landmarks.role("section"), *landmarks.properties.get("articlesection", ())]
    for mark in marks[:30]:
        if title is not None and not -_BEFORE < mark.order - title.order < _AFTER:
            continue
        if not _stands_apart(mark.element):
            names = reversed(_names_within(mark.element))
            yield from sorted((name for name in names if not _is_remark(name)), key=_is_generic)
    yield from _path_above(document, title)


def _stands_apart(element: HtmlElement) -> bool:
    """Tell whether an element is part of a sidebar or the like; a breadcrumb may itself be a ``nav``."""
    parent = element.getparent()
    return stands_apart(element if element.tag != "nav" or parent is None else parent)


def _names_within(element: HtmlElement) -> list[str]:
    """Names of a breadcrumb or a list of categories: its links' texts and what stands between them."""
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
    """The last name of a path right before the headline that no class calls one: its links lead from the site's front
    page on, or along the page's own address.
    """
    element = title.element if title else None
    own = urlsplit(document.url).path.rstrip("/")
    for _ in range(2):
        if element is None or element.tag == "body":
            return
        for sibling in islice(element.itersiblings(preceding=True), _ASIDE):
            links = list(islice(sibling.iter("a"), _MOST_CRUMBS + 1))
            addresses = [document.absolute(link.get("href")) for link in links]
            paths = [urlsplit(address).path.rstrip("/") if address else None for address in addresses]
            along = [path for path in paths if path and own.startswith(path + "/")]
            is_menu = len(links) > _SHORT_PATH and any(path not in {"", own, *along} for path in paths)
            from_front = paths[:1] == [""] and not is_menu
            if 2 <= len(links) <= _MOST_CRUMBS and (from_front or len(along) == len(paths)):
                yield from (visible_text(link, 2 * _LONGEST) for link in reversed(links))
                return
        element = element.getparent()


def _crumbs(items: Any) -> list[str]:
    """Names of a breadcrumb list in their order."""
    found = []
    for item in items if isinstance(items, list) else []:
        name = text_of(item.get("name")) if isinstance(item, dict) else None
        if not name and isinstance(item, dict) and isinstance(item.get("item"), dict):
            name = text_of(item["item"].get("name"))
        found.append(name or "")
    return found


def _beside(title: Title | None) -> Iterator[str]:
    """Short texts right before and after the headline, nearest first."""
    element = title.element if title else None
    for _ in range(_LEVELS):
        if element is None or element.tag == "body":
            return
        for preceding in (True, False):
            for sibling in islice(element.itersiblings(preceding=preceding), _ASIDE):
                links = list(islice(sibling.iter("a"), 2))
                is_menu = sibling.tag == "nav" or len(links) > 1
                is_card = any(len(visible_text(link, 2 * _LONGEST)) > _LONGEST // 2 for link in links)
                if not (is_menu or is_card) and sum(1 for _ in islice(sibling.iter(), _SMALL)) < _SMALL:
                    yield from (text for text in sibling.itertext() if 1 < len(text) <= 2 * _LONGEST)
        element = element.getparent()


def _folders(address: str) -> list[str]:
    """Folders of an address that may name a section, without the last part, and a section in its query."""
    parts = urlsplit(address)
    found = [unquote(folder) for folder in parts.path.split("/") if folder][:-1]
    found += re.findall(r"(?:^|&)(?:rubrika|kategorija|kategoria|category|section|cat)=([^&]+)", unquote(parts.query))
    return [
        folder
        for folder in found
        if _FOLDER.fullmatch(folder) and len(folder) > 2 and folder.lower() not in _names("folders")
    ]


def _menu(landmarks: Landmarks, base: str) -> Mapping[str, str]:
    """Printed names of the site's sections by the last folder of their links' addresses, in small letters."""
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
    """The folder that a link to a section's page leads to; other links give ``None``."""
    address = mark.element.get("href", "")
    if len(address) > 100 or "?" in address or "#" in address or address[:7] in {"mailto:", "javascr"}:
        return None
    scheme, separator, rest = address.partition("//")
    if separator:
        own, _, path = rest.partition("/")
        if own.removeprefix("www.") != host:
            return None
    else:
        path = scheme
    folders = [folder for folder in path.split("/") if folder]
    if not 1 <= len(folders) <= 3 or any(folder.lower() not in _names("leading") for folder in folders[:-1]):
        return None
    folder = unquote(folders[-1]).lower()
    return folder if _FOLDER.fullmatch(folder) and len(folder) > 2 else None


def _printed_form(slug: str, landmarks: Landmarks, folders: Sequence[str], base: str) -> str | None:
    """The menu's name for what a page calls by the bare form of its address."""
    return _menu(landmarks, base).get(slug.replace(" ", "-")) if slug.replace(" ", "-") in folders else None


@lru_cache(maxsize=8)
def _names(kind: str) -> frozenset[str]:
    data = read_table(__name__, "section.toml")
    return frozenset(data[kind])
