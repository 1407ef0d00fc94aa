"""Opening an archive by what names it: a file's path, or the URL of a PostgreSQL database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final, overload

from balkan_crawler.errors import MissingExtraError
from balkan_crawler.storage.sqlite import BUSY_SECONDS, SqliteStore, SqlStore

if TYPE_CHECKING:
    import os

_SCHEMES: Final = ("postgresql://", "postgres://")


def is_url(name: str | os.PathLike[str]) -> bool:
    """Say whether a name is the URL of a database and no path."""
    return str(name).startswith(_SCHEMES)


@overload
def open_store(path: Path, read_only: bool = False, busy_seconds: float = BUSY_SECONDS) -> SqliteStore: ...


@overload
def open_store(
    path: str | os.PathLike[str], read_only: bool = False, busy_seconds: float = BUSY_SECONDS
) -> SqlStore: ...


def open_store(path: str | os.PathLike[str], read_only: bool = False, busy_seconds: float = BUSY_SECONDS) -> SqlStore:
    """Open the archive at ``path``, making or upgrading it where needed; close it, or use it in a ``with`` block.

    ``path`` is a file, or a URL as libpq knows it, such as ``postgresql://user@host/balkan``: the database is there,
    its tables are made. ``read_only`` neither makes nor changes anything. Raises a `StoreError`: missing (when only to
    be read), broken or another program's, read-only, locked, full, too new; a server that is down, refuses or is too
    old; and `MissingExtraError`.
    """
    if not is_url(path):
        return SqliteStore(Path(path), read_only=read_only, busy_seconds=busy_seconds)
    try:
        from balkan_crawler.storage.postgres import PostgresStore
    except ImportError as error:
        raise MissingExtraError("PostgreSQL", "postgresql") from error
    return PostgresStore(str(path), read_only=read_only, busy_seconds=busy_seconds)
