"""Names of authors that no markup calls so: beside the date, above the text's first paragraph or below its last.

The numbers were set by hand and are checked by ``benchmarks/extraction.py`` (author set).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

from balkan_crawler.extraction.byline.names import LONGEST, Names, goes_on, is_joiner, is_place
from balkan_crawler.extraction.byline.segments import named_behind_date
from balkan_crawler.extraction.byline.word_lists import is_word_of_date
from balkan_crawler.extraction.document.landmarks import (
    Landmark,
    Landmarks,
    begins_byline,
    is_emphasised,
    stands_apart,
    visible_text,
)
from balkan_crawler.extraction.headline.site_name import lowered
from balkan_crawler.extraction.headline.title import Title

if TYPE_CHECKING:
    from lxml.html import HtmlElement

Reader: TypeAlias = Callable[..., Names]
"""`names_in` for one page: its site and language are known."""

_OPENING: Final = 8
"""Paragraphs below the headline of which one may be a name."""

_SIGNATURE: Final = 120
"""The longest such text, in characters."""

_PASSED: Final = 40
"""The longest text in plain letters before it."""

_TEXT: Final = 2
"""The fewest paragraphs beside a name that are a text."""

_CLOSING: Final = 60
"""Paragraphs below the headline that are looked at for the last."""

_BELOW: Final = 20
"""A line with a date stands at most so many elements below the headline."""

_LINE: Final = 140
"""It has at most so many characters."""

_LEVELS: Final = 2
"""It is looked for so many elements around the date."""

_SENTENCE: Final = 8
"""A text with more small words than these is a sentence."""

_SMALL_WORD: Final = 3
"""A word in small letters counts for that from so many letters on."""

_BUTTON: Final = 2
"""Longest text of a button for larger letters (``AA``), which is an agency's name too."""

_PIECES: Final = re.compile(r"\s*[|•·,;()]\s*|\s+[-–—/]+\s+")
"""What parts the names and dates of a line."""

_BARS: Final = re.compile(r"\s*(?:[|•·]|//)\s*")
"""What parts names and dates for sure, and (below) the most parts of such a line."""

_MOST_PIECES: Final = 4

_WITH_INITIAL: Final = re.compile(r"(?:[^\W\d_]{1,2}\.\s?){1,2}[^\W\d_]{3,}(?:[ -][^\W\d_]{3,})?")
"""A name with its first letter only, which no place has."""

_WHOLE_NAME: Final = re.compile(r"[^\W\d_]\w+(?: [^\W\d_](?:\w+|\.))?[ -][^\W\d_]\w+(?:-[^\W\d_]\w+)?")
"""First and last name, maybe a middle one."""

_FULL_DATE: Final = re.compile(
    r"\d{1,2}\.?\s?[^\W\d]{3,}\.?,?\s?\d{2,4}|[^\W\d]{3,}\.?\s\d{1,2},?\s\d{4}|\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{2,4}|\d{1,2}:\d\d"
)
"""A day with its month, by name or in figures, or a time of day."""

_RIGHT: Final = re.compile(r"text-align:\s*(?:right|end)|\bhas-text-align-right\b|\btext-right\b")
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5")


def in_date_lines(
    landmarks: Landmarks, title: Title | None, read: Reader, is_signed: bool = False
) -> tuple[Names, list[Landmark]]:
    """Read names beside a date below the headline, and give them with the lines that hold one.

    Agencies, labelled names, names with an initial, and names that a word such as *updated* follows. Other names there
    may well be places (``Novi Sad, 24.11.2026.``): they count where each is an element or a line of its own, the first
    of them at the very beginning, and none is what a link elsewhere on the page is called; not on a page that is known
    to be signed (``is_signed``).
    """
    found = Names()
    lines: list[Landmark] = []
    if title is None or title.element is None:
        return found, lines
    for line in _date_lines(landmarks, title, title.element):
        names = _sure_names(line.text, read)
        found = found | names
        if not (is_signed or found.people):
            first = _first_names(line.text, read)
            first = first if first.people else _divided_names(line.text, read)
            if _link_texts(landmarks, title, line.element).isdisjoint(map(lowered, first.people)):
                found, names = found | first, names | first
        if (names.people or names.agencies) and not stands_apart(line.element, title.element, beside=True):
            lines.append(line)
    return found, lines


def _date_lines(landmarks: Landmarks, title: Title, headline: HtmlElement) -> Iterator[Landmark]:
    """Give the lines around dates shortly below the headline, with their elements set apart; sentences are none."""
    for mark in landmarks.lines:
        if not 0 < mark.order - title.order <= _BELOW:
            continue
        element = _line_around(mark, headline)
        text = _set_apart(element)
        small = sum(word[0].islower() and len(word) >= _SMALL_WORD for word in text.split())
        if len(text) <= 2 * _LINE and small <= _SENTENCE:
            yield Landmark(element, mark.order, text)


def _sure_names(line: str, read: Reader) -> Names:
    """Read the names of a line that are no places: labelled ones, with an initial, before *updated*, and agencies."""
    found = Names()
    if named := named_behind_date(line):
        found = found | read(named)
    for piece in _PIECES.split(line):
        said = read(piece) if len(piece) > 1 else Names()
        is_labelled = (":" in piece and begins_byline(piece)) or _WITH_INITIAL.fullmatch(piece)
        is_credit = said.agencies and not said.people and not said.organisations and len(piece) > _BUTTON
        if is_labelled or is_credit or goes_on(piece, said):
            found = found | said
    return found


