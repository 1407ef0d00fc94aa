"""The examination: what is looked at, in which order."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from importlib.metadata import requires
from pathlib import Path
from typing import TYPE_CHECKING

from balkan_crawler.doctor import archive, installation, machine, network, settings
from balkan_crawler.doctor.check import Check, State
from balkan_crawler.doctor.network import look_up
from balkan_crawler.errors import BalkanCrawlerError, StoreMissingError
from balkan_crawler.revisiting.schedule import OFTEN
from balkan_crawler.storage import open_store
from balkan_crawler.storage.file.inspection import fts5_version, inspect_database

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from balkan_crawler.configuration import Configuration
    from balkan_crawler.errors import ConfigurationError


def examine(
    path: Path,
    now: datetime,
    busy_seconds: float,
    *,
    said: Configuration | ConfigurationError,
    contact: str | None,
    files: Sequence[Path],
    offline: bool,
) -> Iterator[Check]:
    """Examine everything that a crawl into the database at ``path`` needs; there need not be one yet.

    ``busy_seconds`` is how long to wait for a program that holds the database for itself. ``said`` is what came of
    reading the configuration, ``contact`` and ``files`` the contact and the own outlets files in force. Unless
    ``offline``, some names of the catalogue are looked up, for `network.SECONDS` at most.
    """
    yield installation.packages(requires("balkan-crawler") or ())
    yield from installation.imports()
    yield installation.full_text_search(*fts5_version())
    yield installation.parquet()
    yield settings.configuration(said)
    yield settings.contact(contact)
    yield settings.notification(said)
    yield installation.catalogue(*files)
    yield machine.authorities(os.environ)
    if not offline:
        yield from _network()
    yield from _database(path, now, busy_seconds)
    yield from machine.folder(path.absolute().parent)


def _database(path: Path, now: datetime, busy_seconds: float) -> Iterator[Check]:
    """Examine the database, and the clock, which can be compared with the last crawl only where there is one."""
    past: dict[str, datetime | None] = {"this program was installed": _installed()}
    try:
        with open_store(path, read_only=True, busy_seconds=busy_seconds) as store:
            statistics, failing = store.statistics(), store.failing_sources(OFTEN)
        found = inspect_database(path, busy_seconds)
    except StoreMissingError:
        yield Check("database", State.NOTE, f"{path} does not exist yet; `balkan-crawler crawl` makes it")
    except BalkanCrawlerError as error:
        yield Check("database", State.PROBLEM, str(error))
    else:
        yield from archive.database(path, statistics, found)
        yield archive.sources(failing)
        past["the last crawl began"] = archive.last_crawl(statistics)
    yield archive.clock(now, past)


def _network() -> Iterator[Check]:
    """Look names of the shipped catalogue up; where that is broken it has been told of already."""
    from balkan_crawler.outlets import load_outlets  # here, so that a broken installation can still be examined

    try:
        hosts = network.names(load_outlets().values())
    except (BalkanCrawlerError, OSError):
        return
    yield network.network(look_up(hosts))


def _installed() -> datetime:
    return datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
