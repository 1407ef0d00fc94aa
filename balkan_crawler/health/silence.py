"""Whether an outlet has nothing new, or far fewer articles than usual, against its own rhythm. Pure."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from balkan_crawler.health.finding import Finding, Kind
from balkan_crawler.health.numbers import limits
from balkan_crawler.health.rhythm import expected, expected_of_days, gaps, spread, usual
from balkan_crawler.storage.pasts import HOURS
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from balkan_crawler.health.rhythm import Region, Rhythm, Usual

_FIRST_SIGHT: Final = 30
"""A silence is looked at where its chance at first sight is within so many times the one that counts."""


def silent(rhythm: Rhythm, region: Region) -> Finding | None:
    """Judge the time since an outlet's last article: by its chance, and by the longest such time of its own past."""
    begin = _last_article(rhythm)
    if begin is None:
        return _silent_for_long(rhythm)
    place, hour = begin
    if _is_plain(rhythm, region, begin):
        return None
    known = usual(rhythm, place, region)
    if known is None:
        return None
    numbers = limits()["silent"]
    missed = expected(rhythm, known, region, (place, hour + 1))
    chance = missed.chance_of_none()
    if chance >= numbers["chance"]:
        return None
    before = _usual_gaps(rhythm, known, region, place)
    if missed.mean <= numbers["longer"] * max((mean for mean, _ in before), default=0.0):
        return None
    longest = max((hours for _, hours in before), default=0)
    last = rhythm.first + timedelta(days=place)
    since = last if last == rhythm.horizon.day or hour < HOURS - 1 else last + timedelta(days=1)
    evidence = (
        f"last article {_moment(last, hour)}; {_number(missed.mean)} expected since, "
        f"and the longest such time before was {_hours(longest)}"
    )
    return Finding(
        outlet=rhythm.past.key, country=rhythm.past.country, kind=Kind.SILENT, since=since, evidence=evidence
    )


def _silent_for_long(rhythm: Rhythm) -> Finding | None:
    """Name an outlet that had nothing in all the days that are remembered, and many articles before."""
    past, numbers = rhythm.past, limits()["silent"]
    days = int(rhythm.observed.sum())
    if past.last_article is None or past.articles_before < numbers["articles_before"] or days < numbers["days_of_long"]:
        return None
    evidence = f"last article on {past.last_article}; {past.articles_before:,} in the year before that"
    return _finding(rhythm, Kind.SILENT, past.last_article, evidence)


def _is_plain(rhythm: Rhythm, region: Region, begin: tuple[int, int]) -> bool:
    """Say whether so short a silence is nothing at first sight, so that the past need not be gone through."""
    known = region.usual_of(rhythm.past.key)
    if known is None or begin[0] < rhythm.last - 1:
        return False
    missed = expected(rhythm, known, region, (begin[0], begin[1] + 1))
    return missed.chance_of_none() > _FIRST_SIGHT * float(limits()["silent"]["chance"])


def fewer(rhythm: Rhythm, region: Region) -> Finding | None:
    """Judge the number of articles of the last days, taken together."""
    numbers = limits()["fewer"]
    observed = np.flatnonzero(rhythm.observed)
    worst: tuple[float, Finding] | None = None
    at_first_sight = region.usual_of(rhythm.past.key)
    if at_first_sight is None:
        return None
    roughly = expected_of_days(rhythm, at_first_sight, region)
    for days in numbers["windows"]:
        places = observed[-days:]
        if len(places) < days or places[-1] != rhythm.last:
            continue
        start = int(places[0])
        if rhythm.articles[places].sum() > 2 * numbers["share"] * roughly[places].sum():
            continue
        known = usual(rhythm, start, region)
        if known is None:
            return worst[1] if worst else None
        by_day = expected_of_days(rhythm, known, region)
        whole = spread(float(by_day[places].sum()), known)
        count = int(rhythm.articles[places].sum())
        if whole.mean < numbers["least"] or count > numbers["share"] * whole.mean:
            continue
        chance = whole.chance_of_at_most(count)
        if chance >= numbers["chance"] or count / whole.mean > numbers["lower"] * _lowest(rhythm, by_day, days, start):
            continue
        since = rhythm.first + timedelta(days=start)
        time = "today" if days == 1 else f"in {days} days"
        evidence = f"{counted(count, 'article')} {time}, where {_number(whole.mean)} were to be expected"
        found = _finding(rhythm, Kind.FEWER, since, evidence)
        if worst is None or chance < worst[0]:
            worst = chance, found
    return worst[1] if worst else None


