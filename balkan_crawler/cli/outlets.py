"""`balkan-crawler outlets`: look at the catalogue, its outlets and its candidates."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import click

from balkan_crawler.cli.choosing import catalogue_country, catalogue_language
from balkan_crawler.cli.completion import outlet_keys
from balkan_crawler.cli.options import CONTEXT, WIDTH_OF_A_PIPE, as_json, counted, database, own_files
from balkan_crawler.cli.outlets_add import add
from balkan_crawler.cli.outlets_check import check
from balkan_crawler.cli.outlets_opml import export_outlets, import_outlets
from balkan_crawler.errors import UnknownOutletError
from balkan_crawler.model import Outlet
from balkan_crawler.outlets import Catalogue, choose, describe, find, load_families, load_outlets, origin_of

_LEARNED_FROM = 1000


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
    """List the outlets, without those that have closed.

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
def show_outlet(asked: str, files: tuple[Path, ...], path: Path, json_wanted: bool) -> None:
    """Show everything known about an outlet, and which file says it. Its name, host or URL will do.

    If the database holds articles of the outlet, also show what their URLs have in common, as a crawl learns it.

    Example: balkan-crawler outlets show euronews_al
    """
    outlet = _one(load_outlets(*files), asked)
    key = outlet.key
    origin = origin_of(key, *files)
    learned = _learned(path, key)
    if json_wanted:
        table = asdict(outlet) | {"origin": {name: str(file) for name, file in origin.items()}, "learned": learned}
        click.echo(json.dumps(table, ensure_ascii=False, indent=2, default=str))
        return
    click.echo(key)
    lines = describe(outlet, load_families().get(outlet.family or ""), origin)
    for label, text in [*lines, *([("learned", learned)] if learned else [])]:
        first, *others = text.split("\n")
        click.echo("\n".join([f"  {label:<14} {first}", *(f"{'':17}{other}" for other in others)]))


def _one(catalogue: Catalogue, asked: str) -> Outlet:
    """Find the one outlet that was meant; raises `UnknownOutletError` where there is none, or more than one."""
    found = find(catalogue, asked)
    if len(found) > 1:
        raise UnknownOutletError(asked, tuple(found))
    return choose(catalogue, names=found or [asked])[0]


def _learned(path: Path, key: str) -> str | None:
    """Say what the addresses of an outlet's newest articles in the database have in common."""
    if not path.exists():
        return None
    from balkan_crawler.cli.options import open_to_read
    from balkan_crawler.discovery import learn_shape
    from balkan_crawler.storage import Filter

    with open_to_read(path) as store:
        shape = learn_shape([str(row["url"]) for row in store.rows(Filter(outlets=(key,), limit=_LEARNED_FROM))])
    return f"article URLs: {shape.describe()}" if shape is not None else None


def _print_table(outlets: list[Outlet]) -> None:
    from rich.console import Console  # slow to import, and --json has no need of it
    from rich.table import Table
    from rich.text import Text

    table = Table(caption=counted(len(outlets), "outlet"), caption_justify="left")
    table.add_column("key", no_wrap=True)
    for heading in ("name", "country", "languages"):
        table.add_column(heading, overflow="fold")
    for heading in ("feeds", "sitemaps", "lists"):
        table.add_column(heading, justify="right")
    for outlet in outlets:
        counts = (len(outlet.feeds), len(outlet.sitemaps), outlet.evidence)
        texts = (outlet.key, outlet.name, outlet.country, ", ".join(outlet.languages), *map(str, counts))
        table.add_row(*map(Text, texts))
    console = Console()
    if not console.is_terminal:
        console = Console(width=WIDTH_OF_A_PIPE)
    console.print(table)
