"""`balkan-crawler run`: crawl without end, each outlet by its own rhythm, and do the rest by the clock."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.choosing import chosen_outlets, crawled_country, crawled_language
from balkan_crawler.cli.completion import outlet_keys
from balkan_crawler.cli.configured import VARIABLES, configuration
from balkan_crawler.cli.crawling_process import CrawlOrder, python_words
from balkan_crawler.cli.logs import log_format, logged
from balkan_crawler.cli.options import CONTEXT, CrawlOptions, crawl_options, hint_at_contact
from balkan_crawler.cli.progress import Progress, watched
from balkan_crawler.cli.rhythm import Rhythm, rhythm_options
from balkan_crawler.cli.schedule_options import schedule_options
from balkan_crawler.cli.tables import say
from balkan_crawler.data import Unreadable, read_own_file
from balkan_crawler.supervision.crawler import Crawler, End
from balkan_crawler.supervision.state import State
from balkan_crawler.supervision.supervisor import NIGHT, Supervisor, Work
from balkan_crawler.supervision.systemd import ServiceManager
from balkan_crawler.supervision.tasks import Errand, LastTimes, Task, read_tasks, tasks_of, without_notification
from balkan_crawler.supervision.telling import Teller
from balkan_crawler.supervision.units import KINDS, this_program, unit
from balkan_crawler.text.counting import counted
from balkan_crawler.version import __version__
from balkan_crawler.warc.folder import PageFolder

if TYPE_CHECKING:
    from balkan_crawler.location import Location
    from balkan_crawler.model import Outlet
    from balkan_crawler.supervision.occasions import Occasions

logger = logging.getLogger(__name__)
logger.addHandler(logging.NullHandler())  # else Python prints warnings that no log takes, beside `_tell`

_PROGRAM: Final = "from balkan_crawler.cli.run_duty import main; main()"


def _print_unit(context: click.Context, parameter: click.Parameter, kind: str | None) -> None:
    if kind is not None and not context.resilient_parsing:
        click.echo(unit(kind, this_program()), nl=False)
        context.exit()


def _one_process(context: click.Context, parameter: click.Parameter, count: str | None) -> None:
    if count is not None:
        raise click.UsageError(
            "a run crawls in one process; start `run` as often as you like, here or on other machines: over one "
            "database they share the sites, and each task of the schedule is done by one of them."
        )


@click.command(context_settings=CONTEXT)
@click.argument("names", nargs=-1, metavar="[OUTLET]...", shell_complete=outlet_keys)
@crawled_country
@crawled_language
@rhythm_options
@schedule_options
@click.option(
    "--status",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Keep how it goes in this file, as JSON, renewed every ten seconds.",
)
@click.option(
    "--metrics",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The same for Prometheus, as its textfile collector reads it (NAME.prom).",
)
@click.option(
    "--print-unit",
    type=click.Choice(KINDS),
    expose_value=False,
    is_eager=True,
    callback=_print_unit,
    help="Print a systemd unit that runs this installation, and end.",
)
@click.option("--processes", hidden=True, expose_value=False, callback=_one_process, help="Of `crawl` alone.")
@click.option("--tasks", "tasks_file", type=click.Path(path_type=Path), hidden=True, help="Other tasks than ours.")
@log_format
@partial(crawl_options, ends=False)
@click.pass_context
def command(
    context: click.Context,
    options: CrawlOptions,
    names: tuple[str, ...],
    countries: tuple[str, ...],
    languages: tuple[str, ...],
    rhythm: Rhythm,
    occasions: Occasions,
    status: Path | None,
    metrics: Path | None,
    tasks_file: Path | None,
    log_format: str,
) -> None:
    """Crawl without end: each outlet by its own rhythm, until you stop it. It takes the place of cron.

    At night it maintains the archive, hourly it looks at the outlets' health, weekly it sends the digest: commands of
    this program, with notification as balkan.toml says. Of several runs over one database, on however many machines,
    one does each. A database that is locked, a full disk or a network that is down is told of and waited for.

    SIGTERM and Ctrl-C finish what is in flight; a second one ends it at once. So does a terminal that is closed;
    without one, SIGHUP reads the outlets files anew.

    Exit codes: 0 stopped, 2 wrong usage, 3 could not run, and never can.

    Example: balkan-crawler run --country AL --status status.json
    """
    streams.be_courteous()
    manager = ServiceManager.of(os.environ)
    choice = _Choice(partial(chosen_outlets, context, options.files, names, countries, languages))
    if options.keep_pages is not None:
        PageFolder(options.keep_pages).make()
    now = datetime.now(UTC)
    tasks = _own_tasks(tasks_file) if tasks_file is not None else read_tasks()
    if configuration(context).notification is None:
        tasks = tuple(map(without_notification, tasks))
    if options.location.is_server:
        tasks = tuple(replace(task, alone=False) for task in tasks)  # nothing there needs the database for itself
    last = LastTimes(options.location.beside("-run.json"), [NIGHT, *(task.name for task in tasks)], now)
    state = State(database=str(options.location), version=__version__, pid=os.getpid(), started=now)
    state.outlets = len(choice.outlets)
    log_is_shown = bool(options.verbose) or (log_format == "json" and options.log_file is None)
    with logged(options.log_file, log_format, verbose=options.verbose, beside=options.location):
        hint_at_contact(options, is_logged=log_format == "json" and options.log_file is None)
        tell = partial(_tell, quiet=options.quiet, is_logged=log_is_shown)
        settings = rhythm.settings | {"BALKAN_ASKED": False}

        async def crawl() -> Crawler:
            state.outlets = len(choice.outlets)
            order = CrawlOrder(options=options, settings=settings, outlets=choice.outlets, log_format=log_format)
            return await Crawler.start(python_words(), order.packed())

        work = Work(
            database=options.location,
            environment=_environment(options.location),
            read=choice.read,
            crawl=crawl,
            words=partial(_words, context, options),
            tell=tell,
        )
        supervisor = Supervisor(work, state, tasks, occasions, last)
        teller = Teller(supervisor, manager, status, metrics, partial(tell, logging.WARNING))
        begins = f"crawling {counted(state.outlets, 'outlet')} into {options.location} until it is stopped"
        tell(logging.INFO, f"{begins} (process {state.pid})")
        shown = options.shows_progress and log_format == "text"
        with watched(partial(_look, state), "", shown=shown):
            end = asyncio.run(_work(supervisor, teller))
        tell(logging.INFO, f"stopped: {state.line.partition('; ')[2]}")
    if end is not None:
        say(f"balkan-crawler: {end.error}", err=True)
        context.exit(3)


@dataclass(slots=True)
class _Choice:
    """The outlets that are crawled, and the way to read them anew."""

    _choose: Callable[[], list[Outlet]]
    outlets: tuple[Outlet, ...] = ()

    def __post_init__(self) -> None:
        self.read()

    def read(self) -> bool:
        """Read them anew; says whether they are others now. Raises as `chosen_outlets`; the old ones stay then."""
        former, self.outlets = self.outlets, tuple(self._choose())
        return self.outlets != former


async def _work(supervisor: Supervisor, teller: Teller) -> End | None:
    """Supervise until a signal comes, and tell how it goes."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        _on_signal(loop, number, partial(_stop, supervisor, teller))
    if hasattr(signal, "SIGHUP"):
        has_terminal = sys.stdin is not None and sys.stdin.isatty()  # which hangs up when it is closed
        _on_signal(loop, signal.SIGHUP, partial(_stop, supervisor, teller) if has_terminal else supervisor.reload)
    telling = asyncio.create_task(teller.keep())
    try:
        return await supervisor.run()
    finally:
        telling.cancel()
        teller.write()


