"""How one line of a page is read that may print a date: the date in it, its label, and what it is the date of.

The numbers were set by hand and are checked by ``benchmarks/extraction.py`` (day and minute of publication).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Final

from balkan_crawler.extraction.document.landmarks import Landmark, has_role, visible_text
from balkan_crawler.extraction.publication.stated_times import Claim, Frame, publication_data, read_claim
from balkan_crawler.model import DateSource

if TYPE_CHECKING:
    from lxml.html import HtmlElement

LONGEST_LINE: Final = 140
"""Longest text that is looked at, in characters."""

BESIDE: Final = 12
"""So near to the headline, in elements, a line belongs to it and a date within a sentence counts."""

FAR_ENOUGH: Final = 110
"""So far from it, in elements, a footer may still be the story's own, and a date has to be most of its line."""

_SHARE: Final = 0.35
"""A date that is less of its line than this, and has a sentence around it, stands within that sentence."""

_LINK_SHARE: Final = 0.5
"""A link whose text is a date for less than this names another story."""

_SENTENCE: Final = 2
"""More words in small letters than these beside a date make a sentence of a line."""

_LABEL: Final = 40
"""Longest label, in characters."""

_FRAGMENT: Final = re.compile(
    r"(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d\S*)?"
    r"|(?:19|20)\d\d\s?[年년]\s?\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일](?:\D{0,8}\d{1,2}[:時시]\s?\d\d)?"
    r"|(?<!\d)(?:19|20)\d\d([./])\s?\d{1,2}\1\s?\d{1,2}(?!\d)(?:\D{1,8}\d{1,2}[:.]\d\d)?"
    r"|(?:\d{1,2}[:.]\d\d\W{1,3})?(?<!\d)\d{1,2}\s?([./|-])\s?\d{1,2}\s?\2\s?(?:\d{4}|\d\d)(?!\d)(?:\D{1,8}\d{1,2}[:.]\d\d)?"
    r"|(?<!\d)\d{1,2}\.[^\W\d]{3,12}\.\d\d(?=\W*$)"
    r"|(?<!\d)\d{1,2}(?:st|nd|rd|th|er)?\.?\s(?:de\s|of\s)?[^\W\d]{3,12}\.?,?\s(?:de\s)?(?:(?:19|20)\d\d(?:\D{1,8}\d{1,2}[:.]\d\d(?:\s?[ap]\.?m)?)?|['’]?\d\d(?=\W*$))"
    r"|[^\W\d]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d(?:\D{1,8}\d{1,2}[:.]\d\d(?:\s?[ap]\.?m\.?)?)?",
    re.IGNORECASE,
)
"""A date within a longer text."""

_YEAR: Final = re.compile(
    r"(?:19|20)\d\d|\d[./-]\s?\d{1,2}[./-]\s?'?\d\d(?!\d)|\d[.\s]\s?[^\W\d]{3,}[.\s]\s?['’]?\d\d\W*$"
)
_FULL_YEAR: Final = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_DIGIT: Final = re.compile(r"\d")

_SHORT_YEAR: Final = re.compile(r"(?<![\w.])(\d{1,2})\.(\d{1,2})\.(\d\d)\W*$")
"""How bylines may end; elsewhere such figures may be a version or a chapter."""

_MACHINES: Final = re.compile(r"(?:19|20)\d\d-\d\d-\d\dT")
"""A time in the form for machines is for no reader, wherever it stands."""

_ARROW: Final = re.compile(r"(?<![\d:.])\d{1,2}[:.]\d\d\s*(?:[-=]?>{1,2}|→|➔|⇒|»)\s*(?=\d)(\d{1,2}[:.]\d\d)(?![\d:.])")
"""A time and the one that it was changed at."""

_TIME: Final = re.compile(r"(?<![\d:.])\d{1,2}:\d\d(?![\d:.])")
_CLOCK: Final = re.compile(r"\W*(?:[^\W\d]{1,4}\W+)?(\d{1,2}:\d\d)(?:\s?h)?\W*")
"""A time of day that is all of a text but for a small word."""

_CLOCK_ALONE: Final = re.compile(r"[\W_]*(?:[^\W\d]{1,4}\W+)?([01]?\d[:.][0-5]\d|2[0-3][:.][0-5]\d)(?:\s?[hчu])?[\W_]*")
"""The same of a line that stands beside a day."""

_SHORT_LINE: Final = 20
"""Characters of such a line."""

