"""Dates as a page prints them for its readers: the short lines that hold one, nearest to the headline first.

How a line is read stands in `date_lines`. The numbers were set by hand and are checked by ``benchmarks/extraction.py``
(day and minute of publication).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from balkan_crawler.extraction.document.landmarks import Landmark, Landmarks, stands_apart, visible_text
from balkan_crawler.extraction.document.surroundings import TextPlace
from balkan_crawler.extraction.headline.title import Title
from balkan_crawler.extraction.publication.date_lines import (
    BESIDE,
    FAR_ENOUGH,
    LONGEST_LINE,
    Standing,
    change_told,
    is_for_dates,
    is_labelled,
    is_mostly_date,
    is_of_other,
    line_of,
    read_line,
    tells_change,
    tells_publication,
    with_clock_beside,
)
from balkan_crawler.extraction.publication.stated_times import Claim, Frame, read_claim
from balkan_crawler.model import DatePrecision, DateSource

_MOST_READ: Final = 14
"""Texts read at most to find a visible date."""

_FARTHEST: Final = 700
"""Distance from the headline, in elements, that none may exceed."""

_FARTHEST_KNOWN: Final = 2500
"""The same for elements that are known to hold dates."""

_KNOWN_IS_NEARER: Final = 60
"""Elements by which these count as nearer, and so does a line right below the headline."""

_SITE_NAME: Final = 2
"""The most words that the name of a site has, most often."""

_FIXED: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d[:.]\d\d")
"""What a time on the calendar or the clock holds."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A date that a page prints, its line, and the elements between headline and it (above it: less than 0)."""

    claim: Claim
    standing: Standing
    below: int
    text: str

    @property
    def distance(self) -> float:
        """Give the elements between it and the headline; before the headline they count twice."""
        return distance_from(0, self.below)

    @property
    def is_line(self) -> bool:
        """Say whether it is a line of its own that tells of no change."""
        return self.standing is Standing.LINE

    @property
    def is_change(self) -> bool:
        """Say whether it is labelled as the last change's."""
        return self.standing is Standing.CHANGE

    @property
    def is_beside(self) -> bool:
        """Say whether it stands where bylines do: a little above the headline or somewhere below it."""
        return -2 * BESIDE <= self.below <= FAR_ENOUGH


def printed_dates(landmarks: Landmarks, title: Title | None, frame: Frame, only_first: bool = False) -> list[Printed]:
    """Give the printed dates of the story, those nearest to the headline first; ``only_first`` ends with a line.

    Where no line of its own has one, lines count that stand apart only by a word such as *footer* or *teaser*: all
    that are near, and labelled changes farther away.
    """
    near = _near(landmarks, title.order if title else 0)
    found: list[Printed] = []
    for printed in _read_all(near, title, frame, beside=False):
        found.append(printed)
        if only_first and printed.is_line:
            return found
    if not any(printed.is_line for printed in found):
        more = [each for each in _read_all(near, title, frame, beside=True) if each not in found]
        found += [each for each in more if each.distance <= FAR_ENOUGH or each.is_change]
    return found


def stray_dates(landmarks: Landmarks, title: Title | None, frame: Frame) -> Iterator[Claim]:
    """Give dates of a page that tells none where stories do, each a line of its own: the last resort.

    With a label of publication wherever it stands; between headline and first paragraph, as in the first post of a
    thread; beside a heading that is not the title.
    """
    order = title.order if title else 0
    first = next((mark.order for mark in landmarks.paragraphs if mark.order > order), landmarks.elements)
    headings = [mark.order for mark in landmarks.headings if mark.element.tag == "h1" and _is_sentence(mark)]
    for distance, mark in _near(landmarks, order):
        text = mark.text or visible_text(mark.element, 200)
        if not is_mostly_date(text):
            continue
        is_below = _has_element(title) and 0 <= mark.order - order <= 2 * BESIDE and mark.order < first
        if is_labelled(text, mark) or is_below or _is_by_heading(mark, headings):
            claim, _ = read_line(text, mark, distance, mark.order - order, frame)
            if claim and (is_below or not _is_today(claim, frame)) and not tells_change(text, mark):
                yield claim


def loose_dates(
    printed: Iterable[Printed], landmarks: Landmarks, title: Title | None, place: TextPlace | None
) -> Iterator[Claim]:
    """Give dates that are hardly a story's: with a time far before the headline, in a sentence about publication.

    No sentence of the text itself counts, which may well tell of another publication.
    """
    order = title.order if title else 0
    first = place.first if place else next((mark.order for mark in landmarks.paragraphs if mark.order > order), order)
    last = place.last if place else max((mark.order for mark in landmarks.paragraphs), default=order)
    for each in printed:
        is_of_text = first <= order + each.below <= last
        is_told = each.standing is Standing.SENTENCE and tells_publication(each.text) and not is_of_text
        if is_told or (each.standing is Standing.LOOSE and each.claim.is_exact):
            yield each.claim


