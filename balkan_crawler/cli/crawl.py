"""`balkan-crawler crawl`: crawl outlets into the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from balkan_crawler.cli.options import CONTEXT, Amount, as_json, database
from balkan_crawler.errors import NetworkUnavailableError
from balkan_crawler.revisiting.schedule import Polls, schedule

if TYPE_CHECKING:
    from scrapy.settings import Settings

    from balkan_crawler.model import Outlet
    from balkan_crawler.spiders.run_results import Run


@click.command(context_settings=CONTEXT)
@click.argument("names", nargs=-1, metavar="[OUTLET]...")
@click.option("--country", "countries", multiple=True, metavar="CODE", help="Only outlets of this country, such as RS.")
@click.option(
    "--language", "languages", multiple=True, metavar="TAG", help="Only outlets in this language, such as sq."
)
@database
@click.option(
    "--outlets",
    "files",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="A file of your own outlets; its tables win over the shipped ones. May be repeated.",
)
@click.option("--allow-private", is_flag=True, help="Also fetch addresses that are not public, such as 127.0.0.1.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Store at most N new articles an outlet.")
@click.option(
    "--days",
    type=Amount(min=0, min_open=True),
    default=7.0,
    show_default=True,
    help="How far back great sitemaps are read.",
)
@click.option("--minutes", type=Amount(min=0, min_open=True), metavar="M", help="Stop after so many minutes.")
@click.option(
    "--revisits",
    type=Amount(min=0),
    default=schedule().share,
    show_default=True,
    metavar="SHARE",
    help="Visit stored articles again for edits, at most this share of an outlet's other fetches; 0 is never.",
)
@click.option(
    "--shortest-poll",
    type=Amount(min=0, min_open=True),
    default=schedule().polls.shortest / timedelta(minutes=1),
    show_default=True,
    metavar="MINUTES",
    help="Poll no feed, sitemap or section page more often than this.",
)
@click.option(
    "--longest-poll",
    type=Amount(min=0, min_open=True),
    default=schedule().polls.longest / timedelta(minutes=1),
    show_default=True,
    metavar="MINUTES",
    help="Poll none more rarely than this, though it has no news.",
)
@click.option("--contact", metavar="ADDRESS", help="Your URL or e-mail address, told to the sites (User-Agent).")
@click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("-v", "--verbose", count=True, help="Log what happens to standard error; -vv logs all.")
@as_json
@click.option("--log-file", type=click.Path(path_type=Path, dir_okay=False), help="Log what happens to this file.")
@click.pass_context
def command(
    context: click.Context,
    names: tuple[str, ...],
    countries: tuple[str, ...],
    languages: tuple[str, ...],
    path: Path,
    files: tuple[Path, ...],
    json_wanted: bool,
    quiet: bool,
    verbose: int,
    limit: int | None,
    days: float,
    minutes: float | None,
    revisits: float,
    shortest_poll: float,
    longest_poll: float,
    contact: str | None,
    allow_private: bool,
    log_file: Path | None,
) -> None:
    """Crawl outlets into the database: all of them, or those that are named.

    Outlets that are named are polled at once, others when they are due: often where there is much news, rarely where
    there is none. A second run fetches only what is new, and what is young enough to have been edited.

    Ends with 0 (done), 1 (done, with outlets that failed), 2 (wrong use) or 3 (could not run).

    Example: balkan-crawler crawl euronews_al --limit 20
    """
    from balkan_crawler.cli import crawl_report
    from balkan_crawler.outlets import choose, load_outlets
    from balkan_crawler.spiders.run_results import Order, Run
    from balkan_crawler.storage import open_store

    if shortest_poll > longest_poll:
        raise click.UsageError(f"--shortest-poll {shortest_poll:g} is longer than --longest-poll {longest_poll:g}.")
    polls = Polls(shortest=timedelta(minutes=shortest_poll), longest=timedelta(minutes=longest_poll))
    outlets = choose(load_outlets(*files), names, countries, languages)
    open_store(path).close()  # what is wrong with the file is said before anything is fetched
    order = Order(
        database=str(path),
        asked=bool(names),
        limit=limit,
        days=days,
        minutes=minutes,
        revisits=revisits,
        polls=polls,
    )
    run = Run(order=order, started=datetime.now(UTC))
    settings = make_settings(contact, allow_private, verbose, log_file)
    with crawl_report.progress(run, len(outlets), shown=not (quiet or json_wanted or verbose)):
        (context.obj or crawl)(settings, outlets, run)
    if run.error is not None:
        raise run.error
    crawl_report.tell(run, quiet=quiet, json_wanted=json_wanted)
    if run.unreachable:
        raise NetworkUnavailableError(len(run.failed))
    context.exit(1 if run.failed else 0)


def make_settings(contact: str | None, allow_private: bool, verbose: int, log_file: Path | None) -> Settings:
    """Make Scrapy's settings of the options. Raises `click.UsageError` for a log file that cannot be written."""
    from scrapy.settings import Settings

    from balkan_crawler.manners.agent import user_agent

    if log_file is not None:
        try:
            log_file.open("a", encoding="utf-8").close()
        except OSError as error:
            raise click.UsageError(f"--log-file {log_file} cannot be written ({error.strerror}).") from error
    settings = Settings()
    settings.setmodule("balkan_crawler.settings", priority="project")
    changes = {
        "BALKAN_CONTACT": contact,
        "BALKAN_ALLOW_PRIVATE": allow_private,
        "USER_AGENT": user_agent(contact),
        "LOG_ENABLED": bool(verbose or log_file),
        "LOG_FILE": str(log_file) if log_file else None,
        "LOG_LEVEL": "DEBUG" if verbose > 1 else "INFO",
    }
    settings.setdict(changes, priority="cmdline")
    return settings


def crawl(settings: Settings, outlets: list[Outlet], run: Run) -> None:
    """Run Scrapy until the crawl has ended; its engine can be started only once in a process.

    Who has an engine running already hands in another way, as the ``obj`` of click's context.
    """
    from scrapy.crawler import AsyncCrawlerProcess

    from balkan_crawler.spiders.outlet import OutletSpider

    process = AsyncCrawlerProcess(settings)
    process.crawl(OutletSpider, outlets=tuple(outlets), run=run)
    process.start()
