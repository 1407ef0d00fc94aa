"""Asking the database of an open store past the store, as another program would."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing

from balkan_crawler.storage import SqliteStore, SqlStore


def ask(store: SqlStore, *statements: str, values: Iterable[object] = ()) -> list[tuple[object, ...]]:
    """Run statements on a connection of their own, the last one with ``values``; gives its rows."""
    *first, last = statements
    if isinstance(store, SqliteStore):
        with closing(sqlite3.connect(store.path, isolation_level=None)) as db:
            for statement in first:
                db.execute(statement)
            return db.execute(last, tuple(values)).fetchall()
    from balkan_crawler.storage.postgres import PostgresStore
    from balkan_crawler.storage.postgresql.connection import PostgresConnection, connect

    assert isinstance(store, PostgresStore)
    with closing(connect(store.name, read_only=False, busy_seconds=1)) as connection:
        asked = PostgresConnection(connection)
        for statement in first:
            asked.execute(statement)
        cursor = asked.execute(last, tuple(values))
        return cursor.fetchall() if cursor.description else []


def named_rows(store: SqlStore, question: str) -> list[dict[str, object]]:
    """Give the rows of a query by the names of their columns."""
    if isinstance(store, SqliteStore):
        with closing(sqlite3.connect(store.path)) as db:
            found = db.execute(question)
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found]
    from balkan_crawler.storage.postgres import PostgresStore
    from balkan_crawler.storage.postgresql.connection import PostgresConnection, connect

    assert isinstance(store, PostgresStore)
    with closing(connect(store.name, read_only=True, busy_seconds=1)) as connection:
        asked = PostgresConnection(connection).execute(question)
        names = [column.name for column in asked.description or ()]
        return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]


def tables(store: SqlStore) -> list[str]:
    """Name all tables but those of the full-text index."""
    if isinstance(store, SqliteStore):
        named = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'articles_fts%'"
    else:
        named = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename <> 'articles_fts'"
    return [str(name) for (name,) in ask(store, named)]
