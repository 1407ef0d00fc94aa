"""What is asked of the archive: articles by filter or URL, teasers, versions."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model.columns import ARTICLE_COLUMNS, TEASER_COLUMNS, Column, ColumnType
from balkan_crawler.storage.archive.search_query import fts_expression
from balkan_crawler.storage.columns import read_list
from balkan_crawler.storage.contract import StoredOutlet
from balkan_crawler.urls import identity

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import date

    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage.filters import Filter

_VERSION_COLUMNS: Final = (
    *map(Column, ("url", "date", "seen", "replaced", "title", "lead", "body")),
    Column("changed", ColumnType.LIST),
    *(Column(name, ColumnType.WHOLE) for name in ("words_added", "words_removed", "times")),
)
_NAMES: Final = ", ".join(
    f"outlets.{column.name}" if column.name == "country" else f"articles.{column.name}" for column in ARTICLE_COLUMNS
)
_SELECT: Final = f"SELECT {_NAMES} FROM articles JOIN outlets ON outlets.key = articles.outlet"


def rows(db: sqlite3.Connection, wanted: Filter) -> Iterator[Row]:
    """Stream articles, newest first, without holding more than one. Raises `QueryError`."""
    where, values = _conditions(wanted, "articles", "outlets")
    if wanted.unique:
        where += _first_of_its_cluster(wanted)
    cursor = db.execute(
        f"{_SELECT} WHERE {where} ORDER BY articles.date DESC, articles.published DESC, articles.id DESC LIMIT :limit",
        {**values, "limit": -1 if wanted.limit is None else wanted.limit},
    )
    return _records(ARTICLE_COLUMNS, cursor)


def count(db: sqlite3.Connection, wanted: Filter) -> int:
    """Count the articles that `rows` would give, without its limit. Raises `QueryError`."""
    where, values = _conditions(wanted, "articles", "outlets")
    if wanted.unique:
        where += _first_of_its_cluster(wanted)
    row = db.execute(
        f"SELECT count(*) FROM articles JOIN outlets ON outlets.key = articles.outlet WHERE {where}", values
    ).fetchone()
    return int(row[0])


def _conditions(wanted: Filter, articles: str, outlets: str) -> tuple[str, dict[str, object]]:
    """Write a filter as a condition on two tables, by the names they have in the query."""
    conditions: dict[str, str] = {}
    values: dict[str, object] = {}
    for name, column, chosen in (
        ("outlets", f"{articles}.outlet", wanted.outlets),
        ("countries", f"{outlets}.country", wanted.countries),
        ("languages", f"{articles}.language", wanted.languages),
    ):
        if chosen:
            conditions[name] = f"{column} IN (SELECT value FROM json_each(:{name}))"
            values[name] = json.dumps(chosen)
    if wanted.since is not None:
        conditions["since"] = f"{articles}.date >= :since"
        values["since"] = wanted.since.isoformat()
    if wanted.until is not None:
        conditions["until"] = f"{articles}.date <= :until"
        values["until"] = wanted.until.isoformat()
    if wanted.changed is not None:
        conditions["changed"] = (
            f"{articles}.id IN (SELECT article FROM article_changes WHERE number > :after AND number <= :up_to)"
        )
        values["after"], values["up_to"] = wanted.changed
    if wanted.query is not None:
        conditions["query"] = f"{articles}.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :query)"
        values["query"] = fts_expression(wanted.query)
    return " AND ".join(conditions.values()) or "true", values


def _first_of_its_cluster(wanted: Filter) -> str:
    """Keep the earliest of a cluster's articles that the filter lets through, be it changed or not."""
    narrowed, _ = _conditions(replace(wanted, changed=None), "other", "other_outlets")
    return f"""
        AND NOT EXISTS (
            SELECT 1 FROM articles AS other JOIN outlets AS other_outlets ON other_outlets.key = other.outlet
            WHERE other.cluster = articles.cluster AND {narrowed}
              AND (other.appeared, other.id) < (articles.appeared, articles.id)
        )
    """


def outlets(db: sqlite3.Connection) -> dict[str, StoredOutlet]:
    """Give the outlets that were ever crawled, by key."""
    found = db.execute("SELECT key, name, country, timezone FROM outlets ORDER BY key")
    return {row[0]: StoredOutlet(key=row[0], name=row[1], country=row[2], timezone=row[3]) for row in found}


def articles_at(db: sqlite3.Connection, url: str) -> list[Row]:
    """Give the articles of a URL, of any of its variants or of an alias, newest first; none for an unknown one."""
    try:
        key = identity(url)
    except InvalidUrlError:
        return []
    cursor = db.execute(
        f"""
        {_SELECT}
        WHERE articles.identity = :key
           OR articles.url IN (SELECT article_url FROM aliases WHERE aliases.identity = :key)
        ORDER BY articles.date DESC
        """,
        {"key": key},
    )
    return list(_records(ARTICLE_COLUMNS, cursor))


def teasers(db: sqlite3.Connection, url: str, day: date) -> list[Row]:
    """Give the teasers of an article in order."""
    cursor = db.execute(
        f"SELECT {_names(TEASER_COLUMNS)} FROM teasers WHERE article_url = ? AND article_date = ? ORDER BY position",
        (url, day.isoformat()),
    )
    return list(_records(TEASER_COLUMNS, cursor))


def versions(db: sqlite3.Connection, url: str, day: date) -> list[Row]:
    """Give the earlier states of an article, oldest first."""
    cursor = db.execute(
        f"SELECT {_names(_VERSION_COLUMNS)} FROM versions WHERE url = ? AND date = ? ORDER BY seen",
        (url, day.isoformat()),
    )
    return list(_records(_VERSION_COLUMNS, cursor))


def _names(columns: tuple[Column, ...]) -> str:
    return ", ".join(column.name for column in columns)


def _records(columns: tuple[Column, ...], found: sqlite3.Cursor) -> Iterator[Row]:
    names = [column.name for column in columns]
    lists = [column.name for column in columns if column.type is ColumnType.LIST]
    for values in found:
        record: Row = dict(zip(names, values, strict=True))
        yield record | {name: read_list(record[name]) for name in lists}
