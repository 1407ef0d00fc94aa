"""What is asked of the archive: articles by filter, teasers, versions, counts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator
    from datetime import date

    from balkan_crawler.storage.contract import Filter

COLUMNS: Final = [
    "url",
    "date",
    "outlet",
    "country",
    "title",
    "lead",
    "body",
    "authors",
    "agencies",
    "published",
    "modified",
    "date_source",
    "date_precision",
    "modified_source",
    "language",
    "script",
    "section",
    "tags",
    "image",
    "access",
    "access_evidence",
    "kind",
    "words",
    "charset",
    "replacement_share",
    "body_hash",
    "cluster",
    "first_seen",
    "last_seen",
    "edited",
    "crawl",
]
"""The columns of a row that `rows` gives, in order."""

_LISTS: Final = ("authors", "agencies", "tags")


def rows(db: sqlite3.Connection, wanted: Filter) -> Iterator[dict[str, object]]:
    """Stream articles, newest first, without holding more than one."""
    columns = ", ".join("outlets.country" if name == "country" else f"articles.{name}" for name in COLUMNS)
    conditions, values = _conditions(wanted)
    db.row_factory = None
    cursor = db.execute(
        f"""
        SELECT {columns} FROM articles JOIN outlets ON outlets.key = articles.outlet
        {f"WHERE {' AND '.join(conditions)}" if conditions else ""}
        ORDER BY articles.date DESC, articles.published DESC, articles.id DESC
        LIMIT {-1 if wanted.limit is None else int(wanted.limit)}
        """,
        values,
    )
    for values_of_row in cursor:
        row = dict(zip(COLUMNS, values_of_row, strict=True))
        for name in _LISTS:
            row[name] = json.loads(row[name])
        yield row


def _conditions(wanted: Filter) -> tuple[list[str], list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    for column, chosen in (
        ("articles.outlet", wanted.outlets),
        ("outlets.country", wanted.countries),
        ("articles.language", wanted.languages),
    ):
        if chosen:
            conditions.append(f"{column} IN (SELECT value FROM json_each(?))")
            values.append(json.dumps(list(chosen)))
    if wanted.since is not None:
        conditions.append("articles.date >= ?")
        values.append(wanted.since.isoformat())
    if wanted.until is not None:
        conditions.append("articles.date <= ?")
        values.append(wanted.until.isoformat())
    return conditions, values


def teasers(db: sqlite3.Connection, url: str, day: date) -> list[dict[str, object]]:
    """Give the teasers of an article in order."""
    names = ("position", "url", "title", "excerpt", "heading", "place")
    found = db.execute(
        f"SELECT {', '.join(names)} FROM teasers WHERE article_url = ? AND article_date = ? ORDER BY position",
        (url, day.isoformat()),
    )
    return [dict(zip(names, row, strict=True)) for row in found]
