"""How many articles an outlet can be expected to have, day by day and hour by hour, from its own past. Pure.

Expected of a day is the outlet's level (the median of its last weeks), times its weekday's factor, times what the
outlets of its country have in common that day, where it lowers them all: holidays, summers. Medians, since a past has
elections, outages and incidents in it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from balkan_crawler.health.numbers import Expected, limits
from balkan_crawler.model.moments import zone_named
from balkan_crawler.storage.pasts import HOURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from balkan_crawler.storage import OutletPast

_WEEK: Final = 7
_LAG_HOURS: Final = 1
"""News of so few hours before the last poll may not stand in the feed yet."""
_CAP: Final = 3.0
"""A day counts for so many times the usual at most: elections are not held to be usual."""
_PRIOR_DAYS: Final = 2.0
"""A weekday counts as if the archive's common weekly pattern had been seen on so many of them."""
_PRIOR_ARTICLES: Final = 20
"""...and the archive's daily pattern as so many articles."""
_LEAST_DISPERSION: Final = 1.3
_USUAL_DISPERSION: Final = 3.0


@dataclass(frozen=True, slots=True)
class Horizon:
    """Until when an outlet is known to have been looked at: a day and an hour of its own clocks."""

    day: date
    hour: int


def horizon_of(past: OutletPast, now: datetime) -> Horizon | None:
    """Give until when an outlet's sources could be read, ``None`` where none ever was."""
    polled = [state.polled for state in past.sources if state.polled is not None and not state.failures]
    if not polled:
        return None
    last = min(max(polled), now).astimezone(zone_named(past.timezone) or UTC) - timedelta(hours=_LAG_HOURS)
    return Horizon(last.date(), last.hour)


class Rhythm:
    """One outlet's counts by day, from ``first`` on, ready to be asked for what is expected.

    ``articles`` and ``observed`` have an entry a day; a day is observed where the outlet's sources were polled on it or
    on the day after.
    """

    def __init__(self, past: OutletPast, first: date, days: int, horizon: Horizon) -> None:
        self.past, self.first, self.horizon = past, first, horizon
        self.articles = np.zeros(days, dtype=np.int64)
        self.observed = np.zeros(days, dtype=bool)
        self.hours = np.zeros((days, HOURS), dtype=np.int64)
        entries = [entry for entry in past.days if 0 <= (entry.day - first).days < days]
        places = [(entry.day - first).days for entry in entries]
        if entries:
            self.articles[places] = [entry.articles for entry in entries]
            self.hours[places] = [entry.hours for entry in entries]
            polled = np.array([place for place, entry in zip(places, entries, strict=True) if entry.polls], dtype=int)
            self.observed[polled] = True
            self.observed[np.maximum(polled - 1, 0)] = True
        if past.first_polled is not None:
            self.observed[: max(0, (past.first_polled - first).days)] = False
        self.last = (horizon.day - first).days
        self.observed[self.last + 1 :] = False
        self.weekdays = (np.arange(days) + first.weekday()) % _WEEK

    def base(self, before: int) -> NDArray[np.int64]:
        """Give the observed days before one that the outlet is compared with, by their places."""
        places = np.flatnonzero(self.observed[: max(0, before)])
        return places[-int(limits()["past"]["days"]) :]

    def capped(self, places: NDArray[np.int64]) -> NDArray[np.float64]:
        """Give the counts of days, those of the busiest no higher than some times the usual."""
        counts = self.articles[places].astype(float)
        if not len(counts):
            return counts
        return np.asarray(np.minimum(counts, _CAP * max(float(np.median(counts)), 1.0) + _CAP))


@dataclass(frozen=True, slots=True)
class Usual:
    """What is usual at an outlet before a day: articles a day, factors by weekday, variance over mean, hours.

    ``by_hour`` is the share of a day's articles that have appeared by the end of each hour.
    """

    level: float
    weekdays: NDArray[np.float64]
    dispersion: float
    by_hour: NDArray[np.float64]

    def of(self, weekday: int) -> float:
        """Give the articles expected of a weekday."""
        return float(self.level * self.weekdays[weekday])

    def share_by(self, hours: int) -> float:
        """Give the share of a day's articles that has appeared when so many of its hours are over."""
        return float(self.by_hour[hours - 1]) if hours else 0.0


