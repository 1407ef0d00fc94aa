"""`balkan-crawler templates`: what a crawl has learned of an outlet's pages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.completion import outlet_keys
from balkan_crawler.cli.options import CONTEXT, as_json, check_outlets, database, open_to_read
from balkan_crawler.cli.tables import Column, numbers, say, show
from balkan_crawler.extraction.trust import is_trusted
from balkan_crawler.location import Location
from balkan_crawler.model import unpack
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from balkan_crawler.model import Knowledge
    from balkan_crawler.model.knowledge import PlaceTally

FEWEST_ARTICLES: Final = 3
"""A place is shown that so many articles had."""
MOST_PLACES: Final = 15
"""Places of each kind that are shown: those with most words."""
_HALF: Final = 0.5


@click.command(context_settings=CONTEXT)
@click.argument("outlet", shell_complete=outlet_keys)
@database
@click.option("--forget", is_flag=True, help="Drop what was learned, so that the outlet is learned anew.")
@as_json
def command(outlet: str, location: Location, forget: bool, json_wanted: bool) -> None:
    """Show what crawls have learned of an outlet's pages: where its text stands, and which texts recur.

    A crawl learns from each article that it reads. A text that stands at the same place in other stories is left out of
    the body; a place of which most was body before is body, however the page is written. Where pages read so are
    like those that are read whole, trial after trial, only one in twenty is read whole any more.

    Exit codes: 0 done, 1 nothing is known of the outlet, 2 wrong usage, 3 the database could not be read.

    Example: balkan-crawler templates euronews_al
    """
    if forget:
        _forget(outlet, location)
        return
    with open_to_read(location) as store:
        check_outlets(store, (outlet,))
        packed = store.knowledge(outlet)
    known = unpack(packed)
    if json_wanted:
        click.echo(json.dumps(_record(outlet, known, len(packed)), ensure_ascii=False, indent=2))
    elif known.articles:
        _print(outlet, known, len(packed))
    else:
        click.echo(f"Nothing was learned of {outlet} yet: crawl it first.")
    raise SystemExit(0 if known.articles else 1)


def _forget(outlet: str, location: Location) -> None:
    from balkan_crawler.storage import open_store

    with open_to_read(location) as store:  # says so where there is no database, rather than making one
        check_outlets(store, (outlet,))
    with open_store(location) as store:
        was_known = store.forget_knowledge(outlet)
    click.echo(f"What was known of {outlet} is dropped." if was_known else f"Nothing was known of {outlet}.")


def _record(outlet: str, known: Knowledge, size: int) -> dict[str, Any]:
    return {
        "outlet": outlet,
        "articles": known.articles,
        "articles_read": known.read,
        "trusted": is_trusted(known),
        "trials_alike": sum(known.trials),
        "trials": len(known.trials),
        "bytes": size,
        "changing_classes": known.moving > _HALF,
        "body": [_place(tally) for tally in _places(known, body=True)],
        "beside": [_place(tally) for tally in _places(known, body=False)],
        "lead": [lead.name for lead in known.leads.values() if lead.articles >= FEWEST_ARTICLES],
        "recurring": list(known.struck.values()),
    }


def _place(tally: PlaceTally) -> dict[str, Any]:
    share = round(tally.chosen / max(tally.words, 1), 3)
    return {"place": tally.name, "articles": tally.articles, "words": tally.words, "body": share}


def _places(known: Knowledge, *, body: bool) -> list[PlaceTally]:
    """Give the places of the body, or those that are none, which have most words."""
    often = {
        tally.name: tally
        for tally in known.places.values()
        if tally.articles >= FEWEST_ARTICLES
        and (tally.chosen > _HALF * tally.words) is body
        and (" > " in tally.name) is (known.moving <= _HALF)  # else the same place by tags alone
    }
    return sorted(often.values(), key=lambda tally: -tally.words)[:MOST_PLACES]


def _print(outlet: str, known: Knowledge, size: int) -> None:
    if streams.width_of_terminal() is None:
        rows: list[tuple[object, ...]] = [("body", *_cells(tally)) for tally in _places(known, body=True)]
        rows += [("other", *_cells(tally)) for tally in _places(known, body=False)]
        rows += [("recurring", "", "", "", line) for line in known.struck.values()]
        show((Column("kind"), *numbers("articles", "words", "body"), Column("place")), rows)
        return
    say(f"{outlet}: learned from {counted(known.articles, 'article')}, kept in {size / 1024:.0f} KiB")
    if known.trials:
        way = "are read by what is known" if is_trusted(known) else "are still read whole"
        say(f"Pages {way}: {sum(known.trials)} of the last {counted(len(known.trials), 'trial')} were alike.")
    if known.moving > _HALF:
        say("Its class names change at each request; places are told by elements alone.")
    _print_places("Text stands at", _places(known, body=True))
    _print_places("Other texts stand at", _places(known, body=False))
    _print_lines("Not taken for text, since other stories have it, too:", known.struck.values())


def _cells(tally: PlaceTally) -> tuple[int, int, float, str]:
    share = tally.chosen / max(tally.words, 1)
    return tally.articles, tally.words, round(share, 3), tally.name


def _print_places(heading: str, places: list[PlaceTally]) -> None:
    if not places:
        return
    click.echo(f"\n{heading}:")
    show(
        (*numbers("articles", "words", "was body"), Column("place", text=True)),
        [(articles, words, f"{share:.0%}", name) for articles, words, share, name in map(_cells, places)],
        "Sorted by words.",
    )


def _print_lines(heading: str, lines: Iterable[str]) -> None:
    found = list(lines)
    if found:
        click.echo(f"\n{heading}")
        for line in found:
            say(f"  {line}")
