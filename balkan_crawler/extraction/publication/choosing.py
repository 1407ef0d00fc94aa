"""When a story was published and changed: claims of the page and of discovery, ranked and checked against each other.

JSON-LD before ``meta`` before microdata before ``<time>`` before feed and news sitemap before the visible byline before
the URL, then what stands elsewhere; two that agree overrule one, and so does the day that the page prints as its own.
No claim may lie after the fetch plus a day, before 1995 or before the outlet; nothing is ever assumed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, timezone
from itertools import pairwise
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from balkan_crawler.extraction.document.json_ld import JsonObject, text_of
from balkan_crawler.extraction.document.landmarks import Landmark, Landmarks, stands_apart, visible_text
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.extraction.headline.title import Title
from balkan_crawler.extraction.publication.printed_dates import (
    BESIDE,
    FAR_ENOUGH,
    Printed,
    Standing,
    date_alone,
    distance_from,
    is_apart,
    is_of_change,
    printed_changes,
    printed_dates,
    stray_dates,
)
from balkan_crawler.extraction.publication.stated_times import Claim, Frame, publication_data, read_claim
from balkan_crawler.model import DatePrecision, DateSource, Hints

_IN_URL = re.compile(
    r"(?<!\d)((?:19|20)\d\d)(?:([/_.-])(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))(?!\d)"
)
_MONTH_IN_URL = re.compile(
    r"/((?:19|20)\d\d)/(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*/(\d{1,2})(?!\d)", re.IGNORECASE
)
#: A number that begins with day and time, as ``A2026012914320005196``.
_STAMP_IN_URL = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])[0-5]\d\d{0,9}(?!\d)")
_DAY_FIRST_IN_URL = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])([-._]?)(0[1-9]|1[0-2])\2((?:19|20)\d\d)(?!\d)")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_IN_SCRIPT = re.compile(
    r"([pP]ub(?:li(?:sh(?:ed)?|cation))?(?:_?[dD]ate|_?[aA]t)?)\\?[\"']?\s*[:=]\s*\\?[\"']?"
    r"((?:19|20)\d\d[-/]?\d\d[-/]?\d\d(?!\d)[^\"'\\,;<>}]{0,22}|1\d{9}(?:\d{3})?(?!\d)|\d{1,2}\.\d{1,2}\.(?:19|20)\d\d[^\"'\\,;<>}]{0,12})"
)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")
#: Names of ``meta`` elements that tell of a publication in words of their own.
_META_NAME = re.compile(r"publi[sc]|pub_?date|upload|creat(?:ed|ion)|posted|issued|releas")
_NOT_META_NAME = re.compile(r"modif|updat|publisher|creator|expir|regist|author|app")
_PARTS = re.compile(r"\s[|–—·»-]\s|\|")
#: A day in the address that is older than this against the stated one is the first publication's.
_REPUBLISHED = timedelta(days=30)
_RDFA = {
    "published": ("datecreated", "dc:date", "dc:created", "dcterms:created", "sioc:created", "pubdate", "datepublish")
}
#: Longest window title that is read, in characters.
_LONGEST_TITLE = 400
#: ``<time>`` elements that are looked at.
_MOST_TIMES = 20
_FARTHEST_OFFSET, _SAME_MOMENT = timedelta(hours=14), timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Publication:
    """When a story was published and last changed, by whose word and how exactly."""

    published: datetime | None = None
    modified: datetime | None = None
    source: DateSource | None = None
    precision: DatePrecision | None = None
    modified_source: DateSource | None = None


def read_publication(
    document: Document,
    landmarks: Landmarks,
    story: JsonObject | None,
    title: Title | None,
    frame: Frame,
    hints: Hints | None,
) -> Publication:
    """Return when the page's story was published and changed."""
    stated = [claim for claim in _stated(document, landmarks, story, frame, "published") if frame.allows(claim)]
    changes = [claim for claim in _stated(document, landmarks, story, frame, "modified") if frame.allows(claim)]
    timed, distance = _in_times(landmarks, title, frame)
    hinted, addressed = list(_from_hints(hints)), list(_in_url(document.url, frame))
    printed: list[Printed] = []
    is_changed = any(claim.day not in {each.day for each in stated} for claim in changes)
    if is_changed or _is_doubtful(stated, timed, frame):
        printed = [each for each in printed_dates(landmarks, title, frame, not is_changed) if frame.allows(each.claim)]
    lines = [each.claim for each in printed if each.standing is Standing.LINE]
    is_nearer = any(each.distance + 2 * BESIDE < distance for each in printed if each.standing is Standing.LINE)
    claims = [*stated, *hinted, *lines[:1], *timed] if is_nearer else [*stated, *timed, *hinted, *lines[:1]]
    claims = [claim for claim in [*claims, *_in_meta(document, frame, "unsure")] if frame.allows(claim)]
    claims = claims or [claim for claim in _elsewhere(document, frame) if frame.allows(claim)]
    claims += [claim for claim in addressed if frame.allows(claim)]
    presented = _presented(stated, changes, printed, [*hinted, *addressed], frame)
    chosen = presented or _overruling(stated, printed, [*hinted, *addressed]) or _choose(claims)
    if chosen is None:
        changes += [each.claim for each in printed if each.standing is Standing.CHANGE]
        strays = [] if changes else [claim for claim in stray_dates(landmarks, title, frame) if frame.allows(claim)]
        loose = [each.claim for each in printed if each.standing is Standing.LOOSE]
        if not (changes or strays or loose):
            return Publication()
        chosen = [*changes, *strays, *loose][0]
    elif not changes:
        changes = [claim for claim in printed_changes(landmarks, title, frame) if frame.allows(claim)]
    chosen = _in_local_time(chosen, [*claims, *lines], frame)
    changed = next((claim for claim in changes if claim.time >= chosen.time or claim.is_of_day_of(chosen)), None)
    modified = max(changed.time, chosen.time) if changed else None
    return Publication(chosen.time, modified, chosen.source, chosen.precision, changed.source if changed else None)


