"""The front page: what the day and the week brought, who copied what, what changed, who has gone quiet, the newest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.numbers import WEEK, between, last_days, week_to
from balkan_crawler.desk.page import Page
from balkan_crawler.desk.plots.bars import bar_plot
from balkan_crawler.desk.plots.periods import Step
from balkan_crawler.desk.plots.sparks import spark
from balkan_crawler.desk.word_changes import word_changes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from balkan_crawler.desk.desk import Desk
    from balkan_crawler.desk.numbers import Numbers
    from balkan_crawler.desk.page import Asked

WAIT: Final = 2.5
"""Seconds that a page waits for its numbers when the desk was just opened."""
_PLOT_DAYS: Final = 14
_COUNTRIES: Final = 6
"""So many countries have a colour; the others share one."""
_OUTLETS: Final = 12
_FINDINGS: Final = 8
_LANGUAGES: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A country or an outlet: its articles of the last day, the last seven, and the seven before."""

    key: str
    name: str
    country: str
    today: int
    week: int
    before: int
    spark: str


def front(desk: Desk, asked: Asked) -> Page:
    """Show the front page."""
    kept = desk.prepared.get("numbers", WAIT)
    if kept is None:
        return counting()
    numbers: Numbers = kept.value
    today = asked.reader.today(desk.now())
    if numbers.is_empty:
        return Page(template="empty.html", values={"outlets": len(numbers.outlets)})
    last = numbers.last_day(today)
    by_country = numbers.by_country()
    judged = desk.prepared.get("judged")
    outlets = sorted(outlet_rows(numbers, last), key=lambda row: (-row.week, row.key))
    countries = sorted(
        (_row(code, code, code, days, last) for code, days in by_country.items()), key=lambda row: (-row.week, row.key)
    )
    countries = [row for row in countries if row.week or row.before]
    whole = sum(by_country.values(), Counter[date]())
    values = {
        "at": kept.at,
        "day": last,
        "is_today": last == today,
        "is_old": numbers.is_old,
        "all": _row("", "", "", whole, last),
        "active": sum(row.today > 0 for row in outlets),
        "countries": countries,
        "outlets": outlets[:_OUTLETS],
        "outlet_count": len(numbers.outlets),
        "names_of": {key: line.name for key, line in numbers.outlets.items()},
        "plot": _plot(by_country, countries, last),
        "week_begin": last - timedelta(days=WEEK - 1),
        "copied": numbers.copied,
        "headlines": [(each, *word_changes(each.before, each.after)) for each in numbers.headlines],
        "newest": numbers.newest,
        "judged": judged.value if judged else None,
        "findings": judged.value.findings[:_FINDINGS] if judged else (),
        **_languages(numbers),
    }
    return Page(template="front.html", values=values)


def counting() -> Page:
    """Say that the numbers are not made yet; the page comes again by itself."""
    return Page(template="counting.html", status=503, headers={"Retry-After": "3"})


def outlet_rows(numbers: Numbers, last: date) -> list[Row]:
    """Give a row of each outlet, by key."""
    return [
        _row(key, line.name, line.country, numbers.articles.get(key, {}), last) for key, line in numbers.outlets.items()
    ]


def _row(key: str, name: str, country: str, days: Mapping[date, int], last: date) -> Row:
    week_before = last - timedelta(days=WEEK)
    return Row(
        key=key,
        name=name,
        country=country,
        today=days.get(last, 0),
        week=week_to(days, last),
        before=between(days, week_before - timedelta(days=WEEK - 1), week_before),
        spark=spark(last_days(days, last)),
    )


def _plot(by_country: Mapping[str, Counter[date]], countries: list[Row], last: date) -> dict[str, object] | None:
    """Draw the last days, the countries with most in colours; nothing where all is of one day."""
    first = last - timedelta(days=_PLOT_DAYS - 1)
    if sum(any(days.get(first + timedelta(days=n)) for days in by_country.values()) for n in range(_PLOT_DAYS)) < 2:
        return None
    named = [row.key for row in countries[:_COUNTRIES]]
    others: Counter[date] = sum((by_country[row.key] for row in countries[_COUNTRIES:]), Counter[date]())
    series = [by_country[code] for code in named] + ([others] if others else [])
    return {"plot": bar_plot(series, first, last, step=Step.DAY), "codes": named, "has_others": bool(others)}


def _languages(numbers: Numbers) -> dict[str, object]:
    """Give the shares of languages and of scripts, most first, and how many articles they are of."""
    languages: Counter[str | None] = Counter()
    scripts: Counter[str | None] = Counter()
    for count in numbers.languages:
        languages[count.language] += count.articles
        scripts[count.script] += count.articles
    total = languages.total()
    return {
        "languages": [(name, articles / total) for name, articles in languages.most_common(_LANGUAGES)],
        "scripts": [(name, articles / total) for name, articles in scripts.most_common()],
        "languages_of": total,
    }
