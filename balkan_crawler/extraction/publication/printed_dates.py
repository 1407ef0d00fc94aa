"""Dates as a page prints them for its readers: the short lines that hold one, nearest to the headline first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from balkan_crawler.extraction.document.landmarks import Landmark, Landmarks, has_role, stands_apart, visible_text
from balkan_crawler.extraction.headline.title import Title
from balkan_crawler.extraction.publication.stated_times import Claim, Frame, publication_data, read_claim
from balkan_crawler.model import DateSource

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: A date within a longer text.
_FRAGMENT = re.compile(
    r"(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d\S*)?"
    r"|(?:19|20)\d\d\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일](?:\D{0,8}\d{1,2}[:時시]\s?\d\d)?"
    r"|(?<!\d)(?:19|20)\d\d([./])\s?\d{1,2}\1\s?\d{1,2}(?!\d)(?:\D{1,8}\d{1,2}[:.]\d\d)?"
    r"|(?:\d{1,2}[:.]\d\d\W{1,3})?(?<!\d)\d{1,2}\s?([./|-])\s?\d{1,2}\s?\2\s?(?:\d{4}|\d\d)(?!\d)(?:\D{1,8}\d{1,2}[:.]\d\d)?"
    r"|(?<!\d)\d{1,2}\.[^\W\d]{3,12}\.\d\d(?=\W*$)"
    r"|(?<!\d)\d{1,2}(?:st|nd|rd|th|er)?\.?\s(?:de\s|of\s)?[^\W\d]{3,12}\.?,?\s(?:de\s)?(?:(?:19|20)\d\d(?:\D{1,8}\d{1,2}[:.]\d\d(?:\s?[ap]\.?m)?)?|['’]?\d\d(?=\W*$))"
    r"|[^\W\d]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d(?:\D{1,8}\d{1,2}[:.]\d\d(?:\s?[ap]\.?m\.?)?)?",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
#: A time in the form for machines is for no reader, wherever it stands.
_MACHINES = re.compile(r"(?:19|20)\d\d-\d\d-\d\dT")
_YEAR = re.compile(r"(?:19|20)\d\d|\d[./-]\s?\d{1,2}[./-]\s?'?\d\d(?!\d)|\d[.\s]\s?[^\W\d]{3,}[.\s]\s?['’]?\d\d\W*$")
_FULL_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
#: How bylines may end; elsewhere such figures may be a version or a chapter.
_SHORT_YEAR = re.compile(r"(?<![\w.])(\d{1,2})\.(\d{1,2})\.(\d\d)\W*$")
#: Attributes in which elements that show "3 hours ago" or nothing hold the date.
_ATTRIBUTES = ("title", "data-title", "data-date", "data-datetime", "data-time", "data-published", "aria-label")
#: Texts read at most to find a visible date, and the distance from the headline (in elements) that none may exceed.
_MOST_READ, _FARTHEST, _FARTHEST_KNOWN = 14, 700, 2500
#: Longest text that is looked at, in characters.
_LONGEST = 140
#: So near to the headline, in elements, a line belongs to it and a date within a sentence counts.
BESIDE = 12
#: So far from it a footer may still be the story's own, and a date has to be most of its line.
FAR_ENOUGH = 110
#: The most words that the name of a site has, most often.
_SITE_NAME = 2
#: Longest label, in characters.
_LABEL = 40
#: Small words beside a date that make a sentence of a line, where the date is less than a third of it; a link whose
#: text is a date for less than half names another story.
_SENTENCE, _SHARE, _LINK_SHARE = 2, 0.35, 0.5


#: What a time on the calendar or the clock holds.
_FIXED = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d[:.]\d\d")
#: A time and the one that it was changed at.
_ARROW = re.compile(r"(?<![\d:.])\d{1,2}[:.]\d\d\s*(?:[-=]?>{1,2}|→|➔|⇒|»)\s*(?=\d)(\d{1,2}[:.]\d\d)(?![\d:.])")
#: A time of day, and one that is all of a text but for a small word.
_TIME = re.compile(r"(?<![\d:.])\d{1,2}:\d\d(?![\d:.])")
_CLOCK = re.compile(r"\W*(?:[^\W\d]{1,4}\W+)?(\d{1,2}:\d\d)(?:\s?h)?\W*")


class Standing(IntEnum):
    """What a printed date is, the surer first.

    A line of its own; a labelled change; a date within a sentence or so far before the headline that it may be today's.
    """

    LINE = 0
    CHANGE = 1
    LOOSE = 2


@dataclass(frozen=True, slots=True)
class Printed:
    """A date that a page prints, and how many elements it stands below the headline (above it: less than 0)."""

    claim: Claim
    standing: Standing
    below: int

    @property
    def distance(self) -> float:
        """Elements between it and the headline; before the headline they count twice."""
        return distance_from(0, self.below)

    @property
    def is_beside(self) -> bool:
        """Whether it stands where bylines do: a little above the headline or somewhere below it."""
        return -2 * BESIDE <= self.below <= FAR_ENOUGH


def printed_dates(landmarks: Landmarks, title: Title | None, frame: Frame, only_first: bool = False) -> list[Printed]:
    """Return the printed dates of the story, those nearest to the headline first; ``only_first`` ends with a line.

    Where no line of its own has one, lines count that stand apart only by a word such as *footer* or *teaser*: all
    that are near, and labelled changes farther away.
    """
    near = _near(landmarks, title.order if title else 0)
    found: list[Printed] = []
    for printed in _read_all(near, title, frame, beside=False):
        found.append(printed)
        if only_first and printed.standing is Standing.LINE:
            return found
    if not any(printed.standing is Standing.LINE for printed in found):
        more = [each for each in _read_all(near, title, frame, beside=True) if each not in found]
        found += [each for each in more if each.distance <= FAR_ENOUGH or each.standing is Standing.CHANGE]
    return found


def stray_dates(landmarks: Landmarks, title: Title | None, frame: Frame) -> Iterator[Claim]:
    """Dates of a page that tells none where stories do, each a line of its own: the last resort.

    With a label of publication wherever it stands; between headline and first paragraph, as in the first post of a
    thread; beside a heading that is not the title.
    """
    order = title.order if title else 0
    is_printed = title is not None and title.element is not None
    first = next((mark.order for mark in landmarks.paragraphs if mark.order > order), landmarks.elements)
    headings = [mark.order for mark in landmarks.headings if mark.element.tag == "h1" and _is_sentence(mark)]
    for distance, mark in _near(landmarks, order):
        text = mark.text or visible_text(mark.element, 200)
        match = _FRAGMENT.search(text) if len(text) <= _LONGEST else None
        if match is None or len(match.group()) < 2 * _SHARE * len(text):
            continue
        below_headline = is_printed and 0 <= mark.order - order <= 2 * BESIDE and mark.order < first
        beside_heading = any(abs(mark.order - heading) <= BESIDE for heading in headings)
        if _is_labelled(text, mark) or below_headline or (beside_heading and not is_apart(mark, None, beside=True)):
            claim, _ = _read_line(text, mark, distance, mark.order - order, frame)
            if claim and (below_headline or not _is_today(claim, frame)) and not _tells_change(text, mark):
                yield claim


def printed_changes(landmarks: Landmarks, title: Title | None, frame: Frame) -> Iterator[Claim]:
    """Times of the last change that lines near the headline tell: behind a word for it, or as ``12:40 -> 13:22``.

    One told from the present (*an hour ago*) is none: it would be another one at each visit.
    """
    others = publication_data()["words"]["other"]
    for distance, mark in _near(landmarks, title.order if title else 0):
        text = mark.text or visible_text(mark.element, _LONGEST + 60)
        told = _change_told(text, mark) if distance <= FAR_ENOUGH and len(text) <= _LONGEST else None
        if not told or not _FIXED.search(told) or any(word in text.lower() for word in others):
            continue
        if not is_apart(mark, title) and (claim := read_claim(told, frame, DateSource.BYLINE)):
            yield claim


def _change_told(text: str, mark: Landmark) -> str | None:
    """The part of a line that tells when the story was changed, if one does."""
    if arrow := _ARROW.search(text):
        return f"{text[: arrow.start()]}{arrow[1]}{text[arrow.end() :]}"
    for label in _change_pattern().finditer(text):
        if clock := _CLOCK.fullmatch(text, label.end()):  # on the day that the line tells before
            return f"{_TIME.sub(' ', text[: label.start()])} {clock[1]}"
        if _DIGIT.search(text, label.end(), label.end() + _LABEL):
            return text[label.end() :]
    before = mark.element.getprevious() if not mark.text or mark.text == (mark.element.text or "").strip() else None
    label_text = visible_text(before, 2 * _LABEL) if before is not None else ""
    if len(label_text) <= _LABEL and _DIGIT.search(label_text) is None and _change_pattern().match(label_text):
        return mark.element.get("datetime") or text
    return None


def distance_from(order: int, place: int) -> float:
    """Elements between a headline's place and another one; before the headline they count twice."""
    away = place - order
    return away if away >= 0 else -2.0 * away


