"""What the user has set down of maintenance, and the disk as that makes it grow."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from balkan_crawler.cli.configured import ConfiguredOption, configuration, in_force
from balkan_crawler.configuration import Maintenance
from balkan_crawler.location import Location

if TYPE_CHECKING:
    from balkan_crawler.maintenance import Forecast


def rules_in_force(context: click.Context) -> Maintenance:
    """Give the table of maintenance; one that says nothing where there is none. Raises `ConfigurationError`."""
    return configuration(context).maintenance or Maintenance()


def pages_in_force(context: click.Context) -> Path | None:
    """Give the folder of kept pages, of the environment or the file. Raises `ConfigurationError`."""
    folder: str | Path | None = in_force(context, ConfiguredOption(["--keep-pages"], field="keep_pages", default=None))
    return None if folder is None else Path(folder)


def disk(context: click.Context, location: Location) -> Forecast:
    """Foresee the disk of a database that is there. Raises a `StoreError`, `OSError` and `ConfigurationError`."""
    from balkan_crawler.maintenance.disk import foresee
    from balkan_crawler.storage.upkeep import Upkeep

    with Upkeep(location.path, read_only=True) as upkeep:
        return foresee(upkeep, rules_in_force(context), pages_in_force(context), datetime.now(UTC).date())
