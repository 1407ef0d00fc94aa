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
from balkan_crawler.cli.logs import log_format, logged
from balkan_crawler.cli.options import CONTEXT, CrawlOptions, crawl_options, hint_at_contact
from balkan_crawler.cli.rhythm import Rhythm, rhythm_options
from balkan_crawler.errors import NetworkUnavailableError
from balkan_crawler.manners.agent import user_agent
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scrapy.settings import Settings

    from balkan_crawler.extensions.workers.starting import Starter
    from balkan_crawler.model import Outlet
    from balkan_crawler.spiders.outlet import OutletSpider
    from balkan_crawler.spiders.run_results import Order, Run


@click.command(context_settings=CONTEXT)
@click.argument("names", nargs=-1, metavar="[OUTLET]...", shell_complete=outlet_keys)
@crawled_country
@crawled_language
@rhythm_options
@click.option("--dry-run", is_flag=True, help="Fetch nothing: say what is due, how many pages, and how long it takes.")
@click.option("--table", is_flag=True, help="Print the table of all outlets, also in a pipe or file.")
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
    starter = None if dry_run else begin_workers(context)
    from balkan_crawler.cli import crawl_plan, crawl_report
    from balkan_crawler.spiders.run_results import Order

    outlets = chosen_outlets(context, options.files, names, countries, languages)
    if dry_run:
        revisits, limit = rhythm.revisits, options.limit
        plan = crawl_plan.plan_of(options.location, outlets, asked=bool(names), revisits=revisits, limit=limit)
        crawl_plan.tell(plan, json_wanted=options.json_wanted, table_wanted=table)
        return
    settings = make_settings(options, starter)
    settings.setdict(rhythm.settings | {"BALKAN_ASKED": bool(names)}, priority="cmdline")
    run = perform(context, options, settings, Order.from_settings(settings), outlets, log_format)
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
    context.exit(1 if run.failed else 0)


def begin_workers(context: click.Context) -> Starter | None:
    """Begin to start the workers of a crawl, which load what they need while this process does; for `make_settings`.

    Gives ``None`` where somebody else runs Scrapy's engine, who has workers already (`perform`).
    """
    from balkan_crawler.extensions.workers.starting import begun

    if context.obj is not None:
        return None
    gc.disable()  # what is imported until `crawl` has loaded all stays for good
    return context.with_resource(begun())


def make_settings(options: CrawlOptions, starter: Starter | None) -> Settings:
    """Make Scrapy's settings of the options; the log is not Scrapy's (`balkan_crawler.cli.logs`)."""
    from scrapy.settings import Settings

    settings = Settings()
    settings.setmodule("balkan_crawler.settings", priority="project")
    changes = {
        "BALKAN_DB": options.location,
        "BALKAN_LIMIT": options.limit,
        "BALKAN_MINUTES": options.minutes,
        "BALKAN_CONTACT": options.contact,
        "BALKAN_ALLOW_PRIVATE": options.allow_private,
        "BALKAN_KEEP_PAGES": str(options.keep_pages) if options.keep_pages else None,
        "BALKAN_WORKER_STARTER": lambda: starter,  # a function, since Scrapy copies all other settings
        "USER_AGENT": user_agent(options.contact),
        "LOG_ENABLED": False,
    }
    settings.setdict({name: value for name, value in changes.items() if value is not None}, priority="cmdline")
    return settings


def perform(
    context: click.Context,
    options: CrawlOptions,
    settings: Settings,
    order: Order,
    outlets: list[Outlet],
    log_format: str,
) -> Run:
    """Do what was ordered, show how it goes and log it; gives what came of it, or raises the error that stopped it.

    Raises `click.UsageError` for a log file that cannot be opened, `PagesUnwritableError` for a folder of pages. Who
    has Scrapy's engine running already hands in another `crawl`, as the ``obj`` of click's context.
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
            (context.obj or crawl)(settings, outlets, run)
    if run.error is not None:
        raise run.error
    return run


def crawl(
    settings: Settings, outlets: Sequence[Outlet], run: Run, opened: Callable[[OutletSpider], None] | None = None
) -> None:
    """Run Scrapy until the crawl has ended; its engine can be started only once in a process.

    ``opened`` is called with the spider when the crawl begins, within the running loop.
    """
    from scrapy import signals
    from scrapy.crawler import AsyncCrawlerProcess

    from balkan_crawler.spiders.outlet import OutletSpider

    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(OutletSpider)
    crawler.signals.connect(_all_is_loaded, signal=signals.spider_opened)
    if opened is not None:
        crawler.signals.connect(opened, signal=signals.spider_opened)
    process.crawl(crawler, outlets=tuple(outlets), run=run)
    process.start()


def _all_is_loaded() -> None:
    """Collect garbage again, but not what was there before."""
    gc.freeze()
    gc.enable()
