"""`balkan-crawler workers`: who crawls into an archive, on which machine; and having one give way."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from balkan_crawler.cli.options import CONTEXT, as_json, database, open_to_read, open_to_write
from balkan_crawler.cli.tables import Column, numbers, say, show

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.location import Location
    from balkan_crawler.storage import Worker


@click.command(context_settings=CONTEXT)
@database
@click.option("--drain", metavar="NAME", help="Have a machine, or one process of it (machine:process), give way.")
@click.option("--undrain", metavar="NAME", help="Take that back.")
@as_json
@click.pass_context
def command(
    context: click.Context, /, location: Location, drain: str | None, undrain: str | None, json_wanted: bool
) -> None:
    """List the processes that crawl into the archive: where, since when, and how many sites each holds.

    One that is late has missed a sign of life, which each gives three times a lease. One that is gone has ended without
    a word; its sites are free, or will be when their leases end.

    With --drain all crawling processes of a machine, or one, finish what is under way, give their sites back and take
    no more: a crawl ends with exit code 0, a run stays and waits for --undrain. They hear of it with their next sign of
    life, within 100 seconds. What is asked of a machine holds for its later processes, too.

    Exit codes: 0 done, 1 nobody of that name crawls, 2 wrong usage, 3 the database could not be read.

    Example: balkan-crawler workers --drain crawler-2
    """
    if drain is not None and undrain is not None:
        raise click.UsageError("--drain and --undrain are two wishes; choose one.")
    now = datetime.now(UTC)
    name = drain if drain is not None else undrain
    if name is not None and not name.strip():
        raise click.UsageError("a machine, or machine:process, is to be named; `workers` lists them.")
    if name is not None:
        with open_to_write(location) as store:
            found = store.drain(name, now, wanted=drain is not None)
    else:
        with open_to_read(location) as store:
            found = store.workers(now)
            now += store.clock_skew()  # signs of life are written down by the server's clock
    if json_wanted:
        click.echo(json.dumps([_as_json(each, now) for each in found], ensure_ascii=False, indent=2))
    elif name is None:
        _print(found, now)
    elif found:
        what = "take no more sites" if drain is not None else "take sites again"
        say(f"{len(found):,} process{'es' * (len(found) != 1)} of {name} {what}, from the next sign of life on.")
    elif drain is None:
        say(f"{name} may take sites.")
    if name is not None and drain is not None and not found:
        say(f"balkan-crawler: nobody of the name {name} crawls; `workers` lists who does", err=True)
        context.exit(1)


def _rate(worker: Worker) -> float | None:
    """Give the pages a minute since a process began, as of its last sign of life."""
    if worker.heard is None or worker.started is None or worker.pages is None:
        return None
    minutes = (worker.heard - worker.started).total_seconds() / 60
    return round(worker.pages / minutes, 1) if minutes > 0 else None


def _print(workers: Sequence[Worker], now: datetime) -> None:
    if not workers:
        say("Nobody crawls into this archive at the moment.")
        return
    columns = (
        Column("machine"),
        Column("process"),
        Column("state"),
        *numbers("sites"),
        Column("since"),
        Column("last sign"),
        *numbers("pages/min", optional=True),
        Column("version", optional=True),
    )
    show(
        columns,
        [
            (
                each.machine,
                each.process,
                each.state(now),
                each.sites,
                _moment(each.started),
                _moment(each.heard),
                "" if (rate := _rate(each)) is None else rate,
                each.version or "",
            )
            for each in workers
        ],
        "Times in UTC. Gone: ended without a word. Drained: takes no more sites.",
    )


def _moment(at: datetime | None) -> str:
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _as_json(worker: Worker, now: datetime) -> dict[str, object]:
    return {
        "machine": worker.machine,
        "process": worker.process,
        "holder": worker.holder,
        "state": worker.state(now),
        "drained": worker.is_drained,
        "sites": worker.sites,
        "held": list(worker.held),
        "since": worker.started.isoformat() if worker.started else None,
        "last_sign": worker.heard.isoformat() if worker.heard else None,
        "stays": worker.stays,
        "pages": worker.pages,
        "pages_per_minute": _rate(worker),
        "version": worker.version,
    }
