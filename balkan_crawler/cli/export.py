"""`balkan-crawler export`: articles out of the archive as files."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final, Unpack

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.export_progress import watched_rows
from balkan_crawler.cli.options import (
    CONTEXT,
    Narrowing,
    check_outlets,
    counted,
    database,
    filters,
    open_to_read,
    wanted,
)
from balkan_crawler.export import ARTICLE_COLUMNS, FORMATS, Column, Export, chosen_columns, format_of, write_exports
from balkan_crawler.export.csv_writer import LONGEST_CELL

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.export.formats import Row
    from balkan_crawler.storage import Store

DELIMITERS: Final = {",": ",", ";": ";", "tab": "\t"}
"""What may stand between the cells of a CSV, by what the user types."""
FOLDER: Final = Path("exports")
"""Where exports go that are given no name; files of the tool's own in it are renewed at every export."""


def _fields(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[Column, ...]:
    """Read the names of columns, divided by commas."""
    if value is None:
        return ARTICLE_COLUMNS
    try:
        columns = chosen_columns(name.strip() for name in value.split(",") if name.strip())
    except KeyError as error:
        names = ", ".join(column.name for column in ARTICLE_COLUMNS)
        raise click.BadParameter(f"there is no field {error.args[0]!r}. There are: {names}.") from error
    if not columns:
        raise click.BadParameter("name at least one field.")
    return columns


@click.command(context_settings=CONTEXT)
@database
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice(list(FORMATS), case_sensitive=False),
    help="The format. May be repeated. By default the one that FILE's ending names, or csv.",
)
@click.option(
    "--output",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The file to write. May be repeated. By default exports/articles.<format>, replaced by each export.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@filters
@click.option("--query", help="Only articles that a search for TEXT finds.")
@click.option("--limit", type=click.IntRange(min=0), metavar="N", help="At most N articles, the newest.")
@click.option("--fields", "columns", callback=_fields, metavar="NAME,...", help="Only these columns, in this order.")
@click.option(
    "--teasers", is_flag=True, help="Include each article's teasers; for a CSV in a second file, NAME-teasers.csv."
)
@click.option(
    "--delimiter",
    type=click.Choice(list(DELIMITERS), case_sensitive=False),
    default=",",
    show_default=True,
    help="What stands between the cells of a CSV; Excel in most of the region expects ;.",
)
@click.option(
    "--raw",
    is_flag=True,
    help="Leave text in a CSV as it is, even if a spreadsheet would run it as a formula or cut it.",
)
def command(
    path: Path,
    formats: tuple[str, ...],
    files: tuple[Path, ...],
    force: bool,
    query: str | None,
    limit: int | None,
    columns: tuple[Column, ...],
    teasers: bool,
    delimiter: str,
    raw: bool,
    **narrowing: Unpack[Narrowing],
) -> None:
    """Write articles to CSV, JSON, JSON Lines or Parquet files, newest first.

    A file is written completely or not at all. In a CSV, text that a spreadsheet would run as a formula gets a leading
    apostrophe, and text of more than 32,767 characters, which Excel cannot hold, is cut and ends with [...cut].

    Example: balkan-crawler export --country RS --since 2026-11-01 --output serbia.parquet
    """
    streams.be_courteous()
    exports = [
        Export(
            path=file, format=name, columns=columns, replace=replace, raw=raw, delimiter=DELIMITERS[delimiter.lower()]
        )
        for file, name, replace in _targets(formats, files, force)
    ]
    asked = wanted(narrowing, query=query, limit=limit)
    with open_to_read(path) as store:
        count = write_exports(
            watched_rows(store, asked), exports, (lambda row: _teasers(store, row)) if teasers else None
        )
        if not count:
            check_outlets(store, asked.outlets)
    for export in exports:
        click.echo(f"{export.path}: {counted(count, 'article')}")
        for file, cells in Counter(export.cut).items():
            click.echo(
                f"{file}: {counted(cells, 'cell')} cut at {LONGEST_CELL:,} characters; --raw cuts none", err=True
            )


def _targets(formats: tuple[str, ...], files: tuple[Path, ...], force: bool) -> list[tuple[Path, str, bool]]:
    """Say which files to write, in which formats, and whether they may be there already."""
    if not files:
        chosen = dict.fromkeys(formats or ("csv",))
        return [(FOLDER / f"articles{FORMATS[name].endings[0]}", name, True) for name in chosen]
    if formats and len(formats) != len(files):
        raise click.UsageError("give every --output its --format in turn, or leave --format to the files' endings.")
    if len({file.absolute() for file in files}) < len(files):
        raise click.UsageError("the same file is named twice with --output.")
    targets = []
    for place, file in enumerate(files):
        name = formats[place] if formats else format_of(file)
        if name is None:
            endings = ", ".join(ending for known in FORMATS.values() for ending in known.endings)
            raise click.UsageError(f"{file}: the ending says no format; use one of {endings}, or add --format.")
        targets.append((file, name, force))
    return targets


def _teasers(store: Store, row: Row) -> Sequence[Row]:
    return store.teasers(str(row["url"]), date.fromisoformat(str(row["date"])))
