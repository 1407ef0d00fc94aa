"""What is asked of the archive: articles by filter or URL, teasers, versions."""

from __future__ import annotations

import json
import sqlite3
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model.columns import ARTICLE_COLUMNS, TEASER_COLUMNS, Column, ColumnType
from balkan_crawler.storage.archive.search_query import fts_expression
from balkan_crawler.storage.archive.word_forms import families_asked, forms_of
from balkan_crawler.storage.columns import read_list
from balkan_crawler.storage.contract import StoredOutlet
from balkan_crawler.storage.filters import Order
from balkan_crawler.storage.postgresql.words import ts_query
from balkan_crawler.text.search_words import read_search
from balkan_crawler.urls import identity

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage.filters import Filter
    from balkan_crawler.text.search_words import Node

_VERSION_COLUMNS: Final = (
    *map(Column, ("url", "date", "seen", "replaced", "title", "lead", "body")),
    Column("changed", ColumnType.LIST),
    *(Column(name, ColumnType.WHOLE) for name in ("words_added", "words_removed", "times")),
)
_NAMES: Final = ", ".join(
    f"outlets.{column.name}" if column.name == "country" else f"articles.{column.name}" for column in ARTICLE_COLUMNS
)
_NEWEST: Final = "ORDER BY articles.date DESC, articles.published DESC NULLS LAST, articles.id DESC"
_SCORE: Final = "bm25(articles_fts, 1, 8, 4, 4, 4, 2)"
"""How well an article fits (less is better), with what a word counts for in body, title, lead, authors, tags, section.
https://www.sqlite.org/fts5.html#the_bm25_function"""
MOST_RANKED: Final = 5_000
"""Articles that are put in order by how well they fit; of more, the latest to be stored."""
_SELECT: Final = f"SELECT {_NAMES} FROM articles JOIN outlets ON outlets.key = articles.outlet"


def rows(db: sqlite3.Connection, wanted: Filter) -> Iterator[Row]:
    """Stream articles in the order asked for, without holding more than one. Raises `QueryError`."""
    where, values = _conditions(db, wanted, "articles", "outlets")
    if wanted.unique:
        where += _first_of_its_cluster(db, wanted)
    values["limit"] = sys.maxsize if wanted.limit is None else wanted.limit
    if wanted.query is None:
        return _records(ARTICLE_COLUMNS, db.execute(f"{_SELECT} WHERE {where} {_NEWEST} LIMIT :limit", values))
    if wanted.order is Order.RELEVANCE:
        values["first"] = _first_ranked(db, values["query"])
        hits = f"""
            SELECT articles.id AS hit, {_SCORE} AS score FROM articles_fts
            JOIN articles ON articles.id = articles_fts.rowid JOIN outlets ON outlets.key = articles.outlet
            WHERE articles_fts MATCH :query AND articles_fts.rowid >= :first AND {where}
            ORDER BY score, articles.date DESC, articles.id DESC
        """
        order = "ORDER BY hits.score, articles.date DESC, articles.id DESC"
    else:
        # a frequent word is found sooner among the newest articles than its articles are put in order
        by_time = "+" if _is_frequent(db, values["query"], wanted.limit) else ""
        hits = f"""
            SELECT articles.id AS hit FROM articles JOIN outlets ON outlets.key = articles.outlet
            WHERE {by_time}articles.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :query)
                AND {where} {_NEWEST}
        """
        order = _NEWEST
    cursor = db.execute(
        f"SELECT {_NAMES} FROM ({hits} LIMIT :limit) AS hits JOIN articles ON articles.id = hits.hit "
        f"JOIN outlets ON outlets.key = articles.outlet {order}",
        values,
    )
    return _records(ARTICLE_COLUMNS, cursor)


def _first_ranked(db: sqlite3.Connection, expression: object) -> int:
    """Give the number of the first article that is ranked: of what half the archive has, the latest are enough."""
    row = db.execute(
        "SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?",
        (expression, MOST_RANKED),
    ).fetchone()
    return 0 if row is None else int(row[0])


def _is_frequent(db: sqlite3.Connection, expression: object, limit: int | None) -> bool:
    """Say whether so many articles are found that the first ones are met soon in the order of time."""
    if limit is None:
        return False
    (found,) = db.execute("SELECT count(*) FROM articles_fts WHERE articles_fts MATCH ?", (expression,)).fetchone()
    (all_of_them,) = db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()
    return bool(found * found > all_of_them * limit)


def count(db: sqlite3.Connection, wanted: Filter) -> int:
    """Count the articles that `rows` would give, without its limit. Raises `QueryError`."""
    where, values = _conditions(db, wanted, "articles", "outlets")
    if wanted.unique:
        where += _first_of_its_cluster(db, wanted)
    query = f"SELECT count(*) FROM articles JOIN outlets ON outlets.key = articles.outlet WHERE {where}"
    if wanted.query is not None:
        found = "(SELECT rowid FROM articles_fts WHERE articles_fts MATCH :query)"
        query = f"SELECT count(*) FROM {found} AS found" if where == "true" else f"{query} AND articles.id IN {found}"
    return int(db.execute(query, values).fetchone()[0])


def expression_of(db: sqlite3.Connection, wanted: Filter, node: Node) -> str:
    """Write a search for the index of the store, with the forms that its words have in the languages asked for."""
    asked = families_asked(db, wanted)
    write = fts_expression if isinstance(db, sqlite3.Connection) else ts_query
    return write(node, lambda term: forms_of(db, term, asked))


def _conditions(db: sqlite3.Connection, wanted: Filter, articles: str, outlets: str) -> tuple[str, dict[str, object]]:
    """Write a filter as a condition on two tables, by the names they have in the query.

    Of its query only the outlets that it names; the rest is the value ``query``.
    """
    conditions: dict[str, str] = {}
    values: dict[str, object] = {}
    sought = None if wanted.query is None else read_search(wanted.query)
    if sought is not None:
        values["query"] = expression_of(db, wanted, sought.wanted)
    for name, column, chosen in (
        ("outlets", f"{articles}.outlet", wanted.outlets),
        ("countries", f"{outlets}.country", wanted.countries),
        ("languages", f"{articles}.language", wanted.languages),
        ("named", f"{articles}.outlet", sought.outlets if sought else ()),
        ("unwanted", f"{articles}.outlet NOT", sought.without_outlets if sought else ()),
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
            f"{articles}.id IN (SELECT article FROM _article_changes WHERE number > :after AND number <= :up_to)"
        )
        values["after"], values["up_to"] = wanted.changed
    return " AND ".join(conditions.values()) or "true", values


def _first_of_its_cluster(db: sqlite3.Connection, wanted: Filter) -> str:
    """Keep the earliest of a cluster's articles that the filter lets through, be it changed or not."""
    narrowed, _ = _conditions(db, replace(wanted, changed=None), "other", "other_outlets")
    if wanted.query is not None:
        narrowed += " AND other.id IN (SELECT rowid FROM articles_fts WHERE articles_fts MATCH :query)"
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


def article(db: sqlite3.Connection, number: int) -> Row | None:
    """Give the article of a number."""
    return next(_records(ARTICLE_COLUMNS, db.execute(f"{_SELECT} WHERE articles.id = ?", (number,))), None)


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
