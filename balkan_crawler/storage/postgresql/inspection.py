"""What can be seen of a server and of an archive's database on it, without changing anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.storage.postgresql.rights import Rights, rights
from balkan_crawler.storage.postgresql.schema import STEPS

if TYPE_CHECKING:
    import psycopg

_SEEN: Final = """
SELECT
    current_setting('server_version'), current_setting('server_encoding'), clock_timestamp(), pg_is_in_recovery(),
    pg_database_size(current_database()),
    (SELECT coalesce(sum(n_live_tup), 0)::bigint FROM pg_stat_user_tables WHERE schemaname = current_schema()),
    (SELECT coalesce(sum(n_dead_tup), 0)::bigint FROM pg_stat_user_tables WHERE schemaname = current_schema()),
    (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
    current_setting('max_connections')::bigint, current_setting('autovacuum')::boolean
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerState:
    """A server and a database: ``bytes`` are those of the database, ``missing`` the steps of the schema yet to come.

    Rows are counted as the server's statistics have them. ``time`` is the server's clock, aware.
    """

    version: str
    encoding: str
    time: datetime
    is_standby: bool
    bytes: int
    live_rows: int
    dead_rows: int
    connections: int
    most_connections: int
    has_autovacuum: bool
    rights: Rights
    step: str | None
    missing: tuple[str, ...]


def inspect(connection: psycopg.Connection[tuple[Any, ...]]) -> ServerState:
    """Look at the server and the database of a connection. Raises what psycopg raises."""
    row = connection.execute(_SEEN).fetchone()
    assert row is not None
    version, encoding, time, is_standby, size, live, dead, connections, most, vacuums = row
    is_there = connection.execute("SELECT to_regclass('_migrations') IS NOT NULL").fetchone() == (True,)
    made = {name for (name,) in connection.execute("SELECT name FROM _migrations")} if is_there else set()
    return ServerState(
        version=version.split(" ")[0],
        encoding=encoding,
        time=datetime.fromisoformat(time),
        is_standby=is_standby,
        bytes=size,
        live_rows=live,
        dead_rows=dead,
        connections=connections,
        most_connections=most,
        has_autovacuum=vacuums,
        rights=rights(connection),
        step=max(made, default=None),
        missing=tuple(step for step in STEPS if step not in made),
    )
