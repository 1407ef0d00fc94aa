"""Whether more of an outlet's pages than usual fail in one way, or its articles lack something. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from balkan_crawler.data import read_table
from balkan_crawler.health.finding import Finding, Kind
from balkan_crawler.health.numbers import chance_of_at_least, limits
from balkan_crawler.model.moments import zone_named
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from balkan_crawler.storage import OutletDay, OutletPast


_USUAL_FAULTS: Final = frozenset(
    {Kind.EMPTY, Kind.MOVED, Kind.NO_ARTICLES, Kind.SERVER_ERRORS, Kind.UNREACHABLE, Kind.UNREAD}
)
"""Kinds of which any outlet has some pages now and then: a day of galleries, a bad hour."""


_DAYS_READ: Final = 64
"""So many of the last days are enough for the windows and what they are compared with."""


@dataclass(frozen=True, slots=True)
class _Series:
    """How many of how many were so, day by day; ``what`` says it of the last days, with the counts put in."""

    kind: Kind
    what: str
    days: Sequence[tuple[date, int, int]]
    """Day, number, of how many."""


@cache
def cause_of(outcome: str | None, *, of_source: bool = False) -> Kind | None:
    """Say what an outcome of a visit or poll means, where it is usual all at once."""
    if outcome is None:
        return None
    visits, sources = _causes()
    tables = (sources, visits) if of_source else (visits,)
    for table in tables:
        found = table.get(outcome) or (table.get(f"{outcome[:6]}xx") if outcome.startswith("http-") else None)
        if found:
            return found
    return None


def shares(past: OutletPast, today: date) -> Iterator[Finding]:
    """Judge what became of pages at their first visit, and what articles lack, against the outlet's own past."""
    days = [day for day in past.days[-_DAYS_READ:] if day.day <= today]
    for series in (*_of_pages(days), *_of_articles(days)):
        finding = _judged(past, series, today) or _begun_today(past, series, days, today)
        if finding is not None:
            yield finding


def cut_short(past: OutletPast, today: date) -> Finding | None:
    """Judge whether articles have far fewer words than usual, though they have some."""
    numbers = limits()["words"]
    window = [day for day in past.days[-2:] if day.day == today]
    articles, words = sum(day.articles - day.empty for day in window), sum(day.words for day in window)
    if articles < numbers["least"]:
        return None
    base = [day for day in past.days[-_DAYS_READ:] if day.day < today][-int(limits()["past"]["days"]) :]
    usual = [day.words / (day.articles - day.empty) for day in base if day.articles - day.empty >= numbers["least"]]
    if len(usual) < limits()["past"]["least_days"]:
        return None
    level, lowest = float(np.median(usual)), min(usual)
    mean = words / articles
    if mean > numbers["share"] * level or mean > numbers["lower"] * lowest:
        return None
    evidence = f"{mean:.0f} words an article in {counted(articles, 'article')}, where {level:.0f} are usual"
    return Finding(outlet=past.key, country=past.country, kind=Kind.CUT_SHORT, since=window[0].day, evidence=evidence)


def _of_pages(days: Sequence[OutletDay]) -> Iterator[_Series]:
    """Give the shares of pages by what they mean, of those meanings that the last days had."""
    longest = max(limits()["share"]["windows"])
    for kind in sorted({kind for day in days[-longest:] for kind in map(cause_of, day.first_visits) if kind}):
        numbers = [
            (day.day, sum(pages for outcome, pages in day.first_visits.items() if cause_of(outcome) is kind), of)
            for day in days
            if (of := sum(day.first_visits.values()))
        ]
        yield _Series(kind, "{number} of {of} new pages", numbers)


