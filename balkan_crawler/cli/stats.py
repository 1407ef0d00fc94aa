"""`balkan-crawler stats`: what the archive holds, and how each outlet does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import click

from balkan_crawler.cli.completion import outlet_keys
from balkan_crawler.cli.options import CONTEXT, WIDTH_OF_A_PIPE, as_json, check_outlets, counted, database, open_to_read
from balkan_crawler.report import (
    Fetches,
    OutletHealth,
    archive_totals,
    articles_by_country,
    failing_source,
    fetches,
    odd_inputs,
    outlet_health,
    visits_by_outcome,
)
from balkan_crawler.revisiting.schedule import OFTEN


@click.command(context_settings=CONTEXT)
@database
@click.option(
    "--outlet",
    "keys",
    multiple=True,
    metavar="KEY",
    shell_complete=outlet_keys,
    help="Only this outlet. May be repeated.",
)
@as_json
def command(path: Path, keys: tuple[str, ...], json_wanted: bool) -> None:
    """Count articles, edits, copies, revisits and odd inputs; show each outlet's last crawl and health.

    Feeds, sitemaps and section pages that failed three times in a row or more are named, with since when and why.

    Example: balkan-crawler stats --outlet euronews_al
    """
    with open_to_read(path) as store:
        check_outlets(store, keys)
        statistics, failing = store.statistics(), store.failing_sources(OFTEN)
    failing = [state for state in failing if not keys or state.outlet in keys]
    chosen = [outlet for outlet in statistics.outlets if not keys or outlet.outlet in keys]
    whole = archive_totals(statistics, chosen)
    countries, outcomes = articles_by_country(chosen), visits_by_outcome(chosen)
    health = [outlet_health(outlet) for outlet in chosen]
    if json_wanted:
        outlets = [
            asdict(row) | {"outcomes": dict(outlet.outcomes), "oddities": dict(outlet.oddities)}
            for row, outlet in zip(health, chosen, strict=True)
        ]
        answer = {"totals": whole, "countries": countries, "outcomes": outcomes}
        answer |= {"fetches": asdict(fetches(chosen)), "oddities": odd_inputs(chosen), "outlets": outlets}
        answer["failing_sources"] = [asdict(source) for source in map(failing_source, failing)]
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    click.echo(_line("", {name.replace("_", " "): count for name, count in whole.items()}))
    click.echo(_line("articles by country: ", countries))
    click.echo(_line("visits by outcome: ", outcomes))
    click.echo(_fetches_line(fetches(chosen)))
    click.echo(_line("odd inputs: ", odd_inputs(chosen)))
    _print_table(health)
    for source in map(failing_source, failing):
        since = f"since {source.since[:16].replace('T', ' ')} UTC" if source.since else "for long"
        why = f": {source.reason}" if source.reason else ""
        click.echo(f"source fails {since} ({counted(source.failures, 'time')}): {source.outlet} {source.url}{why}")


def _line(label: str, counts: Mapping[str, int | str | None]) -> str:
    return label + (", ".join(f"{name} {'-' if count is None else count}" for name, count in counts.items()) or "none")


def _fetches_line(sums: Fetches) -> str:
    """Say what was fetched, and what the revisits cost and found."""
    reasons = ", ".join(f"{name} {count['fetched']} ({count['found']})" for name, count in sums.by_purpose.items())
    return (
        f"fetches: polls {sums.polls}, pages {sums.pages}, revisits {sums.revisits} ({sums.added:.1%} more), "
        f"{sums.revisits_with_an_edit} with an edit, {sums.planned} planned"
        + (f"; by reason (with an edit): {reasons}" if reasons else "")
    )


def _print_table(health: list[OutletHealth]) -> None:
    from rich.console import Console  # slow to import, and --json has no need of it
    from rich.table import Table
    from rich.text import Text

    table = Table()
    table.add_column("outlet", overflow="fold")
    table.add_column("articles", justify="right")
    table.add_column("a day", justify="right")
    table.add_column("latest", overflow="fold")
    for heading in ("body", "date", "copies", "edits", "revisits", "waiting", "failed", "odd"):
        table.add_column(heading, justify="right")
    table.add_column("last crawl", overflow="fold")
    for row in health:
        shares = ("-" if share is None else f"{share:.0%}" for share in (row.with_body, row.with_date))
        counts = map(str, (row.duplicates, row.edits, row.revisits, row.waiting, row.failed, row.odd))
        crawl = " ".join(filter(None, (row.state, row.last_crawl and row.last_crawl[:16], row.reason)))
        latest = row.latest[:16] if row.latest else "-"
        cells = (row.outlet, str(row.articles), str(row.articles_a_day), latest, *shares, *counts, crawl)
        table.add_row(*map(Text, cells))
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH_OF_A_PIPE)
    console.print(table)
