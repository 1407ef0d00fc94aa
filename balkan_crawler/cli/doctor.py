"""`balkan-crawler doctor`: the examination of `balkan_crawler.health`, in words or as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import click

from balkan_crawler.cli.options import BUSY_SECONDS, CONTEXT, as_json, database
from balkan_crawler.health import State, examine

_COLOURS: Final = {State.OK: "green", State.NOTE: "yellow", State.PROBLEM: "red"}


@click.command(context_settings=CONTEXT)
@database
@as_json
def command(path: Path, json_wanted: bool) -> None:
    """Check the installation, the catalogue, the database and this machine.

    Exit codes: 0 no problem, 1 a problem was found.

    Example: balkan-crawler doctor --db balkan.db
    """
    checks = list(examine(path, datetime.now(UTC), BUSY_SECONDS))
    if json_wanted:
        click.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=2))
    else:
        for check in checks:
            click.echo(f"{click.style(f'{check.state:<7}', fg=_COLOURS[check.state])}  {check.name}: {check.text}")
    if any(check.state is State.PROBLEM for check in checks):
        click.get_current_context().exit(1)
