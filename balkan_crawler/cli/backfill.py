"""`balkan-crawler backfill`: fetch what an outlet published in the past; Scrapy and the spider do the work."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from balkan_crawler.cli.completion import outlet_keys
from balkan_crawler.cli.days import Day
from balkan_crawler.cli.logs import log_format
from balkan_crawler.cli.options import CONTEXT, CrawlOptions, crawl_options
from balkan_crawler.cli.tables import say
from balkan_crawler.errors import NetworkUnavailableError
from balkan_crawler.revisiting.outcome_words import outcomes_in_words
from balkan_crawler.text.counting import about, counted

if TYPE_CHECKING:
    from balkan_crawler.model import Outlet
    from balkan_crawler.outlets import Catalogue
    from balkan_crawler.spiders.run_results import OutletRun, Plan, Run

_EARLIEST = date(1990, 1, 1)


@click.command(context_settings=CONTEXT)
@click.argument("name", metavar="OUTLET", shell_complete=outlet_keys)
@click.option("--from", "first", type=Day(), required=True, metavar="DAY", help="The first day, such as 2024-01-01.")
@click.option("--to", "last", type=Day(), metavar="DAY", help="The last day; today if not given.")
@click.option("--dry-run", is_flag=True, help="Only make the plan; say how many pages it has and how long it takes.")
@log_format
@crawl_options
@click.pass_context
def command(
    context: click.Context,
    options: CrawlOptions,
    name: str,
    first: date,
    last: date | None,
    dry_run: bool,
    log_format: str,
) -> None:
    """Fetch what an outlet published between two days, newest first.

    The plan comes from WordPress's open interface, or else from sitemaps, or else from archive and section pages. It is
    kept in the database, so a run that was stopped or killed resumes where it was and asks for nothing twice. It is as
    polite as a crawl. Pages known to be of other days are not fetched; an article that turns out to be of another day
    is stored under that day.

    Exit codes: 0 done, or stopped early as asked; 1 the outlet failed; 2 wrong usage; 3 could not run.

    Example: balkan-crawler backfill euronews_al --from 2024-01-01 --to 2024-12-31 --dry-run
    """
    from balkan_crawler.cli.crawl import begin_workers, perform
    from balkan_crawler.cli.engine import make_settings

    starter = begin_workers(context)
    from balkan_crawler.discovery import Span
    from balkan_crawler.outlets import choose, load_outlets
    from balkan_crawler.spiders.run_results import Order

    catalogue = load_outlets(*options.files)
    outlets = choose(catalogue, [name])
    today = datetime.now(ZoneInfo(outlets[0].timezone)).date()
    last = min(last or today, today)
    if first > last:
        raise click.UsageError(f"--from {first} is after --to {last}.")
    if first < _EARLIEST:
        raise click.UsageError(f"--from {first}: there was no web before {_EARLIEST}.")
    settings = make_settings(options, starter)
    order = replace(
        Order.from_settings(settings),
        span=Span(first, last),
        plan_only=dry_run,
        neighbours=_neighbours(outlets[0], catalogue),
    )
    run = perform(context, options, settings, order, outlets, log_format)
    _tell(run, name, quiet=options.quiet, json_wanted=options.json_wanted)
    if run.unreachable:
        raise NetworkUnavailableError(1)
    context.exit(1 if run.failed else 0)


def _neighbours(outlet: Outlet, catalogue: Catalogue) -> tuple[str, ...]:
    """Give the home pages of the other outlets on an outlet's host."""
    host = urlsplit(outlet.homepage).hostname
    others = (other.homepage for other in catalogue.values() if other.key != outlet.key)
    return tuple(homepage for homepage in others if urlsplit(homepage).hostname == host)


