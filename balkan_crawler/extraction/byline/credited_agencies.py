"""News agencies that a story's own text credits: ``(Tanjug)`` at its end, ``ZAGREB (Hina) -`` at its start."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from balkan_crawler.extraction.byline.names import may_name_agency, names_in
from balkan_crawler.extraction.document.landmarks import Landmarks, stands_apart, visible_text
from balkan_crawler.extraction.headline.title import Title

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: In brackets at the end of a paragraph, or in brackets or behind a comma before the dash of a dateline.
_AT_END = re.compile(r"[(\[]([^()\[\]]{2,40})[)\]]\s*\.?$")
_IN_DATELINE = re.compile(r"^[^\W\d][\w .,'’/-]{1,40}?(?:\(([^()]{2,30})\)|[,/]\s*([\w-]{2,20})/?)\s*(?:[-–—:]|$)")
#: Paragraphs whose beginning is looked at, the length of one that is nothing but a credit, of a source's line
#: and of its label.
_FIRST, _CREDIT, _SOURCE, _LABEL = 3, 40, 80, 12


def read_credited_agencies(landmarks: Landmarks, title: Title | None) -> tuple[str, ...]:
    """Return the agencies, by their canonical names, that paragraphs below the headline credit with the story."""
    order = title.order if title else 0
    anchor = title.element if title else None
    below = [mark for mark in landmarks.paragraphs if mark.order > order]
    found: list[str] = []
    for place, mark in enumerate(below):
        credits = []
        if place < _FIRST or _ends_in_brackets(mark.element) or _is_short(mark.element):
            text = visible_text(mark.element, 5000)
            if match := _AT_END.search(text):
                credits.append(match[1])
            if place < _FIRST and (dateline := _IN_DATELINE.match(text)):
                credits.append(dateline[1] or dateline[2])
            if len(text) <= _CREDIT:
                credits.append(text)
        names = [name for credit in credits for name in _only_agencies(credit)]
        if names and not stands_apart(mark.element, anchor):
            found += names
    for mark in landmarks.sources:
        text = mark.text or visible_text(mark.element, 2 * _SOURCE)
        parent = mark.element.getparent()
        if (
            parent is not None and len(text) < _LABEL and not text.partition(":")[2] and not text.endswith((")", "]"))
        ):  # the label alone, in an element of its own
            text = visible_text(parent, 2 * _SOURCE)
        names = list(_only_agencies(text)) if mark.order > order and len(text) <= _SOURCE else []
        is_of_picture = text.endswith((")", "]")) and _is_of_picture(mark.element)
        if names and not is_of_picture and not stands_apart(mark.element, anchor):
            found += names
    return tuple(dict.fromkeys(found))


def _is_of_picture(element: HtmlElement) -> bool:
    """Tell whether a credit stands in a figure or right behind a picture."""
    before = element.getprevious()
    is_behind = before is not None and next(before.iter("img", "picture"), None) is not None
    return is_behind or next(element.iterancestors("figure", "figcaption"), None) is not None


def _ends_in_brackets(element: HtmlElement) -> bool:
    """Tell cheaply whether a paragraph's text may end in brackets."""
    last = element[-1] if len(element) else None
    text = element.text if last is None else last.tail if (last.tail or "").strip() else "".join(last.itertext())
    return (text or "").rstrip(" .\n\t\r\xa0").endswith((")", "]"))


def _is_short(element: HtmlElement) -> bool:
    return len(element) <= 2 and len(element.text or "") <= _CREDIT


def _only_agencies(credit: str) -> tuple[str, ...]:
    """The agencies of a text that names nothing else but who wrote it there."""
    if not may_name_agency(credit):
        return ()
    names = names_in(credit)
    return names.agencies if not names.organisations else ()
