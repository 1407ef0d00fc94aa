"""`balkan-crawler health`: what is wrong with which outlet, judged by its own past."""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.choosing import stored_countries, stored_outlets
from balkan_crawler.cli.notify import channels_to_tell, say_results
from balkan_crawler.cli.options import (
    CONTEXT,
    as_json,
    check_codes,
    check_outlets,
    database,
    open_to_read,
    open_to_write,
)
from balkan_crawler.cli.tables import Column, say, show
from balkan_crawler.location import Location
from balkan_crawler.notification import Notice, Severity, tell
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from balkan_crawler.health import Finding
    from balkan_crawler.model import Repair

_RECENT: Final = timedelta(days=7)
"""Repairs that were made by themselves are told for so long."""
_COLUMNS: Final = ("outlet", "country", "kind", "since", "evidence", "next step")


@click.command(context_settings=CONTEXT)
@database
@stored_outlets
@stored_countries
@click.option("--all", "everything", is_flag=True, help="Name also the outlets of which too little is known yet.")
@click.option("--notify", "is_notified", is_flag=True, help="Also send what is new by [notification] of balkan.toml.")
@as_json
@click.pass_context
def command(
    context: click.Context,
    /,
    location: Location,
    keys: tuple[str, ...],
    countries: tuple[str, ...],
    everything: bool,
    is_notified: bool,
    json_wanted: bool,
) -> None:
    """Say what is wrong with which outlet, the worst first, each with its evidence and what to do.

    Each outlet is compared with its own past: nothing new for longer than usual, far fewer articles, pages that are
    blocked, walled, gone or empty, dates that are missing, feeds that fail, redesigns, days that were not crawled. It
    takes two weeks of crawling to judge an outlet's rhythm. With --notify each channel is sent what is new to it, what
    still holds after a week, and what is over.

    Exit codes: 0 nothing is wrong, 1 something is, 2 wrong usage, 3 the database cannot be read.

    Example: balkan-crawler health --country RS
    """
    from balkan_crawler.health import days_needed, judge

    if is_notified and (keys or countries):
        raise click.UsageError("--notify tells of all outlets; leave out --outlet and --country.")
    channels = channels_to_tell(context) if is_notified else ()
    check_codes(countries, ())
    now = datetime.now(UTC)
    with open_to_read(location) as store, _all_is_needed():
        check_outlets(store, keys)
        pasts = store.pasts(*days_needed(now))
        repairs = store.repairs(since=now - _RECENT)
    named = {
        past.key for past in pasts if (not keys or past.key in keys) and (not countries or past.country in countries)
    }
    health = judge(pasts, now)
    chosen = [finding for finding in health.findings if finding.outlet in named or finding.outlet == ""]
    repaired = [repair for repair in repairs if repair.outlet in named]
    lacking = {key: what for key, what in health.lacking.items() if key in named}
    if json_wanted:
        click.echo(json.dumps(_as_json(chosen, lacking, repaired, now), ensure_ascii=False, indent=2))
    elif streams.width_of_terminal() is None:
        show([Column(name) for name in _COLUMNS], [_cells(finding) for finding in chosen])
    else:
        _print(chosen, lacking, len(named), everything=everything)
        _print_repairs(repaired)
    if channels:
        with open_to_write(location) as store:
            say_results(tell(_notices(chosen), scope="health", channels=channels, store=store, now=now))
    context.exit(1 if chosen else 0)


@contextmanager
def _all_is_needed() -> Iterator[None]:
    """Look for no garbage: the days of all outlets are some hundred thousand records, and none is to go."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _notices(findings: Sequence[Finding]) -> list[Notice]:
    return [
        Notice(
            key=finding.key,
            title=f"{_name(finding)}: {finding.words}, since {finding.since}",
            text=f"{finding.evidence}\n{finding.next_step}",
            severity=Severity.PROBLEM if finding.is_serious else Severity.NOTE,
        )
        for finding in findings
    ]


def _name(finding: Finding) -> str:
    return f"{finding.outlet} ({finding.country})" if finding.outlet else "all outlets"


def _as_json(
    findings: Sequence[Finding], lacking: dict[str, str], repairs: Sequence[Repair], now: datetime
) -> dict[str, object]:
    return {
        "at": now.isoformat(timespec="seconds"),
        "findings": [
            {
                "outlet": finding.outlet or None,
                "country": finding.country or None,
                "kind": finding.kind,
                "serious": finding.is_serious,
                "since": finding.since.isoformat(),
                "words": finding.words,
                "evidence": finding.evidence,
                "next_step": finding.next_step,
            }
            for finding in findings
        ],
        "repaired": [
            {
                "id": repair.id,
                "outlet": repair.outlet,
                "at": repair.at.isoformat(timespec="seconds"),
                "kind": repair.kind,
                "evidence": repair.evidence,
            }
            for repair in repairs
        ],
        "lacking": lacking,
    }


def _cells(finding: Finding) -> tuple[object, ...]:
    return (
        finding.outlet or "all",
        finding.country,
        finding.kind,
        finding.since.isoformat(),
        finding.evidence,
        finding.next_step,
    )


def _print(findings: Sequence[Finding], lacking: dict[str, str], outlets: int, *, everything: bool) -> None:
    for finding in findings:
        say(f"{_name(finding)}: {finding.words}, since {finding.since}", bold=True)
        say(f"  {finding.evidence}", indent=2)
        say(f"  → {finding.next_step}", indent=4)
    if findings:
        click.echo()
    kinds = Counter(finding.words for finding in findings)
    concerned = len({finding.outlet for finding in findings if finding.outlet})
    said = ", ".join(f"{count} {words}" for words, count in kinds.most_common())
    if findings:
        say(f"{counted(len(findings), 'finding')} at {concerned:,} of {counted(outlets, 'outlet')}: {said}.")
    else:
        say(f"Nothing is wrong that can be seen at {counted(outlets, 'outlet')}.")
    if lacking and everything:
        for key, what in lacking.items():
            say(f"too little known: {key}: {what}")
    elif lacking:
        say(f"Of {counted(len(lacking), 'outlet')} too little is known yet to judge the rhythm; --all names them.")


def _print_repairs(repairs: Sequence[Repair]) -> None:
    """Say what crawls have repaired by themselves of late."""
    for repair in repairs:
        undone = ", taken back since" if repair.undone else ""
        say(f"repaired by itself on {repair.at:%Y-%m-%d}: {repair.outlet}: {repair.kind}: {repair.evidence}{undone}")
    if repairs:
        say("`balkan-crawler repairs` says more, and takes a repair back.")
