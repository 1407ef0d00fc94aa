"""One outlet: its rhythm, what its articles have, what is shared with others, and how it is crawled."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.languages import words_of
from balkan_crawler.desk.page import NOT_FOUND, Page, sentence
from balkan_crawler.desk.plots.bars import bar_plot
from balkan_crawler.desk.plots.grids import hour_grid
from balkan_crawler.desk.plots.periods import Step
from balkan_crawler.revisiting.outcome_words import outcome_in_words

if TYPE_CHECKING:
    from datetime import date

    from balkan_crawler.desk.desk import Desk
    from balkan_crawler.desk.page import Asked
    from balkan_crawler.storage import OutletDay, OutletLine, OutletPortrait

DAYS: Final = 90
"""So many days are shown."""
_LEAST_DAYS: Final = 14
"""So many days are drawn of an outlet that is not known for as long."""
_RUNS: Final = 10
_REPAIRS: Final = 10


def outlet(desk: Desk, asked: Asked) -> Page:
    """Show an outlet by its key."""
    key = asked.parts["key"]
    today = asked.reader.today(desk.now())
    with desk.reading() as store:
        lines = {line.key: line for line in store.outlet_lines(today + timedelta(days=1))}
        if key not in lines:
            _ = words_of(asked.reader.language).gettext
            return sentence(_("There is no outlet of this name in the archive."), NOT_FOUND)
        line = lines[key]
        last = _last_day(line, today)
        first = last - timedelta(days=DAYS - 1)
        portrait = store.portrait(key, first, last)
        runs = store.last_crawls(key, _RUNS)
        repairs = store.repairs(key)
    judged = desk.prepared.get("judged")
    values = {
        "outlet": line,
        "names_of": {each.key: each.name for each in lines.values()},
        "first": first,
        "last": last,
        "is_old": last < today - timedelta(days=1),
        "portrait": portrait,
        "articles": sum(day.articles for day in portrait.days),
        "plot": _plot(portrait.days, first, last),
        "grid": _grid(portrait),
        "counted": _counted(portrait.days),
        "outcomes": [(outcome_in_words(name), pages) for name, pages in portrait.outcomes.items()],
        "pages": sum(portrait.outcomes.values()),
        "findings": judged.value.of_outlets.get(key, ()) if judged else None,
        "lacking": judged.value.lacking.get(key) if judged else None,
        "runs": runs,
        "repairs": repairs[: -_REPAIRS - 1 : -1],
    }
    return Page(template="outlet.html", values=values)


def _last_day(line: OutletLine, today: date) -> date:
    """Give today, or the day of the latest article where that is so long ago that nothing would be shown."""
    if line.latest_day is not None and line.latest_day <= today - timedelta(days=DAYS - 1):
        return line.latest_day
    return today


def _plot(days: tuple[OutletDay, ...], first: date, last: date) -> object:
    """Draw the days with articles; nothing where there are not two."""
    if len(days) < 2:
        return None
    first = max(first, min(days[0].day, last - timedelta(days=_LEAST_DAYS - 1)))
    return bar_plot([{day.day: day.articles for day in days}], first, last, step=Step.DAY)


def _grid(portrait: OutletPortrait) -> object:
    grid = hour_grid((day.day, day.hours) for day in portrait.days)
    return grid if grid.total else None


def _counted(days: tuple[OutletDay, ...]) -> dict[str, float]:
    """Give what the kept counts of all days say of them: shares behind a paywall, in a foreign language; words each."""
    articles = sum(day.articles for day in days)
    if not articles:
        return {}
    return {
        "locked": sum(day.locked for day in days) / articles,
        "other_language": sum(day.other_language for day in days) / articles,
        "words": round(sum(day.words for day in days) / articles),
    }
