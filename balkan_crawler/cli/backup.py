"""`balkan-crawler backup`: copy the database while it is in use."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from balkan_crawler.cli.configured import configuration
from balkan_crawler.cli.options import CONTEXT, as_json, database
from balkan_crawler.cli.tables import say
from balkan_crawler.location import Location
from balkan_crawler.text.counting import counted


@click.command(context_settings=CONTEXT)
@click.argument("place", required=False, type=click.Path(path_type=Path), metavar="[FILE|FOLDER]")
@database
@click.option(
    "--keep",
    type=click.IntRange(min=1),
    metavar="N",
    help="Keep the newest N backups of a folder. By default the newest of each of 7 days and of 4 weeks before.",
)
@click.option(
    "--compress", is_flag=True, help="Pack it with zstd, to about a half. A name ending with .zst does so, too."
)
@as_json
@click.pass_context
def command(
    context: click.Context,
    /,
    place: Path | None,
    location: Location,
    keep: int | None,
    compress: bool,
    json_wanted: bool,
) -> None:
    """Copy the database as it is at this moment, while a crawl may be writing to it.

    The copy is read again before it gets its name. In a FOLDER it is named by the time, such as
    balkan-2026-11-30T0330.db, and older backups of this database are removed then. A FILE must not be there yet.
    Without either, it goes where `backup` in [maintenance] of balkan.toml says. `restore` puts it back.

    Example: balkan-crawler backup /media/disk/backups
    """
    from balkan_crawler.maintenance import back_up

    said = configuration(context).maintenance
    place = place or (said.backup if said else None)
    if place is None:
        raise click.UsageError("Name a FILE or FOLDER, or set `backup` in [maintenance] of balkan.toml.")
    if keep is not None and not place.is_dir():
        raise click.UsageError(f"--keep is for a folder, and {place} is none.")
    keep = keep or (said.keep_backups if said and said.backup == place else None)
    compress = compress or bool(said and said.backup == place and said.compress_backups)
    made = back_up(location.path, place, datetime.now(UTC), keep=keep, packed=compress)
    if json_wanted:
        answer = {
            "path": str(made.path),
            "bytes": made.size,
            "articles": made.contents.articles,
            "schema": made.contents.schema,
            "removed": [str(each) for each in made.removed],
            "on_the_same_disk": made.is_beside,
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    size = f"{made.size / 1e6:,.1f} MB"
    gone = f"; {counted(len(made.removed), 'older backup')} removed" if made.removed else ""
    say(f"backup: {made.path}, {size}, {counted(made.contents.articles, 'article')}{gone}")
    if made.is_beside:
        say("It lies on the same disk as the database, and would be lost with it.", err=True)
