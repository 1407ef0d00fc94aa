"""News agencies that a story's own text credits: ``(Tanjug)`` at its end, ``ZAGREB (Hina) -`` at its start."""

from __future__ import annotations

import re

from balkan_crawler.extraction.landmarks import Landmarks, stands_apart, visible_text
from balkan_crawler.extraction.people import names_in
from balkan_crawler.extraction.title import Title

#: In brackets at the end of a paragraph, or in brackets or behind a comma before the dash of a dateline.
_AT_END = re.compile(r"[(\[]([^()\[\]]{2,40})[)\]]\s*\.?$")
_IN_DATELINE = re.compile(r"^[^\W\d][\w .,'’-]{1,40}?(?:\(([^()]{2,30})\)|[,/]\s*([\w-]{2,20}))\s*(?:[-–—:]|$)")
#: Paragraphs looked at from the end and from the start, and the length of one that is nothing but a credit.
_LAST, _FIRST, _CREDIT = 12, 3, 40


def read_credited_agencies(landmarks: Landmarks, title: Title | None) -> tuple[str, ...]:
    """Return the agencies, by their canonical names, that paragraphs below the headline credit with the story."""
    order = title.order if title else 0
    anchor = title.element if title else None
    below = [mark for mark in landmarks.paragraphs if mark.order > order]
    found: list[str] = []
    for place, mark in enumerate(below):
        if _FIRST <= place < len(below) - _LAST:
            continue
        text = visible_text(mark.element, 5000)
        match = _AT_END.search(text) if place >= len(below) - _LAST else None
        credits = [match[1]] if match else []
        if place < _FIRST and (dateline := _IN_DATELINE.match(text)):
            credits.append(dateline[1] or dateline[2])
        if len(text) <= _CREDIT:
            credits.append(text)
        names = [name for credit in credits for name in _only_agencies(credit)]
        if names and not stands_apart(mark.element, anchor):
            found += names
    return tuple(dict.fromkeys(found))


def _only_agencies(credit: str) -> tuple[str, ...]:
    """The agencies of a text that names nothing else."""
    names = names_in(credit)
    return names.agencies if not names.people and not names.organisations else ()
