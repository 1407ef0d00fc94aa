"""`balkan-crawler outlets export` and `import`: the catalogue for feed readers, and their lists for the catalogue."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.options import CONTEXT, own_files
from balkan_crawler.cli.tables import say
from balkan_crawler.errors import ListUnreadableError, OutletRefusedError
from balkan_crawler.outlets import choose, fields, load_outlets
from balkan_crawler.outlets.opml import LARGEST, read_opml, write_opml
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.survey import LeftOut

_SHOWN: Final = 5
"""So many outlets that are known already are named."""


@click.command("export", context_settings=CONTEXT)
@click.option("--country", "countries", multiple=True, metavar="CODE", help="Only this country, such as RS or XK.")
@click.option("--language", "languages", multiple=True, metavar="TAG", help="Only this language: sq, sr, sr-Cyrl.")
@own_files
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The file to write, instead of standard output.",
)
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def export_outlets(
    countries: tuple[str, ...], languages: tuple[str, ...], files: tuple[Path, ...], output: Path | None, force: bool
) -> None:
    """Write the outlets' feeds as OPML, for feed readers.

    There is a folder for each country. An outlet of several feeds stands there with each; one without any is left out.

    Example: balkan-crawler outlets export --country AL --output albania.opml
    """
    chosen = choose(load_outlets(*files), countries=countries, languages=languages)
    content = write_opml(chosen)
    without = sum(not outlet.feeds for outlet in chosen)
    if output is None or output == Path("-"):
        sys.stdout.buffer.write(content)
    else:
        from balkan_crawler.export.writing import put_in_place

        streams.be_courteous()
        with put_in_place(output, replace=force) as file:
            file.write(content)
        say(f"{output}: {counted(len(chosen) - without, 'outlet')}")
    if without:
        say(f"left out: {counted(without, 'outlet')} without a feed", err=True)


def _country(context: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    try:
        return None if value is None else fields.country(value.upper())
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


def _languages(context: click.Context, parameter: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    try:
        return fields.languages(list(values)) if values else ()
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@click.command("import", context_settings=CONTEXT)
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE.opml")
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Append the tables to this file instead of printing them.",
)
@click.option(
    "--country",
    metavar="CODE",
    callback=_country,
    help="The country of those whose folder (RS), domain and language do not tell it.",
)
@click.option(
    "--language",
    "languages",
    multiple=True,
    metavar="TAG",
    callback=_languages,
    help="The language of those that state none (with --country: of those that it is for); by default the usual one "
    "of their country. May be repeated.",
)
@own_files
def import_outlets(
    file: Path, output: Path | None, country: str | None, languages: tuple[str, ...], files: tuple[Path, ...]
) -> None:
    """Make tables of your own outlets from an OPML list.

    The list is what a feed reader exports; - is standard input. Takes name, feeds and home page as the list has them,
    and fetches nothing. What is in the catalogue already is left out. What was guessed is marked with # TODO; `outlets
    check` says whether the feeds answer.

    Exit codes: 0 done, 1 nothing to add (the message says why), 2 wrong usage, or no OPML.

    Example: balkan-crawler outlets import feeds.opml --output mine.toml
    """
    from balkan_crawler.survey import append_tables, outlets_listed

    try:
        feeds = read_opml(_content(file))
    except ValueError as error:
        raise ListUnreadableError(str(file), str(error)) from error
    own = [*files, *([output] if output and output.exists() and output not in files else [])]
    found = outlets_listed(feeds, load_outlets(*own), country, languages)
    for line in _told(found.left_out):
        say(line, err=True)
    if not found.tables:
        reason = "it names no feeds" if not feeds else "no feed of it is new and usable"
        raise OutletRefusedError(str(file), reason)
    if output is None:
        click.echo("\n".join(found.tables.values()), nl=False)
        return
    streams.be_courteous()
    append_tables(output, found.tables, about=str(file))
    first = next(iter(found.tables))
    say(
        f"added {counted(len(found.tables), 'outlet')} to {output}; try one: "
        f"balkan-crawler outlets check {first} --outlets {output}"
    )


def _content(file: Path) -> bytes:
    """Read the list. Raises `ListUnreadableError`."""
    try:
        with sys.stdin.buffer if file == Path("-") else file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        raise ListUnreadableError(str(file), error.strerror or str(error)) from error
    if len(content) > LARGEST:
        raise ListUnreadableError(str(file), f"more than {LARGEST:,} bytes")
    return content


def _told(left_out: Sequence[LeftOut]) -> list[str]:
    """Say what was left out: what is known already in one line, all else line by line."""
    known = list(dict.fromkeys(each.outlet for each in left_out if each.outlet))
    lines = [
        f"line {each.feed.line}, {each.feed.title or each.feed.feed[:80]}: left out: {each.reason}"
        + ("; give it with --country" if "country" in each.reason else "")
        + ("; give it with --language" if "language could" in each.reason else "")
        for each in left_out
        if not each.outlet
    ]
    if known:
        more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
        lines.append(f"left out, since they are outlets already: {', '.join(known[:_SHOWN])}{more}")
    return lines
