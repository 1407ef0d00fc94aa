"""`balkan-crawler stats`: what the archive holds, and how each outlet does."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.bars import bars
from balkan_crawler.cli.causes import cause_of
from balkan_crawler.cli.choosing import stored_countries, stored_outlets
from balkan_crawler.cli.maintenance_rules import disk
from balkan_crawler.cli.options import CONTEXT, as_json, check_codes, check_outlets, database, open_to_read
from balkan_crawler.cli.tables import Column, numbers, say, show
from balkan_crawler.location import Location
from balkan_crawler.report import (
    AS_EXPECTED,
    FailingSource,
    Fault,
    Fetches,
    OutletHealth,
    Problem,
    archive_totals,
    articles_by_country,
    failing_source,
    fetches,
    odd_inputs,
    outlet_health,
    problems,
    visits_by_outcome,
)
from balkan_crawler.revisiting.outcome_words import outcomes_in_words
from balkan_crawler.revisiting.schedule import OFTEN
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from balkan_crawler.health import Finding
    from balkan_crawler.storage import OutletPast, OutletStatistics, Statistics

MOST_ROWS: Final = 20
"""So many outlets with problems, and failing sources, are shown where not all are asked for."""
DAYS: Final = 14
"""So many days have a bar each."""
_OF_SOURCES: Final = frozenset({"feed-gone", "source-dead"})
"""Findings that say what is said of failing sources already."""
MOST_KINDS: Final = 6
"""So many kinds of pages and odd inputs are named in the overview."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """An outlet with what is wrong of it."""

    health: OutletHealth
    problems: tuple[Problem, ...]
    findings: tuple[Finding, ...]
    """What is wrong by the outlet's own past; what ``problems`` say of it, too, is left out."""
    days: tuple[int, ...]
    """The articles of each of the last days, today among them."""

    @property
    def in_words(self) -> str:
        """What is wrong, in a line."""
        said = [_problem_in_words(problem) for problem in self.problems]
        return "; ".join(said + [f"{finding.words} since {finding.since}" for finding in self.findings])

    @property
    def is_wrong(self) -> bool:
        """Whether anything is."""
        return bool(self.problems or self.findings)


_SORTS: Final = {
    "outlet": lambda row: row.health.outlet,
    "country": lambda row: (row.health.country, row.health.outlet),
    "articles": lambda row: (-row.health.articles, row.health.outlet),
    "a-day": lambda row: (-row.health.articles_a_day, row.health.outlet),
    "newest": lambda row: (row.health.latest or "", row.health.outlet),
    "problems": lambda row: (_worst(row), -len(row.problems) - len(row.findings), row.health.outlet),
}
"""Orders of the table of outlets; ``newest`` begins with the outlet that has been silent longest."""


@click.command(context_settings=CONTEXT)
@database
@stored_outlets
@stored_countries
@click.option("--by-country", is_flag=True, help="Sum the outlets up by country.")
@click.option("--all", "everything", is_flag=True, help="Show every outlet, not only those with a problem.")
@click.option(
    "--sort", type=click.Choice(list(_SORTS)), help="Sort the outlets; by problems, or with --all by their keys."
)
@as_json
def command(
    location: Location,
    keys: tuple[str, ...],
    countries: tuple[str, ...],
    by_country: bool,
    everything: bool,
    sort: str | None,
    json_wanted: bool,
) -> None:
    """Say what the archive holds, how it grew, and what is wrong with which outlet.

    An outlet is shown where its last crawl failed, where it found nothing, where its articles lack texts or dates,
    where feeds, sitemaps or section pages fail (of these the address is given, with since when and why), or where
    `balkan-crawler health` finds that it is not as usual. The bars are the articles of each of the last days. In a pipe
    all outlets are given, a line each, with tabs between the cells.

    Example: balkan-crawler stats --country AL --all
    """
    from balkan_crawler.health import days_needed, judge

    if by_country and sort not in (None, "country", "articles", "a-day"):
        raise click.UsageError(f"countries cannot be sorted by {sort}; by country, articles or a-day.")
    check_codes(countries, ())
    now = datetime.now(UTC)
    with open_to_read(location) as store:
        check_outlets(store, keys)
        statistics, failing = store.statistics(), store.failing_sources(OFTEN)
        pasts = store.pasts(*days_needed(now))
    room = disk(click.get_current_context(), location)
    chosen = [
        outlet
        for outlet in statistics.outlets
        if (not keys or outlet.outlet in keys) and (not countries or outlet.country in countries)
    ]
    if countries and not chosen:
        there = ", ".join(sorted({outlet.country for outlet in statistics.outlets})) or "none"
        raise click.UsageError(f"no outlet of {', '.join(sorted(countries))} is in {location}; there are: {there}.")
    named = {outlet.outlet for outlet in chosen}
    sources = [failing_source(state) for state in failing if state.outlet in named]
    of_outlet = Counter(source.outlet for source in sources)
    findings = judge(pasts, now).findings
    days = {past.key: _last_days(past, now.date()) for past in pasts}
    rows = [
        _Row(
            health=outlet_health(outlet),
            problems=problems(outlet, of_outlet[outlet.outlet]),
            findings=tuple(
                finding for finding in findings if finding.outlet == outlet.outlet and finding.kind not in _OF_SOURCES
            ),
            days=days[outlet.outlet],
        )
        for outlet in chosen
    ]
    rows.sort(key=_SORTS[sort or ("outlet" if everything or keys else "problems")])
    if json_wanted:
        answer = _as_json(statistics, chosen, rows, sources) | {"disk": asdict(room)}
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    elif by_country:
        _print_countries(rows, sort)
    elif streams.width_of_terminal() is None:
        _print_lines(rows)
    else:
        for line in (*_overview(statistics, chosen), _line("disk", room.text)):
            say(line, indent=10)
        _print_outlets(rows, everything=everything or bool(keys), order=sort)
        _print_sources(sources)