class Region:
    """What outlets have in common: a weekly pattern, a daily one, and days that lower the outlets of a country."""

    def __init__(self, rhythms: Sequence[Rhythm], days: int) -> None:
        self._days = days
        self.weekdays = _weekly(rhythms)
        self.by_hour = _daily(rhythms)
        self._factors: dict[str, NDArray[np.float64]] = {"": np.ones(days)}
        self._usual = {rhythm.past.key: usual(rhythm, rhythm.last, self) for rhythm in rhythms}
        self._factors = self._common(rhythms)

    def factor(self, country: str, place: int) -> float:
        """Give what all outlets of a country had of the usual on a day: at most 1."""
        return float(self.factors(country)[place])

    def usual_of(self, outlet: str) -> Usual | None:
        """Give what is usual at an outlet before the last day, without what the region had in common then."""
        return self._usual[outlet]

    def factors(self, country: str) -> NDArray[np.float64]:
        """Give what all outlets of a country had of the usual, day by day."""
        return self._factors.get(country, self._factors[""])

    def _common(self, rhythms: Sequence[Rhythm]) -> dict[str, NDArray[np.float64]]:
        least, outlets = float(limits()["region"]["least"]), int(limits()["region"]["outlets"])
        ratios: defaultdict[str, list[NDArray[np.float64]]] = defaultdict(list)
        for rhythm in rhythms:
            known = self._usual[rhythm.past.key]
            if known is None or known.level < least:
                continue
            expected = known.level * known.weekdays[rhythm.weekdays]
            share = np.ones(self._days)
            share[rhythm.last] = known.by_hour[rhythm.horizon.hour]
            expected = expected * share
            is_fit = rhythm.observed & (expected >= 1)
            ratio = np.where(is_fit, (rhythm.articles + 0.5) / (expected + 0.5), np.nan)
            ratios[rhythm.past.country].append(ratio)
            ratios[""].append(ratio)
        factors = {country: _medians(np.array(rows), outlets) for country, rows in ratios.items()}
        whole = factors.setdefault("", np.ones(self._days))
        whole[np.isnan(whole)] = 1.0
        for values in factors.values():
            np.copyto(values, whole, where=np.isnan(values))
            np.clip(values, 0.02, 1.0, out=values)
        return factors


def _medians(rows: NDArray[np.float64], outlets: int) -> NDArray[np.float64]:
    """Give the median of each day that enough outlets tell of."""
    enough = (~np.isnan(rows)).sum(axis=0) >= outlets
    found = np.full(rows.shape[1], np.nan)
    if enough.any():
        found[enough] = np.nanmedian(rows[:, enough], axis=0)
    return found


def _weekly(rhythms: Sequence[Rhythm]) -> NDArray[np.float64]:
    """Give the weekly pattern of the archive: the median of its outlets'."""
    patterns = []
    for rhythm in rhythms:
        base = rhythm.base(rhythm.last)
        counts = rhythm.capped(base)
        if len(base) < 4 * _WEEK or counts.mean() < 2:
            continue
        days = rhythm.weekdays[base]
        often = np.bincount(days, minlength=_WEEK)
        if often.min():
            patterns.append(np.bincount(days, counts, minlength=_WEEK) / often / counts.mean())
    return np.median(np.array(patterns), axis=0) if patterns else np.ones(_WEEK)


def _daily(rhythms: Sequence[Rhythm]) -> NDArray[np.float64]:
    """Give the share of a day that is over by the end of each hour, over all outlets."""
    whole = np.full(HOURS, 0.5)
    for rhythm in rhythms:
        counts = rhythm.hours[rhythm.base(rhythm.last)].sum(axis=0)
        if counts.sum():
            whole += counts / counts.sum()
    return np.asarray(np.cumsum(whole) / whole.sum())