def _of_articles(days: Sequence[OutletDay]) -> Iterator[_Series]:
    """Give the shares of articles that lack something, of those things that the last days' lacked."""
    longest = max(limits()["share"]["windows"])
    for kind, name, what in (
        (Kind.EMPTY, "empty", "{number} of {of} articles without text"),
        (Kind.UNDATED, "undated", "{number} of {of} articles without a date"),
        (Kind.LOCKED, "locked", "{number} of {of} articles behind a paywall"),
        (Kind.FOREIGN, "other_language", "{number} of {of} articles in another language"),
    ):
        if any(getattr(day, name) for day in days[-longest:]):
            yield _Series(kind, what, [(day.day, getattr(day, name), day.articles) for day in days if day.articles])


def _judged(past: OutletPast, series: _Series, today: date) -> Finding | None:
    numbers = limits()["share"]
    share = numbers["of_usual_faults" if series.kind in _USUAL_FAULTS else "share"]
    last = series.days[-max(numbers["windows"]) :]
    for length in numbers["windows"]:
        since = today - timedelta(days=length - 1)
        window = [entry for entry in last if entry[0] >= since]
        number, of = sum(entry[1] for entry in window), sum(entry[2] for entry in window)
        if number < numbers["least"] or not window or number < share * of:
            continue
        base = [entry for entry in series.days if entry[0] < since][-int(limits()["past"]["days"]) :]
        usual = _usual_share(base)
        if usual is None or number < numbers["times"] * usual * of:
            continue
        if chance_of_at_least(number, of, max(usual, numbers["least_usual"])) >= numbers["chance"]:
            continue
        first = next(entry[0] for entry in window if entry[1])
        what = series.what.format(number=number, of=of)
        evidence = f"{what} {'today' if length == 1 else f'in {length} days'}, where {usual:.0%} are usual"
        return Finding(outlet=past.key, country=past.country, kind=series.kind, since=first, evidence=evidence)
    return None


def _begun_today(past: OutletPast, series: _Series, days: Sequence[OutletDay], today: date) -> Finding | None:
    """Judge the pages since the first one that failed so today: what began in the afternoon is lost in a whole day.

    That first one is left out of the count, since the time begins with it. Other pages of this time are told by the
    articles published in it.
    """
    numbers = limits()["share"]
    if series.kind in _USUAL_FAULTS:  # an evening of galleries begins in the evening
        return None
    day = next((day for day in days if day.day == today), None)
    times = [moment for outcome, moment in day.since.items() if cause_of(outcome) is series.kind] if day else []
    if day is None or not times:
        return None
    number = sum(pages for outcome, pages in day.first_visits.items() if cause_of(outcome) is series.kind)
    begun = min(times).astimezone(zone_named(past.timezone) or UTC)
    of = number + sum(day.hours[begun.hour :])
    usual = _usual_share([entry for entry in series.days if entry[0] < today][-int(limits()["past"]["days"]) :])
    if usual is None or number < numbers["least"] or number < numbers["begun"] * of:
        return None
    if chance_of_at_least(number - 1, of - 1, max(usual, numbers["least_usual"])) >= numbers["chance"]:
        return None
    evidence = f"{number} of {of} new pages since {begun:%H:%M} today, where {usual:.0%} are usual"
    return Finding(outlet=past.key, country=past.country, kind=series.kind, since=today, evidence=evidence)


def _usual_share(base: Sequence[tuple[date, int, int]]) -> float | None:
    """Give the share that the past makes likely on a bad day; ``None`` where too little is known.

    It is the higher of the whole past's share and of the ninth decile of its days that have five and more.
    """
    number, of = sum(entry[1] for entry in base), sum(entry[2] for entry in base)
    if of < limits()["past"]["least_articles"] or len(base) < limits()["past"]["least_days"] / 2:
        return None
    daily = [entry[1] / entry[2] for entry in base if entry[2] >= 5]
    high = float(np.quantile(daily, 0.9)) if len(daily) >= 10 else 0.0
    return max(number / of, high)


@cache
def _causes() -> tuple[Mapping[str, Kind], Mapping[str, Kind]]:
    table = read_table(__name__, "causes.toml")
    visits, sources = ({outcome: Kind(kind) for outcome, kind in table[name].items()} for name in ("visits", "sources"))
    return visits, sources
