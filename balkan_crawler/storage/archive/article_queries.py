"""What is asked of the archive: articles by filter or URL, teasers, versions."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model.columns import ARTICLE_COLUMNS, TEASER_COLUMNS, Column, ColumnType
from balkan_crawler.storage.archive.statements import SCORE, selecting
from balkan_crawler.storage.columns import read_list
from balkan_crawler.storage.contract import StoredOutlet
from balkan_crawler.storage.filters import Order
from balkan_crawler.urls import identity

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
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
_NUMBER: Final = "number"
_SELECT: Final = f"SELECT {_NAMES} FROM articles JOIN outlets ON outlets.key = articles.outlet"


def rows(db: sqlite3.Connection, wanted: Filter) -> Iterator[Row]:
    """Stream articles in the order asked for, without holding more than one. Raises `QueryError`."""
    statement = selecting(db, wanted)
    values = {**statement.values, "limit": sys.maxsize if wanted.limit is None else wanted.limit}
    if wanted.query is None:
        names, order = f"SELECT {_NAMES} {statement.found}", statement.order
        return _records(ARTICLE_COLUMNS, db.execute(f"{names} ORDER BY {order} LIMIT :limit", values))
    score = f", {SCORE} AS score" if wanted.order is Order.RELEVANCE else ""
    order = "hits.score, articles.date DESC, articles.id DESC" if score else statement.order
    cursor = db.execute(
        f"""
        SELECT {_NAMES} FROM (
            SELECT articles.id AS hit{score} {statement.found} ORDER BY {statement.order} LIMIT :limit
        ) AS hits JOIN articles ON articles.id = hits.hit JOIN outlets ON outlets.key = articles.outlet ORDER BY {order}
        """,
        values,
    )
    return _records(ARTICLE_COLUMNS, cursor)


def rows_of(db: sqlite3.Connection, numbers: Sequence[int]) -> dict[int, Row]:
    """Give the articles of some numbers, in their order; those that are gone are left out."""
    found = db.execute(
        f"SELECT articles.id, {_NAMES} FROM articles JOIN outlets ON outlets.key = articles.outlet "
        "WHERE articles.id IN (SELECT value FROM json_each(?))",
        (json.dumps([int(number) for number in numbers]),),
    )
    records = _records((Column(_NUMBER, ColumnType.WHOLE), *ARTICLE_COLUMNS), found)
    by_number = {record.pop(_NUMBER): record for record in records}
    return {int(number): by_number[number] for number in numbers if number in by_number}


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


def article(db: sqlite3.Connection, number: int) -> Row | None:
    """Give the article of a number."""
    return next(_records(ARTICLE_COLUMNS, db.execute(f"{_SELECT} WHERE articles.id = ?", (number,))), None)


def select(
    db: sqlite3.Connection, columns: tuple[Column, ...], where: str, values: tuple[object, ...]
) -> Iterator[Row]:
    """Stream columns of the articles that a condition lets through, in no order."""
    names = ", ".join(
        f"outlets.{column.name}" if column.name == "country" else f"articles.{column.name}" for column in columns
    )
    cursor = db.execute(
        f"SELECT {names} FROM articles JOIN outlets ON outlets.key = articles.outlet WHERE {where}", values
    )
    return _records(columns, cursor)


def teasers(db: sqlite3.Connection, url: str, day: date) -> list[Row]:
    """Give the teasers of an article in order."""
    cursor = db.execute(
        f"SELECT {_names(TEASER_COLUMNS)} FROM teasers WHERE article_url = ? AND article_date = ? ORDER BY position",
        (url, day.isoformat()),
    )
    return list(_records(TEASER_COLUMNS, cursor))


def versions(db: sqlite3.Connection, url: str, day: date, latest: int | None) -> list[Row]:
    """Give the earlier states of an article, oldest first."""
    cursor = db.execute(
        f"SELECT {_names(_VERSION_COLUMNS)} FROM versions WHERE url = ? AND date = ? ORDER BY seen DESC LIMIT ?",
        (url, day.isoformat(), sys.maxsize if latest is None else latest),
    )
    return list(_records(_VERSION_COLUMNS, cursor))[::-1]


def _names(columns: tuple[Column, ...]) -> str:
    return ", ".join(column.name for column in columns)


def _records(columns: tuple[Column, ...], found: sqlite3.Cursor) -> Iterator[Row]:
    names = [column.name for column in columns]
    lists = [column.name for column in columns if column.type is ColumnType.LIST]
    for values in found:
        record: Row = dict(zip(names, values, strict=True))
        yield record | {name: read_list(record[name]) for name in lists}