def _first_names(text: str, read: Reader) -> Names:
    """Give the names that a line with its elements set apart begins with, each all of an element before the date."""
    found = Names()
    pieces = text.split(" | ")
    for place, piece in enumerate(pieces):
        names = read(piece) if _WHOLE_NAME.fullmatch(piece) and not is_place(piece) else Names()
        if names.people and lowered(" ".join(names.people)) == lowered(piece):
            found = found | Names(people=names.people)
        elif not is_joiner(piece):
            return found if any(_FULL_DATE.search(later) for later in pieces[place:]) else Names()
    return Names()


def _divided_names(text: str, read: Reader) -> Names:
    """Give the names of a line that bars or dots divide into names and parts of a date, and nothing else."""
    pieces = [piece for piece in _BARS.split(text) if piece.strip()]
    found = Names()
    for piece in pieces if 1 < len(pieces) <= _MOST_PIECES else ():
        names = read(piece) if _WHOLE_NAME.fullmatch(piece) and not is_place(piece) else Names()
        if names.people and lowered(" ".join(names.people)) == lowered(piece):
            found = found | Names(people=names.people)
        elif not any(map(str.isdigit, piece)) and not is_word_of_date(piece.strip(" ,.")):
            return Names()
    return found if _FULL_DATE.search(text) else Names()


def _link_texts(landmarks: Landmarks, title: Title | None, line: HtmlElement) -> frozenset[str]:
    """Give what links are called above the headline, and elsewhere where the line's own are not."""
    order = title.order if title else 0
    own = {lowered(visible_text(link, _SIGNATURE)) for link in line.iter("a")}
    texts = {(mark.order < order, lowered(visible_text(mark.element, _SIGNATURE))) for mark in landmarks.links}
    return frozenset(text for is_above, text in texts if is_above or text not in own)


def _line_around(mark: Landmark, headline: HtmlElement) -> HtmlElement:
    """Give the largest element around a date that is still one line and has not the headline in it."""
    element, above = mark.element, set(headline.iterancestors())
    for up in islice(mark.element.iterancestors(), _LEVELS):
        if up in above or next(up.iter(*_HEADINGS), None) is not None or len(visible_text(up, _LINE + 60)) > _LINE:
            break
        element = up
    return element


def _set_apart(element: HtmlElement) -> str:
    """Give an element's texts, divided where elements are but behind a label."""
    text = ""
    for piece in islice(element.itertext(), _SIGNATURE):
        if words := " ".join(piece.split()):
            text += words if not text else f" {words}" if text.endswith(":") else f" | {words}"
    return text


def opening_name(landmarks: Landmarks, title: Title | None, read: Reader) -> tuple[Names, list[Landmark]]:
    """Give the name that a paragraph before the text's first is, all of it in bold or italics: how some papers sign."""
    anchor, order = (title.element, title.order) if title else (None, 0)
    is_passed = False
    for mark in [mark for mark in landmarks.paragraphs if mark.order > order][:_OPENING]:
        text = visible_text(mark.element, LONGEST)
        is_set_off = is_emphasised(mark.element)
        if is_set_off and (not is_passed or _begins_text(mark.element)):
            names = _only_name(text, read)
            if names.people and not stands_apart(mark.element, anchor):
                return names, [Landmark(mark.element, mark.order, text)]
        is_passed = is_passed or len(text) > (_SIGNATURE if is_set_off else _PASSED)
    return Names(), []


def closing_name(landmarks: Landmarks, title: Title | None, read: Reader) -> tuple[Names, list[Landmark]]:
    """Give the name that a text's last paragraph is, maybe with the paper's behind it.

    At the right, in italics or plain; in bold only with an initial or in capitals, since a whole name in bold there may
    as well be a related story's.
    """
    anchor, order = (title.element, title.order) if title else (None, 0)
    for mark in [mark for mark in landmarks.paragraphs if mark.order > order][:_CLOSING]:
        if not _ends_text(mark.element) or next(mark.element.iter("a"), None) is not None:
            continue
        text = visible_text(mark.element, LONGEST)
        is_right = _RIGHT.search(f"{mark.element.get('style')} {mark.element.get('class')}")
        is_bold = next(mark.element.iter("b", "strong"), None) is not None
        names = _only_name(text, read) if is_right or not is_bold or _is_signature(text) else Names()
        if not is_right and not is_emphasised(mark.element) and not _is_whole(names):
            continue
        if names.people and not stands_apart(mark.element, anchor):
            return names, [Landmark(mark.element, mark.order, text)]
    return Names(), []


def _is_whole(names: Names) -> bool:
    """Say whether all these are first and last names."""
    return all(_WHOLE_NAME.fullmatch(name) and not is_place(name) for name in names.people)


def _is_signature(text: str) -> bool:
    return bool(_WITH_INITIAL.fullmatch(text)) or any(word.isupper() and len(word) > 2 for word in text.split())


def _only_name(text: str, read: Reader) -> Names:
    """Give the names of a text that is nothing else, but for the paper's or an agency's."""
    names = read(text) if len(text) <= _SIGNATURE else Names()
    told = [*names.people, *names.organisations]
    is_all = sorted(lowered(" ".join(told)).split()) == sorted(lowered(text).split())
    return names if names.people and (is_all or lowered(" ".join(names.people)) == lowered(text)) else Names()


def _begins_text(paragraph: HtmlElement) -> bool:
    return (
        next(paragraph.itersiblings("p", preceding=True), None) is None
        and sum(1 for _ in islice(paragraph.itersiblings("p"), _TEXT)) == _TEXT
    )


def _ends_text(paragraph: HtmlElement) -> bool:
    return (
        next(paragraph.itersiblings("p"), None) is None
        and sum(1 for _ in islice(paragraph.itersiblings("p", preceding=True), _TEXT)) == _TEXT
    )
