"""The places that tell when a story was published or changed, as a table: their rank, and how each is read.

The order of `Rank` is the ranking, the surest first; what a witness says is a `Claim` with its source. What readers see
printed beside the headline is a witness as well, which `printed_dates` reads. Numbers were set by hand and are checked
by ``benchmarks/extraction.py`` (day and minute of publication).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from enum import IntEnum
from functools import partial
from itertools import pairwise
from typing import Any, Final, TypeAlias
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from balkan_crawler.extraction.document.json_ld import JsonObject, text_of, types_of
from balkan_crawler.extraction.document.landmarks import Landmark, Landmarks, stands_apart, visible_text
from balkan_crawler.extraction.document.meta_names import meta_names
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.extraction.document.surroundings import TextPlace
from balkan_crawler.extraction.headline.site_name import lowered
from balkan_crawler.extraction.headline.title import Title
from balkan_crawler.extraction.publication.date_lines import (
    BESIDE,
    FAR_ENOUGH,
    LONGEST_LINE,
    date_alone,
    is_of_change,
    is_sentence_around,
)
from balkan_crawler.extraction.publication.printed_dates import distance_from, is_apart
from balkan_crawler.extraction.publication.stated_times import Claim, Frame, publication_data, read_claim
from balkan_crawler.model import DatePrecision, DateSource, Hints

_MOST_TIMES: Final = 20
"""``<time>`` elements that are looked at."""

_MOST_MARKS: Final = 5
"""Elements with microdata of a time that are looked at."""

_MOST_CONTENTS: Final = 2
"""Contents of one name of ``meta`` elements that are looked at."""

_LONGEST_TITLE: Final = 400
"""Longest window title that is read, in characters."""

_MEDIA: Final = frozenset({"videoobject", "imageobject", "audioobject", "mediaobject", "imagegallery"})
"""Types of JSON-LD objects that may be as old as their story, and (below) of those that are somebody else's."""

_OF_READERS: Final = frozenset({"comment", "review", "answer", "usercomments", "claimreview"})

_TITLE_PARTS: Final = re.compile(r"\s[|–—·»-]\s|\|")

_META_NAME: Final = re.compile(r"publi[sc]|pub_?date|upload|creat(?:ed|ion)|posted|issued|releas")
"""Names of ``meta`` elements that tell of a publication in words of their own, and (below) those that do not."""

_NOT_META_NAME: Final = re.compile(r"modif|updat|publisher|creator|expir|regist|author|app")

_IN_SCRIPT: Final = re.compile(
    r"([pP]ub(?:li(?:sh(?:ed)?|cation))?(?:_?[dD]ate|_?[aA]t)?)\\?[\"']?\s*[:=]\s*\\?[\"']?"
    r"((?:19|20)\d\d[-/]?\d\d[-/]?\d\d(?!\d)[^\"'\\,;<>}]{0,22}|1\d{9}(?:\d{3})?(?!\d)|\d{1,2}\.\d{1,2}\.(?:19|20)\d\d[^\"'\\,;<>}]{0,12})"
)
"""A variable of a script, and the day, time or seconds since 1970 that it holds."""

_WITH_END: Final = re.compile(
    r"(?:expir|valid_?(?:un|t)|until|end_?(?:s|date|time|at)|ends_?at|deadline)\w*\\?[\"']?\s*[:=]\s*\\?[\"']?\d",
    re.IGNORECASE,
)
"""A variable that says when something is over, which no story is: an offer, an event, a campaign."""

_NEAR_VARIABLE: Final = 200
"""So near to another variable, in characters, such a one tells of the same thing."""

_COMPACT: Final = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")

_IN_URL: Final = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:([/_.-])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))(?!\d)"
)
_MONTH_IN_URL: Final = re.compile(
    r"/((?:19|20)\d\d)/(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*/(\d{1,2})(?!\d)", re.IGNORECASE
)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY_FIRST_IN_URL: Final = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])([-._]?)(0[1-9]|1[0-2])\2((?:19|20)\d\d)(?!\d)")
_STAMP_IN_URL: Final = re.compile(
    r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d\d{0,9}(?!\d)"
)
"""A number that begins with day and time, as ``A2026012914320005196``."""


