"""Whole articles by month, and their leaving, in SQL.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model.columns import Column, ColumnType
from balkan_crawler.storage.archive.forgetting import remove
from balkan_crawler.storage.columns import read_list
from balkan_crawler.storage.months_contract import (
    ALIAS_COLUMNS,
    CORRECTION_COLUMNS,
    OUTLET_COLUMNS,
    WHOLE_ARTICLE_COLUMNS,
    WHOLE_TEASER_COLUMNS,
    WHOLE_VERSION_COLUMNS,
    ArticleKey,
    ArticleState,
    OutletMonth,
    Standing,
    WholeArticle,
)
from balkan_crawler.storage.tables.frontier import ARCHIVED, KEPT_OUT
from balkan_crawler.urls import identity

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date, datetime

    from balkan_crawler.model.columns import Cell, Row
    from balkan_crawler.storage.archive.transaction import Transaction


def outlet_months(db: sqlite3.Connection, before: date) -> list[OutletMonth]:
    """Count the articles of days before one by month, country and outlet."""
    found = db.execute(
        """
        SELECT month, country, outlet, articles FROM (
            SELECT substr(CAST(date AS TEXT), 1, 7) AS month, outlet, count(*) AS articles FROM articles
            WHERE date < ? GROUP BY 1, 2
        ) AS counted JOIN outlets ON outlets.key = counted.outlet ORDER BY month, country, outlet
        """,
        (before.isoformat(),),
    )
    return [OutletMonth(month=row[0], country=row[1], outlet=row[2], articles=row[3]) for row in found]


def article_states(db: sqlite3.Connection, outlet: str, first: date, last: date) -> list[ArticleState]:
    """Give the articles of an outlet and some days, by day and URL."""
    found = db.execute(
        """
        SELECT url, date, articles.id, number, last_seen FROM articles
        JOIN _article_changes ON _article_changes.article = articles.id
        WHERE outlet = ? AND date >= ? AND date <= ? ORDER BY date, url
        """,
        (outlet, first.isoformat(), last.isoformat()),
    )
    return [ArticleState(url=url, date=day, number=n, change=change, last_seen=s) for url, day, n, change, s in found]


def whole_articles(db: sqlite3.Connection, numbers: Sequence[int]) -> list[WholeArticle]:
    """Give the articles of some numbers, in their order."""
    names = ", ".join(
        f"outlets.{column.name}" if column.name == "country" else f"articles.{column.name}"
        for column in WHOLE_ARTICLE_COLUMNS
    )
    wanted = json.dumps([int(number) for number in numbers])
    among = "articles.id IN (SELECT value FROM json_each(?))"
    found = db.execute(
        f"""
        SELECT articles.id, number, {names} FROM articles JOIN outlets ON outlets.key = articles.outlet
        JOIN _article_changes ON _article_changes.article = articles.id WHERE {among}
        """,
        (wanted,),
    )
    articles = {row[0]: (row[1], _record(WHOLE_ARTICLE_COLUMNS, row[2:])) for row in found}

    def beside(table: str, columns: tuple[Column, ...], joined: str, order: str) -> dict[int, list[Row]]:
        selected = ", ".join(f"{table}.{column.name}" for column in columns)
        rows = db.execute(
            f"SELECT articles.id, {selected} FROM articles JOIN {table} ON {joined} WHERE {among} "
            f"ORDER BY articles.id, {table}.{order}",
            (wanted,),
        )
        by_number: dict[int, list[Row]] = {}
        for number, *cells in rows:
            by_number.setdefault(number, []).append(_record(columns, cells))
        return by_number

    def keyed(table: str) -> str:
        return f"{table}.url = articles.url AND {table}.date = articles.date"

    versions = beside("versions", WHOLE_VERSION_COLUMNS, keyed("versions"), "seen")
    corrections = beside("corrections", CORRECTION_COLUMNS, keyed("corrections"), "captured")
    of_article = "teasers.article_url = articles.url AND teasers.article_date = articles.date"
    teasers = beside("teasers", WHOLE_TEASER_COLUMNS, of_article, "position")
    aliases = beside("aliases", ALIAS_COLUMNS, "aliases.article_url = articles.url", "url")
    return [
        WholeArticle(
            article=articles[number][1],
            change=articles[number][0],
            versions=versions.get(number, ()),
            corrections=corrections.get(number, ()),
            teasers=teasers.get(number, ()),
            aliases=aliases.get(number, ()),
        )
        for number in numbers
        if number in articles
    ]


def hand_over(
    writing: Transaction, keys: Sequence[ArticleKey], is_kept: Callable[[WholeArticle], bool], now: datetime
) -> int:
    """Delete those of some articles that are kept elsewhere as they are here; their URLs are kept out."""
    numbers = [number for _, (number, _, _) in sorted(_stored(writing.db, keys).items())]
    leaving = [int(str(whole.article["id"])) for whole in whole_articles(writing.db, numbers) if is_kept(whole)]
    remove(writing, leaving, ARCHIVED, now)
    return len(leaving)


def standing(db: sqlite3.Connection, keys: Sequence[ArticleKey]) -> dict[ArticleKey, Standing]:
    """Say of articles whether they are stored, and whether their URLs are kept out."""
    stored = _stored(db, keys)
    identities = {url: _identity(url) for url, _ in keys}
    asked = (json.dumps(sorted(set(identities.values()))),)
    among = "identity IN (SELECT value FROM json_each(?))"
    kept_out = dict(db.execute(f"SELECT identity, outcome FROM _frontier WHERE {KEPT_OUT} AND {among}", asked))
    in_use = {own for (own,) in db.execute(f"SELECT identity FROM articles WHERE {among}", asked)}
    found = {}
    for key in keys:
        _, change, last_seen = stored.get(key, (None, None, None))
        own = identities[key[0]]
        found[key] = Standing(change=change, last_seen=last_seen, kept_out=kept_out.get(own), is_in_use=own in in_use)
    return found


def outlet_rows(db: sqlite3.Connection) -> list[Row]:
    """Give the outlets with all their columns."""
    names = ", ".join(column.name for column in OUTLET_COLUMNS)
    return [_record(OUTLET_COLUMNS, row) for row in db.execute(f"SELECT {names} FROM outlets ORDER BY key")]


def _stored(db: sqlite3.Connection, keys: Sequence[ArticleKey]) -> dict[ArticleKey, tuple[int, int, str]]:
    """Give number, last change and last visit of those of some articles that are stored."""
    found = db.execute(
        """
        SELECT url, date, articles.id, number, last_seen FROM articles
        JOIN _article_changes ON _article_changes.article = articles.id
        WHERE url IN (SELECT value FROM json_each(?))
        """,
        (json.dumps(sorted({url for url, _ in keys})),),
    )
    wanted = set(keys)
    return {(url, day): (n, change, seen) for url, day, n, change, seen in found if (url, day) in wanted}


def _identity(url: str) -> str:
    try:
        return identity(url)
    except InvalidUrlError:
        return ""


def _record(columns: tuple[Column, ...], cells: Iterable[object]) -> Row:
    return {column.name: _cell(cell, column.type) for column, cell in zip(columns, cells, strict=True)}


def _cell(cell: object, kind: ColumnType) -> Cell:
    """Give a value as both engines are to give it: PostgreSQL has its own yes and no."""
    if kind is ColumnType.LIST:
        return read_list(cell)
    return int(cell) if isinstance(cell, bool) else cell  # type: ignore[return-value]  # what a column of its type holds
