"""Opening both ends of a copying by what names them, and seeing that it may begin."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from balkan_crawler.errors import CopySourceInUseError, CopyTargetError, MissingExtraError
from balkan_crawler.storage.copying.process import Copied, Step, compare_archives, copy_archive
from balkan_crawler.storage.copying.processes import Workers
from balkan_crawler.storage.copying.readers import reader_of
from balkan_crawler.storage.copying.reading_process import ReadingProcess
from balkan_crawler.storage.copying.sqlite_target import SqliteTarget
from balkan_crawler.storage.sqlite_store import BUSY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from balkan_crawler.location import Location
    from balkan_crawler.storage.copying.endings import Target


def copy(
    source: Location, target: Location, now: datetime, *, live: bool, replaces: bool, tell: Callable[[Step], object]
) -> Copied:
    """Copy an archive, or go on with that; see `copy_archive`.

    Raises `CopySourceInUseError` where a crawl holds sites of the source, unless ``live``.
    """
    with closing(ReadingProcess(source)) as reader, closing(Workers()) as workers:
        if _is_one_file(source, target):
            raise CopyTargetError(reader.place, "it is the source itself")
        if not live and (holders := reader.holders(now)):
            raise CopySourceInUseError(reader.place, f"by {holders[0]}")
        with closing(_target(target, workers)) as writer:
            return copy_archive(reader, writer, workers, replaces=replaces, tell=tell)


def compare(source: Location, target: Location, tell: Callable[[Step], object]) -> Copied:
    """Hold two archives against each other, each as it is at one moment; see `compare_archives`."""
    with closing(reader_of(source)) as ours, closing(reader_of(target)) as theirs:
        return compare_archives(ours, theirs, tell)


def _target(place: Location, workers: Workers) -> Target:
    if place.url is None:
        return SqliteTarget(place.path, BUSY_SECONDS, workers)
    try:
        from balkan_crawler.storage.copying.postgres_target import PostgresTarget
    except ImportError as error:
        raise MissingExtraError("PostgreSQL", "postgresql") from error
    return PostgresTarget(place.url, BUSY_SECONDS, workers)


def _is_one_file(source: Location, target: Location) -> bool:
    return not (source.is_server or target.is_server) and target.path.exists() and source.path.samefile(target.path)
