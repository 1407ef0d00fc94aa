"""`balkan-crawler archive`: closed months as Parquet files, out of the database, verified and searched."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Unpack

import click

from balkan_crawler.cli.database import Database
from balkan_crawler.cli.options import (
    CONTEXT,
    MonthsFolder,
    Narrowing,
    as_json,
    database,
    filters,
    open_to_read,
    open_to_write,
)
from balkan_crawler.cli.search import print_found
from balkan_crawler.cli.tables import Column, numbers, say, show
from balkan_crawler.errors import UnknownCodeError
from balkan_crawler.text.counting import counted
from balkan_crawler.text.search_words import read_search

if TYPE_CHECKING:
    from balkan_crawler.location import Location
    from balkan_crawler.parquet_archive import ArchivedMonths, Finding, Manifest, MonthDone, MonthMerged
    from balkan_crawler.storage import Filter

folder = click.argument("folder", type=MonthsFolder())
_MEGABYTE: Final = 1_000_000


@click.group(context_settings=CONTEXT)
def command() -> None:
    """Keep closed months as Parquet files, which DuckDB, pandas and R read, and take them out of the database.

    A folder holds articles, with all that is stored of them, by month and country, and a manifest with the checksum of
    every file. It needs the extra archive.

    Example: balkan-crawler archive write months/ --keep-months 3 --remove
    """


@command.command("write", context_settings=CONTEXT)
@folder
@database
@click.option("--before", metavar="MONTH", help="Take the months before this one, such as 2026-03.")
@click.option(
    "--keep-months",
    "kept",
    type=click.IntRange(min=0, max=12_000),
    metavar="N",
    help="Leave the last N closed months. By default all closed months are taken.",
)
@click.option(
    "--remove", is_flag=True, help="Then delete from the database what the files hold, after reading it back."
)
@click.option("--dry-run", is_flag=True, help="Only say what would be written.")
@as_json
def write(
    folder: Path,
    location: Location,
    before: str | None,
    kept: int | None,
    remove: bool,
    dry_run: bool,
    json_wanted: bool,
) -> None:
    """Write the articles of closed months that are not in FOLDER yet, or have changed since they were written.

    A month is closed when it is over on every clock of the world. Each is complete before the next begins: a run that
    was stopped goes on where it was, when it is started again. The files are read anew and compared with the database
    before the manifest names them; with --remove, articles leave the database only where both are the same, a few at a
    time, beside a crawl. Their addresses stay known: they are never fetched or stored again.

    Example: balkan-crawler archive write months/ --before 2026-09 --dry-run
    """
    from balkan_crawler.parquet_archive import closed_before, plan_months, write_months

    if before is not None and kept is not None:
        raise click.UsageError("give one of --before and --keep-months.")
    try:
        until = closed_before(datetime.now(UTC), before=before, keep=kept or 0)
    except ValueError as error:
        raise click.UsageError(f"--before: {error}.") from error
    tell = (lambda done: None) if json_wanted else _tell
    if dry_run:
        with open_to_read(location) as store:
            done = plan_months(store, folder, before=until)
    else:
        with open_to_write(location) if remove else open_to_read(location) as store:
            done = write_months(
                store,
                folder,
                before=until,
                database=location.name,
                now=lambda: datetime.now(UTC),
                remove=remove,
                tell=tell,
            )
    if json_wanted:
        about = {"folder": str(folder), "before": until, "dry_run": dry_run, "months": [asdict(each) for each in done]}
        click.echo(json.dumps(about, ensure_ascii=False, indent=2))
    elif dry_run:
        _show_plan(done, until)
    elif not any(each.articles or each.removed for each in done):
        click.echo(f"nothing new before {until}; {folder} is as it was")


@command.command("list", context_settings=CONTEXT)
@folder
@as_json
def list_months(folder: Path, json_wanted: bool) -> None:
    """List the months of FOLDER: articles, countries, writings, size, and when they left the database.

    Example: balkan-crawler archive list months/
    """
    from balkan_crawler.parquet_archive import read_manifest

    manifest = read_manifest(folder)
    rows = [_month_of(manifest, month) for month in manifest.months]
    if json_wanted:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    cells = [
        (row["month"], row["articles"], row["generations"], f"{row['bytes'] / _MEGABYTE:,.1f}", row["left"] or "",
         ",".join(row["countries"]))
        for row in rows
    ]  # fmt: skip
    columns = (Column("month"), *numbers("articles", "writings", "MB"), Column("left"), Column("countries", text=True))
    show(columns, cells, "left: when the articles had left the database (UTC)")


@command.command("compact", context_settings=CONTEXT)
@folder
@as_json
def compact_folder(folder: Path, json_wanted: bool) -> None:
    """Merge the parts of each month and country of FOLDER into one, without states that were replaced since.

    Each month is written anew, read back and compared before the old files go; a search beside it is not disturbed.
    `archive write` does so by itself where a month and country has more than 8 parts.

    Example: balkan-crawler archive compact months/
    """
    from balkan_crawler.parquet_archive import compact

    def tell(merged: MonthMerged) -> None:
        if not json_wanted:
            size = f"{merged.bytes_before / _MEGABYTE:,.1f} MB are {merged.bytes / _MEGABYTE:,.1f} MB now"
            click.echo(f"{merged.month}: {merged.parts_before:,} parts became {merged.parts:,}; {size}")

    done = compact(folder, now=lambda: datetime.now(UTC), tell=tell)
    if json_wanted:
        click.echo(json.dumps([asdict(each) for each in done], ensure_ascii=False, indent=2))
    elif not done:
        click.echo(f"each month and country of {folder} is one part; it is as it was")


@command.command("verify", context_settings=CONTEXT)
@folder
@click.option(
    "--db",
    "location",
    type=Database(),
    help="Also compare with this database: what has left is not there, and all else is.",
)
@as_json
@click.pass_context
def verify_folder(context: click.Context, folder: Path, location: Location | None, json_wanted: bool) -> None:
    """Read every file of FOLDER and compare it with the manifest: checksums, rows, columns, and the text of articles.

    A finding is a line. Exit codes: 0 all is well, 1 something is not.

    Example: balkan-crawler archive verify months/ --db balkan.db
    """
    from balkan_crawler.parquet_archive import verify

    def tell(found: Finding) -> None:
        if not json_wanted:
            click.echo(f"{found.where}: {found.what}")

    with nullcontext() if location is None else open_to_read(location) as store:
        verified = verify(folder, store, tell)
    if json_wanted:
        click.echo(json.dumps(asdict(verified), ensure_ascii=False, indent=2))
    elif not verified.findings:
        click.echo(
            f"{folder}: {counted(verified.articles, 'article')} in {counted(verified.files, 'file')}, all is well"
        )
    context.exit(1 if verified.findings else 0)


@command.command("search", context_settings=CONTEXT)
@folder
@click.argument("query", nargs=-1, required=True)
@filters
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, metavar="N", show_default=True, help="Show the first N."
)
@as_json
def search(folder: Path, query: tuple[str, ...], limit: int, json_wanted: bool, **narrowing: Unpack[Narrowing]) -> None:
    """Search FOLDER as `balkan-crawler search` does the database: the same words find the same articles, newest first.

    To search both at once: `balkan-crawler search --archive FOLDER`.

    Example: balkan-crawler archive search months/ Kraljevo 'title:most' --country RS
    """
    from balkan_crawler.parquet_archive import ArchivedMonths
    from balkan_crawler.storage import Filter

    if narrowing["since"] and narrowing["until"] and narrowing["since"] > narrowing["until"]:
        raise click.UsageError(f"--since {narrowing['since']} is after --until {narrowing['until']}.")
    asked = Filter(query=" ".join(query), limit=limit, **narrowing)
    sought = read_search(str(asked.query))
    with ArchivedMonths(folder) as months:
        _check(months, asked)
        rows = list(months.rows(asked))
        found = len(rows) if json_wanted or len(rows) < limit else months.count(asked)
    if json_wanted:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif rows:
        print_found(rows, sought, found, "date")
    else:
        say(f"No article has {asked.query!r}.", err=True)


def _month_of(manifest: Manifest, month: str) -> dict[str, Any]:
    """Sum up what a manifest says of a month."""
    generations = [each for each in manifest.generations if each.month == month]
    return {
        "month": month,
        "articles": sum(each.articles - each.superseded for each in generations),
        "countries": sorted({file.country for each in generations for file in each.files if file.month}),
        "generations": len(generations),
        "bytes": sum(file.bytes for each in generations for file in each.files),
        "left": manifest.left.get(month),
    }


def _check(months: ArchivedMonths, asked: Filter) -> None:
    """Refuse a country of no outlet of the folder."""
    known = {str(outlet["country"]) for outlet in months.outlets().values()}
    for code in asked.countries:
        if code not in known:
            raise UnknownCodeError("country", code, tuple(sorted(known)))


def _tell(done: MonthDone) -> None:
    parts = []
    if done.articles:
        again = f", {done.changed:,} of them changed since" if done.changed else ""
        size = f"{done.bytes / _MEGABYTE:,.1f} MB"
        parts.append(f"{counted(done.articles, 'article')} written{again}, {counted(done.files, 'file')}, {size}")
    if done.removed:
        parts.append(f"{counted(done.removed, 'article')} left the database")
    if done.staying:
        parts.append(f"{counted(done.staying, 'article')} changed meanwhile and stay for the next run")
    if done.merged:
        parts.append(f"{done.merged:,} parts became one of each country")
    if parts:
        click.echo(f"{done.month}: {'; '.join(parts)}")


def _show_plan(done: list[MonthDone], until: str) -> None:
    rows = [(each.month, each.articles, each.changed) for each in done if each.articles]
    if not rows:
        click.echo(f"nothing new before {until}")
        return
    show(
        (Column("month"), *numbers("articles", "changed")), rows, "nothing is written; changed: since they were written"
    )
