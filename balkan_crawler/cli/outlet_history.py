"""The history of an outlet: what was repaired, when its pages changed, which of its sources fail since when."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.options import check_outlets, open_to_read
from balkan_crawler.cli.repair_words import WORDS, change_of, record_of, states
from balkan_crawler.cli.tables import Column, say, show
from balkan_crawler.location import Location
from balkan_crawler.model import Repair, RepairKind
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from pathlib import Path

    from balkan_crawler.model import Search, SourceState

_COLUMNS: Final = ("at", "kind", "state", "change", "evidence")


def tell(location: Location, key: str, files: tuple[Path, ...], *, json_wanted: bool) -> None:
    """Print the steps of an outlet, the first one first. Raises `UnknownOutletError` and a `StoreError`."""
    from balkan_crawler.outlets import load_outlets

    with open_to_read(location) as store:
        check_outlets(store, (key,))
        steps, search, redesigned = store.repairs(key), store.last_search(key), store.redesigned().get(key)
        failing = [state for state in store.failing_sources(1) if state.outlet == key]
    by_number = states(steps, load_outlets(*files))
    if redesigned and not any(each.kind is RepairKind.LEARNED_ANEW for each in steps):
        steps = [_seen_redesigned(key, redesigned), *steps]  # before steps were written down
    if json_wanted:
        record = {
            "outlet": key,
            "steps": [record_of(each, by_number.get(each.id)) for each in steps],
            "failing_sources": [_failing_record(state) for state in failing],
            "last_search": _search_record(search) if search else None,
        }
        click.echo(json.dumps(record, ensure_ascii=False, indent=2))
    elif streams.width_of_terminal() is None:
        rows = [
            (each.at.isoformat(), each.kind.value, by_number.get(each.id, ""), change_of(each), each.evidence)
            for each in steps
        ]
        for state in failing:
            since = state.failing_since.isoformat() if state.failing_since else ""
            rows.append((since, "failing", "", state.url, state.reason or ""))
        show([Column(name) for name in _COLUMNS], rows)
    else:
        _print(key, steps, by_number, failing, search)


def _print(
    key: str, steps: list[Repair], by_number: dict[int, str], failing: list[SourceState], search: Search | None
) -> None:
    for each in steps:
        state = by_number.get(each.id)
        say(f"{each.at:%Y-%m-%d}  {WORDS[each.kind]}{f' ({state}, repair {each.id})' if state else ''}", bold=True)
        if each.old:
            say(f"  {change_of(each)}", indent=4)
        say(f"  {each.evidence}", indent=4)
    for source in failing:
        since = f"since {source.failing_since.astimezone(UTC):%Y-%m-%d}" if source.failing_since else "now"
        say(f"{since}  fails ({counted(source.failures, 'time')}): {source.url}", bold=True)
        reason = (source.reason or "no readable answer").removeprefix(f"{source.url} could not be read: ")
        say(f"  {reason}", indent=4)
    if search is not None:
        say(f"{search.at:%Y-%m-%d}  another source was looked for: {search.result or 'broken off'}", indent=4)
    if not (steps or failing or search):
        say(f"Nothing happened to {key} that was written down: nothing repaired, no redesign, no source that fails.")


def _seen_redesigned(key: str, day: date) -> Repair:
    at = datetime.combine(day, time(), UTC)
    return Repair(outlet=key, at=at, kind=RepairKind.LEARNED_ANEW, evidence="a crawl saw its pages built otherwise")


def _failing_record(state: SourceState) -> dict[str, object]:
    return {
        "url": state.url,
        "failures": state.failures,
        "since": state.failing_since.isoformat() if state.failing_since else None,
        "reason": state.reason,
    }


def _search_record(search: Search) -> dict[str, object]:
    return {"at": search.at.isoformat(), "in_vain": search.tries, "result": search.result}
