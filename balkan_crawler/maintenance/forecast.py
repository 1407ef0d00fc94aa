"""When a disk will be full, foreseen from an archive's own past. Pure.

What a disk fills by is its usual day, so medians are taken: a day of back-fill, or one after a vacuum, says nothing of
the days to come.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from statistics import median
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from balkan_crawler.storage.overviews import DaySize

PAST: Final = timedelta(days=28)
"""So much of the past is looked at."""
_LEAST_DAYS: Final = 3
"""Days of which nothing is foreseen yet: the first crawls fetch a week."""
_LEAST_SPAN: Final = timedelta(days=7)
"""Sizes that are told by the day say more than articles do, once they go so far back."""
SOON_DAYS: Final = 14
"""A disk that is full in so many days needs somebody today."""
LEAST_FREE: Final = 200_000_000
"""Free bytes below which a disk is as good as full, however slowly it fills."""
_FAR_DAYS: Final = 3650
"""Beyond ten years no number is worth telling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What an archive grows by on its usual day: articles, and bytes of its file."""

    articles_a_day: float
    bytes_a_day: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What a disk will do: ``free`` bytes now, of which backups that are still to come take ``reserved``.

    ``bytes_a_day`` fill it, and ``full_in_days`` is when there is no room left; ``None`` where it does not fill, or
    nothing is known yet (``is_known``).
    """

    free: int
    reserved: int
    bytes_a_day: float
    articles_a_day: float
    full_in_days: float | None
    is_known: bool

    @property
    def is_soon(self) -> bool:
        """Whether somebody has to do something now."""
        soon = self.full_in_days is not None and self.full_in_days < SOON_DAYS
        return soon or self.free - self.reserved < LEAST_FREE

    @property
    def text(self) -> str:
        """The forecast in a line."""
        free = f"{size_in_words(self.free)} free"
        if self.reserved:
            free += f", {size_in_words(self.reserved)} of it for backups to come"
        if not self.is_known:
            return f"{free}; how it fills is known after {_LEAST_DAYS} days of crawls"
        if self.full_in_days is None:
            return f"{free}; the archive does not grow"
        a_day = f"{size_in_words(self.bytes_a_day)} and {self.articles_a_day:,.0f} articles a day"
        if self.full_in_days > _FAR_DAYS:
            return f"{free}; {a_day}, which is room for more than ten years"
        days = int(self.full_in_days)
        return f"{free}; {a_day}: full in {days:,} day{'s' * (days != 1)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """How large a database on a server is, and what it grows by a day; how much room is left there, is not known here.

    ``is_known`` says whether anything is known yet of a day.
    """

    bytes: int
    bytes_a_day: float
    articles_a_day: float
    is_known: bool

    @property
    def text(self) -> str:
        """The same in a line."""
        taken = f"{size_in_words(self.bytes)} on the server"
        if not self.is_known:
            return f"{taken}; how it grows is known after {_LEAST_DAYS} days of crawls"
        return f"{taken}; {size_in_words(self.bytes_a_day)} and {self.articles_a_day:,.0f} articles a day"


def growth(
    today: date, new_by_day: Mapping[date, int], sizes: Sequence[DaySize], bytes_now: int, articles_now: int
) -> Growth | None:
    """Say what an archive grows by a day; ``None`` where it is too young.

    By the median of the articles of each whole day, and by the bytes that an article takes in it. Where ``sizes`` are
    known of a week or more, bytes are told by them: the median of the slopes between any two (Theil and Sen), which is
    also right where rules of retention delete as much as comes.
    """
    days = _whole_days(today, new_by_day)
    if len(days) < _LEAST_DAYS or not articles_now:
        return None
    articles = float(median(new_by_day.get(day, 0) for day in days))
    slope = _slope([size for size in sizes if today - PAST <= size.day <= today])
    by_articles = articles * bytes_now / articles_now
    return Growth(articles_a_day=articles, bytes_a_day=by_articles if slope is None else slope)


def bytes_of_usual_day(today: date, by_day: Mapping[date, int]) -> float:
    """Give what the whole days of the past brought at the median: of kept pages, say."""
    days = _whole_days(today, by_day)
    return float(median(by_day.get(day, 0) for day in days)) if len(days) >= _LEAST_DAYS else 0.0


def forecast(
    free: int, grown: Growth | None, *, reserved: int = 0, copies: float = 0, pages_a_day: float = 0
) -> Forecast:
    """Foresee a disk with so many ``free`` bytes, which an archive fills, and what grows with it.

    ``copies`` says how many archives the backups on the same disk amount to, since each grows with the archive;
    ``reserved`` are the bytes of backups that are still to come, ``pages_a_day`` those of pages kept on it.
    """
    filled = pages_a_day + (max(0.0, grown.bytes_a_day) * (1 + copies) if grown is not None else 0.0)
    return Forecast(
        free=free,
        reserved=reserved,
        bytes_a_day=filled,
        articles_a_day=grown.articles_a_day if grown is not None else 0.0,
        full_in_days=max(0, free - reserved) / filled if filled > 0 else None,
        is_known=grown is not None,
    )


def size_in_words(size: float) -> str:
    """Write bytes as people do: ``8 kB``, ``12 MB``, ``3.4 GB``."""
    for unit, name in ((1e9, "GB"), (1e6, "MB")):
        if size >= unit:
            return f"{size / unit:,.1f} {name}" if size < 10 * unit else f"{size / unit:,.0f} {name}"
    return f"{size / 1e3:,.0f} kB"


def _whole_days(today: date, by_day: Mapping[date, int]) -> list[date]:
    """Give the days from the first that is known of, within the past that counts, to yesterday."""
    known = [day for day in by_day if today - PAST <= day < today]
    if not known:
        return []
    first = min(known)
    return [first + timedelta(days=number) for number in range((today - first).days)]


def _slope(sizes: Sequence[DaySize]) -> float | None:
    if len(sizes) < _LEAST_DAYS or sizes[-1].day - sizes[0].day < _LEAST_SPAN:
        return None
    pairs = combinations(sizes, 2)
    return median((later.bytes - earlier.bytes) / (later.day - earlier.day).days for earlier, later in pairs)
