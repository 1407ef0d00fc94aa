"""When a story was published and changed: claims of the page and of discovery, ranked and checked against each other.

JSON-LD before ``meta`` before microdata before ``<time>`` before feed and news sitemap before the visible byline before
the URL. No claim may lie after the fetch plus a day, before 1995 or before the outlet; nothing is ever assumed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from balkan_crawler.dates import read_moment
from balkan_crawler.extraction.document import Document
from balkan_crawler.extraction.landmarks import Landmark, Landmarks, has_role, stands_apart, visible_text
from balkan_crawler.extraction.structured import JsonObject, text_of
from balkan_crawler.extraction.title import Title
from balkan_crawler.model import DatePrecision, DateSource, Hints, Outlet

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_FIRST_DAY = date(1995, 1, 1)
_IN_URL = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:([/_.-])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))(?!\d)"
)
_MONTH_IN_URL = re.compile(
    r"/((?:19|20)\d\d)/(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*/(\d{1,2})(?!\d)", re.IGNORECASE
)
_DAY_FIRST_IN_URL = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])([-._]?)(0[1-9]|1[0-2])\2((?:19|20)\d\d)(?!\d)")
#: A date within a longer text.
_FRAGMENT = re.compile(
    r"(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d\S*)?"
    r"|(?:\d{1,2}[:.]\d\d\W{1,3})?(?<!\d)\d{1,2}\s?([./|-])\s?\d{1,2}\s?\1\s?(?:\d{4}|\d\d)(?!\d)(?:\D{1,8}\d{1,2}[:.]\d\d)?"
    r"|(?<!\d)\d{1,2}(?:st|nd|rd|th|er)?\.?\s(?:de\s|of\s)?[^\W\d]{3,12}\.?,?\s(?:de\s)?(?:19|20)\d\d(?:\D{1,8}\d{1,2}[:.]\d\d(?:\s?[ap]\.?m)?)?"
    r"|[^\W\d]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d(?:\D{1,8}\d{1,2}[:.]\d\d(?:\s?[ap]\.?m\.?)?)?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d|[./-]\s?\d\d(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_IN_SCRIPT = re.compile(
    r'"(?:datePublished|publishedAt|published_at|publishDate|publicationDate|firstPublished|pubDate)\\?"\s*:\s*\\?"([^"\\]{8,40})'
)
#: A day in the address that is older than this against the stated one is the first publication's.
_REPUBLISHED = timedelta(days=30)
_RDFA = {
    "published": ("datecreated", "dc:date", "dc:created", "dcterms:created", "sioc:created", "pubdate", "datepublish")
}
_NO_ZONE = re.compile(r"\d{1,2}:\d\d(?::\d\d)?(?:[.,]\d+)?$")
#: ``<time>`` elements that are looked at.
_MOST_TIMES = 20
_FARTHEST_OFFSET = timedelta(hours=14)
#: Texts read at most to find a visible date, and the distance from the headline (in elements) that none may exceed.
_MOST_READ, _FARTHEST, _FARTHEST_KNOWN = 14, 700, 2500
#: So near to the headline, in elements, a line belongs to it and a date within a sentence counts.
_BESIDE = 12
#: So far from it a footer may still be the story's own, and a date has to be most of its line.
_FAR_ENOUGH = 110


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a time; ``offset`` says that it states its distance from UTC."""

    time: datetime
    precision: DatePrecision
    source: DateSource
    offset: bool = False


