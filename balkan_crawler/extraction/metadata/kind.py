"""The form of a story: an ordinary one, a live blog, a gallery or a video, by what the page declares and holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from balkan_crawler.extraction.document.json_ld import JsonObject, types_of
from balkan_crawler.extraction.document.landmarks import Landmarks, stands_apart
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.extraction.headline.title import Title
from balkan_crawler.model import Kind

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_GALLERIES = frozenset({"imagegallery", "mediagallery", "photogallery"})
#: How a headline marks that its story is being written on.
_LIVE = re.compile(
    r"[(\[]?(?:live(?: (?:updates?|blog|text))?|uživo|uzivo|уживо|во живо|на живо|v živo|canlı(?: anlatım)?|në direkt"
    r"|drejtpërdrejt|ζωντανά)[)\]]?\s*(?:[:|•]|\s[-–—])",
    re.IGNORECASE,
)
#: A gallery has at least so many pictures, and fewer paragraphs of so many characters than that.
_PICTURES, _PARAGRAPHS, _LONG = 8, 3, 200


def read_kind(document: Document, landmarks: Landmarks, story: JsonObject | None, title: Title | None) -> Kind:
    """Return the form of the page's story."""
    own = [item for item in document.json_ld if "@place" not in item]
    kinds = types_of(story) if story else frozenset()
    declared = frozenset().union(*(types_of(item) for item in own)) if own else frozenset()
    if "liveblogposting" in kinds or ("liveblogposting" in declared and not kinds - {"newsarticle", "article"}):
        return Kind.LIVE
    if any(not stands_apart(mark.element) and len(mark.element) > 2 for mark in landmarks.role("live")[:3]):
        return Kind.LIVE
    if title and _LIVE.match(title.text):
        return Kind.LIVE
    long_texts = sum(1 for mark in landmarks.paragraphs if len(mark.element.text or "") >= _LONG)
    if (declared & _GALLERIES and long_texts < _PARAGRAPHS) or (kinds & _GALLERIES):
        return Kind.GALLERY
    if long_texts < _PARAGRAPHS and any(_is_gallery(mark.element) for mark in landmarks.role("gallery")[:5]):
        return Kind.GALLERY
    is_video = (document.first_meta("og:type") or "").lower().startswith("video")
    if (is_video or ("videoobject" in declared and story is None)) and long_texts < _PARAGRAPHS:
        return Kind.VIDEO
    return Kind.STORY


def _is_gallery(element: HtmlElement) -> bool:
    pictures = sum(1 for _ in element.iter("img"))
    return pictures >= _PICTURES and not stands_apart(element)