_ATTRIBUTES: Final = (
    "title", "data-title", "data-original-title", "data-tooltip", "data-date", "data-datetime", "data-time",
    "data-published", "aria-label", "data-timestamp", "data-ts", "data-utime", "data-unix",
)  # fmt: skip
"""Attributes in which elements that show "3 hours ago" or nothing hold the date."""

_HOLDERS: Final = ("time", "span", "div", "p", "abbr", "small", "i", "b", "em", "a", "li", "relative-time", "time-ago")
"""Elements that have them."""

_MOST_WITHIN: Final = 12
"""Elements within one that is known to hold dates that are asked for them."""

_STAMP: Final = re.compile(r"1[0-9]{9}(?:[0-9]{3})?")
"""Seconds or milliseconds since 1970."""


class Standing(IntEnum):
    """What a printed date is, the surer first.

    A line of its own; a labelled change; one so far before the headline that it may be today's; one within a sentence.
    """

    LINE = 0
    CHANGE = 1
    LOOSE = 2
    SENTENCE = 3


def line_of(mark: Landmark) -> str | None:
    """Give the text of an element that may print a date; ``None`` where it is too long, or for machines.

    An element that is known to hold dates and shows none with a year is asked for its attributes.
    """
    text = mark.text or visible_text(mark.element, 200)
    if _MACHINES.match(text):
        return None
    if not _FULL_YEAR.search(text) and is_for_dates(mark):
        text = next(_in_attributes(mark.element), text)
    return text if 5 < len(text) <= LONGEST_LINE and _DIGIT.search(text) else None


def _in_attributes(element: HtmlElement) -> Iterator[str]:
    """Give the dates that an element, or one of the few within it, has in its attributes."""
    for each in islice(element.iter(*_HOLDERS), _MOST_WITHIN):
        for name in _ATTRIBUTES:
            said = " ".join((each.get(name) or "").split())
            if _FULL_YEAR.search(said) or (name != "title" and _STAMP.fullmatch(said)):
                yield said


def read_line(text: str, mark: Landmark, distance: float, below: int, frame: Frame) -> tuple[Claim | None, Standing]:
    """Read a visible text: as a whole, or the date within it where it is most of the text or stands by the headline.

    ``distance`` is how far it stands from the headline, ``below`` how far below it (see `Printed`).
    """
    text = _with_full_year(text, mark)
    date = _FRAGMENT.search(text)
    is_whole = _YEAR.search(text) or _STAMP.fullmatch(text) or frame.is_fetch
    claim = read_claim(text, frame, DateSource.BYLINE) if is_whole else None
    if claim is None and date and not _ends_range(text[: date.start()]) and _is_main(date, text, mark, distance):
        claim = read_claim(date.group().replace(" | ", "."), frame, DateSource.BYLINE)
    is_within = _is_within_sentence(date, text, mark, below) and not _begins_label(text)
    return claim, Standing.SENTENCE if is_within else Standing.LINE


def with_clock_beside(claim: Claim, text: str, mark: Landmark, frame: Frame) -> Claim:
    """Give the day that a line prints with the time of day that the short line right behind it, or around it, is."""
    element = mark.element
    date = _FRAGMENT.search(text)
    if date is None:
        return claim
    behind = element.getnext()
    tail = " ".join((element.tail or "").split())
    beside = visible_text(behind, _SHORT_LINE) if behind is not None else ""
    clock = next((found for said in (tail, f"{tail} {beside}") if (found := _CLOCK_ALONE.fullmatch(said))), None)
    whole = read_claim(f"{date.group()} {clock[1]}", frame, DateSource.BYLINE) if clock else None
    return whole if whole and whole.day == claim.day else claim


def date_alone(text: str, frame: Frame, source: DateSource) -> Claim | None:
    """Read a text that is a date with day, month and year, and nothing else."""
    text = text.strip(" ()[].,")
    return read_claim(text, frame, source) if _FRAGMENT.fullmatch(text) else None


def is_mostly_date(text: str) -> bool:
    """Say whether a date is most of a text."""
    date = _FRAGMENT.search(text) if len(text) <= LONGEST_LINE else None
    return date is not None and len(date.group()) >= 2 * _SHARE * len(text)


def is_of_other(text: str) -> bool:
    """Say whether a line has a word that makes its date another thing's than the story's: a comment's, an event's."""
    lowered = text.lower()
    return any(word in lowered for word in publication_data().words["other"])


def tells_publication(text: str) -> bool:
    """Say whether a text has a word for publication anywhere (``was published on ...``)."""
    lowered = text.lower()
    return any(word in lowered for word in publication_data().words["published"])


