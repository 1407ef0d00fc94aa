"""A story: who had it when, the headlines side by side, and why each article was joined to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.languages import words_of
from balkan_crawler.desk.page import NOT_FOUND, Page, sentence
from balkan_crawler.stories import Member, Shared, Story, story_of, when

if TYPE_CHECKING:
    from balkan_crawler.desk.desk import Desk
    from balkan_crawler.desk.page import Asked
    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage import StoredOutlet

LONGEST_NUMBER: Final = 18
"""Digits of a number that an article may have."""
MOST_COPIES: Final = 20
"""Copies of one article that are shown; of more, it is said how many."""
_OF_TWO_SCRIPTS: Final = frozenset({"sr", "cnr"})
MOST_REASONS: Final = 8
"""Names and numbers that are shown of what two articles share, the weightiest."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a headline, and whether it is one of what the article shares with another."""

    text: str
    is_shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One article as the page shows it.

    ``minutes`` are those after the first one, ``None`` where only its day is known; ``place`` is where it stands in the
    story's time, in hundredths.
    """

    number: int
    outlet: str
    name: str
    country: str
    language: str
    at: datetime
    minutes: int | None
    title: tuple[Part, ...]
    is_asked: bool
    place: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An article of a story with its copies, and what it shares with the article that it was joined to."""

    line: Line
    copies: tuple[Line, ...]
    more_copies: int
    to: Line | None
    shared: tuple[Shared, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The headlines of one country or language, by time."""

    key: str
    lines: tuple[Line, ...]


def story(desk: Desk, asked: Asked) -> Page:
    """Show the story that an article is of."""
    written = asked.parts["number"]
    with desk.reading() as store:
        number = int(written) if written.isascii() and written.isdigit() and len(written) <= LONGEST_NUMBER else 0
        found = story_of(store, number)
        outlets = store.outlets()
    if found is None:
        _ = words_of(asked.reader.language).gettext
        return sentence(_("There is no article of this number; it may have been forgotten."), NOT_FOUND)
    entries = entries_of(found, outlets)
    lines = [line for entry in entries for line in (entry.line, *entry.copies)]
    by = "language" if asked.one("by") == "language" else "country"
    values = {
        "entries": entries,
        "lines": sorted(lines, key=lambda line: line.at),
        "articles": len(found.rows),
        "outlets": len({str(row["outlet"]) for row in found.rows}),
        "countries": columns_of(lines, "country"),
        "columns": columns_of([entry.line for entry in entries], by),
        "languages": len({line.language for line in lines}),
        "by": by,
        "asked_title": str(found.asked["title"]),
        "asked_language": tag_of(found.asked),
        "last": max(line.minutes or 0 for line in lines),
    }
    return Page(template="story.html", values=values)


def entries_of(story: Story, outlets: Mapping[str, StoredOutlet]) -> tuple[Entry, ...]:
    """Write a story as the page shows it, by time."""
    span = _Span.of(story)
    rows = {_number(row): row for row in story.rows}
    shown = []
    for member in story.members:
        to = rows.get(member.to) if member.to is not None else None
        shown.append(
            Entry(
                line=span.line(member.row, outlets, _own_words(member)),
                copies=tuple(span.line(row, outlets) for row in member.copies[:MOST_COPIES]),
                more_copies=max(0, len(member.copies) - MOST_COPIES),
                to=span.line(to, outlets) if to is not None else None,
                shared=member.because.shared[:MOST_REASONS] if member.because else (),
            )
        )
    return tuple(shown)


@dataclass(frozen=True, slots=True)
class _Span:
    """The time of a story, to place its articles in."""

    first: datetime
    seconds: float
    asked: int

    @classmethod
    def of(cls, story: Story) -> _Span:
        times = [when(row) for row in story.rows]
        return cls(times[0], max(1.0, (times[-1] - times[0]).total_seconds()), _number(story.asked))

    def line(self, row: Row, outlets: Mapping[str, StoredOutlet], shared: Iterable[str] = ()) -> Line:
        """Write an article as a line; ``shared`` are the words of its headline to mark."""
        at, outlet = when(row), str(row["outlet"])
        after = (at - self.first).total_seconds()
        return Line(
            number=_number(row),
            outlet=outlet,
            name=outlets[outlet].name if outlet in outlets else outlet,
            country=str(row["country"]),
            language=tag_of(row),
            at=at,
            minutes=None if row["date_precision"] == "day" else round(after / 60),
            title=marked(str(row["title"]), shared),
            is_asked=_number(row) == self.asked,
            place=round(100 * after / self.seconds, 1),
        )


def tag_of(row: Row) -> str:
    """Give the tag of an article's language, with its script where the language has two; empty for an unknown one."""
    language, script = str(row["language"] or ""), str(row["script"] or "")
    return f"{language}-{script}" if script and language in _OF_TWO_SCRIPTS else language


def _own_words(member: Member) -> list[str]:
    return [each.second for each in member.because.shared] if member.because else []


def _number(row: Row) -> int:
    return int(str(row["id"]))


def marked(title: str, shared: Iterable[str]) -> tuple[Part, ...]:
    """Divide a headline where a shared name or number stands in it, or a word of one."""
    words = {word for text in shared for word in (text, *text.split()) if len(word) > 1}
    if not words:
        return (Part(title, is_shared=False),)
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    pieces = re.split(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?!\w)", title)
    return tuple(Part(text, is_shared=bool(place % 2)) for place, text in enumerate(pieces) if text)


def columns_of(lines: Sequence[Line], by: str) -> tuple[Column, ...]:
    """Put lines into columns by country or language: those that had it first come first."""
    found: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda line: (line.at, line.number)):
        found.setdefault(line.country if by == "country" else line.language, []).append(line)
    return tuple(Column(key=key, lines=tuple(each)) for key, each in found.items())
