"""`balkan-crawler maintain`: the care of the archive that is due."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.maintenance_rules import pages_in_force, rules_in_force
from balkan_crawler.cli.notify import channels_to_tell, say_results
from balkan_crawler.cli.options import CONTEXT, as_json, database, open_to_read, open_to_write
from balkan_crawler.cli.tables import wrapped
from balkan_crawler.errors import StoreMissingError
from balkan_crawler.location import Location
from balkan_crawler.notification import Notice, tell

if TYPE_CHECKING:
    from balkan_crawler.maintenance import Result

_COLOURS: Final = {"waits": "yellow", "finding": "red", "failed": "red"}
_LABEL: Final = 9
"""Cells of a step's name."""


@click.command(context_settings=CONTEXT)
@database
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@click.option("--all", "everything", is_flag=True, help="Do every step now, due or not.")
@click.option("--vacuum", is_flag=True, help="Make the file smaller, however long no crawl can write meanwhile.")
@click.option(
    "--repair", is_flag=True, help="Look for damage, and make anew what can be: indexes and the search index."
)
@click.option("--notify", "is_notified", is_flag=True, help="Also send what is new by [notification] of balkan.toml.")
@as_json
@click.pass_context
def command(
    context: click.Context,
    /,
    location: Location,
    dry_run: bool,
    everything: bool,
    vacuum: bool,
    repair: bool,
    is_notified: bool,
    json_wanted: bool,
) -> None:
    """Do what the archive needs and what is due; may be called every hour, also beside a crawl.

    Once a week the database is looked through. Once a day what is older than you keep it is deleted, a backup is made,
    and free room is given back where it pays; [maintenance] of balkan.toml says what is kept and where backups go, and
    without it nothing is deleted. Each time the journal is written back, and the day foreseen when the disk is full.
    With --notify each channel is sent what failed or was found, once, and that it is over.

    Exit codes: 0 all is well, 1 a step failed or something was found, 3 could not run.

    Example: balkan-crawler maintain --dry-run
    """
    from balkan_crawler.maintenance import Job, maintain
    from balkan_crawler.maintenance.repairing import repair_database

    if repair and (dry_run or everything or vacuum):
        raise click.UsageError("--repair stands alone.")
    if is_notified and (dry_run or repair):
        raise click.UsageError("--notify tells what was done; leave out --dry-run and --repair.")
    channels = channels_to_tell(context) if is_notified else ()
    if not location.path.exists():
        raise StoreMissingError(str(location))
    now = datetime.now(UTC)
    if dry_run:
        with open_to_read(location):
            pass  # an archive of an older version is upgraded, and told of
    job = Job(
        path=location.path,
        rules=rules_in_force(context),
        pages=pages_in_force(context),
        everything=everything,
        vacuum=vacuum,
        dry_run=dry_run,
    )
    results: list[Result] = []
    for result in [repair_database(location.path, now)] if repair else maintain(job, now):
        results.append(result)
        if not json_wanted:
            _print(result)
    if json_wanted:
        shown = [
            {"step": result.step, "state": result.state, "text": result.text, "needs_somebody": result.needs_somebody}
            for result in results
        ]
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    if channels:
        notices = [
            Notice(key=result.key, title=result.title, text=result.text) for result in results if result.needs_somebody
        ]
        with open_to_write(location) as store:
            say_results(tell(notices, scope="maintenance", channels=channels, store=store, now=now))
    if any(result.needs_somebody for result in results):
        context.exit(1)


def _print(result: Result) -> None:
    line = f"{result.step:<{_LABEL}}  {'' if result.state not in _COLOURS else f'{result.state}: '}{result.text}"
    width = streams.width_of_terminal()
    first, *others = [line] if width is None else wrapped(line, width, indent=_LABEL + 2)
    label = click.style(first[:_LABEL], fg=_COLOURS.get(result.state, "green"))
    click.echo("\n".join([label + first[_LABEL:], *others]))