def is_for_dates(mark: Landmark) -> bool:
    """Say whether an element is known to hold dates: by its tag, or by its class."""
    return mark.element.tag == "time" or has_role(mark.element, "date")


def is_of_change(element: HtmlElement) -> bool:
    """Say whether an element's class says that its time is the last change's.

    WordPress themes write ``entry-date updated`` for a story that was never changed.
    """
    return has_role(element, "modified") and "entry-date" not in (element.get("class") or "")


def tells_change(text: str, mark: Landmark) -> bool:
    """Say whether the only date of a line is labelled, or marked by its element's class, as the last change's."""
    if len(_FULL_YEAR.findall(text)) > 1:
        return False
    date = _FRAGMENT.search(text)
    before = text[: date.start()].lower() if date else text.lower()
    return is_of_change(mark.element) or any(word in before for word in publication_data().words["modified"])


def change_told(text: str, mark: Landmark) -> str | None:
    """Give the part of a line that tells when the story was changed, if one does."""
    if arrow := _ARROW.search(text):
        return f"{text[: arrow.start()]}{arrow[1]}{text[arrow.end() :]}"
    for label in _change_pattern().finditer(text):
        if clock := _CLOCK.fullmatch(text, label.end()):  # on the day that the line tells before
            return f"{_TIME.sub(' ', text[: label.start()])} {clock[1]}"
        if _DIGIT.search(text, label.end(), label.end() + _LABEL):
            return text[label.end() :]
    return (mark.element.get("datetime") or text) if _is_behind_change_label(mark) else None


def is_labelled(text: str, mark: Landmark) -> bool:
    """Say whether a line, or the element before it where that is short, begins with a label of publication."""
    before = mark.element.getprevious()
    label = visible_text(before, 60) if before is not None else ""
    return _begins_label(text) or (len(label) <= _LABEL and _begins_label(label))


def _with_full_year(text: str, mark: Landmark) -> str:
    """Give the short date that a byline ends with alone and in a form that is read, any other text as it stands."""
    short = _SHORT_YEAR.search(text) if is_for_dates(mark) or has_role(mark.element, "author") else None
    return f"{short[1]:0>2}.{short[2]:0>2}.{short[3]}" if short else text


def _is_main(date: re.Match[str], text: str, mark: Landmark, distance: float) -> bool:
    """Say whether a date within a text is what the text is there for: the farther away, the more of it it has to be."""
    needed = _SHARE if distance <= FAR_ENOUGH else 2 * _SHARE
    return is_for_dates(mark) or distance <= BESIDE or len(date.group()) / len(text) >= needed


def _is_within_sentence(date: re.Match[str] | None, text: str, mark: Landmark, below: int) -> bool:
    """Say whether a date stands within a sentence, or in the headline of a link to another story."""
    share = len(date.group()) / len(text) if date else 0.0
    if _is_link(mark, text):
        is_within = share < _LINK_SHARE
    else:
        rest = text[: date.start()] + text[date.end() :] if date else ""
        is_within = share < _SHARE and _small_words(rest) > _SENTENCE
    return is_within and not (is_for_dates(mark) and 0 < below <= BESIDE)  # a line with names in it


def is_sentence_around(text: str, date: str) -> bool:
    """Say whether a text is a sentence around a date, and none that tells of a publication."""
    return not _begins_label(text) and _small_words(text.replace(date, " ", 1)) > 2 * _SENTENCE


def _is_link(mark: Landmark, text: str) -> bool:
    return mark.element.tag == "a" and (mark.element.text or "").strip()[:20] == text[:20].strip()


def _small_words(text: str) -> int:
    return sum(word[0].islower() for word in text.split())


def _ends_range(before: str) -> bool:
    """Say whether a date that follows is the end of a span of days."""
    words = before.lower().split()
    return bool(words) and (words[-1] in publication_data().words["until"] or words[-1][-1] in "-–—")


def _begins_label(text: str) -> bool:
    return text.lower().startswith(tuple(publication_data().words["published"]))


def _is_behind_change_label(mark: Landmark) -> bool:
    """Say whether the element before this one is nothing but a label of the last change."""
    before = mark.element.getprevious() if not mark.text or mark.text == (mark.element.text or "").strip() else None
    label = visible_text(before, 2 * _LABEL) if before is not None else ""
    return len(label) <= _LABEL and _DIGIT.search(label) is None and _change_pattern().match(label) is not None


@cache
def _change_pattern() -> re.Pattern[str]:
    found = sorted(publication_data().words["modified"], key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, found))})", re.IGNORECASE)
