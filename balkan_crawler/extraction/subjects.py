"""What a story is filed under: its section and its tags."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote, urlsplit

from balkan_crawler.extraction.document import Document
from balkan_crawler.extraction.landmarks import Landmark, Landmarks, stands_apart, visible_text
from balkan_crawler.extraction.structured import JsonObject, text_of, types_of
from balkan_crawler.extraction.title import Title, is_site_name, plain

_SECTION_META = (
    "article:section",
    "og:article:section",
    "cxenseparse:section",
    "parsely-section",
    "section",
    "articlesection",
    "dc.subject.section",
    "vr:category",
)
_TAG_META = ("article:tag", "og:article:tag", "news_keywords", "parsely-tags", "sailthru.tags", "cxenseparse:tags")
_DIVIDER = re.compile(r"\s*[,;|]\s*")
#: Keywords that a system wrote for itself.
_MACHINE_TAG = re.compile(r"[0-9a-f]{8}-|[\w ]{2,25}:\s?\S|\d+$")
_LONGEST, _MOST = 60, 30


def read_section(
    document: Document, landmarks: Landmarks, story: JsonObject | None, title: Title | None, sites: Sequence[str]
) -> str | None:
    """Return the name of the story's section as the page or else its address writes it, or ``None``."""
    for text in _sections(document, landmarks, story, title):
        text = _DIVIDER.split(text)[0]
        key = plain(text)
        if (
            key
            and len(text) <= _LONGEST
            and key not in _names("home")
            and not is_site_name(text, sites)
            and not (title and key == plain(title.text))
        ):
            return text
    return None


def _sections(document: Document, landmarks: Landmarks, story: JsonObject | None, title: Title | None) -> Iterator[str]:
    stated = (story or {}).get("articleSection")
    yield from (text for item in (stated if isinstance(stated, list) else [stated]) if (text := text_of(item)))
    yield from (document.meta[name][0] for name in _SECTION_META if name in document.meta)
    for item in document.json_ld:
        if "breadcrumblist" in types_of(item):
            yield from reversed(_crumbs(item.get("itemListElement"))[:-1])
    for mark in [*landmarks.role("section"), *landmarks.properties.get("articlesection", ())][:10]:
        if not stands_apart(mark.element) and (title is None or -60 < mark.order - title.order < 40):
            links = [text for link in mark.element.iter("a") if (text := visible_text(link, 200))]
            yield from reversed(links or [visible_text(mark.element, 200)])
    folders = [unquote(folder) for folder in urlsplit(document.url).path.split("/") if folder]
    for folder in folders[:-1]:
        if (
            re.fullmatch(r"[^\W\d_]+(?:-[^\W\d_]+){0,2}", folder)
            and folder.lower() not in _names("folders")
            and len(folder) > 2
        ):
            yield folder.replace("-", " ")


def _crumbs(items: Any) -> list[str]:
    """Names of a breadcrumb list in their order."""
    found = []
    for item in items if isinstance(items, list) else []:
        name = text_of(item.get("name")) if isinstance(item, dict) else None
        if not name and isinstance(item, dict) and isinstance(item.get("item"), dict):
            name = text_of(item["item"].get("name"))
        found.append(name or "")
    return found


def read_tags(
    document: Document, landmarks: Landmarks, story: JsonObject | None, section: str | None, sites: Sequence[str]
) -> tuple[str, ...]:
    """Return the story's tags, each once, without its section and the site's name."""
    found: dict[str, str] = {}
    for source in (_stated(document, story), _linked(landmarks)):
        for tag in source:
            key = plain(tag)
            if (
                key
                and len(tag) <= _LONGEST
                and key != plain(section or "")
                and not is_site_name(tag, sites)
                and len(found) < _MOST
            ):
                found.setdefault(key, tag)
        if found:
            break
    return tuple(found.values())


def _stated(document: Document, story: JsonObject | None) -> Iterator[str]:
    keywords = (story or {}).get("keywords")
    for item in keywords if isinstance(keywords, list) else [keywords]:
        yield from _divided(text_of(item))
    for name in _TAG_META:
        for text in document.meta.get(name, ()):
            yield from _divided(text)


def _linked(landmarks: Landmarks) -> Iterator[str]:
    marks: list[Landmark] = landmarks.relations.get("tag", [])
    links: Iterable[Any] = [mark.element for mark in marks]
    if not marks:
        links = [link for mark in landmarks.role("tags")[:6] for link in mark.element.iter("a")]
    for link in list(links)[:60]:
        if not stands_apart(link):
            yield visible_text(link, 200).lstrip("#").strip()


def _divided(text: str | None) -> Iterator[str]:
    parts = (part.lstrip("#").strip() for part in _DIVIDER.split(text or ""))
    yield from (part for part in parts if part and not _MACHINE_TAG.match(part))


@lru_cache(maxsize=2)
def _names(kind: str) -> frozenset[str]:
    data = tomllib.loads((files(__package__) / "subjects.toml").read_text(encoding="utf-8"))
    return frozenset(data[kind])
