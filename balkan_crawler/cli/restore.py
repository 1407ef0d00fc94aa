"""`balkan-crawler restore`: put a backup in the place of the database."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from balkan_crawler.cli.options import CONTEXT, as_json, database
from balkan_crawler.cli.tables import say
from balkan_crawler.location import Location
from balkan_crawler.text.counting import counted

_PATIENCE: Final = 1.0
"""Seconds that a program has to close the database."""


@click.command(context_settings=CONTEXT)
@click.argument("backup", type=click.Path(path_type=Path, dir_okay=False))
@database
@as_json
def command(backup: Path, location: Location, json_wanted: bool) -> None:
    """Put a backup in the place of the database, packed or not.

    It is copied and read from end to end first. The database that stood there is moved aside under another name, never
    deleted. Where anybody has it open, a crawl or only a reader, nothing is changed: end that first, and its timer.

    Example: balkan-crawler restore backups/balkan-2026-11-30T0330.db
    """
    from balkan_crawler.maintenance import restore

    restored = restore(backup, location.path, datetime.now(UTC), _PATIENCE)
    if json_wanted:
        answer = {
            "database": str(location),
            "backup": str(backup),
            "articles": restored.contents.articles,
            "schema": restored.contents.schema,
            "moved_aside": str(restored.aside) if restored.aside else None,
        }
        click.echo(json.dumps(answer, ensure_ascii=False))
        return
    say(f"restored: {location}, {counted(restored.contents.articles, 'article')}")
    if restored.aside is not None:
        say(f"what stood there is now {restored.aside}")