@dataclass(frozen=True, slots=True)
class Publication:
    """When a story was published and last changed, by whose word and how exactly."""

    published: datetime | None = None
    modified: datetime | None = None
    source: DateSource | None = None
    precision: DatePrecision | None = None
    modified_source: DateSource | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What times of a page are read with: languages of its words, zone of its naive times, the present.

    ``is_unknown`` says that nothing tells the outlet's zone, ``fetched`` that the present is the time of the fetch,
    so that relative times can be counted from it.
    """

    languages: tuple[str, ...]
    timezone: str
    now: datetime
    earliest: date = _FIRST_DAY
    fetched: bool = False
    is_unknown: bool = False


def read_frame(document: Document, outlet: Outlet | None, fetched_at: datetime | None) -> Frame:
    """Return the frame of a page: the outlet's own, or what its language and its host's ending suggest (else UTC)."""
    stated = (document.language or "").split(",")[0].strip()
    own = (stated,) if re.fullmatch(r"[A-Za-z]{2,3}(?:-[\w-]+)?", stated) else ()
    now = fetched_at or datetime.now(UTC)
    if outlet:
        return Frame(
            (*outlet.languages, *own),
            outlet.timezone,
            now,
            max(_FIRST_DAY, outlet.since or _FIRST_DAY),
            bool(fetched_at),
        )
    ending = (urlsplit(document.url).hostname or "").rpartition(".")[2]
    zone = _data()["zones"].get(ending)
    return Frame(own or ("en",), zone or "UTC", now, fetched=bool(fetched_at), is_unknown=zone is None)


def read_publication(
    document: Document,
    landmarks: Landmarks,
    story: JsonObject | None,
    title: Title | None,
    frame: Frame,
    hints: Hints | None,
) -> Publication:
    """Return when the page's story was published and changed."""
    stated = list(_stated(document, landmarks, story, frame, "published"))
    claims = [*stated, *_in_times(landmarks, title, frame), *_from_hints(hints)]
    days = {claim.time.date() for claim in stated if _is_possible(claim, frame)}
    is_doubtful = len(days) != 1 or not any(_is_exact(claim) for claim in claims)
    if is_doubtful or frame.is_unknown:
        claims += _visible(landmarks, title, frame, modified=False)
    claims += _in_meta(document, frame, "unsure")
    claims += _in_script(document, frame) if not claims else []
    claims += _in_url(document.url, frame)
    changes = list(_stated(document, landmarks, story, frame, "modified"))
    changes = [claim for claim in changes if _is_possible(claim, frame)]
    chosen = _choose([claim for claim in claims if _is_possible(claim, frame)])
    if chosen is None:
        changes += [claim for claim in _visible(landmarks, title, frame, modified=True) if _is_possible(claim, frame)]
        if not changes:
            return Publication()
        chosen = changes[0]
    chosen = _in_local_time(chosen, claims, frame)
    changed = next((claim for claim in changes if claim.time >= chosen.time or _same_day(claim, chosen)), None)
    modified = max(changed.time, chosen.time) if changed else None
    return Publication(chosen.time, modified, chosen.source, chosen.precision, changed.source if changed else None)


def _choose(claims: Sequence[Claim]) -> Claim | None:
    """The claim of the highest rank, unless others contradict it, in the form of the most exact one of its day."""
    if not claims:
        return None
    first = claims[0]
    days = {claim.source: claim.time.date() for claim in reversed(claims)}
    printed = days.pop(DateSource.BYLINE, None)  # the same element as ``<time>`` at most pages: one witness, not two
    if printed:
        days.setdefault(DateSource.TIME, printed)
    others = [day for source, day in days.items() if source is not first.source]
    contrary = [day for day in others if abs((day - first.time.date()).days) > 1]
    if (
        contrary
        and len(contrary) == len(others)
        and len(others) > 1
        and max(contrary) - min(contrary) <= timedelta(days=1)
    ):
        first = next(claim for claim in claims if claim.time.date() == contrary[0])
    elif contrary and (in_url := days.get(DateSource.URL)) in contrary and first.time.date() - in_url > _REPUBLISHED:
        first = next(claim for claim in claims if claim.time.date() == in_url)
    if _is_exact(first):
        return first
    return next((claim for claim in claims if _is_exact(claim) and _same_day(claim, first)), first)


def _in_local_time(chosen: Claim, claims: Sequence[Claim], frame: Frame) -> Claim:
    """A claim in UTC, told in the outlet's time where the page shows that its day is another one there.

    Shown by a printed time of the same moment, or by the address: then in the outlet's zone where that is known, and
    else with the smallest offset that gives the address's day.
    """
    if chosen.time.utcoffset() or not _is_exact(chosen):
        return chosen
    for claim in claims:
        if claim.time.date() == chosen.time.date():
            continue
        if claim.source is DateSource.BYLINE and _is_exact(claim) and frame.is_unknown:
            apart = claim.time.replace(tzinfo=UTC) - chosen.time
            offset = timedelta(minutes=15 * round(apart / timedelta(minutes=15)))
            if abs(offset) <= _FARTHEST_OFFSET and abs(apart - offset) <= timedelta(minutes=2):
                return replace(chosen, time=chosen.time.astimezone(timezone(offset)))
        if claim.source is DateSource.URL:
            zones = range(-11, 14) if frame.is_unknown else ()
            zoned = [chosen.time.astimezone(timezone(timedelta(hours=hours))) for hours in sorted(zones, key=abs)]
            zoned = zoned or [chosen.time.astimezone(ZoneInfo(frame.timezone))]
            return next((replace(chosen, time=time) for time in zoned if time.date() == claim.time.date()), chosen)
    return chosen


