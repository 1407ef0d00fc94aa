"""`balkan-crawler prune`: delete old articles."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import click

from balkan_crawler.cli import completion
from balkan_crawler.cli.days import Day
from balkan_crawler.cli.options import CONTEXT, as_json, check_outlets, database, open_to_write
from balkan_crawler.location import Location
from balkan_crawler.text.counting import counted


@click.command(context_settings=CONTEXT)
@database
@click.option(
    "--older-than",
    "before",
    type=Day(),
    required=True,
    metavar="AGE",
    help="Delete articles published before this: 2y, 18m, 90d, or a day such as 2024-01-01.",
)
@click.option(
    "--outlet",
    "outlets",
    multiple=True,
    metavar="KEY",
    shell_complete=completion.outlet_keys,
    help="Only of this outlet. May be repeated.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@as_json
def command(before: date, outlets: tuple[str, ...], location: Location, yes: bool, json_wanted: bool) -> None:
    """Delete articles that are older than you want to keep them, with all that belongs to them.

    Says first how many these are, and asks. They are not fetched again, neither by a crawl nor by a back-fill. The
    file keeps its size and fills the room anew; `balkan-crawler maintain --vacuum` makes it smaller.

    Example: balkan-crawler prune --older-than 2y
    """
    from balkan_crawler.storage import Filter

    with open_to_write(location) as store:
        asked = Filter(until=before - timedelta(days=1), outlets=outlets) if before > date.min else None
        found = 0 if asked is None else store.count(asked)
        if not found:
            check_outlets(store, outlets)
        elif not yes:
            of = f" of {counted(len(outlets), 'outlet')}" if outlets else ""
            which = f"{counted(found, 'article')}{of} from before {before}"
            click.confirm(f"Delete {which} for good?", abort=True, err=True)
        deleted = 0
        while found and (some := store.prune(before, datetime.now(UTC), outlets)):
            deleted += some
    if json_wanted:
        click.echo(json.dumps({"deleted": deleted, "before": before.isoformat()}))
    else:
        click.echo(f"deleted: {counted(deleted, 'article')} from before {before}")
