"""What a crawl shows: live progress on a terminal, a table by outlet, one line for logs, JSON for programs."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli.options import WIDTH_OF_A_PIPE, counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.table import Table
    from rich.text import Text

    from balkan_crawler.spiders.run_results import OutletRun, Run


MOST_SOURCE_LINES: Final = 20
"""So many failed sources are named below the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """A run in numbers; ``seconds`` since its start, ``rate`` in pages a second."""

    outlets: int
    over: int
    failed: int
    pages: int
    revisits: int
    new: int
    edited: int
    failures: int
    seconds: float

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds if self.seconds else 0.0


def totals(run: Run, now: datetime) -> Totals:
    """Add up the outlets of a run."""
    outlets = list(run.outlets.values())
    return Totals(
        outlets=len(outlets),
        over=sum(outlet.over for outlet in outlets),
        failed=len(run.failed),
        pages=sum(outlet.fetched for outlet in outlets),
        revisits=sum(outlet.revisits for outlet in outlets),
        new=sum(outlet.new for outlet in outlets),
        edited=sum(outlet.edited for outlet in outlets),
        failures=sum(outlet.failed for outlet in outlets),
        seconds=(now - run.started).total_seconds(),
    )


@contextmanager
def progress(run: Run, outlets: int, *, shown: bool) -> Iterator[None]:
    """Show the run while it lasts, where standard error is a terminal; one line in its beginning elsewhere."""
    if not shown:
        yield
        return
    if not sys.stderr.isatty():
        click.echo(f"crawling {counted(outlets, 'outlet')} into {run.order.database}", err=True)
        yield
        return
    from rich.console import Console
    from rich.live import Live

    with Live(get_renderable=lambda: _line(run), console=Console(stderr=True), refresh_per_second=4, transient=True):
        yield


def _line(run: Run) -> Text:
    from rich.text import Text

    now = totals(run, datetime.now(UTC))
    return Text(
        f"outlets {now.over}/{now.outlets}   pages {now.pages}   new articles {now.new}   "
        f"failures {now.failures}   {now.rate:.1f} pages/s"
    )


def tell(run: Run, *, quiet: bool, json_wanted: bool) -> None:
    """Print the end of a run: the table or JSON to standard output, one summary line and failed outlets to error."""
    sums = totals(run, datetime.now(UTC))
    if json_wanted:
        click.echo(json.dumps(_as_json(run, sums), ensure_ascii=False, indent=2))
    if run.held:
        click.echo(_held_line(run), err=True)
    if quiet:
        for outlet in run.failed:
            click.echo(f"failed: {outlet.outlet.key}: {outlet.reason}", err=True)
        tell_of_keeping(run)
        return
    if not json_wanted and run.outlets:
        _print_table(run)
    if run.outlets or not run.held:
        click.echo(_summary_line(run, sums), err=True)
    if run.had_nothing_to_do:
        click.echo(_nothing_line(run, datetime.now(UTC)), err=True)
    for outlet in run.failed:
        click.echo(f"failed: {outlet.outlet.key}: {outlet.reason}", err=True)
    for line in _source_lines(run):
        click.echo(line, err=True)
    tell_of_keeping(run)


def tell_of_keeping(run: Run) -> None:
    """Say in a line where pages could not be kept to the end."""
    if run.keeping_ended is not None:
        click.echo(f"{counted(run.kept, 'page')} kept, then no more: {run.keeping_ended}", err=True)


def _source_lines(run: Run) -> Iterator[str]:
    """Name the sources that failed at outlets that did well otherwise: what is missing there, nobody would notice."""
    lines = [
        f"source failed: {outlet.outlet.key}: {reason}"
        for outlet in run.outlets.values()
        if outlet not in run.failed
        for reason in outlet.failed_sources
    ]
    yield from lines[:MOST_SOURCE_LINES]
    if len(lines) > MOST_SOURCE_LINES:
        yield f"and {counted(len(lines) - MOST_SOURCE_LINES, 'more source')}; --json names them all"


def _held_line(run: Run) -> str:
    processes = sorted({holder.partition(":")[2].partition(":")[0] for holder in run.held.values()})
    which = f"{counted(len(run.held), 'outlet')} of {run.order.database}"
    return f"another run (process {', '.join(processes)}) is at work on {which}; left to it"


def _nothing_line(run: Run, now: datetime) -> str:
    """Say until when nothing is due; the day where it is another one."""
    due = run.next_due
    if due is None:
        return "nothing is due"
    when = f"{due:%H:%M} UTC" if due.date() == now.date() else f"{due:%Y-%m-%d %H:%M} UTC"
    hint = "its site asked for patience" if run.order.asked else "outlets that you name are polled at once"
    return f"nothing is due before {when}; {hint}"


def _summary_line(run: Run, sums: Totals) -> str:
    how = "stopped early" if run.stopped else "done"
    edited = f", {sums.edited} edited" if sums.edited else ""
    revisits = f" ({sums.revisits} again)" if sums.revisits else ""
    return (
        f"{how}: {counted(sums.new, 'new article')}{edited}, {counted(sums.pages, 'page')}{revisits}, "
        f"{counted(sums.failures, 'failure')}, {counted(sums.outlets, 'outlet')} ({sums.failed} failed) "
        f"in {sums.seconds:.0f} s"
    )


def _print_table(run: Run) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table: Table = Table()
    counted = ("new", "edited", "pages", "revisits", "failures")
    for heading in ("outlet", *counted, "state", "other pages"):
        table.add_column(heading, justify="right" if heading in counted else "left")
    for key in sorted(run.outlets):
        outlet = run.outlets[key]
        numbers = (outlet.new, outlet.edited, outlet.fetched, outlet.revisits, outlet.failed)
        table.add_row(Text(key), *map(str, numbers), outlet.state, Text(_others(outlet)))
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH_OF_A_PIPE)
    console.print(table)


def _others(outlet: OutletRun) -> str:
    return ", ".join(f"{count} {outcome}" for outcome, count in outlet.counts.most_common() if outcome != "article")


def _as_json(run: Run, sums: Totals) -> dict[str, object]:
    return {
        "database": run.order.database,
        "started": run.started.isoformat(),
        "seconds": round(sums.seconds, 1),
        "stopped": run.stopped,
        "nothing_due_before": run.next_due.isoformat() if run.next_due else None,
        "new": sums.new,
        "edited": sums.edited,
        "pages": sums.pages,
        "revisits": sums.revisits,
        "failures": sums.failures,
        "pages_kept": run.kept,
        "keeping_ended": run.keeping_ended,
        "failed_outlets": [outlet.outlet.key for outlet in run.failed],
        "held_outlets": sorted(run.held),
        "outlets": {
            key: {
                "state": outlet.state,
                "reason": outlet.reason,
                "new": outlet.new,
                "edited": outlet.edited,
                "pages": outlet.fetched,
                "revisits": outlet.revisits,
                "failures": outlet.failed,
                "failed_sources": outlet.failed_sources,
                "outcomes": dict(outlet.counts),
                "oddities": dict(outlet.oddities),
            }
            for key, outlet in sorted(run.outlets.items())
        },
    }