def usual(rhythm: Rhythm, before: int, region: Region) -> Usual | None:
    """Work out what is usual before a day; ``None`` where too little is known."""
    numbers = limits()["past"]
    base = rhythm.base(before)
    if len(base) < numbers["least_days"] or rhythm.articles[base].sum() < numbers["least_articles"]:
        return None
    counts, weekdays = rhythm.capped(base), rhythm.weekdays[base]
    mean = max(float(counts.mean()), 1e-9)
    sums = np.bincount(weekdays, counts, minlength=_WEEK)
    often = np.bincount(weekdays, minlength=_WEEK)
    factors = (sums / mean + _PRIOR_DAYS * region.weekdays) / (often + _PRIOR_DAYS)
    factors *= _WEEK / factors.sum()
    level = _level(counts, factors[weekdays], int(numbers["recent"]))
    expected = np.maximum(level * factors[weekdays] * region.factors(rhythm.past.country)[base], 0.05)
    return Usual(level, factors, _dispersion(counts, expected), _by_hour(rhythm, base, region))


def _dispersion(counts: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    """Give the variance of counts over their mean: of the days below what was expected, the worst tenth left out."""
    below = counts < expected
    if below.sum() < _WEEK:
        return _USUAL_DISPERSION
    residuals = np.sort((counts[below] - expected[below]) ** 2 / expected[below])
    kept = residuals[: max(_WEEK, math.ceil(len(residuals) * 0.9))]
    return max(_LEAST_DISPERSION, float(kept.mean()))


def _level(counts: NDArray[np.float64], factors: NDArray[np.float64], recent: int) -> float:
    """Give the articles of a usual day: the median of weekday-free counts, the lower of the long and the recent one.

    Where most days have none or few, a median says little: the mean of the counts stands for it.
    """
    free = counts / np.maximum(factors, 0.1)
    if np.median(free) < 2:
        return float(min(counts.mean(), counts[-recent:].mean()))
    return float(min(np.median(free), np.median(free[-recent:])))


def _by_hour(rhythm: Rhythm, base: NDArray[np.int64], region: Region) -> NDArray[np.float64]:
    """Give the outlet's share of a day by hour, nearer to its own the more is known of it."""
    own = rhythm.hours[base].sum(axis=0)
    common = np.diff(region.by_hour, prepend=0.0)
    return np.asarray(np.cumsum(common * _PRIOR_ARTICLES + own) / (own.sum() + _PRIOR_ARTICLES))


def expected(
    rhythm: Rhythm, known: Usual, region: Region, start: tuple[int, int], end: tuple[int, int] | None = None
) -> Expected:
    """Give what is expected between two moments, each a day's place and the hours of it that are over.

    Without an ``end`` it is until the horizon. Nothing is expected of days that were not observed.
    """
    last, until = end or (rhythm.last, rhythm.horizon.hour + 1)
    mean = 0.0
    for at in range(start[0], last + 1):
        if not rhythm.observed[at]:
            continue
        begins = known.share_by(start[1]) if at == start[0] else 0.0
        ends = known.share_by(until) if at == last else 1.0
        usually = known.of(int(rhythm.weekdays[at])) * region.factor(rhythm.past.country, at)
        mean += usually * max(0.0, ends - begins)
    return spread(mean, known)


def expected_of_days(rhythm: Rhythm, known: Usual, region: Region) -> NDArray[np.float64]:
    """Give what is expected of each day; nothing of those that were not observed."""
    days = known.level * known.weekdays[rhythm.weekdays] * region.factors(rhythm.past.country) * rhythm.observed
    days[rhythm.last] *= known.by_hour[rhythm.horizon.hour]
    return np.asarray(days)


def spread(mean: float, known: Usual) -> Expected:
    """Give an expected number with what it varies by: chance, and how little is known of the level."""
    return Expected(mean, known.dispersion * mean + (float(limits()["past"]["uncertainty"]) * mean) ** 2)


def gaps(rhythm: Rhythm, places: NDArray[np.int64]) -> list[tuple[tuple[int, int], int]]:
    """List the times without an article between two that had one, in hours, with where each begins.

    A day whose hours are not known counts as if all had come at its noon.
    """
    found: list[tuple[tuple[int, int], int]] = []
    before: tuple[int, int] | None = None
    for place in places:
        if not rhythm.articles[place]:
            continue
        busy = np.flatnonzero(rhythm.hours[place]).tolist() or [HOURS // 2]
        for hour in busy:
            if before is not None:
                length = (int(place) - before[0]) * HOURS + hour - before[1]
                if length > 1:
                    found.append((before, length))
            before = (int(place), hour)
    return found
