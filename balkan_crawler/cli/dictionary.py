"""`balkan-crawler dictionary`: what every table, view and column of the database means."""

from __future__ import annotations

from pathlib import Path

import click

from balkan_crawler.cli.options import CONTEXT, database
from balkan_crawler.location import Location
from balkan_crawler.storage.file.dictionary import fresh_schema, meanings, questions
from balkan_crawler.storage.file.dictionary_formats import as_datasette, as_markdown


@click.command(context_settings=CONTEXT)
@database
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "datasette"]),
    default="markdown",
    show_default=True,
    help="A page to read, or metadata for Datasette, in YAML.",
)
def command(location: Location, form: str) -> None:
    """Print what every table, view and column of the database means.

    Datasette shows the meanings beside the data, hides the tables that only the crawler reads, and offers the questions
    of docs/analysts.md. Its metadata name the database; --db says which. The file itself is not read.

    Exit codes: 0 done, 2 wrong usage.

    Example: balkan-crawler dictionary --format datasette > metadata.yml
    """
    with fresh_schema() as db:
        tables = meanings(db)
    click.echo(
        as_markdown(tables) if form == "markdown" else as_datasette(tables, questions(), Path(location.name).stem),
        nl=False,
    )
