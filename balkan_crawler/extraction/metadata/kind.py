"""The form of a story: an ordinary one, a live blog, a gallery or a video, by what the page declares and holds.

`_FORMS` is asked in its order; what it knows nothing of is an ordinary story. Words and types stand in ``kind.toml``;
the numbers were set by hand and are checked by tests/extraction/test_metadata.py.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from balkan_crawler.data import read_table
from balkan_crawler.extraction.document.json_ld import JsonObject, types_of
from balkan_crawler.extraction.document.landmarks import Landmarks, stands_apart
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.extraction.headline.title import Title
from balkan_crawler.model import Kind

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_PICTURES: Final = 8
"""A gallery has at least so many pictures."""

_LONG: Final = 200
"""Characters of a paragraph that tells a story."""

_PARAGRAPHS: Final = 3
"""So many such paragraphs are a story, whatever pictures or videos the page has."""

_MOST_CONTAINERS: Final = 5
"""Containers of galleries that are looked at."""

_MOST_FEEDS: Final = 3
"""Containers of live entries that are looked at, and (below) children of one that is no empty shell."""

_ENTRIES: Final = 3


@dataclass(frozen=True, slots=True)
class _Signs:
    """What forms are told by: types of the story's object and of all the page's own, and whether it tells a story."""

    document: Document
    landmarks: Landmarks
    title: Title | None
    has_story: bool
    own_types: frozenset[str]
    types: frozenset[str]
    has_text: bool


def read_kind(document: Document, landmarks: Landmarks, story: JsonObject | None, title: Title | None) -> Kind:
    """Give the form of the page's story."""
    objects = [item for item in document.json_ld if "@place" not in item]
    long_texts = sum(1 for mark in landmarks.paragraphs if len(mark.element.text or "") >= _LONG)
    signs = _Signs(
        document,
        landmarks,
        title,
        has_story=story is not None,
        own_types=types_of(story) if story else frozenset(),
        types=frozenset().union(*map(types_of, objects)),
        has_text=long_texts >= _PARAGRAPHS,
    )
    return next((kind for kind, holds in _FORMS if holds(signs)), Kind.STORY)


def _is_live(signs: _Signs) -> bool:
    """Say whether the page declares a live blog, holds its entries, or marks its headline so."""
    is_plain = not signs.own_types - {"newsarticle", "article"}
    if "liveblogposting" in signs.own_types or ("liveblogposting" in signs.types and is_plain):
        return True
    feeds = signs.landmarks.role("live")[:_MOST_FEEDS]
    if any(not stands_apart(mark.element) and len(mark.element) >= _ENTRIES for mark in feeds):
        return True
    return signs.title is not None and _live_mark().match(signs.title.text) is not None


def _is_gallery(signs: _Signs) -> bool:
    """Say whether the page declares a gallery or holds one, and tells no story beside it."""
    if signs.own_types & _galleries() or (signs.types & _galleries() and not signs.has_text):
        return True
    containers = signs.landmarks.role("gallery")[:_MOST_CONTAINERS]
    return not signs.has_text and any(_holds_pictures(mark.element) for mark in containers)


def _is_video(signs: _Signs) -> bool:
    """Say whether the page declares a video and tells no story beside it."""
    is_declared = (signs.document.first_meta("og:type") or "").lower().startswith("video")
    return (is_declared or ("videoobject" in signs.types and not signs.has_story)) and not signs.has_text


_FORMS: Final[tuple[tuple[Kind, Callable[[_Signs], bool]], ...]] = (
    (Kind.LIVE, _is_live),
    (Kind.GALLERY, _is_gallery),
    (Kind.VIDEO, _is_video),
)
"""The forms and what they are told by; the first that holds is the story's."""


def _holds_pictures(element: HtmlElement) -> bool:
    pictures = sum(1 for _ in element.iter("img"))
    return pictures >= _PICTURES and not stands_apart(element)


@cache
def _live_mark() -> re.Pattern[str]:
    words = sorted(read_table(__name__, "kind.toml")["live"], key=len, reverse=True)
    return re.compile(rf"[(\[]?(?:{'|'.join(map(re.escape, words))})[)\]]?\s*(?:[:|•]|\s[-–—])", re.IGNORECASE)


@cache
def _galleries() -> frozenset[str]:
    return frozenset(read_table(__name__, "kind.toml")["galleries"])