class Rank(IntEnum):
    """Where a time of publication is told, the surest place first."""

    JSON_LD = 1
    META = 2
    MICRODATA = 3
    TIME = 4
    FEED = 5
    BYLINE = 6
    UNSURE_META = 7
    OTHER_META = 8
    OTHER_JSON_LD = 9
    WINDOW_TITLE = 10
    SCRIPT = 11
    URL = 12


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the witnesses have to tell from: a page, its own JSON-LD object and headline, and what discovery knows.

    ``frame`` is what their times are read with, ``place`` where the story's text stands, if that is known.
    """

    document: Document
    landmarks: Landmarks
    story: JsonObject | None
    title: Title | None
    frame: Frame
    hints: Hints | None = None
    place: TextPlace | None = None


@dataclass(frozen=True, slots=True)
class NearestTime:
    """The claim of the ``<time>`` nearest to the headline, how far from it that stands, and whether it is placed.

    One is placed where bylines are: marked as the publication's, or beside the headline, above the text.
    """

    claim: Claim
    distance: float
    is_placed: bool


Witness: TypeAlias = Callable[[Evidence], Iterable[Claim]]
"""A place and how it is read: gives its claims, the surer ones first."""


def nearest_time(evidence: Evidence) -> NearestTime | None:
    """Give what the ``<time>`` nearest to the headline says; none within a sentence of the text counts.

    Of those that stand together there it is the one that is marked as the publication's, which counts as standing at
    the headline itself.
    """
    title, place = evidence.title, evidence.place
    order = title.order if title else 0
    marks = [
        mark
        for mark in evidence.landmarks.times
        if mark.element.get("datetime") and not is_of_change(mark.element) and not _is_in_sentence(mark)
    ]
    near = sorted(marks, key=lambda mark: distance_from(order, mark.order))[:_MOST_TIMES]
    own = [(mark, distance_from(order, mark.order)) for mark in near if not is_apart(mark, title)]
    together = [item for item in own if item[1] <= own[0][1] + FAR_ENOUGH]
    for mark, distance in sorted(together, key=lambda item: not _is_published(item[0]))[:1]:
        if claim := read_claim(mark.element.get("datetime"), evidence.frame, DateSource.TIME):
            is_placed = _is_published(mark) or distance <= BESIDE or place is None or mark.order < place.first
            return NearestTime(claim, 0.0 if _is_published(mark) else distance, is_placed)
    return None


def _is_in_sentence(mark: Landmark) -> bool:
    """Say whether a ``<time>`` stands within a paragraph that tells more than bylines do."""
    paragraph = next(mark.element.iterancestors("p", "li", "td", "div", "section", "article", "header"), None)
    if paragraph is None or paragraph.tag != "p":
        return False
    text = visible_text(paragraph, 2 * LONGEST_LINE)
    return len(text) > LONGEST_LINE or is_sentence_around(text, visible_text(mark.element, LONGEST_LINE))


def _is_published(mark: Landmark) -> bool:
    return mark.element.get("pubdate") is not None or "published" in (mark.element.get("class") or "").lower()


def _published_in_json_ld(evidence: Evidence) -> Iterator[Claim]:
    """Give what the story's object says; where it says nothing, what the page's own other objects do."""
    story = evidence.story or {}
    values = [story.get(name) for name in ("datePublished", "dateCreated", "uploadDate")]
    if not values[0]:
        values += [item.get("datePublished") for item in _own_objects(evidence)]
    return _read_json_ld(values, evidence.frame)


def _modified_in_json_ld(evidence: Evidence) -> Iterator[Claim]:
    values = [(evidence.story or {}).get("dateModified")]
    if not values[0]:
        values += [item.get("dateModified") for item in _own_objects(evidence)]
    return _read_json_ld(values, evidence.frame)


def _in_other_json_ld(evidence: Evidence) -> Iterator[Claim]:
    """Give when the videos and pictures of a page were put there."""
    media = [item for item in _other_objects(evidence) if types_of(item) & _MEDIA]
    values = [item.get(name) for name in ("datePublished", "uploadDate") for item in media]
    return _read_json_ld(values, evidence.frame)


def _own_objects(evidence: Evidence) -> list[JsonObject]:
    """Give the objects, beside the story's, that describe the page: a page's, or one that has its headline."""
    headline = lowered(evidence.title.text) if evidence.title else ""

    def is_own(item: JsonObject) -> bool:
        kinds = types_of(item)
        named = text_of(item.get("headline")) or text_of(item.get("name"))
        is_page = not kinds or any(kind.endswith("page") for kind in kinds)
        return is_page or (not kinds & _OF_READERS and bool(headline) and lowered(named or "") == headline)

    return [item for item in _other_objects(evidence) if is_own(item)]


def _other_objects(evidence: Evidence) -> list[JsonObject]:
    return [item for item in evidence.document.json_ld if item is not evidence.story and "@place" not in item]


def _read_json_ld(values: Iterable[Any], frame: Frame) -> Iterator[Claim]:
    for value in values:
        if claim := read_claim(text_of(value), frame, DateSource.JSON_LD):
            yield claim


def _in_meta(evidence: Evidence, held: str) -> Iterator[Claim]:
    meta = evidence.document.meta
    for name in meta_names(held):
        for text in meta.get(name, ())[:_MOST_CONTENTS]:
            if claim := read_claim(text, evidence.frame, DateSource.META):
                yield claim


def _in_microdata(evidence: Evidence, held: str) -> Iterator[Claim]:
    properties = evidence.landmarks.properties
    marks = [mark for name in publication_data().microdata[held] for mark in properties.get(name, ())]
    for mark in marks[:_MOST_MARKS]:
        if stands_apart(mark.element):
            continue
        if claim := read_claim(_machine_text(mark), evidence.frame, DateSource.MICRODATA):
            yield claim


def _machine_text(mark: Landmark) -> str:
    element = mark.element
    return element.get("content") or element.get("datetime") or element.get("title") or visible_text(element, 200)


def _in_time(evidence: Evidence) -> Iterator[Claim]:
    if nearest := nearest_time(evidence):
        yield nearest.claim


def _in_hints(evidence: Evidence) -> Iterator[Claim]:
    hints = evidence.hints
    if hints and hints.published:
        precision = DatePrecision.DAY if hints.published.time() == time(0) else DatePrecision.SECOND
        yield Claim(hints.published, precision, DateSource.FEED, True)


def _in_other_meta(evidence: Evidence) -> Iterator[Claim]:
    """Give times of ``meta`` elements whose names only look as if they told of a publication."""
    for name, (text, *_) in evidence.document.meta.items():
        is_named = text[:4].isdigit() and _META_NAME.search(name) and not _NOT_META_NAME.search(name)
        if is_named and (claim := read_claim(text, evidence.frame, DateSource.META)):
            yield claim


def _in_window_title(evidence: Evidence) -> Iterator[Claim]:
    """Give a date that stands alone between the separators of the window's title."""
    document = evidence.document
    for text in (document.root.findtext(".//title"), document.first_meta("og:title")):
        parts = _TITLE_PARTS.split(" ".join((text or "")[:_LONGEST_TITLE].split()))
        for before, part in pairwise(parts):
            is_span = before.rstrip(" .")[-1:].isdigit()
            if not is_span and (claim := date_alone(part, evidence.frame, DateSource.META)):
                yield claim


