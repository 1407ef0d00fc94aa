"""How crawls go: the last runs, what failed and why, what is due and what waits, and the care of the archive."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.page import Page
from balkan_crawler.desk.pages.front import WAIT, counting
from balkan_crawler.desk.plots.bars import bar_plot
from balkan_crawler.desk.plots.periods import Step
from balkan_crawler.desk.workings import FETCHES_DAYS, by_fault
from balkan_crawler.revisiting.outcome_words import outcome_in_words
from balkan_crawler.revisiting.outcomes import Fault

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from balkan_crawler.desk.desk import Desk
    from balkan_crawler.desk.page import Asked
    from balkan_crawler.desk.workings import Workings

_SITES: Final = 6
"""So many sites of each process are named."""
_RUNS: Final = 25
_FAILED: Final = 50
_OUTCOMES: Final = 8
"""So many outcomes of each fault."""


def operations(desk: Desk, asked: Asked) -> Page:
    """Show how it goes."""
    kept = desk.prepared.get("workings", WAIT)
    if kept is None:
        return counting()
    workings: Workings = kept.value
    numbers = desk.prepared.get("numbers")
    with desk.reading() as store:
        now = desk.now()
        workers = store.workers(now)
        now += store.clock_skew()  # signs of life are written down by the server's clock
    sizes = workings.sizes
    values = {
        "at": kept.at,
        "names_of": {key: line.name for key, line in numbers.value.outlets.items()} if numbers else {},
        "work": workings,
        "workers": [(each, each.state(now), each.held[:_SITES]) for each in workers],
        "runs": workings.latest[:_RUNS],
        "totals": {
            name: sum(getattr(crawl, name) for crawl in workings.latest)
            for name in ("new", "edited", "fetched", "failed")
        },
        "failed": workings.failed[:_FAILED],
        "causes": _causes(workings),
        "visits": [sum(outcomes.values()) for outcomes in (workings.outcomes_of_days, workings.outcomes_of_week)],
        "plot": _plot(workings.fetches, kept.at.date()),
        "size": sizes[-1] if sizes else None,
        "growth": (sizes[-1].bytes - sizes[0].bytes) / (sizes[-1].day - sizes[0].day).days if len(sizes) > 1 else None,
        "size_since": sizes[0].day if sizes else None,
    }
    return Page(template="operations.html", values=values)


def _causes(workings: Workings) -> list[tuple[Fault, list[tuple[str, int, int]]]]:
    """Give what failed by whose fault it is: in words, with the counts of two days and of a week, most first."""
    lately = workings.outcomes_of_days
    causes = []
    for fault, outcomes in by_fault(workings.outcomes_of_week).items():
        lines = [(outcome_in_words(name), lately.get(name, 0), visits) for name, visits in outcomes.items()]
        causes.append((fault, lines[:_OUTCOMES]))
    return sorted(causes, key=lambda cause: list(Fault).index(cause[0]), reverse=True)


def _plot(fetches: Mapping[date, Mapping[str, int]], last: date) -> object:
    """Draw the fetches of two weeks: polls of sources, pages, and articles visited again."""
    if len(fetches) < 2:
        return None
    polls = {day: counts.get("poll", 0) for day, counts in fetches.items()}
    pages = {day: counts.get("page", 0) for day, counts in fetches.items()}
    revisits = {day: sum(counts.values()) - polls[day] - pages[day] for day, counts in fetches.items()}
    return bar_plot([pages, polls, revisits], last - timedelta(days=FETCHES_DAYS - 1), last, step=Step.DAY)
