"""`balkan-crawler repairs`: what crawls repaired by themselves, and taking it back."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.completion import outlet_keys
from balkan_crawler.cli.options import CONTEXT, as_json, check_outlets, database, open_to_read, own_files
from balkan_crawler.cli.repair_words import WORDS, change_of, new_home, record_of, states
from balkan_crawler.cli.tables import Column, say, show
from balkan_crawler.location import Location
from balkan_crawler.model import RepairKind
from balkan_crawler.repair.in_force import CHANGES_SOURCES, standing, without_fallback

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from balkan_crawler.model import Outlet, Repair

_COLUMNS: Final = ("id", "at", "outlet", "kind", "state", "old", "new", "evidence")
_FIELDS: Final = ("feeds", "sitemaps", "sections")


@click.command(context_settings=CONTEXT)
@click.argument("outlet", required=False, shell_complete=outlet_keys)
@click.option("--undo", "undone", type=int, metavar="ID", help="Take a repair back; the same is not done again.")
@click.option("--toml", "toml_wanted", is_flag=True, help="Print what is in force as lines for an outlets file.")
@own_files
@database
@as_json
def command(
    outlet: str | None,
    undone: int | None,
    toml_wanted: bool,
    files: tuple[Path, ...],
    location: Location,
    json_wanted: bool,
) -> None:
    """List what crawls repaired by themselves, with the evidence: of all outlets, or of one.

    A source that moved within its site is followed after a week, one that fails for good is replaced by another of the
    outlet's, and where there is none, a sitemap or the home page stands in. What leads to another site is only told.
    A repair ends when the outlet's table names another source; with --toml it can be made to last, in your own outlets
    file or in the catalogue.

    Exit codes: 0 done, 2 wrong usage, 3 the database could not be read.

    Example: balkan-crawler repairs euronews_al
    """
    if (undone is not None) + toml_wanted + json_wanted > 1:
        raise click.UsageError("--undo, --toml and --json are three answers; choose one.")
    if undone is not None:
        _undo(location, undone, outlet)
        return
    from balkan_crawler.outlets import load_outlets

    with open_to_read(location) as store:
        if outlet is not None:
            check_outlets(store, (outlet,))
        repairs = store.repairs(outlet)
    catalogue = load_outlets(*files)
    if toml_wanted:
        click.echo("\n".join(_toml(repairs, catalogue)) or "# Nothing was repaired that a table could say.")
        return
    by_number = states(repairs, catalogue)
    if json_wanted:
        click.echo(
            json.dumps([record_of(each, by_number.get(each.id)) for each in repairs], ensure_ascii=False, indent=2)
        )
    elif streams.width_of_terminal() is None:
        _print_lines(repairs, by_number)
    else:
        _print(repairs, by_number)


def _undo(location: Location, number: int, outlet: str | None) -> None:
    from balkan_crawler.storage import open_store

    with open_to_read(location) as store:  # says so where there is no database, rather than making one
        found = next((each for each in store.repairs(outlet) if each.id == number), None)
    if found is None:
        raise click.UsageError(f"There is no repair {number}{f' of {outlet}' if outlet else ''}; `repairs` lists them.")
    if found.kind not in CHANGES_SOURCES:
        raise click.UsageError(f"Nothing can be taken back of {number} ({WORDS[found.kind]}): it changed no source.")
    if found.undone is not None:
        say(f"Repair {number} was undone before, {found.undone:%Y-%m-%d %H:%M} UTC.")
        return
    with open_store(location) as store:
        store.undo_repair(number, datetime.now(UTC))
    say(f"Undone: {found.outlet} is polled at {', '.join(found.old)} again, from its next poll on.")


def _print_lines(repairs: Sequence[Repair], by_number: Mapping[int, str]) -> None:
    """Print a line a step, for programs."""
    rows = [
        (
            each.id,
            each.at.isoformat(),
            each.outlet,
            each.kind,
            by_number.get(each.id, ""),
            " ".join(each.old),
            " ".join(source.url for source in each.new),
            each.evidence,
        )
        for each in repairs
    ]
    show([Column(name) for name in _COLUMNS], rows)


def _print(repairs: Sequence[Repair], by_number: Mapping[int, str]) -> None:
    if not repairs:
        say("Nothing was repaired.")
        return
    for each in repairs:
        state = by_number.get(each.id)
        say(
            f"{each.id}  {each.outlet}: {WORDS[each.kind]}{f' ({state})' if state else ''}, {each.at:%Y-%m-%d}",
            bold=True,
        )
        if each.old:
            say(f"   {change_of(each)}", indent=5)
        say(f"   {each.evidence}", indent=5)
    if any(state == "in force" for state in by_number.values()):
        say("Take one back: balkan-crawler repairs --undo ID. Make them last: balkan-crawler repairs --toml.")
    if any(each.kind is RepairKind.SITE_MOVED for each in repairs):
        say("Another site is not followed by itself: look at it, then take the lines of balkan-crawler repairs --toml.")


def _toml(repairs: Sequence[Repair], catalogue: Mapping[str, Outlet]) -> Iterator[str]:
    """Write the lines of outlets files that say what was repaired, each with its evidence above it."""
    for key in dict.fromkeys(repair.outlet for repair in repairs):
        outlet = catalogue.get(key)
        steps = [repair for repair in repairs if repair.outlet == key]
        if outlet is None:
            continue
        in_force = without_fallback(outlet, steps)
        changed = [name for name in _FIELDS if getattr(in_force, name) != getattr(outlet, name)]
        notes = [each for each in standing(outlet, steps) if each.kind is not RepairKind.FALLBACK] + [
            each for each in steps if each.kind is RepairKind.SITE_MOVED
        ]
        if not notes:
            continue
        yield f"[{key}]"
        for each in notes:
            yield f"# {each.at:%Y-%m-%d}: {change_of(each)}: {' '.join(each.evidence.split())}"
            if each.kind is RepairKind.SITE_MOVED:
                yield "# Domains are sold: if this is still the outlet, take this line, and its feeds there."
                yield f"# homepage = {json.dumps(new_home(each, outlet), ensure_ascii=False)}"
        for name in changed:
            yield f"{name} = {json.dumps(list(getattr(in_force, name)), ensure_ascii=False)}"
        yield ""