def _is_exact(claim: Claim) -> bool:
    """Tell whether a claim tells a time of day; midnight sharp stands for a day without time."""
    return claim.precision is not DatePrecision.DAY and claim.time.time() != time(0)


def _same_day(one: Claim, other: Claim) -> bool:
    return one.time.date() == other.time.date() or one.time.date() == other.time.astimezone(one.time.tzinfo).date()


def _is_possible(claim: Claim, frame: Frame) -> bool:
    return claim.time <= frame.now + timedelta(days=1) and claim.time.date() >= frame.earliest


def _stated(
    document: Document, landmarks: Landmarks, story: JsonObject | None, frame: Frame, what: str
) -> Iterator[Claim]:
    """Claims for machines, the surer first; ``what`` is *published* or *modified*."""
    json_ld, microdata = ("datePublished", "datepublished") if what == "published" else ("dateModified", "datemodified")
    values = [(story or {}).get(json_ld)]
    if what == "published":
        values += [(story or {}).get("dateCreated"), (story or {}).get("uploadDate")]
    others = [item for item in document.json_ld if item is not story and "@place" not in item]
    values += [item.get(json_ld) for item in others] if not values[0] else []
    if what == "published" and not any(values):
        values += [item.get("uploadDate") for item in others]
    for value in values:
        yield from _read(text_of(value), frame, DateSource.JSON_LD)
    yield from _in_meta(document, frame, what)
    marks = [mark for name in (microdata, *_RDFA.get(what, ())) for mark in landmarks.properties.get(name, ())]
    for mark in marks[:5]:
        if not stands_apart(mark.element):
            yield from _read(_machine_text(mark), frame, DateSource.MICRODATA)


def _in_meta(document: Document, frame: Frame, what: str) -> Iterator[Claim]:
    for name in _data()["meta"][what]:
        for text in document.meta.get(name, ())[:2]:
            yield from _read(text, frame, DateSource.META)


def _in_times(landmarks: Landmarks, title: Title | None, frame: Frame) -> Iterator[Claim]:
    """The claim of the ``<time>`` nearest to the headline; of those marked as the publication's, if any is."""
    order = title.order if title else 0
    marks = [mark for mark in landmarks.times if mark.element.get("datetime") and not _is_of_change(mark.element)]
    near = sorted(marks, key=lambda mark: _distance(mark, order))[:_MOST_TIMES]
    own = [mark for mark in near if not _apart(mark, title)]
    for mark in sorted(own, key=lambda mark: not _is_published(mark))[:1]:
        yield from _read(mark.element.get("datetime"), frame, DateSource.TIME)


def _is_of_change(element: HtmlElement) -> bool:
    """Tell whether an element's class says that its time is the last change's.

    WordPress themes write ``entry-date updated`` for a story that was never changed.
    """
    return has_role(element, "modified") and "entry-date" not in (element.get("class") or "")


def _is_published(mark: Landmark) -> bool:
    return mark.element.get("pubdate") is not None or "published" in (mark.element.get("class") or "").lower()


def _machine_text(mark: Landmark) -> str:
    element = mark.element
    return element.get("content") or element.get("datetime") or element.get("title") or visible_text(element, 200)


def _from_hints(hints: Hints | None) -> Iterator[Claim]:
    if hints and hints.published:
        precision = DatePrecision.DAY if hints.published.time() == time(0) else DatePrecision.SECOND
        yield Claim(hints.published, precision, DateSource.FEED, True)


def _visible(landmarks: Landmarks, title: Title | None, frame: Frame, modified: bool) -> Iterator[Claim]:
    """The claim for readers: the short text with a date that stands nearest to the headline."""
    order = title.order if title else 0
    near = _near(landmarks, order)
    for marks, beside in ((near, False), ([item for item in near if item[0] <= _FAR_ENOUGH], True)):
        claim = next(_printed(marks, title, frame, modified, beside), None)
        if claim:
            yield claim
            return


