"""What a crawl shows in the end: a table by outlet, a summary, a line a cause of failures, JSON for programs."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.causes import lines_by_cause
from balkan_crawler.cli.repair_words import WORDS, record_of
from balkan_crawler.cli.tables import Column, numbers, say, show
from balkan_crawler.model import RepairKind
from balkan_crawler.revisiting.outcome_words import outcomes_in_words
from balkan_crawler.spiders.run_summary import Totals, in_words, totals
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from balkan_crawler.spiders.run_results import OutletRun, Run

MOST_ROWS: Final = 20
"""So many outlets are shown on a terminal, those with most new articles, where the table was not asked for."""
MOST_NAMED: Final = 5


def tell(
    run: Run, *, quiet: bool, json_wanted: bool, table_wanted: bool = False, is_logged: bool = False, hint: bool = True
) -> None:
    """Print the end of a run: the table or JSON to standard output, summary and failures to standard error.

    The table is printed on a terminal, and elsewhere where it is ``table_wanted``. A run that ``is_logged`` to standard
    error has told there what came of it. ``hint`` names the database and the next step, on a terminal.
    """
    sums = totals(run, datetime.now(UTC))
    is_terminal = streams.width_of_terminal() is not None
    if json_wanted:
        click.echo(json.dumps(_as_json(run, sums), ensure_ascii=False, indent=2))
    elif run.outlets and (table_wanted or (is_terminal and not quiet)):
        _print_table(run, everything=table_wanted)
    if not is_logged:
        for line in _lines(run, sums, quiet=quiet):
            say(line, err=True)
    tell_of_keeping(run)
    if hint and is_terminal and run.was_answered and not (quiet or json_wanted or is_logged):
        _tell_next_step(run)


def tell_of_keeping(run: Run) -> None:
    """Say in a line where pages could not be kept to the end."""
    if run.keeping_ended is not None:
        say(f"{counted(run.kept, 'page')} kept, then no more: {run.keeping_ended}", err=True)


def failure_lines(run: Run) -> Iterator[str]:
    """Name the outlets that failed, by cause."""
    return lines_by_cause("failed", "outlet", ((each.outlet.key, each.reason or "") for each in run.failed))


def _lines(run: Run, sums: Totals, *, quiet: bool) -> Iterator[str]:
    if run.held:
        yield _held_line(run)
    if not quiet:
        if run.had_nothing_to_do:
            yield _nothing_line(run, datetime.now(UTC))
        elif run.outlets:
            yield in_words(run, sums)
            if run.not_due:
                yield f"{counted(len(run.not_due), 'outlet')} not due{_until(run, datetime.now(UTC))}"
        if sums.corrected:
            yield f"{counted(sums.corrected, 'article')} corrected: read anew once more was known of the outlet's pages"
        yield from _repair_lines(run)
        redesigned = redesigned_outlets(run)
        if redesigned:
            yield f"redesigned, and learned anew: {_named(redesigned)}"
    yield from failure_lines(run)
    if run.lost:
        told = [(each.outlet.key, each.reason or "") for each in run.lost]
        yield from lines_by_cause("left to the next run", "outlet", told)
    if not quiet:
        yield from _source_lines(run)


def _repair_lines(run: Run) -> Iterator[str]:
    """Name the outlets whose sources were repaired in this run, and those that have gone to another site."""
    steps = [repair for outlet in run.outlets.values() for repair in outlet.repairs]
    repaired = {step.outlet: WORDS[step.kind] for step in steps if step.kind is not RepairKind.SITE_MOVED}
    if repaired:
        named = [f"{key} ({words})" for key, words in sorted(repaired.items())]
        yield f"repaired: {counted(len(repaired), 'outlet')}: {_named(named)}; balkan-crawler repairs says why"
    for step in steps:
        if step.kind is RepairKind.SITE_MOVED:
            where = ", ".join(source.url for source in step.new)
            yield f"{step.outlet} leads to another site, {where}, which is not followed: balkan-crawler repairs --toml"


def redesigned_outlets(run: Run) -> list[str]:
    """Name the outlets whose pages were seen to be built otherwise than before."""
    return sorted(key for key, outlet in run.outlets.items() if outlet.oddities["redesigned"])


def _named(keys: list[str]) -> str:
    more = len(keys) - MOST_NAMED
    return ", ".join(keys[:MOST_NAMED]) + (f" and {counted(more, 'more outlet')}" if more > 0 else "")


def _source_lines(run: Run) -> Iterator[str]:
    """Name the sources that failed at outlets that did well otherwise: what is missing there, nobody would notice."""
    failed = [
        (outlet.outlet.key, reason)
        for outlet in run.outlets.values()
        if outlet not in run.failed
        for reason in outlet.failed_sources
    ]
    return lines_by_cause("source failed", "source", failed)


def _held_line(run: Run) -> str:
    processes = sorted({holder.partition(":")[2].partition(":")[0] for holder in run.held.values()})
    which = f"{counted(len(run.held), 'outlet')} of {run.order.database}"
    return f"another run (process {', '.join(processes)}) is at work on {which}; left to it"


def _until(run: Run, now: datetime) -> str:
    """Say until when nothing is due; the day where it is another one."""
    due = run.next_due
    if due is None:
        return ""
    return f" until {due:%H:%M} UTC" if due.date() == now.date() else f" until {due:%Y-%m-%d %H:%M} UTC"


def _nothing_line(run: Run, now: datetime) -> str:
    outlets = counted(len(run.not_due), "outlet")
    hint = "its site asked for patience" if run.order.asked else "outlets that you name are polled at once"
    return f"nothing to do: {outlets} not due{_until(run, now)}; {hint}"


def _tell_next_step(run: Run) -> None:
    database = str(run.order.database)
    option = "" if database == "balkan.db" else f" --db {database}"
    say(f"The articles are in {database}. Next: balkan-crawler search WORD{option}", err=True)
    if run.failed:
        say(f"A closer look at what failed: balkan-crawler outlets check {run.failed[0].outlet.key}", err=True)


def _print_table(run: Run, *, everything: bool) -> None:
    columns = (
        Column("outlet"),
        *numbers("new", "edited", "pages"),
        *numbers("again", "failed", optional=True),
        Column("other pages", text=True),
    )
    outlets = sorted(run.outlets.items(), key=lambda item: (-item[1].new, item[0]))
    told = [(key, outlet) for key, outlet in outlets if everything or outlet.counts]
    shown = told if everything else told[:MOST_ROWS]
    if not shown:
        return
    rest = counted(len(outlets) - len(shown), "more outlet")
    caption = "Articles and pages of this run. Again: fetched anew. Sorted by new."
    show(
        columns,
        [
            (key, outlet.new, outlet.edited, outlet.fetched, outlet.revisits, outlet.failed, _others(outlet))
            for key, outlet in shown
        ],
        caption + (f" {rest}: --table shows all." if len(shown) < len(outlets) else ""),
    )
    if streams.width_of_terminal() is not None:
        click.echo()


def _others(outlet: OutletRun) -> str:
    return outcomes_in_words({name: count for name, count in outlet.counts.most_common() if name != "article"})


def _as_json(run: Run, sums: Totals) -> dict[str, object]:
    return {
        "database": str(run.order.database),
        "started": run.started.isoformat(),
        "seconds": round(sums.seconds, 1),
        "stopped": run.stopped,
        "nothing_due_before": run.next_due.isoformat() if run.next_due and run.had_nothing_to_do else None,
        "new": sums.new,
        "edited": sums.edited,
        "corrected": sums.corrected,
        "pages": sums.pages,
        "revisits": sums.revisits,
        "failures": sums.failures,
        "pages_kept": run.kept,
        "keeping_ended": run.keeping_ended,
        "failed_outlets": [outlet.outlet.key for outlet in run.failed],
        "lost_outlets": [outlet.outlet.key for outlet in run.lost],
        "held_outlets": sorted(run.held),
        "redesigned_outlets": redesigned_outlets(run),
        "not_due_outlets": list(run.not_due),
        "not_due_before": run.next_due.isoformat() if run.next_due else None,
        "outlets": {
            key: {
                "state": outlet.state,
                "reason": outlet.reason,
                "new": outlet.new,
                "edited": outlet.edited,
                "corrected": outlet.corrected,
                "pages": outlet.fetched,
                "revisits": outlet.revisits,
                "failures": outlet.failed,
                "failed_sources": outlet.failed_sources,
                "outcomes": dict(outlet.counts),
                "oddities": dict(outlet.oddities),
                "repairs": [record_of(repair, None) for repair in outlet.repairs],
            }
            for key, outlet in sorted(run.outlets.items())
        },
    }