def _stop(supervisor: Supervisor, teller: Teller) -> None:
    teller.manager.stopping()
    supervisor.stop()


def _on_signal(loop: asyncio.AbstractEventLoop, number: int, act: Callable[[], None]) -> None:
    try:
        loop.add_signal_handler(number, act)
    except NotImplementedError:  # Windows
        signal.signal(number, lambda *_: loop.call_soon_threadsafe(act))


def _words(context: click.Context, options: CrawlOptions, errand: Errand) -> list[str]:
    """Make the command line of a task: on the same database, by the same configuration file.

    A URL may hold a password, and everybody sees command lines: it goes by the environment.
    """
    file = configuration(context).file
    named = ["--config", str(file)] if file is not None else []
    database = None if options.location.is_server else str(options.location.absolute())
    words = [*named, *(["--db", database] if database is not None else []), *errand.task.arguments]
    return [*python_words(_PROGRAM), errand.packed(database), *words]


def _environment(location: Location) -> dict[str, str] | None:
    """Give the environment of a task, with the URL of a database on a server."""
    return None if location.url is None else {**os.environ, VARIABLES["database"]: location.url}


def _own_tasks(file: Path) -> tuple[Task, ...]:
    table = read_own_file(file)
    if isinstance(table, Unreadable):
        raise click.UsageError(f"--tasks {file} {table.reason}")
    return tuple(tasks_of(table))


def _tell(level: int, line: str, *, quiet: bool, is_logged: bool) -> None:
    """Log a line, and print it where the log goes elsewhere."""
    logger.log(level, "%s", line)
    if not is_logged and (level > logging.INFO or not quiet):
        say(line, err=True)


def _look(state: State) -> Progress:
    """Say how it goes, for the display of a terminal."""
    doing, _, found = state.line.partition("; ")
    due = state.report.next_due if state.report is not None and not state.report.at_work else None
    counts = [*found.split(", "), *([f"next at {datetime.fromisoformat(due):%H:%M:%S} UTC"] if due else [])]
    return Progress(share=None, done=doing, counts=tuple(counts))