def _is_doubtful(stated: Sequence[Claim], timed: Sequence[Claim], frame: Frame) -> bool:
    """Tell whether what is stated for machines leaves day, time or zone open, so that the printed dates are read."""
    days = {claim.day for claim in stated}
    return (
        frame.is_unknown
        or len(days) != 1
        or not any(claim.is_exact for claim in [*stated, *timed])
        or (_is_midnight(stated[0]) and any(abs(claim.day - stated[0].day) > _REPUBLISHED for claim in timed))
        or _local(stated[0], frame).day not in days
    )


def _elsewhere(document: Document, frame: Frame) -> Iterator[Claim]:
    """Claims of the places that are looked at only where no better one tells of a publication."""
    yield from _in_other_meta(document, frame)
    yield from _in_window_title(document, frame)
    yield from _in_script(document, frame)


def _presented(
    stated: Sequence[Claim],
    changes: Sequence[Claim],
    printed: Sequence[Printed],
    elsewhere: Sequence[Claim],
    frame: Frame,
) -> Claim | None:
    """The day that the page prints as its own, where that is the stated change's and nobody sees the stated day.

    Many publishers print one date without a word of change, and it moves with every edit: what the page presents is
    its story of that day, unless feed, address or another line tell of the first one.
    """
    lines = [each.claim for each in printed if each.standing is Standing.LINE and each.is_beside]
    if not stated or not lines:
        return None
    first, shown = stated[0], lines[0]
    change = next((claim for claim in changes if claim.is_of_day_of(shown)), None)
    if change is None or shown.day <= max(first.day, _local(first, frame).day):
        return None
    labelled = {each.claim.day for each in printed if each.standing is Standing.CHANGE}
    if shown.day in labelled or any(claim.is_of_day_of(first) for claim in [*lines, *elsewhere]):
        return None
    return shown if shown.is_exact else change


def _is_midnight(claim: Claim) -> bool:
    """Tell whether a claim tells a time, which is midnight sharp: what stands where no one set it."""
    return claim.precision is not DatePrecision.DAY and not claim.is_exact


def _overruling(stated: Sequence[Claim], printed: Sequence[Printed], elsewhere: Sequence[Claim]) -> Claim | None:
    """The full date right below the headline, where machines are told midnight of a day long before it.

    Templates that nobody filled in say so; feed or address may confirm the day that is stated.
    """
    shown = [each for each in printed if each.standing is Standing.LINE and 0 < each.below <= BESIDE]
    if not stated or not shown or not _is_midnight(stated[0]) or not shown[0].claim.is_exact:
        return None
    first, claim = stated[0], shown[0].claim
    is_confirmed = any(other.is_of_day_of(first) for other in [*elsewhere, *stated[1:]])
    return claim if claim.day - first.day > _REPUBLISHED and not is_confirmed else None


