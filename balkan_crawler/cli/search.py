"""`balkan-crawler search`: find articles in any script."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, Unpack

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.options import (
    CONTEXT,
    Narrowing,
    as_json,
    check_outlets,
    database,
    filters,
    open_to_read,
    wanted,
)
from balkan_crawler.cli.tables import Column, show
from balkan_crawler.text.counting import counted

_NAMES: Final = ("date", "published", "outlet", "language", "title", "url")
_COLUMNS: Final = tuple(Column(name) for name in (*_NAMES, "excerpt"))


@click.command(context_settings=CONTEXT)
@click.argument("query")
@database
@filters
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, metavar="N", show_default=True, help="Show the N newest."
)
@as_json
def command(query: str, path: Path, limit: int, json_wanted: bool, **narrowing: Unpack[Narrowing]) -> None:
    """Search titles, leads and bodies; script, case and marks do not matter.

    An article must have all words. "A phrase", word*, this OR that and -without work as in other search boxes; a query
    that begins with - goes after --. Finding nothing is not an error. In a pipe an article is a line, with tabs
    between the cells.

    Example: balkan-crawler search "vucic OR djokovic" --since 2026-11-01
    """
    asked = wanted(narrowing, query=query, limit=limit)
    with open_to_read(path) as store:
        rows = list(store.rows(asked))
        if not rows:
            check_outlets(store, asked.outlets)
        found = len(rows) if len(rows) < limit else store.count(asked)
    if json_wanted:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif rows:
        _print_found(rows, query, found)
    else:
        if streams.width_of_terminal() is None:
            show(_COLUMNS, ())
        click.echo(f"No article has {query!r}.", err=streams.width_of_terminal() is None)


def _print_found(rows: Sequence[Mapping[str, object]], query: str, found: int) -> None:
    """Print each article as a block, its address on a line that nothing breaks, so that it can be opened and copied.

    In a pipe an article is a line, with tabs between the cells.
    """
    from balkan_crawler.text.search_words import read_search
    from balkan_crawler.text.snippets import snippet

    sought = read_search(query)
    cuts = [snippet(" ".join(str(row[name]) for name in ("lead", "body") if row[name]), sought) for row in rows]
    shown = f"{len(rows):,} of {counted(found, 'article')}" if found > len(rows) else counted(found, "article")
    if streams.width_of_terminal() is None:
        cells = ([row[name] for name in _NAMES] for row in rows)
        texts = ("".join(piece.text for piece in cut) for cut in cuts)
        show(_COLUMNS, [(*row, text) for row, text in zip(cells, texts, strict=True)])
        if found > len(rows):
            click.echo(shown, err=True)
        return
    from rich.console import Console  # slow to import, and others have no need of it
    from rich.text import Text

    console = Console(highlight=False, width=streams.width_of_terminal())
    for row, cut in zip(rows, cuts, strict=True):
        console.print(Text(f"{row['date']}  {row['outlet']}", style="dim"))
        console.print(Text(str(row["title"]), style="bold"))
        console.print(Text.assemble(*((piece.text, "bold yellow" if piece.found else "") for piece in cut)))
        console.print(Text(str(row["url"]), style="cyan"), soft_wrap=True)
        console.print()
    console.print(f"{shown}, newest first; days are those of each outlet's own time zone")
