"""The grammar of dates over symbols: one for all languages, since `words` has already replaced the words.

Numbers with the day first are read day before month; month first only where the other is impossible, or where the day
of the week beside them says so. A date that cannot be (31.02.) or a range of days refuses the whole text, so that no
later guess makes one of it.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from balkan_crawler.dates.moments import Ago, Clock, Day, DaysBack, LastWeekday, Reading

_NUMBERS: Final = re.compile(
    r"(?<![0-9$€£])(?<![0-9][:./-])([0-9]{1,2})\s?([./-])\s?([0-9]{1,2})"
    r"(?:(?:\s?\2\s?|\s|,\s?)([0-9]{4})(?![0-9]|[./-][0-9](?![0-9]?[:.][0-9]))"
    r"|\s?\2\s?'?([0-9]{2})(?![0-9:]|\s?[./-][0-9]))"
)
_YEAR_FIRST: Final = re.compile(
    r"(?<![0-9])(?<![0-9][.:/-])([0-9]{4})(?:\s?([./-])\s?|\.\s)([0-9]{1,2})(?:\s?\2\s?|\.\s)([0-9]{1,2})(?![0-9])(?![./][0-9])"
)
_DAY_MONTH: Final = re.compile(
    r"(?<![0-9])(?<![0-9][.:])([0-9]{1,2})[\s.,/-]*\{m([0-9]+)\}(?:'|[\s.,/-]*)"
    r"(?:([0-9]{4})(?![0-9])|'?([0-9]{2})(?![0-9:]|\.[0-9]|\s?\{u)|(?![0-9]{3}))"
)
_MONTH_DAY: Final = re.compile(
    r"\{m([0-9]+)\}[\s.,-]*([0-9]{1,2})(?![0-9]|[:.][0-9]|\s?\{u)[\s.,-]*(?:([0-9]{4})(?![0-9]))?(?!\s*\{m)"
)
_YEAR_MONTH_DAY: Final = re.compile(r"(?<![0-9])([0-9]{4})[\s.,-]*\{m([0-9]+)\}[\s.,-]*([0-9]{1,2})(?![0-9:])")
_DAY_AND_MONTH: Final = re.compile(
    r"(?<![0-9.:/-])(?<![0-9.:/-]\s)([0-9]{1,2})(?:\.\s?([0-9]{1,2})\.(?![0-9])"
    r"|[./]([0-9]{1,2})(?=[\s,|-]+(?:\{at\}\s?|\{uh\}\s?)?[0-9]{1,2}:[0-9]{2}))"
)
_CLOCK_DAY_MONTH: Final = re.compile(
    r"(?<![0-9.:])[0-9]{1,2}:[0-9]{2}[\s,|]+([0-9]{1,2})[./]([0-9]{1,2})\.?(?![0-9])(?!\s?[./:-]\s?[0-9])"
)
_LOOSE_YEAR: Final = re.compile(r"(?<![0-9.:+-])((?:19|20)[0-9]{2})(?![0-9:]|\.[0-9])")

_ZONE: Final = (
    r"(?:\s?\{z(?P<zone>-?[0-9]+)\}\s?(?P<shift>[+-][0-9]{1,2}(?::?[0-9]{2})?)?"
    r"|\s?(?P<plus>\+[0-9]{2}(?::?[0-9]{2})?)|\s?(?P<minus>-[0-9]{4}|(?<=:[0-9]{2})-[0-9]{2}:[0-9]{2}))?(?![0-9])"
)
_COLON_TIME: Final = re.compile(
    r"(?<![0-9:.,/])([0-9]{1,2})\s?:\s?([0-9]{2})(?::([0-9]{1,2})(?:[.,][0-9]{1,9})?)?(?![0-9:])"
    r"\s?(\{morning\}|\{evening\})?\s?(?:\{uh\}\.?)?" + _ZONE
)
_DOT_TIME: Final = re.compile(
    r"(?<![0-9:.,/])([0-9]{1,2})\.([0-9]{2})(?:\.([0-9]{2}))?(?![0-9:.]*[0-9])(?!\s?[?%€$])"
    r"\s?(\{morning\}|\{evening\})?\s?(?:\{uh\}\.?)?" + _ZONE
)
_DOT_TIME_AT: Final = re.compile(r"\{at\}\s?([0-9]{1,2})\.([0-9]{2})(?![0-9:.]*[0-9])(?!\s?[%€$])()()" + _ZONE)
_HOUR: Final = re.compile(r"(?<![0-9:.,/])([0-9]{1,2})\.?\s?\{uh\}\.?\s?([0-9]{2})?(?!\s?[0-9])(?!\s?\{ago\})")
_HOUR_AT: Final = re.compile(r"(?:\{at\}|\{uh\})\s?([0-9]{1,2})(?![0-9:.])()")
_HOUR_HALF: Final = re.compile(r"(?<![0-9:.,/])([0-9]{1,2})()()\s?(\{morning\}|\{evening\})")

_PAIR: Final = r"(?:(?:[0-9]{1,4}|\{n[0-9]+\}|\{half\})\s?)?\{u[a-z]\}\.?"
_PAIRS: Final = rf"{_PAIR}(?:[\s,]+{_PAIR})*"
_AGO: Final = re.compile(
    rf"(?:\{{ago\}}(?:[\s~.:]|\{{at\}})*(?P<after>{_PAIRS})|(?P<before>(?<![0-9.,:/-]){_PAIRS})\s?\{{ago\}})(?!\s?[?0-9])"
)
_ONE_PAIR: Final = re.compile(r"(?:([0-9]{1,4})|\{n([0-9]+)\}|(\{half\}))?\s?\{u([a-z])\}")
_DAYS_BACK: Final = re.compile(r"\{d-?([0-9])\}")
_WEEKDAY: Final = re.compile(r"\{w([1-7])\}")
_LABEL: Final = re.compile(r"(\{published\}|\{updated\})")
_RANGE_BEFORE: Final = re.compile(
    r"(?:(?<![:.0-9])[0-9]{1,2}\.?|(?<![:.0-9])[0-9]{1,2}\.[0-9]{1,2}\.|\{m[0-9]+\})\s?-\s?$"
)
_RANGE_AFTER: Final = re.compile(r"\s?-\s?$")
_SPAN: Final = {"s": (0, 0, 1), "i": (0, 0, 60), "h": (0, 0, 3600), "d": (0, 1, 0), "w": (0, 7, 0), "m": (1, 0, 0)}
_YEAR_SPAN: Final = (12, 0, 0)
_LONGEST_AGO: Final = 60
_HALF_DAY: Final = 12


class Refused(Exception):
    """A text is surely no date, whatever else it looks like. Raised inside `read` and caught by the reader."""


@dataclass(frozen=True, slots=True)
class _Found:
    """A day of the calendar with its place in the text."""

    start: int
    end: int
    day: Day
    whole: bool


def read(text: str) -> Reading | None:
    """Read a text of symbols: the labelled time of publication, else the unlabelled one, else the update's.

    Raises `Refused` for a day that cannot be and for a range of days.
    """
    if "{until}" in text:
        raise Refused
    parts = _LABEL.split(text)
    labelled = [("", parts[0]), *zip(parts[1::2], parts[2::2], strict=True)]
    for wanted in ("{published}", "", "{updated}"):
        for label, segment in labelled:
            if label == wanted and (reading := _read_segment(segment)):
                return reading
    return None


def _read_segment(text: str) -> Reading | None:
    """Read a piece of text without labels."""
    found = _first_day(text)
    if found:
        rest = f"{text[: found.start]} | {text[found.end :].lstrip('.')}"
        place = found.start + 3
        clock = _clock(rest, place)
        day = found.day
        if day.year is None and (year := _LOOSE_YEAR.search(text[: found.start] + " " + text[found.end :])):
            day = _checked(int(year[1]), day.month, day.day)
        return Reading(day, clock)
    if len(text) <= _LONGEST_AGO and (ago := _AGO.search(text)):
        return Reading(_ago(ago["after"] or ago["before"]))
    if back := _DAYS_BACK.search(text):
        clock = _clock(text.replace(back[0], "|"), back.start())
        return Reading(DaysBack(int(back[1])), clock) if clock or not _foreign(text.replace(back[0], "")) else None
    if _foreign(text, digits=False):
        return None
    if "{now}" in text and not any(map(str.isdigit, text.replace("{", ""))):
        return Reading(Ago())
    if (weekday := _WEEKDAY.search(text)) and (clock := _clock(text[weekday.end() :], 0)):
        return Reading(LastWeekday(int(weekday[1])), clock)
    return None


def _foreign(text: str, *, digits: bool = True) -> bool:
    """Say whether a text holds words that no table knows, or numbers."""
    return "?" in text or (digits and any(map(str.isdigit, re.sub(r"\{\w+\}", "", text))))


def _first_day(text: str) -> _Found | None:
    """Find the first whole date, else the first without a year in a text that says nothing else."""
    found = sorted(_days(text), key=lambda each: (each.start, not each.whole))
    whole = [each for each in found if each.whole or _LOOSE_YEAR.search(text[each.end :])]
    chosen = whole or ([] if _foreign(text, digits=False) and not _clock_beside(text, found) else found)
    if not chosen:
        return None
    first = chosen[0]
    if _RANGE_BEFORE.search(text[: first.start]):
        raise Refused
    for other in chosen[1:]:
        if other.start >= first.end and _RANGE_AFTER.fullmatch(text[first.end : other.start].lstrip(". ")):
            raise Refused
    return first


def _clock_beside(text: str, found: list[_Found]) -> bool:
    """Say whether a date without a year has its time with it, so that it is a date in spite of words around it."""
    return any(_COLON_TIME.search(text, each.end) for each in found)


def _days(text: str) -> Iterator[_Found]:
    """Yield every day of the calendar that a text states, form by form; raises `Refused` for one that cannot be."""
    yield from _year_first_days(text)
    yield from _numbered_days(text)
    yield from _named_days(text)
    yield from _yearless_days(text)


def _year_first_days(text: str) -> Iterator[_Found]:
    """Yield ``2026-11-23`` and ``2026. november 23``."""
    for match in _YEAR_FIRST.finditer(text):
        if match[2] == "." and int(match[3]) > 12:  # a year and a time: 2026. 16.30
            continue
        yield _Found(*match.span(), _checked(int(match[1]), int(match[3]), int(match[4])), True)
    for match in _YEAR_MONTH_DAY.finditer(text):
        yield _Found(*match.span(), _checked(int(match[1]), int(match[2]), int(match[3])), True)


def _numbered_days(text: str) -> Iterator[_Found]:
    """Yield ``23.11.2026`` and ``23/11/26``; the month comes first only where it cannot be the day, or is not."""
    for match in _NUMBERS.finditer(text):
        if match[4] or (_like_a_date(match) and "?" not in text and text[match.start() - 1 : match.start()] != "}"):
            first, second, year = int(match[1]), int(match[3]), _year(match[4] or match[5])
            is_month_first = second > 12 >= first or _is_month_first(first, second, year, text)
            day, month = (second, first) if is_month_first else (first, second)
            yield _Found(*match.span(), _checked(year, month, day), True)


def _is_month_first(first: int, second: int, year: int | None, text: str) -> bool:
    """Say whether the one day of the week that a text names is that of the date with its month first, and only that."""
    stated = set(_WEEKDAY.findall(text))
    if len(stated) != 1 or not (1 <= first <= 12 and 1 <= second <= 12 and year):
        return False
    month_first, day_first = (date(year, *pair).isoweekday() for pair in ((first, second), (second, first)))
    return int(stated.pop()) == month_first != day_first


def _named_days(text: str) -> Iterator[_Found]:
    """Yield ``23. november 2026`` and ``November 23, 2026``, whole or without the year."""
    for match in _DAY_MONTH.finditer(text):
        year = match[3] or match[4]
        yield _Found(*match.span(), _checked(_year(year), int(match[2]), int(match[1])), bool(year))
    for match in _MONTH_DAY.finditer(text):
        yield _Found(*match.span(), _checked(_year(match[3]), int(match[1]), int(match[2])), bool(match[3]))


def _yearless_days(text: str) -> Iterator[_Found]:
    """Yield ``23.11.`` and, with a time beside it, ``23/11``; numbers that are no day and month are none here."""
    for match in _DAY_AND_MONTH.finditer(text):
        month = int(match[2] or match[3])
        if 1 <= month <= 12:
            yield _Found(*match.span(), _checked(None, month, int(match[1])), False)
    for match in _CLOCK_DAY_MONTH.finditer(text):
        if 1 <= int(match[2]) <= 12 and 1 <= int(match[1]) <= 31:
            yield _Found(match.start(1), match.end(), _checked(None, int(match[2]), int(match[1])), False)


def _like_a_date(match: re.Match[str]) -> bool:
    """Tell a date with a year of two digits from a version: both of its other numbers have two as well."""
    return len(match[1]) == len(match[3]) == 2


def _year(digits: str | None) -> int | None:
    """Read a year of four or two digits; 90 to 99 are of the last century."""
    if digits is None:
        return None
    year = int(digits)
    return year if len(digits) == 4 else year + (1900 if year >= 90 else 2000)


def _checked(year: int | None, month: int, day: int) -> Day:
    """Give the day if there is one."""
    if not (1 <= month <= 12 and year != 0 and 1 <= day <= monthrange(year or 2000, month)[1]):
        raise Refused
    return Day(year, month, day)


def _ago(pairs: str) -> Ago:
    """Add up spans such as ``1 {uh} 20 {ui}``; a first unit without a number is one of it, a later one says nothing."""
    months = days = seconds = 0
    for place, (number, word, half, unit) in enumerate(_ONE_PAIR.findall(pairs)):
        count = int(number or word or not place)
        span = _SPAN.get(unit, _YEAR_SPAN)
        months, days = months + span[0] * count, days + span[1] * count
        seconds += span[2] // 2 if half else span[2] * count
    return Ago(months, days, seconds)


def _clock(text: str, place: int) -> Clock | None:
    """Find the time that belongs to the date at ``place``: the first after it, else the last before it."""
    for pattern in (_COLON_TIME, _DOT_TIME, _DOT_TIME_AT, _HOUR, _HOUR_AT, _HOUR_HALF):
        times = [(match.start(), clock) for match in pattern.finditer(text) if (clock := _read_clock(match))]
        after = [clock for start, clock in times if start >= place]
        if after or times:
            return after[0] if after else times[-1][1]
    return None


def _read_clock(match: re.Match[str]) -> Clock | None:
    """Read a matched time; ``None`` when there is no such hour."""
    groups = (*match.groups(), None, None)
    hour, minute = int(match[1]), int(match[2] or 0)
    second = int(groups[2]) if groups[2] else None
    if groups[3] == "{evening}" and hour < _HALF_DAY:
        hour += _HALF_DAY
    elif groups[3] == "{morning}" and hour == _HALF_DAY:
        hour = 0
    if hour > 23 or minute > 59 or (second or 0) > 59:
        return None
    return Clock(hour, minute, second, _offset(match.groupdict()))


def _offset(named: dict[str, str | None]) -> int | None:
    """Give the stated distance from UTC in minutes."""
    shift = named.get("shift") or named.get("plus") or named.get("minus")
    zone = named.get("zone")
    if not shift:
        return int(zone) if zone else None
    digits = shift[1:].replace(":", "")
    hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
    if hours > 14 or minutes > 59:
        return None
    return (hours * 60 + minutes) * (-1 if shift[0] == "-" else 1) + int(zone or 0)
