"""`balkan-crawler show`: read an article."""

from __future__ import annotations

import json
import sys
import textwrap
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli.options import CONTEXT, as_json, database, open_to_read
from balkan_crawler.location import Location
from balkan_crawler.urls import canonical_url

if TYPE_CHECKING:
    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage import Store

LONGEST_LINE: Final = 100
"""Columns of a text on a terminal: longer lines are hard to read."""


@click.command(context_settings=CONTEXT)
@click.argument("which", metavar="URL|ID")
@database
@click.option("--markdown", is_flag=True, help="Print Markdown.")
@as_json
def command(which: str, location: Location, markdown: bool, json_wanted: bool) -> None:
    """Read an article: by any URL that led to it, or by its number (`id` in the table `articles`).

    On a terminal it opens in your pager; else it is plain text. A URL that had another story on each day shows them
    all, the newest first.

    Example: balkan-crawler show https://example.com/vijest/123
    """
    if markdown and json_wanted:
        raise click.UsageError("--markdown and --json are two forms; choose one.")
    if not which.isdecimal():
        canonical_url(which)
    with open_to_read(location) as store:
        found = _found(store, which)
    if json_wanted:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
    elif not found:
        click.echo(f"The archive has no article {'' if which.isdecimal() else 'at '}{which}.")
    else:
        _print(found, markdown=markdown)


def _found(store: Store, which: str) -> list[Row]:
    if not which.isdecimal():
        return store.articles_at(which)
    article = store.article(int(which)) if len(which) < 19 else None  # SQLite's numbers end there
    return [] if article is None else [article]


def _print(found: list[Row], *, markdown: bool) -> None:
    from balkan_crawler.export.readable import as_markdown, as_text

    text = "\n".join(map(as_markdown if markdown else as_text, found))
    if sys.stdout.isatty() and not markdown:
        width = min(get_terminal_size().columns, LONGEST_LINE)
        wrapper = textwrap.TextWrapper(width, break_long_words=False, break_on_hyphens=False)
        click.echo_via_pager("\n".join(map(wrapper.fill, text.split("\n"))))
    else:
        click.echo(text, nl=False)
