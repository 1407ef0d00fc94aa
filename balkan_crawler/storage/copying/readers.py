"""Opening an archive to be read, by what names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.errors import MissingExtraError
from balkan_crawler.storage.copying.sqlite_reader import SqliteReader
from balkan_crawler.storage.sqlite_store import BUSY_SECONDS

if TYPE_CHECKING:
    from balkan_crawler.location import Location
    from balkan_crawler.storage.copying.endings import Reader


def reader_of(place: Location) -> Reader:
    """Open a whole archive. Raises a `StoreError`, and `MissingExtraError` without the server's client."""
    if place.url is None:
        return SqliteReader.of_archive(place.path, BUSY_SECONDS)
    try:
        from balkan_crawler.storage.copying.postgres_reader import PostgresReader
    except ImportError as error:
        raise MissingExtraError("PostgreSQL", "postgresql") from error
    return PostgresReader.of_archive(place.url, BUSY_SECONDS)
