"""Rows that are older than a user keeps them, in SQL: found by reading, and deleted a few at a time.

Every function runs inside a transaction of its caller. Articles are not deleted here but pruned (`forgetting`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from balkan_crawler.storage.tables.frontier import KEPT_OUT

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import date


class Aged(StrEnum):
    """What may be kept for a time only, besides articles and pages."""

    VERSIONS = "versions"
    COUNTS = "counts"
    GONE = "gone"


class Key(NamedTuple):
    """A row: its table, and the values of its key."""

    table: str
    values: tuple[object, ...]


class _Rule(NamedTuple):
    table: str
    key: tuple[str, ...]
    is_old: str


_RULES: Final[dict[Aged, tuple[_Rule, ...]]] = {
    Aged.VERSIONS: (_Rule("versions", ("url", "date", "seen"), "replaced < :before"),),
    Aged.COUNTS: (
        _Rule("_outcomes", ("outlet", "day", "outcome"), "day < :before"),
        _Rule("_fetches", ("outlet", "day", "purpose"), "day < :before"),
        _Rule("_oddities", ("outlet", "day", "oddity"), "day < :before"),
        # the last run of each outlet says how it does, however long ago that was
        _Rule("crawls", ("id",), "ended < :before AND id NOT IN (SELECT max(id) FROM crawls GROUP BY outlet)"),
    ),
    Aged.GONE: (
        # what its user deleted stays out; that a stored article vanished at its outlet is a finding
        _Rule(
            "_frontier",
            ("url",),
            f"""
            state = 'gone' AND visited < :before AND NOT ({KEPT_OUT}) AND backfill IS NULL
            AND NOT EXISTS (SELECT 1 FROM articles WHERE articles.identity = _frontier.identity)
            AND NOT EXISTS (SELECT 1 FROM aliases WHERE aliases.identity = _frontier.identity)
            """,
        ),
    ),
}


def find_old(db: sqlite3.Connection, aged: Aged, before: date) -> list[Key]:
    """Give the rows of a kind that are of before a day, as UTC has it."""
    values = {"before": before.isoformat()}
    return [
        Key(rule.table, row)
        for rule in _RULES[aged]
        for row in db.execute(f"SELECT {', '.join(rule.key)} FROM {rule.table} WHERE {rule.is_old}", values)
    ]


def delete_old(db: sqlite3.Connection, aged: Aged, before: date, keys: Sequence[Key]) -> int:
    """Delete those of the rows that are old still, and give how many."""
    deleted = 0
    for rule in _RULES[aged]:
        named = " AND ".join(f"{column} = :{column}" for column in rule.key)
        rows = [
            {**dict(zip(rule.key, key.values, strict=True)), "before": before.isoformat()}
            for key in keys
            if key.table == rule.table
        ]
        if rows:
            deleted += db.executemany(f"DELETE FROM {rule.table} WHERE {named} AND {rule.is_old}", rows).rowcount
    return deleted
