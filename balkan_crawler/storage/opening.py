"""Opening an archive by what names it: a file's path, or the URL of a PostgreSQL database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, overload

from balkan_crawler.errors import MissingExtraError
from balkan_crawler.location import Location
from balkan_crawler.storage.sqlite import BUSY_SECONDS, SqliteStore, SqlStore

if TYPE_CHECKING:
    import os


@overload
def open_store(path: Path, read_only: bool = False, busy_seconds: float = BUSY_SECONDS) -> SqliteStore: ...


@overload
def open_store(
    path: str | os.PathLike[str] | Location, read_only: bool = False, busy_seconds: float = BUSY_SECONDS
) -> SqlStore: ...


def open_store(
    path: str | os.PathLike[str] | Location, read_only: bool = False, busy_seconds: float = BUSY_SECONDS
) -> SqlStore:
    """Open the archive at ``path``, making or upgrading it where needed; close it, or use it in a ``with`` block.

    ``path`` is a file, or a URL as libpq knows it, such as ``postgresql://user@host/balkan``: the database is there,
    its tables are made. ``read_only`` neither makes nor changes anything. Raises a `StoreError`: missing (when only to
    be read), broken or another program's, read-only, locked, full, too new; a server that is down, refuses or is too
    old; `LocationError` for the URL of anything else, and `MissingExtraError`.
    """
    location = Location.of(path)
    if location.url is None:
        return SqliteStore(location.path, read_only=read_only, busy_seconds=busy_seconds)
    try:
        from balkan_crawler.storage.postgres import PostgresStore
    except ImportError as error:
        raise MissingExtraError("PostgreSQL", "postgresql") from error
    return PostgresStore(location.url, read_only=read_only, busy_seconds=busy_seconds)
