"""What stories ask of the archive, in SQL: by the full-text index and the index of days, so that few texts are read.

Articles are numbered as they are stored, so those of some days lie close together; the index gives a word's articles
within a span of numbers without reading the others (https://www.sqlite.org/fts5.html: rowid). What a back-fill put
between them is left out afterwards.
"""

from __future__ import annotations

import json
import sqlite3
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from balkan_crawler.model.columns import ARTICLE_COLUMNS, Column, ColumnType
from balkan_crawler.storage.archive import article_queries
from balkan_crawler.storage.postgresql.words import ts_query
from balkan_crawler.storage.stories_contract import DaysAround
from balkan_crawler.text.search_words import AnyOf, Term

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from balkan_crawler.model.columns import Row

_BY_DAY: Final = "SELECT date, count(*), min(id), max(id) FROM articles WHERE date BETWEEN ? AND ? GROUP BY date"
_NUMBERS: Final = "SELECT id FROM articles WHERE date BETWEEN ? AND ?"
_HELD: Final = "FROM articles_fts WHERE articles_fts MATCH ? AND rowid BETWEEN ? AND ?"
_SCATTERED: Final = 1.1
"""Numbers for each article between the first and the last of some days, from which on others are looked out for."""
_BY_CLUSTER: Final = """
    SELECT cluster, id FROM articles WHERE cluster IN (SELECT value FROM json_each(?)) ORDER BY cluster, appeared, id
"""


def days_around(
    db: sqlite3.Connection, day: date, days: int, groups: Sequence[Sequence[str]], limit: int, most: int
) -> DaysAround:
    """Look for the holders of each group of words on the days around one."""
    span = ((day - timedelta(days=days)).isoformat(), (day + timedelta(days=days)).isoformat())
    found = {date.fromisoformat(each): _Day(*numbers) for each, *numbers in db.execute(_BY_DAY, span)}
    reach = _reach(found, day, days, most)
    first, last = day - timedelta(days=reach), day + timedelta(days=reach)
    inside = [each for at, each in found.items() if first <= at <= last]
    articles = sum(each.articles for each in inside)
    if not articles:
        return DaysAround(first=first, last=last, articles=0, counts=(0,) * len(groups), holders=((),) * len(groups))
    low, high = min(each.low for each in inside), max(each.high for each in inside)
    own = None
    if high - low + 1 > _SCATTERED * articles:
        own = {number for (number,) in db.execute(_NUMBERS, (first.isoformat(), last.isoformat()))}
    held = [_held(db, group, low, high, limit, own) for group in groups]
    return DaysAround(
        first=first,
        last=last,
        articles=articles,
        counts=tuple(count for count, _ in held),
        holders=tuple(numbers for _, numbers in held),
    )


class _Day(NamedTuple):
    """How many articles a day has, and between which numbers they lie."""

    articles: int
    low: int
    high: int


def _reach(found: Mapping[date, _Day], day: date, days: int, most: int) -> int:
    """Say how many days before and after one have no more than ``most`` articles together."""
    counts = {at: each.articles for at, each in found.items()}
    reach, articles = 0, counts.get(day, 0)
    while reach < days:
        articles += sum(counts.get(day + timedelta(days=step * (reach + 1)), 0) for step in (-1, 1))
        if articles > most:
            break
        reach += 1
    return reach


def _held(
    db: sqlite3.Connection, group: Sequence[str], low: int, high: int, limit: int, own: set[int] | None
) -> tuple[int, tuple[int, ...]]:
    """Count the articles between two numbers that hold a word of a group, and name them where they are not too many.

    ``own`` are the numbers of the days' articles, where others lie between them.
    """
    if not group:
        return 0, ()
    if isinstance(db, sqlite3.Connection):
        expression = " OR ".join(f'"{word.rstrip("*")}"{" *" if word.endswith("*") else ""}' for word in group)
    else:
        terms = tuple(Term((word.rstrip("*"),), is_prefix=word.endswith("*")) for word in group)
        expression = ts_query(AnyOf(terms), lambda term, _: term.words)
    values = (expression, low, high)
    if own is None:
        numbers = [number for (number,) in db.execute(f"SELECT rowid {_HELD} LIMIT ?", (*values, limit + 1))]
        if len(numbers) <= limit:
            return len(numbers), tuple(numbers)
        return int(db.execute(f"SELECT count(*) {_HELD}", values).fetchone()[0]), ()
    numbers = [number for (number,) in db.execute(f"SELECT rowid {_HELD}", values) if number in own]
    return len(numbers), tuple(numbers) if len(numbers) <= limit else ()


def articles_by_number(db: sqlite3.Connection, numbers: Sequence[int]) -> list[Row]:
    """Give the articles of these numbers, with the number as ``id``."""
    columns = (Column("id", ColumnType.WHOLE), *ARTICLE_COLUMNS)
    where = "articles.id IN (SELECT value FROM json_each(?))"
    return list(article_queries.select(db, columns, where, (json.dumps(list(numbers)),)))


def cluster_numbers(db: sqlite3.Connection, clusters: Sequence[int]) -> dict[int, list[int]]:
    """Give the numbers of the articles of each cluster, the earliest first."""
    found: dict[int, list[int]] = {cluster: [] for cluster in clusters}
    for cluster, number in db.execute(_BY_CLUSTER, (json.dumps(list(clusters)),)):
        found[cluster].append(number)
    return found
