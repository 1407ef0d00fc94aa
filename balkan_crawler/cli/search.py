"""`balkan-crawler search`: find articles in any script."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Unpack

import click

from balkan_crawler.cli.options import (
    CONTEXT,
    WIDTH_OF_A_PIPE,
    Narrowing,
    as_json,
    check_outlets,
    counted,
    database,
    filters,
    open_to_read,
    wanted,
)


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
    that begins with - goes after --. Finding nothing is not an error.

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
        click.echo(f"No article has {query!r}.")


def _print_found(rows: Sequence[Mapping[str, object]], query: str, found: int) -> None:
    """Print each article as a block, its address on a line that nothing breaks, so that it can be opened and copied."""
    from rich.console import Console  # slow to import, and --json has no need of it
    from rich.text import Text

    from balkan_crawler.text.search_words import read_search
    from balkan_crawler.text.snippets import snippet

    sought = read_search(query)
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=WIDTH_OF_A_PIPE)
    for row in rows:
        text = " ".join(str(row[name]) for name in ("lead", "body") if row[name])
        cut = Text.assemble(*((piece.text, "bold yellow" if piece.found else "") for piece in snippet(text, sought)))
        console.print(Text(f"{row['date']}  {row['outlet']}", style="dim"))
        console.print(Text(str(row["title"]), style="bold"))
        console.print(cut)
        console.print(Text(str(row["url"]), style="cyan"), soft_wrap=True)
        console.print()
    shown = f"{len(rows)} of {counted(found, 'article')}" if found > len(rows) else counted(found, "article")
    console.print(shown)
