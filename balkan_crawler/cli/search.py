"""`balkan-crawler search`: find articles in any script."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Unpack

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.options import (
    CONTEXT,
    Narrowing,
    archived_months,
    as_json,
    check_outlets,
    database,
    filters,
    open_to_read,
    wanted,
    with_months,
)
from balkan_crawler.cli.tables import Column, show
from balkan_crawler.location import Location
from balkan_crawler.text.counting import counted
from balkan_crawler.text.search_words import SearchWords, read_search

if TYPE_CHECKING:
    from balkan_crawler.storage import Suggestions

_NAMES: Final = ("date", "published", "outlet", "language", "title", "url")
_COLUMNS: Final = tuple(Column(name) for name in (*_NAMES, "excerpt"))


@click.command(context_settings=CONTEXT)
@click.argument("query", nargs=-1, required=True)
@database
@filters
@archived_months
@click.option(
    "--sort",
    type=click.Choice(["date", "relevance"]),
    default="date",
    show_default=True,
    help="What comes first: the newest, or what the words fit best.",
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, metavar="N", show_default=True, help="Show the first N."
)
@as_json
def command(
    query: tuple[str, ...],
    location: Location,
    months: Path | None,
    sort: str,
    limit: int,
    json_wanted: bool,
    **narrowing: Unpack[Narrowing],
) -> None:
    """Search texts, authors, tags and sections; script, case and marks do not matter.

    An article must have all words, in any of their forms: Kraljevo finds Kraljevu. "In quotes" a word or phrase is
    found as it stands, begin* by its beginning. this OR that, NOT this or -this, (parentheses), this NEAR that,
    NEAR(this that, 5). One part only: title: lead: body: author: tag: section:, one outlet: outlet:KEY. A query
    with quotes or parentheses goes into single quotes, one that begins with - after --. Finding nothing is not an
    error. In a pipe an article is a line, with tabs between the cells.

    Example: balkan-crawler search Kraljevo 'title:most' --since 7d --sort relevance
    """
    from balkan_crawler.storage import Order

    asked = replace(wanted(narrowing, query=" ".join(query), limit=limit), order=Order(sort))
    sought = read_search(str(asked.query))
    if months is not None and asked.order is Order.RELEVANCE:
        raise click.UsageError("--archive and --sort relevance: archived months are found by date alone.")
    with open_to_read(location) as opened, with_months(opened, months) as store:
        rows = list(store.rows(asked))
        if not rows:
            check_outlets(store, (*asked.outlets, *sought.outlets, *sought.without_outlets))
        found = len(rows) if json_wanted or len(rows) < limit else store.count(asked)
        suggestions = None if rows or json_wanted else store.suggest(asked)
    if json_wanted:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    elif suggestions is None:
        print_found(rows, sought, found, asked.order)
    else:
        if streams.width_of_terminal() is None:
            show(_COLUMNS, ())
        for line in (f"No article has {asked.query!r}.", *_suggested(suggestions)):
            click.echo(line, err=streams.width_of_terminal() is None)


def _suggested(found: Suggestions) -> Iterator[str]:
    """Say what would be found otherwise, a line each."""
    if found.anywhere:
        yield f"Without the other options: {counted(found.anywhere, 'article')}."
    elif found.in_any_part:
        yield f"In any part of an article: {counted(found.in_any_part, 'article')}."
    elif len(found.alone) > 1 and any(found.alone.values()):
        yield f"By themselves: {', '.join(f'{word} {number}' for word, number in found.alone.items())}."
    for word, near in found.like.items():
        if near:
            yield f"Like {word}: {', '.join(f'{other} {number}' for other, number in near)}."


def print_found(rows: Sequence[Mapping[str, object]], sought: SearchWords, found: int, order: str) -> None:
    """Print each article as a block, its address on a line that nothing breaks, so that it can be opened and copied.

    In a pipe an article is a line, with tabs between the cells.
    """
    from balkan_crawler.text.snippets import snippet

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
    first = "newest first" if order == "date" else "those that fit best first"
    console.print(f"{shown}, {first}; days are those of each outlet's own time zone")