def _printed(
    marks: Sequence[tuple[float, Landmark]], title: Title | None, frame: Frame, modified: bool, beside: bool
) -> Iterator[Claim]:
    """Claims of the elements in their order; ``beside`` lets those count that only by their class stand apart."""
    seen: set[str] = set()
    for distance, mark in marks:
        text = mark.text or visible_text(mark.element, 200)
        if len(seen) >= _MOST_READ:
            return
        if not 5 < len(text) <= 140 or text in seen or not any(map(str.isdigit, text)):
            continue
        lowered = text.lower()
        if any(word in lowered for word in _data()["words"]["other"]):
            continue
        changed = any(word in lowered for word in _data()["words"]["modified"]) or _is_of_change(mark.element)
        if (changed and not modified and len(_YEAR.findall(text)) < 2) or _apart(mark, title, beside):
            continue
        seen.add(text)
        claim = _read_visible(text, mark, distance, frame)
        if claim:
            yield claim


def _apart(mark: Landmark, title: Title | None, beside: bool = False) -> bool:
    """Tell whether an element stands apart from the story that the title heads."""
    if title is None or title.element is None:
        return stands_apart(mark.element)
    near = -2 * _BESIDE <= mark.order - title.order <= _BESIDE
    return stands_apart(mark.element, title.element, beside=beside or near)


def _distance(mark: Landmark, order: int) -> float:
    """Elements between a headline and an element; before the headline they count twice."""
    away = mark.order - order
    return away if away >= 0 else -2.0 * away


def _near(landmarks: Landmarks, order: int) -> list[tuple[float, Landmark]]:
    """Elements that may print a date with their distance from the headline; those before it count as twice as far."""
    ranked: list[tuple[float, Landmark]] = []
    for mark in (*landmarks.role("date"), *landmarks.times, *landmarks.lines):
        distance = _distance(mark, order)
        known = mark.element.tag == "time" or has_role(mark.element, "date")
        if distance < (_FARTHEST_KNOWN if known else _FARTHEST):
            ranked.append((distance - (60 if known else 0), mark))
    return sorted(ranked, key=lambda item: item[0])


def _read_visible(text: str, mark: Landmark, distance: float, frame: Frame) -> Claim | None:
    """Read a visible text: as a whole, or the date within it where it is most of the text or stands by the headline."""
    claims = list(_read(text, frame, DateSource.BYLINE)) if _YEAR.search(text) or frame.fetched else []
    if claims:
        return claims[0]
    match = _FRAGMENT.search(text)
    if not match:
        return None
    fragment = match.group().replace(" | ", ".")
    known = mark.element.tag == "time" or has_role(mark.element, "date")
    share = 0.35 if distance <= _FAR_ENOUGH else 0.7
    if known or distance <= _BESIDE or len(fragment) >= share * len(text):
        claims = list(_read(fragment, frame, DateSource.BYLINE))
    return claims[0] if claims else None


def _in_script(document: Document, frame: Frame) -> Iterator[Claim]:
    match = _IN_SCRIPT.search(document.decoded.text)
    if match:
        yield from _read(match.group(1), frame, DateSource.JSON_LD)


def _in_url(url: str, frame: Frame) -> Iterator[Claim]:
    """The day that an address holds, as ``/2025/05/27/`` or ``-20250527``."""
    path = unquote(urlsplit(url).path)
    match = _IN_URL.search(path)
    named = _MONTH_IN_URL.search(path)
    try:
        first = None if match or named else _DAY_FIRST_IN_URL.search(path)
        if first:
            year, month, day = int(first[4]), int(first[3]), int(first[1])
        elif match:
            year, month, day = int(match[1]), int(match[3] or match[5]), int(match[4] or match[6])
        elif named:
            year, month, day = int(named[1]), _MONTHS.index(named[2].lower()) + 1, int(named[3])
        else:
            return
        yield Claim(datetime(year, month, day, tzinfo=ZoneInfo(frame.timezone)), DatePrecision.DAY, DateSource.URL)
    except ValueError:
        return


def _read(text: str | None, frame: Frame, source: DateSource) -> Iterator[Claim]:
    if not text or len(text) > 200:
        return
    moment = read_moment(text, frame.languages, frame.now, frame.timezone)
    if moment:
        yield Claim(moment.time, moment.precision, source, not _NO_ZONE.search(text.strip()))


@lru_cache(maxsize=1)
def _data() -> Mapping[str, Any]:
    return tomllib.loads((files(__package__) / "publication.toml").read_text(encoding="utf-8"))