def _as_json(
    statistics: Statistics, chosen: Sequence[OutletStatistics], rows: Sequence[_Row], sources: Sequence[FailingSource]
) -> dict[str, object]:
    counts = {outlet.outlet: outlet for outlet in chosen}
    return {
        "totals": archive_totals(statistics, chosen),
        "countries": articles_by_country(chosen),
        "outcomes": visits_by_outcome(chosen),
        "fetches": asdict(fetches(chosen)),
        "oddities": odd_inputs(chosen),
        "outlets": [
            asdict(row.health)
            | {
                "problems": [asdict(problem) for problem in row.problems]
                + [{"fault": finding.kind, "detail": finding.evidence} for finding in row.findings],
                "last_days": list(row.days),
                "outcomes": dict(counts[row.health.outlet].outcomes),
                "oddities": dict(counts[row.health.outlet].oddities),
            }
            for row in rows
        ],
        "failing_sources": [asdict(source) for source in sources],
    }


def _overview(statistics: Statistics, chosen: Sequence[OutletStatistics]) -> Iterator[str]:
    """Say what the chosen outlets have brought, a line a matter, in plain words."""
    whole = archive_totals(statistics, chosen)
    first, last = whole["first_day"], whole["last_day"]
    when = "" if not first else f", of {first}" if first == last else f", of {first} to {last}"
    number = {name: value for name, value in whole.items() if isinstance(value, int)}
    yield _line("articles", f"{number['articles']:,}{when}; {counted(number['words'], 'word')}")
    countries = ", ".join(f"{country} {count:,}" for country, count in articles_by_country(chosen).items())
    yield _line("outlets", f"{number['outlets']:,}; articles by country: {countries or 'none'}")
    yield _line("copies", f"{counted(number['duplicates'], 'article')} told a story that another one had told before")
    back = f"; {counted(number['alternating'], 'article')} went back and forth" if number["alternating"] else ""
    yield _line("edits", f"{number['edits']:,} seen after publication{back}")
    if len(chosen) == len(statistics.outlets):
        yield _line("teasers", f"{counted(number['teasers'], 'link')} from articles to other stories")
    if number["locked"]:
        yield _line("paywall", f"{counted(number['locked'], 'article')} could not be read whole")
    yield from _fetch_lines(fetches(chosen))
    visits = visits_by_outcome(chosen)
    others = {outcome: pages for outcome, pages in visits.items() if outcome not in AS_EXPECTED}
    if visits:
        yield _line("others", outcomes_in_words(_first(others)) or "every page was an article")
    odd = ", ".join(f"{name} {count:,}" for name, count in _first(odd_inputs(chosen)).items())
    if odd:
        yield _line("put right", odd)


def _fetch_lines(sums: Fetches) -> Iterator[str]:
    """Say what was fetched, and what the revisits cost and found."""
    polls, pages = counted(sums.polls, "poll"), counted(sums.pages, "page")
    yield _line("fetched", f"{polls} of feeds, sitemaps and section pages; {pages}")
    found = f"{counted(sums.revisits_with_an_edit, 'edit')} found"
    planned = f"{counted(sums.planned, 'article')} to be visited again"
    yield _line("again", f"{counted(sums.revisits, 'revisit')} ({sums.added:.1%} more), {found}; {planned}")