def is_apart(mark: Landmark, title: Title | None, beside: bool = False) -> bool:
    """Tell whether an element stands apart from the story that the title heads."""
    if title is None or title.element is None:
        return stands_apart(mark.element, beside=beside)
    near = -2 * BESIDE <= mark.order - title.order <= BESIDE
    return stands_apart(mark.element, title.element, beside=beside or near)


def is_of_change(element: HtmlElement) -> bool:
    """Tell whether an element's class says that its time is the last change's.

    WordPress themes write ``entry-date updated`` for a story that was never changed.
    """
    return has_role(element, "modified") and "entry-date" not in (element.get("class") or "")


def date_alone(text: str, frame: Frame, source: DateSource) -> Claim | None:
    """Read a text that is a date with day, month and year, and nothing else."""
    text = text.strip(" ()[].,")
    return read_claim(text, frame, source) if _FRAGMENT.fullmatch(text) else None


def _near(landmarks: Landmarks, order: int) -> list[tuple[float, Landmark]]:
    """Elements that may print a date with their distance from the headline; known places of dates count as nearer."""
    ranked: list[tuple[float, Landmark]] = []
    for mark in (*landmarks.role("date"), *landmarks.times, *landmarks.lines):
        distance = distance_from(order, mark.order)
        known = distance < _FARTHEST_KNOWN and _is_known(mark)
        if distance < (_FARTHEST_KNOWN if known else _FARTHEST):
            ranked.append((distance - (60 if known else 0), mark))
    return sorted(ranked, key=lambda item: item[0])


