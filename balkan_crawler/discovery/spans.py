"""Days of publication: a span that is asked for, and what is known of a candidate's day before it is fetched. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import quantiles
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from balkan_crawler.model import Candidate

EDITED_LATER: Final = timedelta(days=7)
"""Where a time of change is all that is known, a story counts as changed within so many days of its publication."""

_IN_PATH: Final = re.compile(
    r"/(?P<year>(?:19|20)\d\d)[/-](?P<month>0?[1-9]|1[0-2])(?:[/-](?P<day>0?[1-9]|[12]\d|3[01]))?(?=[/_-]|$)"
)
_RESAVED_FROM, _RESAVED_SHARE = 500, 0.8
"""So many pages of one document, and such a share of them on one day, were changed by a machine and not by editors."""


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both included."""

    first: date
    last: date

    def meets(self, other: Span) -> bool:
        """Say whether the two have a day in common."""
        return self.first <= other.last and other.first <= self.last


def month_span(year: int, month: int | None, day: int | None) -> Span | None:
    """Give the days of a year, a month or one day; ``None`` where the calendar has no such day."""
    try:
        if month is None:
            return Span(date(year, 1, 1), date(year, 12, 31))
        if day is None:
            following = date(year + month // 12, month % 12 + 1, 1)
            return Span(date(year, month, 1), following - timedelta(days=1))
        return Span(date(year, month, day), date(year, month, day))
    except ValueError:
        return None


def days_in_path(url: str) -> Span | None:
    """Give the day or month that a URL's path states: ``/2024/05/01/slug``, ``/2024-05-01-slug``."""
    match = _IN_PATH.search(urlsplit(url).path)
    if match is None:
        return None
    year, month, day = (int(part) if part else None for part in match.group("year", "month", "day"))
    return month_span(year or 0, month, day)


def day_in(
    candidate: Candidate, span: Span, zone: ZoneInfo, period: Span | None = None, *, changes_tell: bool = True
) -> date | None:
    """Give the latest day that a candidate may be of, or ``None`` where none of its days can lie in ``span``.

    What tells is its time of publication, else its address, else both the ``period`` that its document is of and its
    time of change: a story is changed within a week, as a rule (`EDITED_LATER`), unless ``changes_tell`` denies it.
    Where nothing tells, it may be of any day, and its turn is the last.
    """
    hints = candidate.hints
    known = days_in_path(candidate.url)
    if hints.published is not None:
        day = hints.published.astimezone(zone).date()
        known = Span(day, day)
    elif known is None and (hints.modified is not None and changes_tell):
        changed = hints.modified.astimezone(zone).date()
        known = Span(changed - EDITED_LATER, changed)
        if period is not None and known.meets(period):
            known = Span(max(known.first, period.first), min(known.last, period.last))
    known = known or period
    if known is None:
        return span.first
    return known.last if known.meets(span) else None


def changes_tell(candidates: Iterable[Candidate], zone: ZoneInfo) -> bool:
    """Say whether times of change tell anything of publication: not where a machine saved all stories anew."""
    days = Counter(
        candidate.hints.modified.astimezone(zone).date() for candidate in candidates if candidate.hints.modified
    )
    return days.total() < _RESAVED_FROM or max(days.values()) < _RESAVED_SHARE * days.total()


def is_dated(candidate: Candidate, period: Span | None, *, changes_tell: bool) -> bool:
    """Say whether anything tells of a candidate's day."""
    hints = candidate.hints
    stated = hints.published or (hints.modified if changes_tell else None)
    return bool(stated or period or days_in_path(candidate.url))


def days_of(candidates: Iterable[Candidate], zone: ZoneInfo) -> list[date]:
    """Give the days that a document's candidates state, by publication, address or change, the oldest first."""
    found = []
    for candidate in candidates:
        time = candidate.hints.published
        named = days_in_path(candidate.url) if time is None else None
        time = candidate.hints.modified if time is None and named is None else time
        if named is not None:
            found.append(named.last)
        elif time is not None:
            found.append(time.astimezone(zone).date())
    return sorted(found)


def most_are_of(days: Sequence[date]) -> Span | None:
    """Give the days of the middle half of a page's stories, so that a pinned or recommended one does not count."""
    if len(days) < 2:
        return Span(days[0], days[0]) if days else None
    low, _, high = quantiles([day.toordinal() for day in days], n=4, method="inclusive")
    return Span(date.fromordinal(int(low)), date.fromordinal(int(high)))
