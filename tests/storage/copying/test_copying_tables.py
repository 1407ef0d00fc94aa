"""The description of what is copied is that of both schemas; a table that is new without an entry is found here."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from balkan_crawler.storage.copying.tables import Kind, tables

LEFT_OUT = {
    *("articles_fts", "_words", "_left_words", "_indexed_words", "_migrations", "_sqlite_migrations"),
    *("_workers", "_drains", "_duties"),
}
"""Tables that are an engine's own (full text, the steps of the schema), and who crawls just now."""
KINDS_OF_POSTGRES = {
    "text": Kind.TEXT,
    "bigint": Kind.NUMBER,
    "double precision": Kind.REAL,
    "boolean": Kind.FLAG,
    "timestamp with time zone": Kind.TIME,
    "date": Kind.DAY,
    "jsonb": Kind.LIST,
    "json": Kind.OBJECT,
    "bytea": Kind.BLOB,
}
KINDS_OF_SQLITE = {
    "TEXT": {Kind.TEXT, Kind.TIME, Kind.DAY, Kind.LIST, Kind.OBJECT},
    "INTEGER": {Kind.NUMBER, Kind.FLAG},
    "REAL": {Kind.REAL},
    "BLOB": {Kind.BLOB},
}


def test_every_table_of_a_sqlite_archive_is_described_with_its_columns_and_a_key(rich_file):
    described = {table.name: table for table in tables()}
    with closing(sqlite3.connect(rich_file)) as db:
        named = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert {name for name in named if not name.startswith(("articles_fts", "sqlite_"))} - LEFT_OUT == set(described)
        for name, table in described.items():
            columns = {column[1]: column[2] for column in db.execute(f"PRAGMA table_info({name})")}
            assert set(columns) == set(table.columns), name
            assert all(kind in KINDS_OF_SQLITE[columns[column]] for column, kind in table.columns.items()), name
            keys = ", ".join(table.key)
            [(rows, distinct)] = db.execute(
                f"SELECT (SELECT count(*) FROM {name}), count(*) FROM (SELECT DISTINCT {keys} FROM {name})"
            )
            assert rows == distinct > 0, f"{name} has no rows to try the copying with"


@pytest.mark.slow
def test_every_table_of_a_postgresql_archive_is_described_with_its_columns_keys_and_counters(postgres_server):
    described = {table.name: table for table in tables()}
    columns = postgres_server.run(
        "SELECT table_name, column_name, data_type, is_identity FROM information_schema.columns"
        " JOIN information_schema.tables USING (table_schema, table_name)"
        " WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
        "archive",
    )
    assert {name for name, *_ in columns} - LEFT_OUT == set(described)
    for name, table in described.items():
        assert {column: KINDS_OF_POSTGRES[kind] for of, column, kind, _ in columns if of == name} == table.columns
        assert [column for of, column, _, numbered in columns if of == name and numbered == "YES"] == [
            *filter(None, [table.counter])
        ]
    unique = postgres_server.run(
        "SELECT conrelid::regclass::text, array_agg(attname::text ORDER BY attname) FROM pg_constraint"
        " JOIN pg_attribute ON attrelid = conrelid AND attnum = ANY(conkey) WHERE contype IN ('p', 'u')"
        " GROUP BY conrelid, pg_constraint.oid",
        "archive",
    )
    assert all((table.name, sorted(table.key)) in unique for table in described.values())
