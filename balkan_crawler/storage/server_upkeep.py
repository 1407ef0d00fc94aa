"""The upkeep of an archive on a server: its memory of maintenance, what is kept for a time only, and how it stands."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from balkan_crawler.errors import MissingExtraError
from balkan_crawler.storage.row_upkeep import RowUpkeep
from balkan_crawler.storage.sqlite_store import BUSY_SECONDS

try:
    from balkan_crawler.storage.postgresql import inspection
    from balkan_crawler.storage.postgresql.connection import PostgresConnection, connect, translated, writing
except ImportError as error:
    raise MissingExtraError("PostgreSQL", "postgresql") from error

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from balkan_crawler.location import Location
    from balkan_crawler.storage.postgresql.inspection import ServerState


class ServerUpkeep(RowUpkeep):
    """An archive on a server; ``read_only`` changes nothing. Its tables are there, and neither made nor upgraded."""

    def __init__(self, location: Location, *, read_only: bool = False, busy_seconds: float = BUSY_SECONDS) -> None:
        assert location.url is not None
        self.location, self._url = location, location.url
        with translated(self._url):
            self._connection = connect(self._url, read_only=read_only, busy_seconds=busy_seconds)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def state(self) -> ServerState:
        """Say how the server and the database stand."""
        with translated(self._url):
            return inspection.inspect(self._connection)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with translated(self._url):
            yield cast("sqlite3.Connection", PostgresConnection(self._connection))

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with translated(self._url), writing(self._connection) as db:
            yield cast("sqlite3.Connection", db)
