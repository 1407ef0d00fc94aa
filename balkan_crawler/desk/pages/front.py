"""The front page: what the day and the week brought, who copied what, what changed, who has gone quiet, the newest."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.numbers import WEEK
from balkan_crawler.desk.page import Page
from balkan_crawler.desk.plots.bars import bar_plot
from balkan_crawler.desk.plots.periods import Step
from balkan_crawler.desk.rows import rows_of
from balkan_crawler.text.differences import Fate, Run, changed_paragraphs

if TYPE_CHECKING:
    from balkan_crawler.desk.desk import Desk
    from balkan_crawler.desk.numbers import Numbers
    from balkan_crawler.desk.page import Asked
    from balkan_crawler.desk.rows import Rows

WAIT: Final = 2.5
"""Seconds that a page waits for its numbers when the desk was just opened."""
_PLOT_DAYS: Final = 14
_COUNTRIES: Final = 6
"""So many countries have a colour; the others share one."""
_OUTLETS: Final = 12
_FINDINGS: Final = 8
_LANGUAGES: Final = 10


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
    rows = rows_of(numbers, last)
    judged = desk.prepared.get("judged")
    values = {
        "at": kept.at,
        "day": last,
        "is_today": last == today,
        "is_old": numbers.is_old,
        "all": rows.all,
        "active": sum(row.today > 0 for row in rows.outlets),
        "countries": rows.countries,
        "outlets": [row for row in rows.outlets[:_OUTLETS] if row.week],
        "outlet_count": len(numbers.outlets),
        "names_of": {key: line.name for key, line in numbers.outlets.items()},
        "plot": _plot(rows, last),
        "week_begin": last - timedelta(days=WEEK - 1),
        "copied": numbers.copied,
        "headlines": [(each, *_marked(each.before, each.after)) for each in numbers.headlines],
        "newest": numbers.newest,
        "judged": judged.value if judged else None,
        "findings": judged.value.findings[:_FINDINGS] if judged else (),
        **_languages(numbers),
    }
    return Page(template="front.html", values=values)


def counting() -> Page:
    """Say that the numbers are not made yet; the page comes again by itself."""
    return Page(template="counting.html", status=503, headers={"Retry-After": "3"})


def _marked(before: str, after: str) -> tuple[list[Run], list[Run]]:
    """Give both states of a headline in runs of words, those that only one of them has with their fate."""
    changed = changed_paragraphs(before, after)
    runs = changed[0] if changed else (Run(after),)
    return [run for run in runs if run.fate is not Fate.ADDED], [run for run in runs if run.fate is not Fate.REMOVED]


def _plot(rows: Rows, last: date) -> dict[str, object] | None:
    """Draw the last days, the countries with most in colours; nothing where all is of one day."""
    first = last - timedelta(days=_PLOT_DAYS - 1)
    whole = sum(rows.days.values(), Counter[date]())
    with_any = [day for day, articles in whole.items() if articles and first <= day <= last]
    if len(with_any) < 2:
        return None
    first = min(min(with_any), last - timedelta(days=WEEK - 1))
    named = [row.key for row in rows.countries[:_COUNTRIES]]
    others = sum((rows.days[row.key] for row in rows.countries[_COUNTRIES:]), Counter[date]())
    series = [rows.days[code] for code in named] + ([others] if others else [])
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