def _first(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(list(counts.items())[:MOST_KINDS])


def _line(label: str, text: str) -> str:
    return f"{label:<9} {text}"


def _worst(row: _Row) -> int:
    order = list(Fault)
    least = len(order) if row.findings else len(order) + 1
    return min((order.index(problem.fault) for problem in row.problems), default=least)


def _problem_in_words(problem: Problem) -> str:
    if problem.fault is Fault.SOURCES:
        return f"{counted(int(problem.detail), 'source')} {'fails' if problem.detail == '1' else 'fail'}"
    if problem.fault is Fault.FAILED:
        return f"{problem.fault}: {cause_of(problem.detail)}" if problem.detail else problem.fault
    if problem.fault in (Fault.NO_TEXT, Fault.NO_DATE):
        return f"{problem.detail} {problem.fault}"
    return f"{problem.fault} {problem.detail}".strip()


def _print_outlets(rows: Sequence[_Row], *, everything: bool, order: str | None) -> None:
    """Print the outlets with a problem, or all; those that were never crawled are only counted, where not all are."""
    click.echo()
    crawled = [row for row in rows if everything or not _is_new(row)]
    told = [row for row in crawled if everything or row.is_wrong]
    shown = told if everything else told[:MOST_ROWS]
    if shown:
        by = order or ("outlet" if everything else "problems")
        show(
            (
                Column("outlet"),
                *numbers("articles"),
                *numbers("a day", optional=True),
                Column(f"{DAYS} days", optional=True),
                Column("newest"),
                *numbers("copies", "edits", "waiting", optional=True),
                Column("what is wrong", text=True),
            ),
            [_cells(row) for row in shown],
            f"Articles in all and a day. Newest: its time of publication, in UTC. Sorted by {by}.",
        )
    fine = len(crawled) - sum(row.is_wrong for row in crawled)
    said = [f"{fine:,} of {counted(len(rows), 'outlet')} without a problem"]
    if len(shown) < len(told):
        said.append(f"{counted(len(told) - len(shown), 'more outlet')} with a problem")
    if len(crawled) < len(rows):
        said.append(f"{counted(len(rows) - len(crawled), 'outlet')} never crawled")
    say("; ".join(said) + ("" if everything else ". --all shows every outlet."))


def _is_new(row: _Row) -> bool:
    return any(problem.fault is Fault.NEVER_CRAWLED for problem in row.problems)


def _cells(row: _Row) -> tuple[object, ...]:
    health = row.health
    newest = health.latest[:16].replace("T", " ") if health.latest else "-"
    counts = (health.duplicates, health.edits, health.waiting)
    first = (health.outlet, health.articles, f"{health.articles_a_day:,}", bars(row.days), newest)
    return *first, *counts, row.in_words or "-"


def _last_days(past: OutletPast, today: date) -> tuple[int, ...]:
    """Give an outlet's articles of each of the last days."""
    articles = {day.day: day.articles for day in past.days}
    return tuple(articles.get(today - timedelta(days=ago), 0) for ago in reversed(range(DAYS)))


def _rate(number: float) -> float:
    """Round a number of articles a day: a small one to a tenth."""
    return round(number, 1) if number < 10 else round(number)


def _print_countries(rows: Sequence[_Row], order: str | None) -> None:
    """Print a line a country."""
    of_country: defaultdict[str, list[_Row]] = defaultdict(list)
    for row in rows:
        of_country[row.health.country].append(row)
    table = []
    for country, of in of_country.items():
        days = [sum(counts) for counts in zip(*(row.days for row in of), strict=True)]
        wrong = sum(row.is_wrong and not _is_new(row) for row in of)
        articles = sum(row.health.articles for row in of)
        table.append((country, len(of), articles, _rate(sum(days) / DAYS), bars(days), wrong))
    sorts = {"articles": lambda cells: -cells[2], "a-day": lambda cells: -cells[3]}
    table.sort(key=sorts.get(order or "", lambda cells: cells[0]))
    columns = (Column("country"), *numbers("outlets", "articles", "a day"), Column(f"{DAYS} days"), *numbers("wrong"))
    caption = f"A day: articles of the last {DAYS} days, with their bars. Wrong: outlets with a problem."
    show(columns, table, caption)


def _print_lines(rows: Sequence[_Row]) -> None:
    """Print all that is known of the outlets for programs."""
    names = [name for name in OutletHealth.__dataclass_fields__ if name != "reason"]
    cells = ([getattr(row.health, name) for name in names] for row in rows)
    table = [(*values, row.health.reason, row.in_words) for values, row in zip(cells, rows, strict=True)]
    show([Column(name) for name in (*names, "reason", "problems")], table)


def _print_sources(sources: Sequence[FailingSource]) -> None:
    for source in sources[:MOST_ROWS]:
        since = f"since {source.since[:16].replace('T', ' ')} UTC" if source.since else "for long"
        why = f": {cause_of(source.reason)}" if source.reason else ""
        say(f"source fails {since} ({counted(source.failures, 'time')}): {source.outlet} {source.url}{why}")
    if len(sources) > MOST_ROWS:
        say(f"and {counted(len(sources) - MOST_ROWS, 'more source')} that fail; --json names them all")
