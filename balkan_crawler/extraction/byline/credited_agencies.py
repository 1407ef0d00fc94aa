"""News agencies that a story's own text credits: ``(Tanjug)`` at its end, ``ZAGREB (Hina) -`` at its start.

The numbers were set by hand and are checked by the agencies that are annotated in tests/data/blind and blind2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.byline.names import may_name_agency, names_in
from balkan_crawler.extraction.document.landmarks import Landmark, Landmarks, stands_apart, visible_text
from balkan_crawler.extraction.headline.title import Title

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_AT_END: Final = re.compile(r"(?:[(\[]([^()\[\]]{2,40})[)\]]|(?:^|\s)/\s?([^/\d]{2,40}?)\s?/)\s*\.?$")
"""In brackets or between slashes at the end of a paragraph."""

_IN_DATELINE: Final = re.compile(
    r"^[^\W\d][\w .,'’/-]{1,40}?(?:\(([^()]{2,30})\)|[,/]\s*([\w-]{2,20})/?)\s*(?:[-–—:]|$)"
)
"""In brackets or behind a comma before the dash of a dateline."""

_FIRST: Final = 3
"""Paragraphs whose beginning is looked at."""

_LONGEST_PARAGRAPH: Final = 5_000
"""Characters of a paragraph that are looked at."""

_CREDIT: Final = 40
"""The length of a paragraph that is nothing but a credit, in characters."""

_SOURCE: Final = 80
"""The same of a source's line, and (below) of its label."""

_LABEL: Final = 12

_BRACKETS: Final = (")", "]", "/")


def read_credited_agencies(landmarks: Landmarks, title: Title | None) -> tuple[str, ...]:
    """Give the agencies, by their canonical names, that texts below the headline credit with the story."""
    order = title.order if title else 0
    anchor = title.element if title else None
    paragraphs = [mark for mark in landmarks.paragraphs if mark.order > order]
    sources = [mark for mark in landmarks.sources if mark.order > order]
    found: list[str] = []
    for mark, names in (*_in_paragraphs(paragraphs), *_in_sources(sources)):
        if not stands_apart(mark.element, anchor):
            found += names
    return tuple(dict.fromkeys(found))


def _in_paragraphs(paragraphs: list[Landmark]) -> Iterator[tuple[Landmark, list[str]]]:
    """Give paragraphs with the agencies that they credit, where they credit any."""
    for place, mark in enumerate(paragraphs):
        names = [name for credit in _credits(mark.element, place < _FIRST) for name in _only_agencies(credit)]
        if names:
            yield mark, names


def _credits(paragraph: HtmlElement, is_first: bool) -> Iterator[str]:
    """Give what may be a credit in a paragraph: its end in brackets, its dateline (if it is a first one), all of it."""
    if not (is_first or _ends_in_brackets(paragraph) or _is_short(paragraph)):
        return
    text = visible_text(paragraph, _LONGEST_PARAGRAPH)
    if match := _AT_END.search(text):
        yield match[1] or match[2]
    if is_first and (dateline := _IN_DATELINE.match(text)):
        yield dateline[1] or dateline[2]
    if len(text) <= _CREDIT:
        yield text


def _in_sources(sources: list[Landmark]) -> Iterator[tuple[Landmark, list[str]]]:
    """Give lines of sources with the agencies that they name, where they name nothing else; credits of pictures out."""
    for mark in sources:
        text = _source_line(mark)
        names = list(_only_agencies(text)) if len(text) <= _SOURCE else []
        if names and not (text.endswith(_BRACKETS) and _is_of_picture(mark.element)):
            yield mark, names


def _source_line(mark: Landmark) -> str:
    """Give the text of a source's line; where the element holds the label alone, that of the one around it."""
    text = mark.text or visible_text(mark.element, 2 * _SOURCE)
    parent = mark.element.getparent()
    is_label = len(text) < _LABEL and not text.partition(":")[2] and not text.endswith(_BRACKETS)
    return visible_text(parent, 2 * _SOURCE) if is_label and parent is not None else text


def _is_of_picture(element: HtmlElement) -> bool:
    """Say whether a credit stands in a figure or right behind a picture."""
    before = element.getprevious()
    is_behind = before is not None and next(before.iter("img", "picture"), None) is not None
    return is_behind or next(element.iterancestors("figure", "figcaption"), None) is not None


def _ends_in_brackets(element: HtmlElement) -> bool:
    """Say cheaply whether a paragraph's text may end in brackets."""
    last = element[-1] if len(element) else None
    text = element.text if last is None else last.tail if (last.tail or "").strip() else "".join(last.itertext())
    return (text or "").rstrip(" .\n\t\r\xa0").endswith(_BRACKETS)


def _is_short(element: HtmlElement) -> bool:
    return len(element) <= 2 and len(element.text or "") <= _CREDIT


def _only_agencies(credit: str) -> tuple[str, ...]:
    """Give the agencies of a text that names nothing else but who wrote it there."""
    if not may_name_agency(credit):
        return ()
    names = names_in(credit)
    return names.agencies if not names.organisations else ()
