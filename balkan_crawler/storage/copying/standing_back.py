"""What of a PostgreSQL archive stands back while rows are copied: foreign keys, indexes but that of the key, triggers.

Each is made anew from the words that the server itself gives for it, which `_copying` keeps. The index of a key is made
like all others, beside what reads the table; the key itself, which takes the table for itself, at the end out of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.storage.copying import state
from balkan_crawler.storage.copying.tables import tables
from balkan_crawler.storage.postgresql.connection import PostgresConnection

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

_OURS: Final = "relnamespace = current_schema()::regnamespace AND relname = ANY(%s)"
_COLUMNS: Final = """
    ARRAY(SELECT attname::text FROM unnest({keys}) WITH ORDINALITY AS key(number, place)
    JOIN pg_attribute ON attrelid = {table} AND attnum = number ORDER BY place)
"""
_CONSTRAINTS: Final = f"""
    SELECT contype::text, relname::text, conname::text, {_COLUMNS.format(keys="conkey", table="conrelid")},
        format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', relname, conname, pg_get_constraintdef(pg_constraint.oid)),
        format('ALTER TABLE %%I DROP CONSTRAINT %%I', relname, conname),
        CASE WHEN contype <> 'f' THEN pg_get_indexdef(conindid) END,
        format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s USING INDEX %%I', relname, conname,
            CASE contype WHEN 'p' THEN 'PRIMARY KEY' ELSE 'UNIQUE' END, conname)
    FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
    WHERE contype IN ('f', 'p', 'u') AND {_OURS} ORDER BY contype <> 'f', conname
"""
_INDEXES: Final = f"""
    SELECT relname::text, index.oid::regclass::text, pg_get_indexdef(indexrelid),
        {_COLUMNS.format(keys="indkey::smallint[]", table="indrelid")}
    FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
    JOIN pg_class AS index ON index.oid = indexrelid
    WHERE {_OURS.replace("rel", "pg_class.rel")} ORDER BY 2
""".replace("SELECT relname", "SELECT pg_class.relname")
_NEEDED: Final = f"""
    SELECT relname::text, array_agg(attname::text) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE attnotnull AND attnum > 0 AND NOT attisdropped AND {_OURS} GROUP BY relname
"""
_INDEX: Final = "later 3"
_KEY: Final = "later 4"
_REFERENCE: Final = "later 5"
"""Indexes, then keys made of them, then what refers to keys: the order in which names of `_copying` are read."""


def _names() -> list[str]:
    return [*(table.name for table in tables()), "articles_fts"]


def needs(connection: Connection) -> dict[str, list[Any]]:
    """Give, by table, the columns that may not be nothing, and those of each index."""
    found: dict[str, list[Any]] = {name: [[], []] for name in _names()}
    for name, columns in connection.execute(_NEEDED.encode(), (_names(),)):
        found[name][0] = columns
    for name, _, _, columns in connection.execute(_INDEXES.encode(), (_names(),)):
        found[name][1].append(columns)
    return found


def stand_back(connection: Connection, *, with_indexes: bool) -> None:
    """Drop what stands back, and keep what makes it again, within a transaction of the caller.

    ``with_indexes`` false leaves those that were made already where the copying goes on: they only take time.
    """
    db = PostgresConnection(connection)
    keys = {table.name: list(table.key) for table in tables()} | {"articles_fts": ["id"]}
    for kind, table, name, columns, make, drop, index, key in connection.execute(
        _CONSTRAINTS.encode(), (_names(),)
    ).fetchall():
        if kind == "f":
            connection.execute(drop.encode())
            db.execute(state.KEEP, (f"{_REFERENCE} {table} {name}", make))
        elif with_indexes and columns != keys[table]:
            connection.execute(drop.encode())
            db.execute(state.KEEP, (f"{_INDEX} {table} {name}", index))
            db.execute(state.KEEP, (f"{_KEY} {table} {name}", key))
    if not with_indexes:
        return
    for table, name, make, columns in connection.execute(_INDEXES.encode(), (_names(),)).fetchall():
        if columns != keys[table]:
            connection.execute(f"DROP INDEX {name}".encode())
            db.execute(state.KEEP, (f"{_INDEX} {table} {name}", make))


def indexes_of(table: str) -> str:
    """Give how the names of a table's indexes begin in `_copying`."""
    return f"{_INDEX} {table} "


def triggers(connection: Connection, how: str) -> None:
    """Let our own triggers be, or not be: ``ENABLE`` or ``DISABLE``."""
    for name in _names():
        connection.execute(f"ALTER TABLE {name} {how} TRIGGER USER".encode())
