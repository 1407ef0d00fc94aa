"""`balkan-crawler doctor`: the examination of `balkan_crawler.doctor`, in words or as JSON."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from balkan_crawler.cli import streams
from balkan_crawler.cli.configured import VARIABLES, configuration
from balkan_crawler.cli.options import BUSY_SECONDS, CONTEXT, as_json, database_option, files_in_force
from balkan_crawler.cli.tables import wrapped
from balkan_crawler.doctor import State, examine
from balkan_crawler.errors import ConfigurationError
from balkan_crawler.location import Location

if TYPE_CHECKING:
    from balkan_crawler.configuration import Configuration
    from balkan_crawler.doctor import Check

_COLOURS: Final = {State.OK: "green", State.NOTE: "yellow", State.PROBLEM: "red"}
_LABEL: Final = 7
"""Cells of a state."""


@click.command(context_settings=CONTEXT)
@database_option(tolerant=True)
@click.option("--offline", is_flag=True, help="Look no names up.")
@as_json
@click.pass_context
def command(context: click.Context, /, location: Location, offline: bool, json_wanted: bool) -> None:
    """Check the installation, the settings, the catalogue, the database, this machine and its network.

    Of the network, it looks up the names of three outlets, within five seconds; nothing is fetched.

    Exit codes: 0 no problem, 1 a problem was found.

    Example: balkan-crawler doctor --db balkan.db
    """
    said: Configuration | ConfigurationError
    files: tuple[Path, ...] = ()
    contact = os.environ.get(VARIABLES["contact"])
    try:
        said = configuration(context)
        contact = contact or said.contact
        files = files_in_force(context)
    except ConfigurationError as error:
        said = error
    now = datetime.now(UTC)
    checks = list(examine(location.path, now, BUSY_SECONDS, said=said, contact=contact, files=files, offline=offline))
    if json_wanted:
        click.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=2))
    else:
        for check in checks:
            _print(check)
    if any(check.state is State.PROBLEM for check in checks):
        context.exit(1)


def _print(check: Check) -> None:
    width, line = streams.width_of_terminal(), f"{check.state:<{_LABEL}}  {check.name}: {check.text}"
    first, *others = [line] if width is None else wrapped(line, width, indent=_LABEL + 2)
    click.echo("\n".join([click.style(first[:_LABEL], fg=_COLOURS[check.state]) + first[_LABEL:], *others]))
