"""One statement of a time that a page makes, and what such statements are read with.

No clock is read here: the present is handed in, so that the same page gives the same times.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from balkan_crawler.data import read_table
from balkan_crawler.dates import read_moment
from balkan_crawler.extraction.document.parsing import Document
from balkan_crawler.model import DatePrecision, DateSource, Outlet

_FIRST_DAY: Final = date(1995, 1, 1)
"""No news site of the region has a story before it: the web came there in these years."""

_LATENESS: Final = timedelta(days=1)
"""How far ahead of the present a time may lie: clocks and zones of outlets are off by that at most."""

_LONGEST: Final = 200
"""Longest text that is read, in characters; as in `dates.reader`."""

_MONTH_FIRST: Final = re.compile(r"(?<!\d)(0?[1-9]|1[0-2])/(0?[1-9]|[12]\d|3[01])/((?:19|20)\d\d)(?!\d)")
_FRACTION: Final = re.compile(r":\d\d\.(?=\d*[1-9])\d")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[\w-]+)?")


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a time; ``offset`` says that it states its distance from UTC.

    ``is_stamped`` says that it has a fraction of a second: a clock wrote it, and no editor.
    """

    time: datetime
    precision: DatePrecision
    source: DateSource
    offset: bool = False
    is_stamped: bool = False

    @property
    def day(self) -> date:
        """Give the day that it states, in its own offset."""
        return self.time.date()

    @property
    def is_exact(self) -> bool:
        """Say whether it tells a time of day; midnight sharp stands for a day without time."""
        return self.precision is not DatePrecision.DAY and self.time.time() != time(0)

    @property
    def is_midnight(self) -> bool:
        """Say whether it tells a time, which is midnight sharp: what stands where no one set it."""
        return self.precision is not DatePrecision.DAY and not self.is_exact

    def is_of_day_of(self, other: Claim) -> bool:
        """Say whether another claim has this one's day, as it stands or, of an exact time, in the other's offset."""
        return other.day == self.day or (self.is_exact and other.day == self.time.astimezone(other.time.tzinfo).date())


@dataclass(frozen=True, slots=True)
class Frame:
    """What times of a page are read with: languages of its words, zone of its naive times, the present.

    ``is_unknown`` says that nothing tells the outlet's zone, ``is_fetch`` that the present is the time of the fetch,
    so that relative times can be counted from it; ``month_first`` that figures with slashes have the month first.
    """

    languages: tuple[str, ...]
    timezone: str
    now: datetime
    earliest: date = _FIRST_DAY
    is_fetch: bool = False
    is_unknown: bool = False
    month_first: bool = False

    def allows(self, claim: Claim) -> bool:
        """Say whether a claim can be: not after the present plus a day, not before the outlet."""
        return claim.time <= self.now + _LATENESS and claim.day >= self.earliest

    def possible(self, claims: Iterable[Claim]) -> list[Claim]:
        """Give those claims that can be, in their order."""
        return [claim for claim in claims if self.allows(claim)]


def read_frame(document: Document, outlet: Outlet | None, now: datetime, is_fetch: bool) -> Frame:
    """Give the frame of a page: the outlet's own, or what its language and its host's ending suggest (else UTC).

    ``now`` (aware) is the present; ``is_fetch`` says that it is when the page was fetched. The month stands first only
    on pages in American English of no known outlet and no known country.
    """
    stated = (document.language or "").split(",")[0].strip()
    own = (stated,) if _LANGUAGE.fullmatch(stated) else ()
    if outlet:
        earliest = max(_FIRST_DAY, outlet.since or _FIRST_DAY)
        return Frame((*outlet.languages, *own), outlet.timezone, now, earliest, is_fetch)
    ending = (urlsplit(document.url).hostname or "").rpartition(".")[2]
    zone = publication_data().zones.get(ending)
    return Frame(
        own or ("en",),
        zone or "UTC",
        now,
        is_fetch=is_fetch,
        is_unknown=zone is None,
        month_first=zone is None and stated.lower() == "en-us",
    )


def read_claim(text: str | None, frame: Frame, source: DateSource) -> Claim | None:
    """Read a text as the statement of a time; ``None`` where it is none."""
    if not text or len(text) > _LONGEST:
        return None
    if frame.month_first:
        text = _MONTH_FIRST.sub(r"\3-\1-\2", text)
    moment = read_moment(text, frame.languages, frame.now, frame.timezone)
    if moment is None:
        return None
    states_offset = text.isdigit() or not isinstance(moment.time.tzinfo, ZoneInfo)
    return Claim(moment.time, moment.precision, source, states_offset, _FRACTION.search(text) is not None)


@dataclass(frozen=True, slots=True)
class PublicationData:
    """What ``publication.toml`` holds: names of properties and words, each by what they tell, and zones by ending."""

    microdata: Mapping[str, Sequence[str]]
    words: Mapping[str, Sequence[str]]
    zones: Mapping[str, str]


@cache
def publication_data() -> PublicationData:
    """Read names, words and zones of ``publication.toml``."""
    return PublicationData(**read_table(__name__, "publication.toml"))
