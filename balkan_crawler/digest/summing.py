"""Summing up some days: what is usual, who is new, who fell silent, which headlines changed most. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Final

from balkan_crawler.digest.record import CountryCount, Digest, SilentOutlet
from balkan_crawler.text import words

if TYPE_CHECKING:
    from balkan_crawler.storage import ChangedHeadline, CopiedStory, DailyCounts

DAYS_BEFORE: Final = 120
"""So many days before the last one are asked for: the eight weeks of what is usual, and those of who fell silent."""
_WEEKS: Final = 8
_LEAST_WEEKDAYS: Final = 3
"""So many days of the same weekday say what is usual; before there are as many, the days of four weeks do."""
_LEAST_DAYS: Final = 3
_LEAST_WEEKS: Final = 2
_MOST_DAYS: Final = 28
_PACE_DAYS: Final = 56
_LEAST_SPAN: Final = 14
_LEAST_MISSING: Final = 3


def sum_up(
    outlets: Sequence[DailyCounts],
    first: date,
    last: date,
    *,
    today: date,
    copied: Sequence[CopiedStory] = (),
    headlines: Sequence[ChangedHeadline] = (),
    hand: Sequence[str] = (),
    most: int,
) -> Digest:
    """Sum up the days from ``first`` to ``last``, at most a week.

    ``outlets`` holds the counts of `DAYS_BEFORE` days. ``hand`` says what somebody has to look after. Of copied stories
    and changed headlines ``most`` are taken.
    """
    began = min((outlet.first_seen.date() for outlet in outlets), default=None)
    by_country: dict[str, Counter[date]] = {}
    for outlet in outlets:
        by_country.setdefault(outlet.country, Counter()).update(outlet.articles)
    counts = [
        CountryCount(country=country, articles=_between(days, first, last), usual=_usual(days, first, last, began))
        for country, days in by_country.items()
    ]
    whole = sum(by_country.values(), Counter[date]())
    silent = [found for outlet in outlets if (found := fallen_silent(outlet, last)) is not None]
    silent_before = {
        outlet.outlet for outlet in outlets if fallen_silent(outlet, first - timedelta(days=1)) is not None
    }
    is_beginning = began is not None and began >= first
    new = [] if is_beginning else [each for each in outlets if first <= each.first_seen.date() <= last]
    runs = [outlet.last_run.date() for outlet in outlets if outlet.last_run is not None]
    return Digest(
        first=first,
        last=last,
        articles=_between(whole, first, last),
        usual=_usual(whole, first, last, began),
        outlets=sum(_between(outlet.articles, first, last) > 0 for outlet in outlets),
        countries=tuple(
            sorted(
                (each for each in counts if each.articles or each.usual),
                key=lambda each: (-each.articles, each.country),
            )
        ),
        new=tuple(outlet.outlet for outlet in new if any(outlet.articles.values())),
        silent=tuple(
            sorted(
                (each for each in silent if each.outlet not in silent_before),
                key=lambda each: (-each.articles_a_day, each.outlet),
            )
        ),
        silent_before=sum(each.outlet in silent_before for each in silent),
        copied=tuple(copied[:most]),
        headlines=most_changed(headlines, most),
        hand=tuple(hand),
        began=began,
        last_run=max(runs, default=None),
        is_over=last < today,
    )


def fallen_silent(outlet: DailyCounts, last: date) -> SilentOutlet | None:
    """Say whether an outlet was silent at the end of a day: for longer than ever in the eight weeks before.

    The rule of the view ``silent``. An outlet is judged once two weeks of it are known, and only to its last run.
    """
    if outlet.last_run is None or outlet.last_run.date() < last:
        return None
    days = sorted(day for day, articles in outlet.articles.items() if articles and day <= last)
    if not days:
        return None
    latest = days[-1]
    days = [day for day in days if day > latest - timedelta(days=_PACE_DAYS)]
    span = (latest - days[0]).days + 1
    if span < _LEAST_SPAN:
        return None
    longest = max((later - earlier).days for earlier, later in pairwise(days))
    pause = (last - latest).days + 1
    pace = sum(outlet.articles[day] for day in days) / span
    if pause <= longest or pace * pause < _LEAST_MISSING:
        return None
    return SilentOutlet(outlet=outlet.outlet, latest_day=latest, articles_a_day=round(pace, 1))


def most_changed(headlines: Sequence[ChangedHeadline], most: int) -> tuple[ChangedHeadline, ...]:
    """Choose the headlines that were changed most often, of those the ones with most other words.

    Case, marks, script and punctuation are no change of words.
    """
    shares = {each: _share_of_other_words(each.before, each.after) for each in headlines}
    told = [each for each, share in shares.items() if share > 0]
    return tuple(sorted(told, key=lambda each: (-each.changes, -shares[each], each.url))[:most])


def _share_of_other_words(before: str, after: str) -> float:
    one, other = set(words(before)), set(words(after))
    return 1 - len(one & other) / max(1, len(one | other))


def _between(days: Mapping[date, int], first: date, last: date) -> int:
    return sum(articles for day, articles in days.items() if first <= day <= last)


def _usual(days: Mapping[date, int], first: date, last: date, began: date | None) -> int | None:
    """Give the median of the same days in the weeks before, since the archive began; for a day, else of days before."""
    if began is None:
        return None
    length = last - first
    least = _LEAST_WEEKS if length else _LEAST_WEEKDAYS
    begins = [first - timedelta(weeks=weeks) for weeks in range(1, _WEEKS + 1)]
    sums = [_between(days, begin, begin + length) for begin in begins if begin > began]
    if len(sums) < least and not length:
        least = _LEAST_DAYS
        before = [first - timedelta(days=number) for number in range(1, _MOST_DAYS + 1)]
        sums = [days.get(day, 0) for day in before if day > began]
    return round(median(sums)) if len(sums) >= least else None
