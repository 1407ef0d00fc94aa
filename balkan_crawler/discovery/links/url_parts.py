"""A news URL taken apart: date, sections, the story's own segment, its number, its suffix."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote, urlsplit

from balkan_crawler.discovery.word_lists import word_lists
from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.urls import identity

_SUFFIX: Final = re.compile(r"(?<=.)\.(?P<suffix>[A-Za-z][A-Za-z0-9]{1,4})$")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_MONTH: Final = re.compile(r"0?[1-9]|1[0-2]")
_DAY: Final = re.compile(r"0?[1-9]|[12]\d|3[01]")
_NUMBER_LAST: Final = re.compile(
    r"(?<![-_,.])[-_,.]+(?P<label>[A-Za-z]{0,6})(?P<number>\d{4,})(?P<tail>[-_][A-Za-z]+)?\Z"
)
_NUMBER_FIRST: Final = re.compile(r"(?P<number>\d{3,})[-_,.](?P<slug>.*)")
_LETTER: Final = re.compile(r"[^\W\d_]")
_LETTERED: Final = re.compile(r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[A-Za-z0-9]{5,32}")
_WORD: Final = re.compile(r"[^\W_]+")
_LEAST_SLUG: Final = 3
_LEAST_OTHER_ID: Final = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlParts:
    """What the path and query of a URL consist of.

    ``story`` names the segment that tells the story: ``number`` (7, 250403114), ``slug-number``, ``number-slug``,
    ``letters`` (wsgkd77), ``query`` (a number in the query), ``slug``, or ``none``. ``before`` are the segments before
    it without the date's, ``after`` those behind it. ``number`` is the story's number or id, ``slug_words`` the words
    of its slug, wherever that stands. ``date`` is how many parts of a date the path states (0 to 3).
    """

    story: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    date: int
    number: str
    slug_words: int
    suffix: str
    query: tuple[str, ...]
    segments: tuple[str, ...]


def take_apart(url: str) -> UrlParts | None:
    """Take a URL apart by its identity, so that variants have one form; ``None`` for what is no URL."""
    try:
        parts = urlsplit(f"//{identity(url)}")
    except (InvalidUrlError, ValueError):
        return None
    segments = [unquote(segment) for segment in parts.path.split("/") if segment]
    suffix = ""
    if segments and (match := _SUFFIX.search(segments[-1])):
        suffix = match["suffix"].lower()
        segments[-1] = segments[-1][: match.start()]
    names = tuple(sorted(part.partition("=")[0] for part in parts.query.split("&") if part))
    rest, date = _without_date(segments)
    story, place, number = _story(rest, parts.query, _LEAST_SLUG if date < 2 else 1)
    slug = max((_slug_words(segment) for segment in rest[max(place - 1, 0) :]), default=0)
    return UrlParts(
        story=story,
        before=tuple(rest[:place]),
        after=tuple(rest[place + 1 :]),
        date=date,
        number=number,
        slug_words=slug,
        suffix=suffix,
        query=names,
        segments=tuple(segments),
    )


def is_service_page(parts: UrlParts, known: frozenset[str] = frozenset()) -> bool:
    """Say whether a word of the URL tells that it is a listing or service page; words in ``known`` do not count."""
    lists = word_lists()
    listed = any(segment.lower() in lists.not_article and segment.lower() not in known for segment in parts.segments)
    asked = bool(lists.not_article_parameters & {name.lower() for name in parts.query})
    return listed or asked or parts.suffix in lists.not_page


def _without_date(segments: list[str]) -> tuple[list[str], int]:
    """Cut year, month and day that stand in segments of their own; the last segment is the story's."""
    for place, segment in enumerate(segments[:-1]):
        if _YEAR.fullmatch(segment):
            length = 1
            for form in (_MONTH, _DAY):
                following = place + length
                if following >= len(segments) or not form.fullmatch(segments[following]):
                    break
                length += 1
            return segments[:place] + segments[place + length :], length
    return segments, 0


def _story(segments: list[str], query: str, least_slug: int) -> tuple[str, int, str]:
    """Find the story's segment: a number, else the last slug; gives its kind, its place and its number."""
    for name, _, value in (part.partition("=") for part in query.split("&")):
        if value.isdecimal() and _names_story(name.lower(), value):
            return "query", len(segments), value
    for place in reversed(range(len(segments))):
        segment = segments[place]
        if segment.isdecimal():
            return "number", place, segment
        if (match := _NUMBER_LAST.search(segment)) and _LETTER.search(segment, 0, match.start()):
            letter = segment[0].lower() if match.start() == 1 else "slug"  # /a-50436506 is none of /t-50436506
            return f"{letter}-{match['label'].lower()}number{(match['tail'] or '').lower()}", place, match["number"]
        if (match := _NUMBER_FIRST.fullmatch(segment)) and _LETTER.search(match["slug"]):
            return "number-slug", place, match["number"]
        if place and _LETTERED.fullmatch(segment):
            return "letters", place, segment
    last = len(segments) - 1
    if segments and _slug_words(segments[last]) >= least_slug:
        return "slug", last, ""
    return "none", max(last, 0), ""


def _names_story(parameter: str, value: str) -> bool:
    lists = word_lists()
    if parameter in lists.story_parameters:
        return True
    return len(value) >= _LEAST_OTHER_ID and parameter.endswith("id") and not parameter.startswith(lists.other_ids)


def _slug_words(segment: str) -> int:
    return len([word for word in _WORD.findall(segment) if not word.isdecimal() or len(word) < 4])
