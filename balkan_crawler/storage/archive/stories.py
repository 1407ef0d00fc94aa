"""What stories ask of the archive, in SQL: by the full-text index and the index of days, so that few texts are read.

Articles are numbered as they are stored, so those of some days lie close together; the index gives a word's articles
within a span of numbers without reading the others (https://www.sqlite.org/fts5.html: rowid). What a back-fill put
between them is left out afterwards.
"""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.model.columns import ARTICLE_COLUMNS, Column, ColumnType
from balkan_crawler.storage.archive import article_queries
from balkan_crawler.storage.stories_contract import DaysAround

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from balkan_crawler.model.columns import Row

_BY_DAY: Final = "SELECT date, count(*) FROM articles WHERE date BETWEEN ? AND ? GROUP BY date"
_NUMBERS: Final = "SELECT id FROM articles WHERE date BETWEEN ? AND ?"
_HOLDERS: Final = """
    SELECT rowid FROM articles_fts WHERE articles_fts MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC LIMIT ?
"""
_BY_CLUSTER: Final = """
    SELECT cluster, id FROM articles WHERE cluster IN (SELECT value FROM json_each(?)) ORDER BY cluster, appeared, id
"""


def days_around(
    db: sqlite3.Connection, day: date, days: int, groups: Sequence[Sequence[str]], limit: int, most: int
) -> DaysAround:
    """Look for the holders of each group of words on the days around one."""
    reach = _reach(db, day, days, most)
    first, last = day - timedelta(days=reach), day + timedelta(days=reach)
    numbers = {number for (number,) in db.execute(_NUMBERS, (first.isoformat(), last.isoformat()))}
    holders: list[tuple[int, ...]] = []
    for group in groups if numbers else ():
        expression = " OR ".join(f'"{word.rstrip("*")}"{" *" if word.endswith("*") else ""}' for word in group)
        found = db.execute(_HOLDERS, (expression, min(numbers), max(numbers), limit)) if expression else ()
        holders.append(tuple(number for (number,) in found if number in numbers))
    return DaysAround(
        first=first, last=last, articles=len(numbers), holders=tuple(holders) if numbers else ((),) * len(groups)
    )


def _reach(db: sqlite3.Connection, day: date, days: int, most: int) -> int:
    """Say how many days before and after one have no more than ``most`` articles together."""
    span = ((day - timedelta(days=days)).isoformat(), (day + timedelta(days=days)).isoformat())
    counts = {date.fromisoformat(found): articles for found, articles in db.execute(_BY_DAY, span)}
    reach, articles = 0, counts.get(day, 0)
    while reach < days:
        articles += sum(counts.get(day + timedelta(days=step * (reach + 1)), 0) for step in (-1, 1))
        if articles > most:
            break
        reach += 1
    return reach


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
