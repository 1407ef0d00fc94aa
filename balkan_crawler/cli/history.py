"""`balkan-crawler history`: how an article was edited, or what happened to an outlet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.completion import outlet_keys
from balkan_crawler.cli.options import CONTEXT, as_json, database, open_to_read, own_files
from balkan_crawler.cli.tables import Column, show
from balkan_crawler.location import Location
from balkan_crawler.text.counting import counted
from balkan_crawler.text.differences import Fate, Run, changed_paragraphs, marked
from balkan_crawler.urls import canonical_url

if TYPE_CHECKING:
    from rich.console import Console

    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage import Store, UrlPlan

_OF_AN_EDIT: Final = ("seen", "replaced", "times", "words_removed", "words_added")
_COLUMNS: Final = ("url", "date", "outlet", *_OF_AN_EDIT, "part", "change")
_PARTS: Final = ("title", "lead", "body")
_STYLES: Final = {Fate.KEPT: "", Fate.REMOVED: "red strike", Fate.ADDED: "green underline"}


@dataclass(frozen=True, slots=True)
class _Edit:
    """One edit: the state before it, as the store gives it, and the changed paragraphs of each part."""

    before: Row
    parts: dict[str, tuple[tuple[Run, ...], ...]]


@click.command(context_settings=CONTEXT)
@click.argument("url", required=False)
@click.option("--outlet", metavar="KEY", shell_complete=outlet_keys, help="Show what happened to an outlet instead.")
@own_files
@database
@as_json
def command(
    url: str | None, outlet: str | None, files: tuple[Path, ...], location: Location, json_wanted: bool
) -> None:
    """Show an article's edits word by word, earliest first. Any URL that led to the article will do.

    With --outlet show what happened to an outlet: what a crawl repaired of its sources, when its pages were built anew,
    which of its sources fail since when, each with its evidence.

    In a pipe each changed paragraph is a line, with tabs between the cells. Where there are no colours, removed words
    are written [-like this-] and added words {+like this+}. An address may be given without https://.

    Example: balkan-crawler history https://example.com/vijest/123
    """
    if (url is None) == (outlet is None):
        raise click.UsageError("Give the URL of an article, or --outlet KEY.")
    if outlet is not None:
        from balkan_crawler.cli import outlet_history

        outlet_history.tell(location, outlet, files, json_wanted=json_wanted)
        return
    assert url is not None
    is_bare = "://" not in url and "." in url.partition("/")[0]
    url = f"https://{url}" if is_bare else url
    canonical_url(url)
    with open_to_read(location) as store:
        found = [(article, list(_edits(store, article))) for article in store.articles_at(url)]
        plans = {url: store.plan(url) for url in {str(article["url"]) for article, _ in found}}
    if json_wanted:
        records = [_record(article, edits, plans[str(article["url"])]) for article, edits in found]
        click.echo(json.dumps(records, ensure_ascii=False, indent=2))
    elif streams.width_of_terminal() is None:
        _print_lines(found)
        if not any(edits for _, edits in found):
            click.echo("No edit was seen." if found else f"The archive has no article at {url}.", err=True)
    elif found:
        _print(found, plans)
    else:
        click.echo(f"The archive has no article at {url}.")


def _edits(store: Store, article: Row) -> Iterator[_Edit]:
    earlier = store.versions(str(article["url"]), date.fromisoformat(str(article["date"])))
    for before, after in pairwise([*earlier, article]):
        changed = {name: changed_paragraphs(str(before[name] or ""), str(after[name] or "")) for name in _PARTS}
        yield _Edit(before, {name: paragraphs for name, paragraphs in changed.items() if paragraphs})


def _record(article: Row, edits: list[_Edit], plan: UrlPlan | None) -> dict[str, object]:
    """Write an article's edits for another program: times, counts, the text before, and the changed paragraphs."""
    visits: dict[str, object] = {
        "visits": plan.visits if plan else 0,
        "visited": plan.visited.isoformat() if plan and plan.visited else None,
        "next_visit": plan.due.isoformat() if plan and plan.due else None,
    }
    named: dict[str, object] = {
        name: article[name] for name in ("url", "date", "outlet", "title", "first_seen", "last_seen", "corrected")
    }
    return (named | visits) | {
        "edits": [
            {**edit.before}
            | {"diff": {name: [marked(runs) for runs in paragraphs] for name, paragraphs in edit.parts.items()}}
            for edit in edits
        ]
    }


def _visits_line(plan: UrlPlan) -> str:
    times = "once" if plan.visits == 1 else f"{plan.visits:,} times"
    last = f", last {plan.visited:%Y-%m-%d %H:%M} UTC" if plan.visited else ""
    again = f"; again {plan.due:%Y-%m-%d %H:%M} UTC or later" if plan.due else "; not to be visited again"
    stated = ", since its source says that it has changed" if plan.due and plan.stated else ""
    return f"Visited {times}{last}{again}{stated}."


def _time(value: object) -> str:
    """Write a stored time to the minute, in UTC as all of them are."""
    return f"{datetime.fromisoformat(str(value)).astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def _print_lines(found: list[tuple[Row, list[_Edit]]]) -> None:
    """Print each changed paragraph as a line for programs."""
    show(
        [Column(name) for name in _COLUMNS],
        [
            (
                article["url"],
                article["date"],
                article["outlet"],
                *(edit.before[name] for name in _OF_AN_EDIT),
                part,
                marked(runs),
            )
            for article, edits in found
            for edit in edits
            for part, paragraphs in edit.parts.items()
            for runs in paragraphs
        ],
    )


def _print(found: list[tuple[Row, list[_Edit]]], plans: Mapping[str, UrlPlan | None]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, width=streams.width_of_terminal())
    for article, edits in found:
        console.print(Text(f"{article['title']}", style="bold"))
        console.print(Text(f"{article['url']}", style="cyan"), soft_wrap=True)
        console.print(Text(f"{article['outlet']}, {article['date']}, first seen {_time(article['first_seen'])}"))
        plan = plans[str(article["url"])]
        if plan is not None:
            console.print(Text(_visits_line(plan)))
        if article["corrected"]:
            console.print(Text(f"Read otherwise than at first, corrected {_time(article['corrected'])}."))
        if not edits:
            console.print("No edit was seen.\n")
        for edit in edits:
            _print_edit(console, edit)


def _print_edit(console: Console, edit: _Edit) -> None:
    from rich.text import Text

    before = edit.before
    times = int(str(before["times"]))
    again = f" ({times:,} times)" if times != 1 else ""
    removed, added = (int(str(before[name])) for name in ("words_removed", "words_added"))
    counts = f"{counted(removed, 'word')} removed, {added:,} added"
    console.print(Text(f"\nEdited, seen {_time(before['replaced'])}{again}: {counts}", style="bold"))
    for name, paragraphs in edit.parts.items():
        for runs in paragraphs:
            if console.color_system is None or console.no_color:
                console.print(Text(f"  {name}: {marked(runs)}"))
            else:
                console.print(Text.assemble(f"  {name}: ", *((run.text, _STYLES[run.fate]) for run in runs)))
    console.print()
