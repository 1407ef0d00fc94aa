"""Reading of dates as bylines, meta tags and feeds write them."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from balkan_crawler.dates.fallback import read_with_dateparser
from balkan_crawler.dates.grammar import Refused, read
from balkan_crawler.dates.moments import FIRST_YEAR, LAST_YEAR, Clock, Day, Moment, Reading, Stamp, resolve
from balkan_crawler.dates.words import fold_date, known_languages, lexicon, primary, symbols
from balkan_crawler.model import DatePrecision

LONGEST_TEXT: Final = 200
"""Characters beyond which a text is no byline, and is refused."""

_STAMP: Final = re.compile(r"1?[0-9]{9}(?:[0-9]{3})?")
_ISO: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[T ]([01][0-9]|2[0-3]):([0-5][0-9])(?::([0-5][0-9])(?:\.[0-9]{1,9})?)?"
    r"(?:Z|([+-])([0-9]{2}):?([0-9]{2}))?"
)
_COMPACT: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})T([0-9]{2})([0-9]{2})([0-9]{2})?(?=Z?$|[+-])")
_ADDRESS: Final = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}|://|@|[0-9]{11}")


def read_date(
    text: str,
    languages: Sequence[str] = ("sr-Latn",),
    now: datetime | None = None,
    timezone: str = "Europe/Belgrade",
) -> datetime | None:
    """Read a date as a byline writes it; aware, in ``timezone`` (an IANA name); ``None`` when the text is no date.

    See `read_moment` for how; this is its time, moved to ``timezone``.
    """
    moment = read_moment(text, languages, now, timezone)
    return moment.time.astimezone(ZoneInfo(timezone)) if moment else None


def read_moment(
    text: str,
    languages: Sequence[str] = ("sr-Latn",),
    now: datetime | None = None,
    timezone: str = "Europe/Belgrade",
) -> Moment | None:
    """Read a date as a byline, a meta tag or a feed writes it, with its precision; ``None`` when the text is no date.

    ``languages`` are BCP 47 tags whose words are tried first, then those of all languages of the region. ``now``
    (aware; the present when ``None``) is what "2 hours ago" and dates without a year are counted from. A time without
    an offset is in ``timezone``; a stated offset is kept. A date alone is 00:00. Numbers are read day before month.
    Of several dates, the one of publication wins over that of an update. Never raises on any text; ``ZoneInfo``'s
    errors on an unknown ``timezone`` pass through.
    """
    zone = ZoneInfo(timezone)
    present = now or datetime.now(UTC)
    tags = tuple(languages)
    if len(text) > LONGEST_TEXT:
        return None
    reading, unsure = _parse(text, tags)
    if reading:
        return resolve(reading, present, zone)
    if not unsure:
        return None
    found = read_with_dateparser(text, tags, present, zone)
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    midnight = (found.hour, found.minute, found.second) == (0, 0, 0)
    return Moment(found, DatePrecision.DAY if midnight else DatePrecision.MINUTE)


@lru_cache(maxsize=4096)
def _parse(text: str, languages: tuple[str, ...]) -> tuple[Reading | None, bool]:
    """Read a text with the grammar; beside it whether dateparser is worth asking where the grammar reads nothing."""
    text = text.strip()
    if _STAMP.fullmatch(text) and len(text) in {10, 13}:
        return Reading(Stamp(int(text) / (1000 if len(text) == 13 else 1))), False
    if (iso := _ISO.fullmatch(text)) and (reading := _read_iso(iso)):
        return reading, False
    if _ADDRESS.search(text):
        return None, False
    folded = fold_date(_COMPACT.sub(r"\1-\2-\3T\4:\5:\6", text).replace(":Z", "Z"))
    try:
        written = symbols(folded, lexicon(languages, every=False))
        if reading := read(written):
            return reading, False
        if "?" in written and (reading := read(symbols(folded, lexicon(languages, every=True)))):
            return reading, False
    except Refused:
        return None, False
    strange = any(primary(tag) not in known_languages() for tag in languages)
    return None, strange and any(map(str.isdigit, folded))


def _read_iso(found: re.Match[str]) -> Reading | None:
    """Read the form that machines write, without the detour by words; ``None`` where it is odd in some way."""
    year, month, day, hour, minute = map(int, found.groups()[:5])
    second = int(found[6]) if found[6] else None
    offset = int(found[8]) * 60 + int(found[9]) if found[7] else 0
    if not (year and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] and offset < 14 * 60):
        return None
    sign = -1 if found[7] == "-" else 1
    return Reading(
        Day(year, month, day), Clock(hour, minute, second, sign * offset if found[0][-1] == "Z" or found[7] else None)
    )
