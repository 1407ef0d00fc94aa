"""`balkan-crawler notify`: the ways to somebody who does not look, and whether they work."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from balkan_crawler.cli.configured import configuration
from balkan_crawler.cli.options import CONTEXT, as_json, database, open_to_read_if_there
from balkan_crawler.cli.tables import say
from balkan_crawler.configuration import FILE
from balkan_crawler.location import Location
from balkan_crawler.notification import Result, open_to_others, result_line, send_test
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from balkan_crawler.configuration import Channel
    from balkan_crawler.storage import Told


@click.command(context_settings=CONTEXT)
@database
@click.option("--test", "is_test", is_flag=True, help="Send a test message over each channel.")
@as_json
@click.pass_context
def command(context: click.Context, /, location: Location, is_test: bool, json_wanted: bool) -> None:
    """Show the channels of [notification] in balkan.toml and what each was told that still lasts, or try them.

    Passwords, tokens and addresses of webhooks are never printed.

    Exit codes: 0 all is well, 1 a channel could not be sent the test message, 2 no channel is set.

    Example: balkan-crawler notify --test
    """
    found = set_channels(context)
    for file in open_to_others(configuration(context).file, found):
        say(f"{file} holds secrets, and every user of this machine can read it; `chmod 600` closes it", err=True)
    if is_test:
        _test(context, found, json_wanted=json_wanted)
        return
    with open_to_read_if_there(location) as store:
        _show(found, store.told() if store is not None else (), json_wanted=json_wanted)


def set_channels(context: click.Context) -> tuple[Channel, ...]:
    """Give the channels that the configuration names. Raises `click.UsageError` where it names none."""
    notification = configuration(context).notification
    if notification is None or not notification.channels:
        raise click.UsageError(
            f"no channel is set; write [notification.email], .webhook or .ntfy into {FILE} (docs/configuration.md)"
        )
    return notification.channels


def channels_to_tell(context: click.Context) -> tuple[Channel, ...]:
    """Give the channels for a command that also tells; where none is set it says so, and the command does its work."""
    try:
        return set_channels(context)
    except click.UsageError as error:
        say(f"--notify tells nobody: {error.message}", err=True)
        return ()


def say_results(results: Iterable[Result]) -> None:
    """Say on standard error what came of each channel, where there is something to say."""
    for line in filter(None, map(result_line, results)):
        say(line, err=True)


def _test(context: click.Context, found: Sequence[Channel], *, json_wanted: bool) -> None:
    results = send_test(found, datetime.now(UTC))
    if json_wanted:
        click.echo(json.dumps([_as_json(result) for result in results], ensure_ascii=False, indent=2))
    for result in () if json_wanted else results:
        came = "sent" if result.is_sent else "NOT sent"
        say(f"{result.channel}: {came}" + (f": {result.reason}" if result.reason else ""))
    if not all(result.is_sent for result in results):
        context.exit(1)


def _as_json(result: Result) -> dict[str, object]:
    return {name: value for name, value in asdict(result).items() if name in ("channel", "is_sent", "reason")}


def _show(found: Sequence[Channel], told: Sequence[Told], *, json_wanted: bool) -> None:
    lasting = {
        channel: [each for each in told if each.channel == channel.identity and each.ended is None and _holds(each)]
        for channel in found
    }
    if json_wanted:
        answer = [
            {
                "channel": channel.label,
                "lasting": [
                    {"title": each.title, "since": _iso(each.first_told), "last_told": _iso(each.last_told)}
                    for each in rows
                ],
            }
            for channel, rows in lasting.items()
        ]
        click.echo(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for channel, rows in lasting.items():
        say(f"{channel.label}: {counted(len(rows), 'notice')} that {'lasts' if len(rows) == 1 else 'last'}")
        for each in rows:
            since = f"{each.first_told:%Y-%m-%d}" if each.first_told else "waits"
            say(f"  {since}  {each.title}", indent=12)
    say("`balkan-crawler notify --test` tries them.")


def _holds(told: Told) -> bool:
    return told.scope != "once" or told.first_told is None


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
