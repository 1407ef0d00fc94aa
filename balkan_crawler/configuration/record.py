"""The record of what a configuration file says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from balkan_crawler.configuration.channels import Notification
from balkan_crawler.configuration.maintenance import Maintenance
from balkan_crawler.configuration.schedule import Schedule
from balkan_crawler.location import Location

TABLES: Final = ("notification", "maintenance")
"""The fields that are tables of their own in the file; no option or variable gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What a file says; ``None`` where it says nothing of a thing. Paths are absolute, texts checked.

    A field's name is the key in the file, with ``_`` for ``-``.
    """

    file: Path | None = None
    """The file that was read; ``None`` where there is none."""
    database: Location | None = None
    outlets: tuple[Path, ...] | None = None
    """The user's own outlets files."""
    contact: str | None = None
    countries: tuple[str, ...] | None = None
    """Codes in capital letters; what `crawl` crawls where no outlet is named. So are ``languages``, tags as written."""
    languages: tuple[str, ...] | None = None
    limit: int | None = None
    """The most new articles an outlet and run."""
    minutes: float | None = None
    """The longest a run may take."""
    keep_pages: Path | None = None
    """The folder that fetched pages are kept in."""
    log_file: Path | None = None
    notification: Notification | None = None
    """The ways to somebody who does not look."""
    maintenance: Maintenance | None = None
    """The table of that name."""
    schedule: Schedule | None = None
    """When `run` does what is not crawling."""