def _choose(claims: Sequence[Claim]) -> Claim | None:
    """The claim of the highest rank, unless others contradict it, in the form of the most exact one of its day."""
    if not claims:
        return None
    first = claims[0]
    days = {claim.source: claim.day for claim in reversed(claims)}
    printed = days.pop(DateSource.BYLINE, None)  # the same element as ``<time>`` at most pages: one witness, not two
    if printed:
        days.setdefault(DateSource.TIME, printed)
    others = [day for source, day in days.items() if source is not first.source]
    contrary = [] if printed == first.day else [day for day in others if abs((day - first.day).days) > 1]
    if (
        contrary
        and len(contrary) == len(others)
        and len(others) > 1
        and max(contrary) - min(contrary) <= timedelta(days=1)
    ):
        first = next(claim for claim in claims if claim.day == contrary[0])
    elif contrary and (in_url := days.get(DateSource.URL)) in contrary and first.day - in_url > _REPUBLISHED:
        first = next(claim for claim in claims if claim.day == in_url)
    if first.is_exact:
        return first
    return next((claim for claim in claims if claim.is_exact and claim.is_of_day_of(first)), first)


def _in_local_time(chosen: Claim, claims: Sequence[Claim], frame: Frame) -> Claim:
    """A claim with its offset, told in the outlet's time where the page shows that its day is another one there.

    Shown by the same moment elsewhere with a local offset or printed without one, or, of a claim in UTC, by the
    address: then in the outlet's zone where that is known, and else with the smallest offset that gives the day.
    """
    if not chosen.offset or not chosen.is_exact:
        return chosen
    if not frame.is_unknown:
        local = _local(chosen, frame)
        shown = any(claim.day == local.day for claim in claims if claim.source in {DateSource.BYLINE, DateSource.URL})
        return local if shown else chosen
    for claim in claims:
        offset = _offset_of(claim, chosen)
        if offset is not None:
            return replace(chosen, time=chosen.time.astimezone(timezone(offset))) if claim.day != chosen.day else chosen
    for claim in claims if not chosen.time.utcoffset() else ():
        if claim.source is DateSource.URL and claim.day != chosen.day:
            hours = sorted(range(-11, 14), key=abs)
            zoned = [chosen.time.astimezone(timezone(timedelta(hours=hour))) for hour in hours]
            return next((replace(chosen, time=each) for each in zoned if each.date() == claim.day), chosen)
    return chosen


def _local(claim: Claim, frame: Frame) -> Claim:
    """An exact claim in UTC, told in the frame's zone; any other as it stands."""
    is_utc = claim.offset and claim.is_exact and not claim.time.utcoffset()
    return replace(claim, time=claim.time.astimezone(ZoneInfo(frame.timezone))) if is_utc else claim


def _offset_of(claim: Claim, chosen: Claim) -> timedelta | None:
    """The distance from UTC with which a claim tells the moment of another one, if it is its moment."""
    if not claim.is_exact or claim.source not in {DateSource.BYLINE, DateSource.TIME}:
        return None
    stated = claim.time.utcoffset()
    if claim.offset and stated is not None:
        return stated if stated and abs(claim.time - chosen.time) <= _SAME_MOMENT else None
    apart = claim.time.replace(tzinfo=UTC) - chosen.time
    offset = timedelta(minutes=15 * round(apart / timedelta(minutes=15)))
    return offset if abs(offset) <= _FARTHEST_OFFSET and abs(apart - offset) <= _SAME_MOMENT else None


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
        if claim := read_claim(text_of(value), frame, DateSource.JSON_LD):
            yield claim
    yield from _in_meta(document, frame, what)
    marks = [mark for name in (microdata, *_RDFA.get(what, ())) for mark in landmarks.properties.get(name, ())]
    for mark in marks[:5]:
        if not stands_apart(mark.element) and (claim := read_claim(_machine_text(mark), frame, DateSource.MICRODATA)):
            yield claim


