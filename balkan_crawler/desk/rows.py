"""The countries and outlets of the archive as rows of tables: this day, seven days, the seven before, four weeks."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from balkan_crawler.desk.numbers import DAYS, WEEK
from balkan_crawler.desk.plots.sparks import spark

if TYPE_CHECKING:
    from collections.abc import Mapping

    from balkan_crawler.desk.numbers import Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A country or an outlet: its articles of a day, of seven days to that, of the seven before; four weeks drawn."""

    key: str
    name: str
    country: str
    today: int
    week: int
    before: int
    spark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """All in all, by country (most of the week first, those without any left out), by outlet (likewise, but all)."""

    all: Row
    countries: tuple[Row, ...]
    outlets: tuple[Row, ...]
    days: Mapping[str, Counter[date]]


@lru_cache(maxsize=3)
def rows_of(numbers: Numbers, last: date) -> Rows:
    """Sum up the numbers to a last day; they are asked for by each reader, and change once in half a minute."""
    days = numbers.by_country()
    outlets = [
        _row(key, line.name, line.country, numbers.articles.get(key, {}), last) for key, line in numbers.outlets.items()
    ]
    countries = [_row(code, code, code, counts, last) for code, counts in days.items()]
    return Rows(
        all=_row("", "", "", sum(days.values(), Counter[date]()), last),
        countries=tuple(sorted((row for row in countries if row.week or row.before), key=_most_first)),
        outlets=tuple(sorted(outlets, key=_most_first)),
        days=days,
    )


def _most_first(row: Row) -> tuple[int, str]:
    return -row.week, row.key


def _row(key: str, name: str, country: str, days: Mapping[date, int], last: date) -> Row:
    counts = [days.get(last - timedelta(days=ago), 0) for ago in range(DAYS - 1, -1, -1)] if days else [0] * DAYS
    return Row(
        key=key,
        name=name,
        country=country,
        today=counts[-1],
        week=sum(counts[-WEEK:]),
        before=sum(counts[-2 * WEEK : -WEEK]),
        spark=spark(counts),
    )