def _finding(rhythm: Rhythm, kind: Kind, since: date, evidence: str) -> Finding:
    return Finding(outlet=rhythm.past.key, country=rhythm.past.country, kind=kind, since=since, evidence=evidence)


def days_missing(rhythm: Rhythm, region: Region) -> Finding | None:
    """Find the days of the last week that have hardly any of the articles to be expected, though news came since.

    Feeds name no more what they missed: a back-fill may.
    """
    numbers = limits()["days_missing"]
    first = max(0, rhythm.last - int(numbers["told"]))
    known = usual(rhythm, first, region)
    if known is None:
        return None
    by_day = expected_of_days(rhythm, known, region)
    found = []
    for place in range(first, rhythm.last):
        whole, count = spread(float(by_day[place]), known), int(rhythm.articles[place])
        if count <= numbers["share"] * whole.mean and whole.chance_of_at_most(count) < numbers["chance"]:
            found.append(place)
    if not found or found[-1] == rhythm.last - 1:
        return None
    days = [rhythm.first + timedelta(days=place) for place in (found[0], found[-1])]
    when = f"on {days[0]}" if len(found) == 1 else f"on {len(found)} days from {days[0]} to {days[1]}"
    missed, had = by_day[found].sum(), int(rhythm.articles[found].sum())
    evidence = f"{counted(had, 'article')} {when}, where {_number(float(missed))} were to be expected"
    return _finding(rhythm, Kind.DAYS_MISSING, days[0], evidence)


def _last_article(rhythm: Rhythm) -> tuple[int, int] | None:
    """Give the place of the last day with an article, and the hour of its last one (noon where that is not known)."""
    places = np.flatnonzero(rhythm.articles[: rhythm.last + 1])
    if not len(places):
        return None
    place = int(places[-1])
    return place, max(np.flatnonzero(rhythm.hours[place]).tolist(), default=HOURS // 2)


def _usual_gaps(rhythm: Rhythm, known: Usual, region: Region, before: int) -> list[tuple[float, int]]:
    """Give the times without an article that the past had: the articles to be expected in each, and its hours.

    Those that were incidents themselves, by their chance, or were not observed are left out.
    """
    found = []
    for start, length in gaps(rhythm, rhythm.base(before + 1)):
        end = (start[0] + (start[1] + length) // HOURS, (start[1] + length) % HOURS)
        if not rhythm.observed[start[0] : end[0] + 1].all():
            continue
        missed = expected(rhythm, known, region, (start[0], start[1] + 1), end)
        if missed.chance_of_none() >= limits()["silent"]["incident"]:
            found.append((missed.mean, length))
    return found


def _lowest(rhythm: Rhythm, by_day: NDArray[np.float64], days: int, before: int) -> float:
    """Give the lowest share of what was expected that so many days in a row had in the past."""
    base = rhythm.base(before)
    if len(base) < days:
        return 1.0
    counts = np.convolve(rhythm.articles[base], np.ones(days), "valid")
    wanted = np.convolve(by_day[base], np.ones(days), "valid")
    fit = wanted >= limits()["fewer"]["least"]
    return float((counts[fit] / wanted[fit]).min()) if fit.any() else 1.0


def _moment(day: date, hour: int) -> str:
    return f"{day} at {hour:02}h"


def _hours(hours: int) -> str:
    return counted(hours, "hour") if hours < 2 * HOURS else counted(round(hours / HOURS), "day")


def _number(mean: float) -> str:
    return f"{mean:.0f}" if mean >= 3 else f"{mean:.1f}"
