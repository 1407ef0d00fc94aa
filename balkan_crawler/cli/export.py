"""`balkan-crawler export`: articles out of the archive as files."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Final, Unpack

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.export_progress import watched_rows
from balkan_crawler.cli.export_targets import Target, targets
from balkan_crawler.cli.options import (
    CONTEXT,
    Narrowing,
    archived_months,
    check_outlets,
    database,
    filters,
    open_to_read,
    wanted,
    with_months,
)
from balkan_crawler.cli.tables import say
from balkan_crawler.export import (
    ARTICLE_COLUMNS,
    FORMATS,
    Column,
    Export,
    Feed,
    chosen_columns,
    in_local_time,
    refuse_manifest,
    write_exports,
    write_manifest,
)
from balkan_crawler.export.cells import LONGEST_CELL
from balkan_crawler.location import Location
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from balkan_crawler.export.rows import Row
    from balkan_crawler.storage import Filter, Store

DELIMITERS: Final = {",": ",", ";": ";", "tab": "\t"}
"""What may stand between the cells of a CSV, by what the user types."""
ENTRIES_OF_A_FEED: Final = 100
"""So many articles a feed holds, unless the user says otherwise."""
_NAME: Final = re.compile(r"\w[\w.-]{0,99}")


def _columns(context: click.Context, parameter: click.Parameter, value: str | None) -> tuple[Column, ...] | None:
    """Read the names of columns, divided by commas."""
    if value is None:
        return None
    try:
        columns = chosen_columns(name.strip() for name in value.split(",") if name.strip())
    except KeyError as error:
        names = ", ".join(column.name for column in ARTICLE_COLUMNS)
        raise click.BadParameter(f"there is no column {error.args[0]!r}. There are: {names}.") from error
    if not columns:
        raise click.BadParameter("name at least one column.")
    return columns


def _name(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    if value is not None and not _NAME.fullmatch(value):
        raise click.BadParameter(f"{value!r}: a name is made of letters, digits, dots, - and _.")
    return value


@click.command(context_settings=CONTEXT)
@database
@archived_months
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
    help="The file to write, or - for standard output. May be repeated. By default exports/articles.<format>, "
    "replaced by each export.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
@filters
@click.option("--query", help="Only articles that a search for TEXT finds.")
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    help=f"At most N articles, the newest. A feed alone has {ENTRIES_OF_A_FEED} by default.",
)
@click.option(
    "--since-last",
    metavar="NAME",
    callback=_name,
    help="Only what was added or changed since the last export that finished under this name. Without --output the "
    "file is exports/NAME-<time>.<format>.",
)
@click.option(
    "--columns", "--fields", "columns", callback=_columns, metavar="NAME,...", help="Only these, in this order."
)
@click.option(
    "--teasers",
    is_flag=True,
    help="Include each article's teasers; for csv and xlsx in a second file, NAME-teasers.",
)
@click.option(
    "--delimiter",
    type=click.Choice(list(DELIMITERS), case_sensitive=False),
    default=",",
    show_default=True,
    help="What stands between the cells of a CSV; Excel in most of the region expects ;.",
)
@click.option(
    "--local-time",
    "is_local",
    is_flag=True,
    help="Times as the clocks at the outlet show them, not in UTC. In csv and xlsx like 2026-11-29 18:33, in columns "
    "named published_local; elsewhere with their offset. Parquet has moments, which need no zone.",
)
@click.option(
    "--raw",
    is_flag=True,
    help="Leave text in a CSV as it is, even if a spreadsheet would run it as a formula or cut it.",
)
@click.option(
    "--manifest",
    "with_manifest",
    is_flag=True,
    help="Also write FILE.manifest.json: rows, filters, SHA-256, versions.",
)
def command(
    location: Location,
    months: Path | None,
    formats: tuple[str, ...],
    files: tuple[Path, ...],
    force: bool,
    query: str | None,
    limit: int | None,
    since_last: str | None,
    columns: tuple[Column, ...] | None,
    teasers: bool,
    delimiter: str,
    is_local: bool,
    raw: bool,
    with_manifest: bool,
    **narrowing: Unpack[Narrowing],
) -> None:
    """Write articles to files, newest first: tables for spreadsheets (csv, xlsx) and programs (json, jsonl, parquet),
    texts to read (markdown, text), or a feed of a saved search (atom).

    A file is written completely or not at all. In a CSV, text that a spreadsheet would run as a formula gets a leading
    apostrophe. Text of more than 32,767 characters, which Excel cannot hold, is cut in csv and xlsx and ends with
    [...cut]. A CSV on standard output has no byte order mark.

    Example: balkan-crawler export --country RS --since 2026-11-01 --output serbia.xlsx
    """
    now = datetime.now(UTC)
    places = targets(formats, files, force=force, series=since_last, now=now)
    _refuse_what_does_not_fit(places, columns, teasers=teasers, with_manifest=with_manifest)
    if since_last is not None and limit is not None:
        raise click.UsageError("--limit would leave articles out of all exports of --since-last; give one of the two.")
    if limit is None and since_last is None and all(place.format == "atom" for place in places):
        limit = ENTRIES_OF_A_FEED
    is_printed = any(place.stream is not None for place in places)
    if not is_printed:
        streams.be_courteous()
    asked = wanted(narrowing, query=query, limit=limit)
    with open_to_read(location) as opened, with_months(opened, months) as store:
        known = store.outlets()
        exports = [
            Export(
                path=place.path,
                format=place.format,
                columns=columns or ARTICLE_COLUMNS,
                replace=place.replace,
                stream=place.stream,
                raw=raw,
                delimiter=DELIMITERS[delimiter.lower()],
                is_local=is_local,
                feed=_feed(asked, {key: outlet.name for key, outlet in known.items()}, now),
            )
            for place in places
        ]
        for export in exports if with_manifest else ():
            refuse_manifest(export)
        last, latest = store.last_export(since_last) if since_last else None, store.latest_change()
        if since_last is not None:
            asked = replace(asked, changed=(last.change if last else 0, latest))
        rows: Iterator[Row] = _while_read(store.rows(asked)) if is_printed else watched_rows(store, asked)
        if is_local:
            rows = in_local_time(rows, {key: outlet.timezone for key, outlet in known.items()})
        first = list(islice(rows, 1))
        if not first:
            check_outlets(store, asked.outlets)
        if not first and since_last is not None:
            since = f" since {last.exported:%Y-%m-%d %H:%M} UTC" if last else ""
            say(f"nothing new for {since_last}{since}; nothing is written", err=is_printed)
            return
        before = {export.path for export in exports if export.path.is_file()}
        count = write_exports(chain(first, rows), exports, partial(_teasers, store) if teasers else None)
        facts = {
            "rows": count,
            "filters": _filters(asked),
            "times": "of the outlet" if is_local else "UTC",
            "database": location.name,
            "schema": store.schema,
        }
    for export in exports:
        if with_manifest:
            write_manifest(export, now, facts, with_teasers=teasers)
        _tell(export, count, is_replaced=export.path in before)
    if since_last is not None:
        _note(location, since_last, latest, now, was_printed=is_printed)


def _refuse_what_does_not_fit(
    places: Sequence[Target], columns: tuple[Column, ...] | None, *, teasers: bool, with_manifest: bool
) -> None:
    for place in places:
        known = FORMATS[place.format]
        if known.whole_articles and (columns or teasers):
            option = "--columns" if columns else "--teasers"
            raise click.UsageError(f"{place.format} has whole articles; leave {option} to tables such as csv.")
        if teasers and place.stream is not None and not known.nests:
            raise click.UsageError(f"the teasers of {place.format} are a second file; name one, or take jsonl.")
        if with_manifest and place.stream is not None:
            raise click.UsageError("--manifest stands beside a file; name one with --output.")


def _while_read(rows: Iterator[Row]) -> Iterator[Row]:
    """Give rows as long as somebody takes what is printed."""
    for row in rows:
        if streams.lost_of(sys.stdout) is not None:
            return
        yield row


def _feed(asked: Filter, names: dict[str, str], now: datetime) -> Feed:
    """Name a feed after the search that it is of. It stays the same feed while its days and its length move on."""
    parts = (*asked.outlets, *asked.countries, *asked.languages)
    title = ", ".join(filter(None, (asked.query, *(names.get(part, part) for part in parts))))
    kept = {name: value for name, value in _filters(asked).items() if name not in ("since", "until", "limit")}
    subject = json.dumps(kept, sort_keys=True, ensure_ascii=False)
    return Feed(title=f"{title or 'All articles'} (balkan_crawler)", subject=subject, names=names, made=now)


def _filters(asked: Filter) -> dict[str, object]:
    """Give what was asked for, as the options say it."""
    given: dict[str, object] = {
        "query": asked.query,
        "outlet": asked.outlets,
        "country": asked.countries,
        "language": asked.languages,
        "since": asked.since and asked.since.isoformat(),
        "until": asked.until and asked.until.isoformat(),
        "unique": asked.unique,
        "limit": asked.limit,
        "changes": asked.changed,
    }
    return {name: value for name, value in given.items() if value or (name == "limit" and value is not None)}


def _tell(export: Export, count: int, *, is_replaced: bool) -> None:
    if export.stream is None:
        click.echo(
            f"{export.path}: {counted(count, 'article')}{' (the former file is replaced)' if is_replaced else ''}"
        )
    for file, cells in Counter(export.cut).items():
        more = "; --raw cuts none" if export.format == "csv" else ""
        say(f"{file}: {counted(cells, 'cell')} cut at {LONGEST_CELL:,} characters{more}", err=True)


def _note(location: Location, name: str, change: int, now: datetime, *, was_printed: bool) -> None:
    """Note how far the exports of a name have come, once all of it is where it should be."""
    from balkan_crawler.storage import open_store

    if was_printed and streams.lost_of(sys.stdout) is not None:
        say(f"not all was read; the next export of {name} gives it again", err=True)
        return
    with open_store(location) as store:
        store.note_export(name, change, now)


def _teasers(store: Store, row: Row) -> Sequence[Row]:
    return store.teasers(str(row["url"]), date.fromisoformat(str(row["date"])))
