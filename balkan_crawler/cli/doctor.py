"""`balkan-crawler doctor`: is everything here that a crawl needs? Touches no network and changes nothing."""

from __future__ import annotations

import importlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Final

import click

from balkan_crawler.cli.options import CONTEXT, as_json, database, open_to_read
from balkan_crawler.errors import BalkanCrawlerError, StoreMissingError
from balkan_crawler.storage.file.inspection import fts5_version, inspect_database

OK: Final = "ok"
NOTE: Final = "note"
PROBLEM: Final = "problem"

ROOM_TO_WORK: Final = 1_000_000_000
"""Free bytes below which a crawl of many outlets may run out of disk."""
ROOM_TO_START: Final = 50_000_000
"""Free bytes below which no crawl should begin."""

_NAMED: Final = ("scrapy", "trafilatura", "sqlite-utils")
_IMPORTED: Final = ("scrapy", "lxml_html_clean", "trafilatura", "sqlite_utils")
_CLOCK_SLACK: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the examination: what was looked at, ``ok``, ``note`` or ``problem``, and what was found."""

    name: str
    state: str
    text: str


@click.command(context_settings=CONTEXT)
@database
@as_json
def command(path: Path, json_wanted: bool) -> None:
    """Check the installation, the catalogue, the database and this machine; ends with 1 where there is a problem.

    Example: balkan-crawler doctor --db balkan.db
    """
    checks = [*_installation(), _catalogue(), *_database(path), *_machine(path)]
    if json_wanted:
        click.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False, indent=2))
    else:
        for check in checks:
            colour = {OK: "green", NOTE: "yellow", PROBLEM: "red"}[check.state]
            click.echo(f"{click.style(f'{check.state:<7}', fg=colour)}  {check.name}: {check.text}")
    if any(check.state == PROBLEM for check in checks):
        click.get_current_context().exit(1)


def _installation() -> Iterator[Check]:
    yield _packages()
    for module in _IMPORTED:
        try:
            importlib.import_module(module)
        except Exception as error:  # whatever a broken package raises while it is imported is what to report
            yield Check("import", PROBLEM, f"{module} cannot be imported ({error}); reinstall balkan-crawler")
    sqlite, fts5 = fts5_version()
    if fts5:
        yield Check("SQLite", OK, f"{sqlite} with full-text search")
    else:
        yield Check("SQLite", PROBLEM, f"{sqlite} was built without FTS5; use a Python from python.org or your system")
    try:
        yield Check("parquet", OK, f"pyarrow {version('pyarrow')}")
    except PackageNotFoundError:
        yield Check("parquet", NOTE, "not installed; pip install 'balkan-crawler[parquet]' adds this export format")


def _packages() -> Check:
    """Compare what is installed with what the project's own metadata asks for."""
    from packaging.requirements import Requirement

    wrong = []
    needed = [Requirement(line) for line in requires("balkan-crawler") or ()]
    plain = [need for need in needed if need.marker is None or need.marker.evaluate({"extra": ""})]
    for need in plain:
        try:
            found = version(need.name)
        except PackageNotFoundError:
            wrong.append(f"{need} is missing")
            continue
        if not need.specifier.contains(found, prereleases=True):
            wrong.append(f"{need} is wanted, {found} is installed")
    if wrong:
        return Check("packages", PROBLEM, f"{'; '.join(wrong)}; run `pip install -U balkan-crawler`")
    named = ", ".join(f"{name} {version(name)}" for name in _NAMED)
    return Check("packages", OK, f"all {len(plain)} as required, with {named}")


def _catalogue() -> Check:
    from balkan_crawler.outlets import load_outlets

    try:
        outlets = load_outlets()
    except (BalkanCrawlerError, OSError) as error:
        return Check("catalogue", PROBLEM, str(error))
    countries = {outlet.country for outlet in outlets.values()}
    return Check("catalogue", OK, f"{len(outlets)} outlets of {len(countries)} countries")


def _database(path: Path) -> Iterator[Check]:
    """Examine the database, if there is one; the clock can be compared with it only then."""
    try:
        with open_to_read(path) as store:
            statistics = store.statistics()
        found = inspect_database(path)
    except StoreMissingError:
        yield Check("database", NOTE, f"{path} does not exist yet; `balkan-crawler crawl` makes it")
        yield _clock(None)
        return
    except BalkanCrawlerError as error:
        yield Check("database", PROBLEM, str(error))
        yield _clock(None)
        return
    if found.faults:
        yield Check("database", PROBLEM, f"{path} is damaged: {found.faults[0]}; restore a backup")
    else:
        yield Check("database", OK, f"{path} is sound: {statistics.articles} articles, schema step {found.schema}")
    if found.journal == "wal":
        yield Check("journal", OK, "write-ahead log: reading and crawling do not block each other")
    else:
        yield Check("journal", NOTE, f"mode {found.journal} instead of WAL: reading may have to wait for a crawl")
    if found.abandoned:
        text = f"{len(found.abandoned)} of {found.leases} held by runs that are gone; the next crawl takes them over"
        yield Check("leases", NOTE, text)
    else:
        yield Check("leases", OK, f"{found.leases} held by runs at work")
    crawls = [outlet.last_crawl.started for outlet in statistics.outlets if outlet.last_crawl]
    yield _clock(max(crawls, default=None))


def _clock(last_crawl: datetime | None) -> Check:
    """Compare the clock with times that must be past: this program's installation, and the last crawl."""
    now = datetime.now(UTC)
    installed = datetime.fromtimestamp(Path(__file__).stat().st_mtime, UTC)
    for what, moment in (("this program was installed", installed), ("the last crawl began", last_crawl)):
        if moment is not None and moment > now + _CLOCK_SLACK:
            return Check("clock", PROBLEM, f"it says {now:%Y-%m-%d %H:%M} UTC, but {what} {moment:%Y-%m-%d %H:%M}")
    return Check("clock", OK, f"{now:%Y-%m-%d %H:%M} UTC")


def _machine(path: Path) -> Iterator[Check]:
    folder = path.absolute().parent
    try:
        with tempfile.TemporaryFile(dir=folder):
            yield Check("folder", OK, f"{folder} can be written to")
        free = shutil.disk_usage(folder).free
    except OSError as error:
        yield Check("folder", PROBLEM, f"{folder} cannot be written to ({error.strerror}); name another with --db")
        return
    state = PROBLEM if free < ROOM_TO_START else NOTE if free < ROOM_TO_WORK else OK
    yield Check("disk", state, f"{free / 1e9:.1f} GB free")