def _tell(run: Run, name: str, *, quiet: bool, json_wanted: bool) -> None:
    """Print the end of the run: the plan and what came of it; why it failed goes to standard error."""
    outlet = run.outlets.get(name)
    plan = outlet.plan if outlet is not None else None
    from balkan_crawler.cli.crawl_report import tell_of_keeping

    if json_wanted:
        click.echo(json.dumps(_as_json(run, name, outlet, plan), ensure_ascii=False, indent=2))
    elif outlet is None and not quiet:
        say(_why_not_begun(run, name), err=True)
    elif plan is not None and outlet is not None and not quiet:
        for line in _lines(run, outlet, plan):
            say(line)
    for failed in run.failed:
        say(f"failed: {failed.outlet.key}: {failed.reason}", err=True)
    tell_of_keeping(run)


def _why_not_begun(run: Run, name: str) -> str:
    if name in run.held:
        return f"another run is at work on {name}; left to it, try again when it has ended"
    until = f"until {run.next_due:%Y-%m-%d %H:%M} UTC" if run.next_due else "for a while"
    return f"{name} asked to be left alone {until}; try again later"


def _lines(run: Run, outlet: OutletRun, plan: Plan) -> list[str]:
    from balkan_crawler.spiders.run_results import OutletState

    roughly = " about" if plan.estimated else ""
    how = (
        "an estimate from a few of its pages"
        if plan.estimated
        else "counted"
        if plan.complete or plan.counted
        else "those found so far; the next run looks for the others"
    )
    undated = f", {plan.undated:,} of no known day" if plan.undated else ""
    lines = [
        f"planned from: {source}" for source in plan.sources or (["an earlier run's plan"] if plan.complete else [])
    ]
    days = f"{outlet.outlet.key}, {plan.span.first} to {plan.span.last}"
    lines.append(f"{days}:{roughly} {counted(plan.expected, 'page')} to fetch ({how}{undated})")
    pages = plan.expected if run.order.plan_only else plan.left
    if pages and plan.delay:
        pace = f"{plan.delay:g} s between two pages" if plan.delay >= 1 else f"{1 / plan.delay:g} pages a second"
        what = "that takes" if run.order.plan_only else "the rest takes"
        lines.append(f"{what} about {about(pages * plan.delay)}, at {pace}")
    if run.order.plan_only:
        return [*lines, f"asked for {counted(plan.documents, 'document')} of the plan and for no article"]
    others = outcomes_in_words({name: count for name, count in outlet.counts.most_common() if name != "article"})
    outside = f", {plan.outside:,} of them of other days" if plan.outside else ""
    state = "stopped early" if run.stopped else outlet.state
    if outlet.state is OutletState.POSTPONED:
        lines.append(f"the site asks for patience: {outlet.reason}")
    return [
        *lines,
        f"{state}: {counted(outlet.new, 'new article')}{outside}, {counted(outlet.fetched, 'page')} fetched, "
        f"{counted(outlet.failed, 'failure')}, "
        f"{plan.left:,} left" + (f"; other pages: {others}" if others else ""),
        *(["run the same command again to go on"] if plan.left or not plan.complete else []),
    ]


def _as_json(run: Run, name: str, outlet: OutletRun | None, plan: Plan | None) -> dict[str, Any]:
    span = run.order.span
    said: dict[str, Any] = {
        "outlet": name,
        "from": span.first.isoformat() if span else None,
        "to": span.last.isoformat() if span else None,
        "stopped": run.stopped,
        "state": outlet.state if outlet else "not begun",
        "reason": outlet.reason if outlet else _why_not_begun(run, name),
    }
    if plan is not None and outlet is not None:
        said |= {
            "planned_from": plan.sources,
            "documents": plan.documents,
            "expected": plan.expected,
            "estimated": plan.estimated,
            "undated": plan.undated,
            "complete": plan.complete,
            "left": plan.left,
            "outside": plan.outside,
            "new": outlet.new,
            "edited": outlet.edited,
            "pages": outlet.fetched,
            "failures": outlet.failed,
            "outcomes": dict(outlet.counts),
        }
    return said