def _in_meta(document: Document, frame: Frame, what: str) -> Iterator[Claim]:
    for name in publication_data()["meta"][what]:
        for text in document.meta.get(name, ())[:2]:
            if claim := read_claim(text, frame, DateSource.META):
                yield claim


def _in_other_meta(document: Document, frame: Frame) -> Iterator[Claim]:
    for name, (text, *_) in document.meta.items():
        is_named = text[:4].isdigit() and _META_NAME.search(name) and not _NOT_META_NAME.search(name)
        if is_named and (claim := read_claim(text, frame, DateSource.META)):
            yield claim


def _in_window_title(document: Document, frame: Frame) -> Iterator[Claim]:
    """A date that stands alone between the separators of the window's title."""
    for text in (document.root.findtext(".//title"), document.first_meta("og:title")):
        parts = _PARTS.split(" ".join((text or "")[:_LONGEST_TITLE].split()))
        for before, part in pairwise(parts):
            is_span = before.rstrip(" .")[-1:].isdigit()
            if not is_span and (claim := date_alone(part, frame, DateSource.META)):
                yield claim


def _in_times(landmarks: Landmarks, title: Title | None, frame: Frame) -> tuple[list[Claim], float]:
    """The claim of the ``<time>`` nearest to the headline, and how far it stands; of those there that are marked as
    the publication's, if any is.
    """
    order = title.order if title else 0
    marks = [mark for mark in landmarks.times if mark.element.get("datetime") and not is_of_change(mark.element)]
    near = sorted(marks, key=lambda mark: distance_from(order, mark.order))[:_MOST_TIMES]
    own = [(mark, distance_from(order, mark.order)) for mark in near if not is_apart(mark, title)]
    together = [item for item in own if item[1] <= own[0][1] + FAR_ENOUGH]
    for mark, distance in sorted(together, key=lambda item: not _is_published(item[0]))[:1]:
        if claim := read_claim(mark.element.get("datetime"), frame, DateSource.TIME):
            return [claim], 0.0 if _is_published(mark) else distance
    return [], 0.0


def _is_published(mark: Landmark) -> bool:
    return mark.element.get("pubdate") is not None or "published" in (mark.element.get("class") or "").lower()


def _machine_text(mark: Landmark) -> str:
    element = mark.element
    return element.get("content") or element.get("datetime") or element.get("title") or visible_text(element, 200)


def _from_hints(hints: Hints | None) -> Iterator[Claim]:
    if hints and hints.published:
        precision = DatePrecision.DAY if hints.published.time() == time(0) else DatePrecision.SECOND
        yield Claim(hints.published, precision, DateSource.FEED, True)


def _in_script(document: Document, frame: Frame) -> Iterator[Claim]:
    """What variables of scripts say: those first whose name says it once, since others may tell of other stories."""
    days: dict[str, dict[str, str]] = {}
    for match in _IN_SCRIPT.finditer(document.decoded.text):
        text = match[2].strip()
        days.setdefault(match[1], {}).setdefault(text[:10], text)
    for texts in sorted(days.values(), key=lambda texts: len(texts) > 1):
        text = next(iter(texts.values()))
        if claim := read_claim(_COMPACT.sub(r"\1-\2-\3", text) if len(text) == 8 else text, frame, DateSource.JSON_LD):
            yield claim


def _in_url(url: str, frame: Frame) -> Iterator[Claim]:
    """The day that an address holds, as ``/2025/05/27/`` or ``-20250527``."""
    path = unquote(urlsplit(url).path)
    try:
        if match := _IN_URL.search(path):
            year, month, day = int(match[1]), int(match[3] or match[5]), int(match[4] or match[6])
        elif match := _MONTH_IN_URL.search(path):
            year, month, day = int(match[1]), _MONTHS.index(match[2].lower()) + 1, int(match[3])
        elif match := _DAY_FIRST_IN_URL.search(path):
            year, month, day = int(match[4]), int(match[3]), int(match[1])
        elif match := _STAMP_IN_URL.search(path):
            year, month, day = int(match[1]), int(match[2]), int(match[3])
        else:
            return
        yield Claim(datetime(year, month, day, tzinfo=ZoneInfo(frame.timezone)), DatePrecision.DAY, DateSource.URL)
    except ValueError:
        return
