"""`balkan-crawler digest`: a day or a week of the archive, summed up: to read, for a log, or to be sent."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from balkan_crawler.cli.causes import lines_by_cause
from balkan_crawler.cli.days import Day
from balkan_crawler.cli.notify import channels_to_tell, say_results
from balkan_crawler.cli.options import CONTEXT, as_json, database, open_to_read, open_to_write
from balkan_crawler.digest import DAYS_BEFORE, Digest, headline, in_words, one_line, sum_up
from balkan_crawler.health import days_needed, judge
from balkan_crawler.location import Location
from balkan_crawler.notification import Notice, Severity, announce

if TYPE_CHECKING:
    from balkan_crawler.configuration import Channel
    from balkan_crawler.health import Finding
    from balkan_crawler.storage import DailyCounts, Store

_MOST_OF_A_DAY = 3
_MOST_OF_A_WEEK = 7
"""So many copied stories and changed headlines are told."""
_MOST_NAMED = 6
"""So many outlets that need a hand for one cause are named."""


@click.command(context_settings=CONTEXT)
@database
@click.option("--day", type=Day(), metavar="DAY", help="Sum up this day: 2026-11-23, 2d, today. By default yesterday.")
@click.option("--week", is_flag=True, help="Sum up seven days, up to this day.")
@click.option("--line", "is_line", is_flag=True, help="Print one line, for a log.")
@click.option("--notify", "is_notified", is_flag=True, help="Also send it by [notification] of balkan.toml.")
@as_json
@click.pass_context
def command(
    context: click.Context,
    /,
    location: Location,
    day: date | None,
    week: bool,
    is_line: bool,
    is_notified: bool,
    json_wanted: bool,
) -> None:
    """Sum up yesterday: articles by country with what is usual, new and silent outlets, copied stories, headlines.

    Usual is the median of the same weekday in the eight weeks before, or of as many weeks. What needs a hand stands
    last. With --notify it is sent once over each channel; one that fails gets it with the next message.

    Exit codes: 0 done, 1 a channel could not be sent it.

    Example: balkan-crawler digest --week --notify
    """
    if is_line and json_wanted:
        raise click.UsageError("--line and --json exclude each other.")
    today = date.today()
    last = day or today - timedelta(days=1)
    if last > today:
        raise click.UsageError(f"--day {last} is still to come.")
    channels = channels_to_tell(context) if is_notified else ()
    first = last - timedelta(days=6 if week else 0)
    with open_to_read(location) as store:
        digest = _sum_up(store, first, last, today)
    if json_wanted:
        click.echo(json.dumps(_as_json(digest), ensure_ascii=False, indent=2))
    else:
        click.echo(one_line(digest) if is_line else in_words(digest))
    if channels and not _send(location, digest, channels):
        context.exit(1)


def _sum_up(store: Store, first: date, last: date, today: date) -> Digest:
    now = datetime.now(UTC)
    most = _MOST_OF_A_WEEK if first != last else _MOST_OF_A_DAY
    outlets = store.daily_counts(last - timedelta(days=DAYS_BEFORE), last)
    return sum_up(
        outlets,
        first,
        last,
        today=today,
        copied=store.copied_stories(first, last, most),
        headlines=store.changed_headlines(first, last),
        hand=list(_hand(outlets, judge(store.pasts(*days_needed(now)), now).findings)),
        most=most,
    )


def _hand(outlets: Iterable[DailyCounts], findings: Sequence[Finding]) -> Iterator[str]:
    """Say what somebody has to look after, a line a cause: what health finds, and crawls that failed otherwise."""
    of_kind: dict[str, list[str]] = {}
    for finding in findings:
        if finding.is_serious or not finding.outlet:
            of_kind.setdefault(finding.words, []).append(finding.outlet or "all outlets")
    for words, keys in of_kind.items():
        more = f" and {len(keys) - _MOST_NAMED} more" if len(keys) > _MOST_NAMED else ""
        yield f"{words}: {', '.join(keys[:_MOST_NAMED])}{more}"
    known = {finding.outlet for finding in findings}
    failed = [
        (each.outlet, each.reason or "no reason given")
        for each in outlets
        if each.state == "failed" and each.outlet not in known
    ]
    yield from lines_by_cause("failed", "outlet", failed)


def _send(location: Location, digest: Digest, channels: tuple[Channel, ...]) -> bool:
    notice = Notice(
        key=f"digest:{digest.first}:{digest.last}",
        title=headline(digest),
        text=in_words(digest),
        severity=Severity.NOTE,
    )
    with open_to_write(location) as store:
        results = announce([notice], channels=channels, store=store, now=datetime.now(UTC))
    say_results(results)
    return all(result.is_sent for result in results)


def _as_json(digest: Digest) -> dict[str, object]:
    return {name: _plain(value) for name, value in asdict(digest).items()}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
