"""`balkan-crawler outlets`: look at the catalogue, its outlets and its candidates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.choosing import catalogue_country, catalogue_language
from balkan_crawler.cli.completion import outlet_keys
from balkan_crawler.cli.options import CONTEXT, as_json, database, own_files
from balkan_crawler.cli.outlets_add import add
from balkan_crawler.cli.outlets_check import check
from balkan_crawler.cli.outlets_opml import export_outlets, import_outlets
from balkan_crawler.cli.tables import Column, numbers, say, show, wrapped
from balkan_crawler.errors import UnknownOutletError
from balkan_crawler.location import Location
from balkan_crawler.model import Outlet, Repair
from balkan_crawler.outlets import Catalogue, choose, describe, find, load_families, load_outlets, origin_of
from balkan_crawler.text.counting import counted

_LEARNED_FROM = 1000
_LABEL = 17
"""Cells before what `outlets show` says of a field."""


@click.group(context_settings=CONTEXT)
def command() -> None:
    """List, show, check and add outlets, and hand them to and from feed readers.

    Example: balkan-crawler outlets list --country AL
    """


command.add_command(check)
command.add_command(add)
command.add_command(export_outlets)
command.add_command(import_outlets)


@command.command("list")
@catalogue_country
@catalogue_language
@own_files
@as_json
def list_outlets(
    countries: tuple[str, ...], languages: tuple[str, ...], files: tuple[Path, ...], json_wanted: bool
) -> None:
    """List the outlets, without those that have closed, by country.

    In a pipe, with tabs between the cells, it also gives each outlet's home page, group, the number of its feeds,
    sitemaps and section pages, and how many public lists of media name it.

    Example: balkan-crawler outlets list --country RS --language sr-Cyrl
    """
    chosen = choose(load_outlets(*files), countries=countries, languages=languages)
    if json_wanted:
        click.echo(json.dumps([asdict(outlet) for outlet in chosen], ensure_ascii=False, indent=2, default=str))
    else:
        _print_table(chosen)


@command.command("show")
@click.argument("asked", metavar="KEY|NAME|HOST|URL", shell_complete=outlet_keys)
@own_files
@database
@as_json
def show_outlet(asked: str, files: tuple[Path, ...], location: Location, json_wanted: bool) -> None:
    """Show everything known about an outlet, and which file says it. Its name, host or URL will do.

    If the database holds articles of the outlet, also show what their URLs have in common, as a crawl learns it, and
    which of its sources a crawl has replaced.

    Example: balkan-crawler outlets show euronews_al
    """
    outlet = _one(load_outlets(*files), asked)
    key = outlet.key
    origin = origin_of(key, *files)
    learned, steps = _learned(location, key), _standing(location, outlet)
    if json_wanted:
        table = asdict(outlet) | {"origin": {name: str(file) for name, file in origin.items()}, "learned": learned}
        table |= {"repairs": _records(steps)}
        click.echo(json.dumps(table, ensure_ascii=False, indent=2, default=str))
        return
    click.echo(key)
    width = streams.width_of_terminal()
    said = describe(outlet, load_families().get(outlet.family or ""), origin)
    for label, text in [*said, *([("learned", learned)] if learned else []), *_repaired(steps)]:
        parts = text.split("\n")
        if width is not None:
            parts = [line for part in parts for line in wrapped(part, width - _LABEL, indent=2)]
        lines = [f"{'':{_LABEL}}{part}" if not _is_long(part, width) else part.strip() for part in parts]
        lines[0] = f"  {label:<14} {parts[0]}" if not _is_long(parts[0], width) else f"  {label}\n{lines[0]}"
        click.echo("\n".join(lines))


def _is_long(word: str, width: int | None) -> bool:
    """Say whether a word, such as an address, needs a line of its own, on which it can be copied whole."""
    return width is not None and len(word) > width - _LABEL


def _one(catalogue: Catalogue, asked: str) -> Outlet:
    """Find the one outlet that was meant; raises `UnknownOutletError` where there is none, or more than one."""
    found = find(catalogue, asked)
    if len(found) > 1:
        raise UnknownOutletError(asked, tuple(found))
    return choose(catalogue, names=found or [asked])[0]


def _learned(location: Location, key: str) -> str | None:
    """Say what the addresses of an outlet's newest articles in the database have in common."""
    from balkan_crawler.cli.options import open_to_read_if_there
    from balkan_crawler.discovery import learn_shape
    from balkan_crawler.storage import Filter

    with open_to_read_if_there(location) as store:
        if store is None:
            return None
        shape = learn_shape([str(row["url"]) for row in store.rows(Filter(outlets=(key,), limit=_LEARNED_FROM))])
    return f"article URLs: {shape.describe()}" if shape is not None else None


def _standing(location: Location, outlet: Outlet) -> tuple[Repair, ...]:
    """Give the repairs of the outlet's sources that are in force."""
    from balkan_crawler.cli.options import open_to_read_if_there
    from balkan_crawler.repair import standing

    with open_to_read_if_there(location) as store:
        return standing(outlet, store.repairs(outlet.key)) if store is not None else ()


def _repaired(steps: Sequence[Repair]) -> list[tuple[str, str]]:
    if not steps:
        return []
    from balkan_crawler.cli.repair_words import in_a_line

    return [("repaired", "\n".join(map(in_a_line, steps)))]


def _records(steps: Sequence[Repair]) -> list[dict[str, object]]:
    from balkan_crawler.cli.repair_words import record_of

    return [record_of(each, "in force") for each in steps]


def _print_table(outlets: list[Outlet]) -> None:
    outlets = sorted(outlets, key=lambda outlet: (outlet.country, outlet.key))
    if streams.width_of_terminal() is not None:
        columns = (
            Column("key"),
            Column("name", text=True),
            Column("country"),
            Column("languages", text=True),
            Column("site", optional=True),
        )
        show(columns, [(*_named(outlet), urlsplit(outlet.homepage).hostname) for outlet in outlets])
        say(f"{counted(len(outlets), 'outlet')}, sorted by country and key")
        return
    texts = (Column(name) for name in ("key", "name", "country", "languages", "homepage", "group"))
    rows = [(*_named(outlet), outlet.homepage, outlet.group, *_counts(outlet)) for outlet in outlets]
    show((*texts, *numbers("feeds", "sitemaps", "sections", "lists")), rows)


def _named(outlet: Outlet) -> tuple[str, ...]:
    return outlet.key, outlet.name, outlet.country, ", ".join(outlet.languages)


def _counts(outlet: Outlet) -> tuple[int, ...]:
    return len(outlet.feeds), len(outlet.sitemaps), len(outlet.sections), outlet.evidence
