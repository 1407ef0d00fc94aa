"""Words over time: what a comparison asks for, and its numbers. The pages show them, as a plot, a table and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from balkan_crawler.desk.over_time import by_period
from balkan_crawler.desk.plots.lines import MOST_LINES
from balkan_crawler.desk.plots.periods import Period, Step, periods, step_for
from balkan_crawler.errors import QueryError
from balkan_crawler.storage import Filter
from balkan_crawler.storage.filters import Facet

if TYPE_CHECKING:
    from balkan_crawler.desk.page import Asked
    from balkan_crawler.facets import Index
    from balkan_crawler.storage import Store

MOST_PERIODS: Final = 190
"""So many days of a plot: half a year; what is longer is shown by week, month or year."""
LONGEST_TERM: Final = 300
"""Characters of what one line looks for."""
_USUAL_DAYS: Final = 90
_MOST_DAYS: Final = 100 * 366
"""A hundred years: so many that nothing is cut off, and few enough for a table."""
GROUPS: Final[Mapping[str, Facet]] = {"country": Facet.COUNTRY, "outlet": Facet.OUTLET}


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is asked for: terms in their fields, days, the length of periods, what lines are of, and what narrows all.

    ``group`` is ``None`` where each line is a term; else lines are the countries or outlets of the first term.
    ``faults`` are the fields (``since``, ``until``) that hold no day.
    """

    terms: tuple[str, ...]
    since: date
    until: date
    step: Step
    group: Facet | None = None
    countries: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    is_share: bool = True
    faults: tuple[str, ...] = ()
    is_coarser: bool = False

    @property
    def cut(self) -> tuple[Period, ...]:
        """The periods."""
        return periods(self.since, self.until, self.step)

    def wanted(self, term: str) -> Filter:
        """Give the articles of a term."""
        return Filter(query=term, countries=self.countries, outlets=self.outlets, since=self.since, until=self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOf:
    """The numbers of one line by period: its articles, and all articles of these periods, of which they are a share."""

    name: str
    articles: tuple[int, ...]
    of: tuple[int, ...]

    @property
    def shares(self) -> tuple[float | None, ...]:
        """The share of each period; ``None`` where there was no article at all."""
        return tuple(articles / of if of else None for articles, of in zip(self.articles, self.of, strict=True))

    @property
    def share(self) -> float | None:
        """The share in all periods together."""
        return sum(self.articles) / sum(self.of) if sum(self.of) else None

    def values(self, *, is_share: bool) -> tuple[float | None, ...]:
        """What is drawn: shares, or counts where there was any article."""
        if is_share:
            return self.shares
        return tuple(articles if of else None for articles, of in zip(self.articles, self.of, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The lines, what could not be looked for (by term, in words), and how many countries or outlets are left out."""

    lines: tuple[LineOf, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)
    left_out: int = 0


def read_comparison(asked: Asked, today: date, known: tuple[date, date] | None = None) -> Comparison:
    """Read what is asked for; what cannot be read is a fault of its field, or as if it were left out.

    Where no days are asked for, it is the last ones; of those that the archive knows, if it has ``known`` ones.
    """
    faults = tuple(name for name in ("since", "until") if asked.one(name) and _day(asked.one(name)) is None)
    first, last = known or (date.min, today)
    until = _day(asked.one("until")) or min(today, last)
    usual = max(date.min + timedelta(_USUAL_DAYS), until) - timedelta(_USUAL_DAYS - 1)
    since = _day(asked.one("since")) or min(max(usual, first), until)
    if since > until:
        faults, since = (*faults, "since"), until
    since = max(since, until - timedelta(min(_MOST_DAYS, (until - date.min).days)))
    least = step_for(since, until, MOST_PERIODS)
    chosen = Step(asked.one("by")) if asked.one("by") in set(Step) else None
    step = least if chosen is None or _rank(chosen) < _rank(least) else chosen
    return Comparison(
        terms=tuple(term[:LONGEST_TERM] for term in asked.all("w"))[:MOST_LINES],
        since=since,
        until=until,
        step=step,
        group=GROUPS.get(asked.one("in")),
        countries=tuple(code.upper() for code in asked.all("country")),
        outlets=asked.all("outlet"),
        is_share=asked.one("show") != "counts",
        faults=faults,
        is_coarser=chosen is not None and step is not chosen,
    )


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _rank(step: Step) -> int:
    return tuple(Step).index(step)


def compare(store: Store, index: Index, asked: Comparison) -> Compared:
    """Count what is asked for. Raises a `StoreError`."""
    starts = [*(period.first for period in asked.cut), _after(asked.until)]
    faults: dict[str, str] = {}
    lines: list[LineOf] = []
    left_out = 0
    columns = index.columns
    group = None if asked.group is None else columns.column(asked.group)
    everything = Filter(countries=asked.countries, outlets=asked.outlets, since=asked.since, until=asked.until)
    of = by_period(columns, _places(store, index, everything), starts, group)
    for term in asked.terms if group is None else asked.terms[:1]:
        try:
            articles = by_period(columns, _places(store, index, asked.wanted(term)), starts, group)
        except QueryError as error:
            faults[term] = error.detail or str(error)
            continue
        if group is None:
            lines.append(_line(term, articles[0], of[0]))
            continue
        totals, all_totals = articles.sum(axis=1), of.sum(axis=1)
        best = sorted(
            np.flatnonzero(totals if totals.any() else all_totals), key=lambda row: (-totals[row], group.names[row])
        )
        lines += [_line(group.names[row], articles[row], of[row]) for row in best[:MOST_LINES]]
        left_out = len(best[MOST_LINES:]) if totals.any() else 0
    return Compared(lines=tuple(lines), faults=faults, left_out=left_out)


def _line(name: str, articles: Sequence[Any], of: Sequence[Any]) -> LineOf:
    return LineOf(name=name, articles=tuple(map(int, articles)), of=tuple(map(int, of)))


def _places(store: Store, index: Index, wanted: Filter) -> Any:
    return index.columns.places(index.found(store, wanted).all_numbers())


def _after(day: date) -> date:
    return day + timedelta(1) if day < date.max else day
