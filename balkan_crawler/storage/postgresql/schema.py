"""The tables of a PostgreSQL archive, made and upgraded by steps; the views, made anew where they are others.

The first step makes what the SQLite store has after the step of the same name; from there on both stores have the same
steps. How to make one: docs/schema.md.
"""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import psycopg

from balkan_crawler.errors import (
    StoreOutdatedError,
    StoreRefusedError,
    StoreServerEmptyError,
    StoreStrangerError,
    StoreTooNewError,
    StoreUnfinishedError,
)
from balkan_crawler.location import shown
from balkan_crawler.storage.file.schema import UNFINISHED
from balkan_crawler.storage.file.views import VIEWS
from balkan_crawler.storage.postgresql.connection import BUSY_SECONDS, writing
from balkan_crawler.storage.postgresql.statements import statement

if TYPE_CHECKING:
    Connection = psycopg.Connection[tuple[Any, ...]]

STEPS: Final = (
    "0023_inner_tables",
    "0024_counting_sections",
    "0025_searches",
    "0026_workers",
    "0027_rereadings",
    "0028_words_without_counts",
    "0029_counted_columns",
    "0030_duties",
)
"""The steps in their order; the SQL of each stands in ``steps/``."""
LOCK: Final = 1_113_681_003
"""The number of the lock that is held while articles or the schema are written ("Balk", as in a SQLite file)."""
_NOT_OURS_TO_MAKE: Final = "its tables are to be made or upgraded, and this role may not: open it once as their owner"
_FOLDER: Final = files("balkan_crawler.storage.postgresql")


def prepare(connection: Connection, url: str, *, read_only: bool, busy_seconds: float = BUSY_SECONDS) -> None:
    """Make or upgrade the tables and views of an archive, and refuse what is not ours. Raises a `StoreError`."""
    _refuse_encodings(connection, url)
    made = applied(connection)
    if STEPS[0] not in (made or ()) and UNFINISHED not in (made or ()) and _has_tables(connection):
        raise StoreStrangerError(shown(url))
    if made is not None:
        refuse_upgraded(connection, url)
    is_current = made == set(STEPS) and _views(connection) == _wanted_views()
    if read_only and made is None:
        raise StoreServerEmptyError(shown(url))
    if read_only and made != set(STEPS):
        raise StoreOutdatedError(shown(url))
    if not read_only and not is_current:
        try:
            _upgrade(connection, busy_seconds)
        except psycopg.errors.InsufficientPrivilege as error:
            raise StoreRefusedError(shown(url), f"{_NOT_OURS_TO_MAKE} ({error.diag.message_primary})") from None


def refuse_upgraded(connection: Connection, url: str) -> None:
    """Refuse to write to what a newer version has upgraded since it was opened; who upgrades is waited for.

    It is the first statement of each transaction that writes, so that no upgrade begins until that is over.
    """
    unknown = sorted({name for (name,) in connection.execute("SELECT name FROM _migrations")} - set(STEPS))
    if UNFINISHED in unknown:
        raise StoreUnfinishedError(shown(url))
    if unknown:
        raise StoreTooNewError(shown(url), f"it has the schema step {unknown[-1]}")


def _refuse_encodings(connection: Connection, url: str) -> None:
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise StoreRefusedError(shown(url), f"its encoding is {encoding}, and UTF8 is needed")
    if _value(connection, "SELECT current_schema()") is None:
        raise StoreRefusedError(shown(url), "there is no schema that this role may use (search_path)")


def applied(connection: Connection) -> set[str] | None:
    """Name the steps that were made; ``None`` where there is no archive."""
    columns = "SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('_migrations') AND attname = 'name'"
    if not _value(connection, columns):
        return None
    return {name for (name,) in connection.execute("SELECT name FROM _migrations")}


def _has_tables(connection: Connection) -> bool:
    """Say whether there are tables where ours would be made; those that an extension brought do not count."""
    found = """
        SELECT EXISTS (
            SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'f')
            AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
        )
        """
    return bool(_value(connection, found))


def _upgrade(connection: Connection, busy_seconds: float) -> None:
    """Make the steps that are missing and the views, all or nothing.

    Who else does the same is waited for, and so is every transaction that writes; those that come later wait for this
    one, and see then what it made (`refuse_upgraded`).
    """
    with writing(connection, busy_seconds):
        if applied(connection) is not None:
            connection.execute("LOCK TABLE _migrations IN ACCESS EXCLUSIVE MODE")
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (LOCK,))
        connection.execute(
            """
            CREATE TABLE IF NOT EXISTS _migrations (
                name text COLLATE "C" PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now()
            )
            """
        )
        made = applied(connection) or set()
        for step in STEPS:
            if step not in made:
                connection.execute((_FOLDER / "steps" / f"{step}.sql").read_bytes())
                connection.execute("INSERT INTO _migrations (name) VALUES (%s)", (step,))
        _make_views(connection)


def _wanted_views() -> dict[str, str]:
    """Give the query of each view, in the form of PostgreSQL."""
    return {name: statement(query).text.decode().strip() for name, query in VIEWS.items()}


def _views(connection: Connection) -> dict[str, str]:
    """Give the query that each view was made with, which its comment keeps."""
    return dict(
        connection.execute(
            """
            SELECT relname, obj_description(oid, 'pg_class') FROM pg_class
            WHERE relkind = 'v' AND relnamespace = current_schema()::regnamespace AND relname = ANY(%s)
            """,
            (list(VIEWS),),
        ).fetchall()
    )


def _make_views(connection: Connection) -> None:
    connection.execute((_FOLDER / "functions.sql").read_bytes())
    made = _views(connection)
    wanted = _wanted_views()
    if made == wanted:
        return
    for name in reversed(made):
        connection.execute(f'DROP VIEW IF EXISTS "{name}"'.encode())
    for name, query in wanted.items():
        connection.execute(f'CREATE VIEW "{name}" AS {query}'.encode())
        told = query.replace("'", "''")
        connection.execute(f"COMMENT ON VIEW \"{name}\" IS '{told}'".encode())


def _value(connection: Connection, query: str) -> object:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]
