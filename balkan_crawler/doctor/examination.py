"""The examination: what is looked at, in which order."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from importlib.metadata import requires
from pathlib import Path
from typing import TYPE_CHECKING

from balkan_crawler.doctor import archive, installation, machine, network, servers, settings
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
    from balkan_crawler.location import Location
    from balkan_crawler.storage import Statistics


def examine(
    location: Location,
    now: datetime,
    busy_seconds: float,
    *,
    said: Configuration | ConfigurationError,
    contact: str | None,
    files: Sequence[Path],
    offline: bool,
) -> Iterator[Check]:
    """Examine everything that a crawl into the database at ``location`` needs; there need not be one yet.

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
    yield from settings.password(said)
    yield installation.catalogue(*files)
    yield machine.authorities(os.environ)
    if not offline:
        yield from _network()
    yield from _database(location, now, busy_seconds)
    if location.file is not None:
        yield from machine.folder(location.file.absolute().parent)


def _database(location: Location, now: datetime, busy_seconds: float) -> Iterator[Check]:
    """Examine the database, and the clock, which can be compared with the last crawl only where there is one."""
    past: dict[str, datetime | None] = {"this program was installed": _installed()}
    try:
        with open_store(location, read_only=True, busy_seconds=busy_seconds) as store:
            statistics, failing = store.statistics(), store.failing_sources(OFTEN)
        judged = tuple(_judged(location, statistics, now, busy_seconds))
    except StoreMissingError:
        yield Check("database", State.NOTE, f"{location} holds no archive yet; `balkan-crawler crawl` makes it")
        if location.is_server:
            yield from _server(location, now)
    except BalkanCrawlerError as error:
        yield Check("database", State.PROBLEM, str(error))
    else:
        yield from judged
        yield archive.sources(failing)
        past["the last crawl began"] = archive.last_crawl(statistics)
    yield archive.clock(now, past)


def _judged(location: Location, statistics: Statistics, now: datetime, busy_seconds: float) -> Iterator[Check]:
    if location.file is not None:
        yield from archive.database(location.file, statistics, inspect_database(location.file, busy_seconds))
        return
    text = f"{location}: {statistics.articles} articles"
    yield Check("database", State.OK, text)
    yield from _server(location, now)


def _server(location: Location, now: datetime) -> Iterator[Check]:
    from balkan_crawler.storage.server_upkeep import ServerUpkeep

    with ServerUpkeep(location, read_only=True) as upkeep:
        state = upkeep.state()
        yield from servers.server(state, datetime.now(UTC))
        if state.step is not None:
            yield Check("leases", State.OK, f"{len(upkeep.holders(now))} processes hold sites")


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
