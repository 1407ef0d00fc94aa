"""A PostgreSQL server and the archive's database on it, as seen from here. Pure."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.doctor.check import Check, State
from balkan_crawler.maintenance.forecast import size_in_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from balkan_crawler.storage.postgresql.inspection import ServerState

_SLACK: Final = timedelta(seconds=5)
"""So far may two clocks be apart: leases last minutes."""
_DEAD_SHARE: Final = 0.25
_DEAD_ROWS: Final = 100_000
"""From so many dead rows on, and so large a share, autovacuum does not keep up."""
_CROWDED: Final = 0.8


def server(state: ServerState, now: datetime) -> Iterator[Check]:
    """Judge a server and its database, seen at ``now`` by this machine's clock."""
    yield _server(state)
    yield _schema(state)
    yield _rights(state)
    yield _rows(state)
    yield _connections(state)
    yield _clock(state, now)


def _server(state: ServerState) -> Check:
    text = f"PostgreSQL {state.version}, {state.encoding}, {size_in_words(state.bytes)} of this database"
    if state.is_standby:
        return Check("server", State.NOTE, f"{text}; a standby, which only reads: crawls need the primary server")
    return Check("server", State.OK, text)


def _schema(state: ServerState) -> Check:
    if state.step is None:
        return Check("schema", State.NOTE, "its tables are not made yet")
    if state.missing:
        text = f"of an older version: {', '.join(state.missing)} missing; `balkan-crawler maintain` makes them"
        return Check("schema", State.PROBLEM, text)
    return Check("schema", State.OK, f"schema step {state.step}")


def _rights(state: ServerState) -> Check:
    rights = state.rights
    if rights.is_superuser:
        text = f"{rights.role} is a superuser; a role of its own, which owns the database, is enough"
        return Check("role", State.NOTE, text)
    if state.step is None:
        if rights.may_create:
            return Check("role", State.OK, f"{rights.role} may make tables")
        text = f"{rights.role} may not make tables: ALTER DATABASE ... OWNER TO {rights.role}"
        return Check("role", State.PROBLEM, text)
    if rights.writes is None:
        return Check("role", State.NOTE, f"{rights.role} only reads: good for search and desk, not for crawls")
    makes = "" if rights.may_create else ", but make no tables, which a newer version may need"
    return Check("role", State.OK if rights.may_create else State.NOTE, f"{rights.role} may read and write{makes}")


def _rows(state: ServerState) -> Check:
    text = f"{state.dead_rows:,} dead beside {state.live_rows:,}"
    if not state.has_autovacuum:
        return Check("rows", State.PROBLEM, f"{text}, and autovacuum is off on the server: turn it on")
    if state.dead_rows > max(_DEAD_ROWS, _DEAD_SHARE * state.live_rows):
        return Check("rows", State.NOTE, f"{text}: autovacuum does not keep up; `vacuumdb --analyze` now helps")
    return Check("rows", State.OK, text)


def _connections(state: ServerState) -> Check:
    text = f"{state.connections} of {state.most_connections} in use"
    if state.connections > _CROWDED * state.most_connections:
        return Check("connections", State.NOTE, f"{text}; raise max_connections, or put PgBouncer between")
    return Check("connections", State.OK, text)


def _clock(state: ServerState, now: datetime) -> Check:
    apart = state.time - now
    if abs(apart) > _SLACK:
        which = "ahead of" if apart > timedelta(0) else "behind"
        text = f"it is {abs(apart).total_seconds():,.0f} s {which} this machine; set both by NTP"
        return Check("server clock", State.PROBLEM, text)
    return Check("server clock", State.OK, f"within {_SLACK.seconds} s of this machine's")