def _is_known(mark: Landmark) -> bool:
    return mark.element.tag == "time" or has_role(mark.element, "date")


def _read_all(
    marks: Iterable[tuple[float, Landmark]], title: Title | None, frame: Frame, beside: bool
) -> Iterator[Printed]:
    """Printed dates of the elements in their order; ``beside`` takes those that only by their class stand apart."""
    others = publication_data()["words"]["other"]
    seen: set[str] = set()
    for distance, mark in marks:
        if len(seen) >= _MOST_READ:
            return
        text = mark.text or visible_text(mark.element, 200)
        if _MACHINES.match(text):
            continue
        if not _FULL_YEAR.search(text) and _is_known(mark):
            text = next((said for name in _ATTRIBUTES if _FULL_YEAR.search(said := mark.element.get(name) or "")), text)
        if not 5 < len(text) <= _LONGEST or text in seen or not _DIGIT.search(text):
            continue
        lowered = text.lower()
        if any(word in lowered for word in others) or is_apart(mark, title, beside):
            continue
        seen.add(text)
        below = mark.order - (title.order if title else 0)
        claim, standing = _read_line(text, mark, distance, below, frame)
        is_placed = title is not None and title.element is not None and below >= -2 * BESIDE
        if claim and (is_placed or not _is_today(claim, frame)):
            standing = Standing.CHANGE if _tells_change(text, mark) else standing
            yield Printed(claim, Standing.LOOSE if below < -FAR_ENOUGH // 2 else standing, below)


def _read_line(text: str, mark: Landmark, distance: float, below: int, frame: Frame) -> tuple[Claim | None, Standing]:
    """Read a visible text: as a whole, or the date within it where it is most of the text or stands by the headline."""
    known = _is_known(mark)
    short = _SHORT_YEAR.search(text) if known or has_role(mark.element, "author") else None
    if short:
        text = f"{short[1]:0>2}.{short[2]:0>2}.{short[3]}"
    match = _FRAGMENT.search(text)
    share = len(match.group()) / len(text) if match else 0.0
    rest = text[: match.start()] + text[match.end() :] if match else ""
    is_within = share < _LINK_SHARE if _is_link(mark, text) else share < _SHARE and _small_words(rest) > _SENTENCE
    is_within = is_within and not (known and 0 < below <= BESIDE)  # a line with names in it
    claim = read_claim(text, frame, DateSource.BYLINE) if _YEAR.search(text) or frame.fetched else None
    if claim is None and match and not _ends_range(text[: match.start()]):
        needed = _SHARE if distance <= FAR_ENOUGH else 2 * _SHARE
        if known or distance <= BESIDE or share >= needed:
            claim = read_claim(match.group().replace(" | ", "."), frame, DateSource.BYLINE)
    return claim, Standing.LOOSE if is_within and not _begins_label(text) else Standing.LINE


def _is_today(claim: Claim, frame: Frame) -> bool:
    """Tell whether a date is the day of the fetch, which pages print in their heads."""
    return frame.fetched and claim.day == frame.now.astimezone(claim.time.tzinfo).date()


def _is_sentence(heading: Landmark) -> bool:
    """Tell a headline from the site's name, which stands beside today's date."""
    return len(visible_text(heading.element, 200).split()) > _SITE_NAME


def _tells_change(text: str, mark: Landmark) -> bool:
    """Tell whether the only date of a line is labelled, or marked by its element's class, as the last change's."""
    if len(_FULL_YEAR.findall(text)) > 1:
        return False
    match = _FRAGMENT.search(text)
    before = text[: match.start()].lower() if match else text.lower()
    return is_of_change(mark.element) or any(word in before for word in publication_data()["words"]["modified"])


def _is_labelled(text: str, mark: Landmark) -> bool:
    """Tell whether a line, or the element before it where that is short, begins with a label of publication."""
    before = mark.element.getprevious()
    label = visible_text(before, 60) if before is not None else ""
    return _begins_label(text) or (len(label) <= _LABEL and _begins_label(label))


def _begins_label(text: str) -> bool:
    return text.lower().startswith(tuple(publication_data()["words"]["published"]))


@lru_cache(maxsize=1)
def _change_pattern() -> re.Pattern[str]:
    found = sorted(publication_data()["words"]["modified"], key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, found))})", re.IGNORECASE)


def _is_link(mark: Landmark, text: str) -> bool:
    return mark.element.tag == "a" and (mark.element.text or "").strip()[:20] == text[:20].strip()


def _small_words(text: str) -> int:
    return sum(word[0].islower() for word in text.split())


def _ends_range(before: str) -> bool:
    """Tell whether a date that follows is the end of a span of days."""
    words = before.lower().split()
    return bool(words) and (words[-1] in publication_data()["words"]["until"] or words[-1][-1] in "-–—")
