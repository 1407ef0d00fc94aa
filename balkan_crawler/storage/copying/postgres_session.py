"""Sessions that write to a PostgreSQL archive in the making, one a process: each holds to the run that began it."""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

import psycopg

from balkan_crawler.errors import CopyRefusedError, StoreInUseError
from balkan_crawler.location import shown
from balkan_crawler.storage.copying import state
from balkan_crawler.storage.postgresql.connection import PostgresConnection, connect, translated

if TYPE_CHECKING:
    from collections.abc import Iterator

    Connection = psycopg.Connection[tuple[Any, ...]]

_SETTINGS: Final = {
    "synchronous_commit": "off",  # the last commit waits for all before it
    "maintenance_work_mem": "256MB",
    "statement_timeout": "0",
    "client_min_messages": "error",
    "client_connection_check_interval": "2s",  # what a killed run had begun ends with it
}


def opened(url: str, busy_seconds: float) -> Connection:
    """Open a session. Raises a `StoreError`."""
    with translated(url):
        connection = connect(url, read_only=False, busy_seconds=busy_seconds)
        for name, value in _SETTINGS.items():
            with suppress(psycopg.errors.InvalidParameterValue):  # not every system tells that a client has gone
                connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        return connection


@contextmanager
def writing(connection: Connection, url: str, run: str) -> Iterator[PostgresConnection]:
    """Run a block as one transaction. Raises `StoreInUseError` where another run has taken over."""
    with translated(url), connection.transaction():
        db = PostgresConnection(connection)
        if db.execute(f"{state.READ} /*+ FOR SHARE */", (state.RUN,)).fetchall() != [(run,)]:
            raise StoreInUseError(shown(url), state.TAKEN_OVER)
        yield db


@contextmanager
def naming(url: str, what: str) -> Iterator[None]:
    """Say which rows it was that the server does not take, where nobody foresaw it: raises `CopyRefusedError`."""
    try:
        yield
    except (psycopg.DataError, psycopg.IntegrityError, psycopg.errors.ProgramLimitExceeded) as error:
        said = error.diag.message_detail or error.diag.message_primary or str(error)
        raise CopyRefusedError(shown(url), f"{what}: {said.rstrip('.')}") from None