def printed_changes(landmarks: Landmarks, title: Title | None, frame: Frame) -> Iterator[Claim]:
    """Give times of the last change that lines near the headline tell: behind a word for it, or ``12:40 -> 13:22``.

    One told from the present (*an hour ago*) is none: it would be another one at each visit.
    """
    for distance, mark in _near(landmarks, title.order if title else 0):
        text = mark.text or visible_text(mark.element, LONGEST_LINE + 60)
        told = change_told(text, mark) if distance <= FAR_ENOUGH and len(text) <= LONGEST_LINE else None
        if not told or not _FIXED.search(told) or is_of_other(text):
            continue
        if not is_apart(mark, title) and (claim := read_claim(told, frame, DateSource.BYLINE)):
            yield claim


def distance_from(order: int, place: int) -> float:
    """Give the elements between a headline's place and another one; before the headline they count twice."""
    away = place - order
    return away if away >= 0 else -2.0 * away


def is_apart(mark: Landmark, title: Title | None, beside: bool = False) -> bool:
    """Say whether an element stands apart from the story that the title heads."""
    if title is None or title.element is None:
        return stands_apart(mark.element, beside=beside)
    near = -2 * BESIDE <= mark.order - title.order <= BESIDE
    return stands_apart(mark.element, title.element, beside=beside or near)


def _near(landmarks: Landmarks, order: int) -> list[tuple[float, Landmark]]:
    """Give elements that may print a date with their distance from the headline; known places of dates are nearer."""
    ranked: list[tuple[float, Landmark]] = []
    for mark in (*landmarks.role("date"), *landmarks.times, *landmarks.lines):
        distance = distance_from(order, mark.order)
        known = distance < _FARTHEST_KNOWN and is_for_dates(mark)
        if distance < (_FARTHEST_KNOWN if known else _FARTHEST):
            is_nearer = known or 0 < mark.order - order <= BESIDE
            ranked.append((distance - (_KNOWN_IS_NEARER if is_nearer else 0), mark))
    return sorted(ranked, key=lambda item: item[0])


def _read_all(
    marks: Iterable[tuple[float, Landmark]], title: Title | None, frame: Frame, beside: bool
) -> Iterator[Printed]:
    """Give printed dates of the elements in their order; ``beside`` takes those too that stand apart by class only."""
    seen: set[str] = set()
    for distance, mark in marks:
        if len(seen) >= _MOST_READ:
            return
        text = line_of(mark)
        if text is None or text in seen or is_of_other(text) or is_apart(mark, title, beside):
            continue
        seen.add(text)
        if printed := _read_printed(text, mark, distance, title, frame):
            yield printed


def _read_printed(text: str, mark: Landmark, distance: float, title: Title | None, frame: Frame) -> Printed | None:
    """Read the date that a line prints, unless it is today's and stands where pages print that."""
    below = mark.order - (title.order if title else 0)
    claim, standing = read_line(text, mark, distance, below, frame)
    is_placed = _has_element(title) and below >= -2 * BESIDE
    if claim is not None and claim.precision is DatePrecision.DAY and below <= FAR_ENOUGH:
        claim = with_clock_beside(claim, text, mark, frame)
    if claim is None or not (is_placed or not _is_today(claim, frame)):
        return None
    if below < -FAR_ENOUGH // 2:
        standing = max(standing, Standing.LOOSE)
    elif tells_change(text, mark):
        standing = Standing.CHANGE
    return Printed(claim, standing, below, text)


def _has_element(title: Title | None) -> bool:
    return title is not None and title.element is not None


def _is_by_heading(mark: Landmark, headings: Iterable[int]) -> bool:
    """Say whether an element stands beside one of these headings and not in a sidebar."""
    return any(abs(mark.order - heading) <= BESIDE for heading in headings) and not is_apart(mark, None, beside=True)


def _is_today(claim: Claim, frame: Frame) -> bool:
    """Say whether a date is the day of the fetch, which pages print in their heads."""
    return frame.is_fetch and claim.day == frame.now.astimezone(claim.time.tzinfo).date()


def _is_sentence(heading: Landmark) -> bool:
    """Tell a headline from the site's name, which stands beside today's date."""
    return len(visible_text(heading.element, 200).split()) > _SITE_NAME
