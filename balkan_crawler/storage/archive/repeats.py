"""Visits that are brought a second time, since nobody knows whether they were written: a commit's answer was lost.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from balkan_crawler.storage.columns import stamp
from balkan_crawler.storage.contract import Change, Stored
from balkan_crawler.urls import identity

if TYPE_CHECKING:
    import sqlite3

    from balkan_crawler.storage.contract import Delivery


def was_written(db: sqlite3.Connection, delivery: Delivery) -> bool:
    """Say whether this very visit is in the archive: its URL was visited at the moment that it was brought first."""
    row = db.execute("SELECT visited FROM _frontier WHERE identity = ?", (identity(delivery.visit.url),)).fetchone()
    return row is not None and row[0] == stamp(delivery.now)


def what_was_stored(db: sqlite3.Connection, delivery: Delivery) -> Stored | None:
    """Tell what became of a visit that was written, as far as it can still be seen: an edit is told as none."""
    visit = delivery.visit
    row = db.execute(
        """
        SELECT url, date, cluster, first_seen FROM articles
        WHERE identity = ? OR url IN (SELECT article_url FROM aliases WHERE identity = ?) ORDER BY date DESC LIMIT 1
        """,
        (identity(visit.url), identity(visit.url)),
    ).fetchone()
    if visit.article is None or row is None:
        return None
    url, day, cluster, first_seen = row
    change = Change.NEW if first_seen == stamp(visit.fetched or delivery.now) else Change.UNCHANGED
    return Stored(url=url, date=date.fromisoformat(day), change=change, cluster=cluster)
