"""`balkan-crawler crawl`: crawl outlets into the database."""

from __future__ import annotations

import gc
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.choosing import chosen_outlets, crawled_country, crawled_language
from balkan_crawler.cli.completion import outlet_keys
from balkan_crawler.cli.engine import crawl, make_settings
from balkan_crawler.cli.logs import log_format, logged
from balkan_crawler.cli.options import CONTEXT, CrawlOptions, crawl_options, hint_at_contact
from balkan_crawler.cli.rhythm import Rhythm, rhythm_options
from balkan_crawler.errors import NetworkUnavailableError
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scrapy.settings import Settings

    from balkan_crawler.extensions.workers.starting import Starter
    from balkan_crawler.model import Outlet
    from balkan_crawler.spiders.run_results import Order, Run

    Work = Callable[[Settings, Sequence[Outlet], Run], None]


@click.command(context_settings=CONTEXT)
@click.argument("names", nargs=-1, metavar="[OUTLET]...", shell_complete=outlet_keys)
@crawled_country
@crawled_language
@rhythm_options
@click.option("--dry-run", is_flag=True, help="Fetch nothing: say what is due, how many pages, and how long it takes.")
@click.option("--table", is_flag=True, help="Print the table of all outlets, also in a pipe or file.")
@click.option(
    "--processes",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    metavar="N",
    help="Crawl in N processes, which share the sites and the cores: for more outlets than one can fetch.",
)
@click.option(
    "--hint/--no-hint", default=True, hidden=True, help="Name the next step in the end; the demo has its own."
)
@log_format
@crawl_options
@click.pass_context
def command(
    context: click.Context,
    options: CrawlOptions,
    names: tuple[str, ...],
    countries: tuple[str, ...],
    languages: tuple[str, ...],
    rhythm: Rhythm,
    dry_run: bool,
    table: bool,
    processes: int,
    hint: bool,
    log_format: str,
) -> None:
    """Crawl outlets into the database: all of them, or only those you name.

    Outlets you name are polled at once; the others when they are due, often where there is much news and rarely where
    there is little. A second run fetches only what is new, and recent articles that may have been edited.

    On a terminal it shows how far it is, and in the end the outlets with news; elsewhere a summary and a line for each
    cause of failures.

    Exit codes: 0 done, 1 done but some outlets failed, 2 wrong usage, 3 could not run.

    Example: balkan-crawler crawl euronews_al --limit 20
    """
    starter = None if dry_run or processes > 1 else begin_workers(context)
    from balkan_crawler.cli import crawl_plan, crawl_report
    from balkan_crawler.spiders.run_results import Order

    outlets = chosen_outlets(context, options.files, names, countries, languages)
    if dry_run:
        revisits, limit = rhythm.revisits, options.limit
        plan = crawl_plan.plan_of(options.location, outlets, asked=bool(names), revisits=revisits, limit=limit)
        crawl_plan.tell(plan, json_wanted=options.json_wanted, table_wanted=table)
        return
    settings = make_settings(options, starter)
    more = rhythm.settings | {"BALKAN_ASKED": bool(names)}
    settings.setdict(more, priority="cmdline")
    work: Work | None = None
    if processes > 1:
        from balkan_crawler.cli.crawl_together import crawl_together

        work = partial(crawl_together, processes, options, more, log_format)
    run = perform(context, options, settings, Order.from_settings(settings), outlets, log_format, work)
    crawl_report.tell(
        run,
        quiet=options.quiet,
        json_wanted=options.json_wanted,
        table_wanted=table,
        is_logged=log_format == "json" and options.log_file is None,
        hint=hint,
    )
    if run.unreachable:
        raise NetworkUnavailableError(len(run.failed))
    context.exit(1 if run.failed and not run.is_drained else 0)


def begin_workers(context: click.Context) -> Starter | None:
    """Begin to start the workers of a crawl, which load what they need while this process does; for `make_settings`.

    Gives ``None`` where somebody else runs Scrapy's engine, who has workers already (`perform`).
    """
    from balkan_crawler.extensions.workers.starting import begun

    if context.obj is not None:
        return None
    gc.disable()  # what is imported until `crawl` has loaded all stays for good
    return context.with_resource(begun())


def perform(
    context: click.Context,
    options: CrawlOptions,
    settings: Settings,
    order: Order,
    outlets: list[Outlet],
    log_format: str,
    work: Work | None = None,
) -> Run:
    """Do what was ordered, show how it goes and log it; gives what came of it, or raises the error that stopped it.

    Raises `click.UsageError` for a log file that cannot be opened, `PagesUnwritableError` for a folder of pages. Who
    has Scrapy's engine running already hands in another `crawl`, as the ``obj`` of click's context; ``work`` wins.
    """
    from balkan_crawler.cli.crawl_progress import CrawlProgress
    from balkan_crawler.cli.progress import watched
    from balkan_crawler.spiders.run_results import Run
    from balkan_crawler.storage import open_store
    from balkan_crawler.warc.folder import PageFolder

    if not options.json_wanted:
        streams.be_courteous()
    if options.keep_pages is not None:
        PageFolder(options.keep_pages).make()  # as what is wrong with the database, below
    shown = options.shows_progress and log_format == "text"
    with logged(options.log_file, log_format, verbose=options.verbose, beside=options.location):
        open_store(options.location).close()  # what is wrong with the file is said before anything is fetched
        hint_at_contact(options, is_logged=log_format == "json" and options.log_file is None)
        run = Run(order=order, started=datetime.now(UTC))
        what = f"{order.span.first} to {order.span.last} of {outlets[0].key}" if order.span else ""
        begins = f"crawling {what or counted(len(outlets), 'outlet')} into {options.location}"
        reader = partial(open_store, options.location, read_only=True)
        with CrawlProgress(run, reader) as progress, watched(progress.look, begins, shown=shown):
            (work or context.obj or crawl)(settings, outlets, run)
    if run.error is not None:
        raise run.error
    return run