def _in_script(evidence: Evidence) -> Iterator[Claim]:
    """Give what variables of scripts say that name one day only; others tell of other stories, or of campaigns."""
    days: dict[str, dict[str, str]] = {}
    text = evidence.document.decoded.text
    for stated in evidence.document.scripts:  # JSON-LD has been heard
        text = text.replace(stated, "", 1)
    for match in _IN_SCRIPT.finditer(text):
        near = text[max(0, match.start() - _NEAR_VARIABLE) : match.end() + _NEAR_VARIABLE]
        told = "" if _WITH_END.search(near) else match[2].strip()
        days.setdefault(match[1], {}).setdefault(told[:10], told)
    for told in (next(iter(each.values())) for each in days.values() if len(each) == 1):
        stated = _COMPACT.sub(r"\1-\2-\3", told) if len(told) == 8 else told
        if claim := read_claim(stated, evidence.frame, DateSource.JSON_LD):
            yield claim


def _in_url(evidence: Evidence) -> Iterator[Claim]:
    """Give the day that the address holds, as ``/2025/05/27/`` or ``-20250527``."""
    path = unquote(urlsplit(evidence.document.url).path)
    zone = ZoneInfo(evidence.frame.timezone)
    try:
        if match := _IN_URL.search(path):
            day = datetime(int(match[1]), int(match[3] or match[5]), int(match[4] or match[6]), tzinfo=zone)
        elif match := _MONTH_IN_URL.search(path):
            day = datetime(int(match[1]), _MONTHS.index(match[2].lower()) + 1, int(match[3]), tzinfo=zone)
        elif match := _DAY_FIRST_IN_URL.search(path):
            day = datetime(int(match[4]), int(match[3]), int(match[1]), tzinfo=zone)
        elif match := _STAMP_IN_URL.search(path):
            day = datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=zone)
        else:
            return
    except ValueError:  # a 31st of a shorter month
        return
    yield Claim(day, DatePrecision.DAY, DateSource.URL)


OF_PUBLICATION: Final[Mapping[Rank, Witness]] = {
    Rank.JSON_LD: _published_in_json_ld,
    Rank.META: partial(_in_meta, held="published"),
    Rank.MICRODATA: partial(_in_microdata, held="published"),
    Rank.TIME: _in_time,
    Rank.FEED: _in_hints,
    Rank.UNSURE_META: partial(_in_meta, held="published_unsure"),
    Rank.OTHER_META: _in_other_meta,
    Rank.OTHER_JSON_LD: _in_other_json_ld,
    Rank.WINDOW_TITLE: _in_window_title,
    Rank.SCRIPT: _in_script,
    Rank.URL: _in_url,
}
"""The witnesses of a publication; the byline's, which is read only where these leave doubt, is `printed_dates`."""

OF_CHANGE: Final[tuple[Witness, ...]] = (
    _modified_in_json_ld,
    partial(_in_meta, held="modified"),
    partial(_in_microdata, held="modified"),
)
"""The witnesses of the last change, the surer first."""
