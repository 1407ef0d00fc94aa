"""What is remembered of feeds, sitemaps and section pages, in SQL.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.model import SourceState
from balkan_crawler.preparation.cells import line
from balkan_crawler.revisiting.purposes import Purpose
from balkan_crawler.storage.columns import moment, stamp_or_none
from balkan_crawler.storage.tables import counts

if TYPE_CHECKING:
    import sqlite3


def recall(db: sqlite3.Connection, url: str, outlet: str) -> SourceState:
    """Give what is remembered of a source."""
    row = db.execute(
        """
        SELECT etag, last_modified, polled, due, failures, polls_since_full, pace, failing_since, reason
        FROM _sources
        WHERE url = ? AND outlet = ?
        """,
        (url, outlet),
    ).fetchone()
    if row is None:
        return SourceState(url=url, outlet=outlet)
    etag, last_modified, polled, due, failures, polls_since_full, pace, failing_since, reason = row
    return SourceState(
        url=url,
        outlet=outlet,
        etag=etag,
        last_modified=last_modified,
        polled=moment(polled),
        due=moment(due),
        failures=failures,
        polls_since_full=polls_since_full,
        pace=pace,
        failing_since=moment(failing_since),
        reason=reason,
    )


def failing(db: sqlite3.Connection, least: int) -> list[SourceState]:
    """Give the sources that have failed at least so often in a row, the longest row first."""
    rows = db.execute(
        "SELECT url, outlet FROM _sources WHERE failures >= ? ORDER BY failures DESC, outlet, url", (least,)
    ).fetchall()
    return [recall(db, url, outlet) for url, outlet in rows]


def record(db: sqlite3.Connection, state: SourceState) -> None:
    """Remember a source's state after a poll, and count the poll."""
    if state.polled is not None:
        counts.count_fetch(db, state.outlet, state.polled, Purpose.POLL, found=False)
    db.execute(
        """
        INSERT OR REPLACE INTO _sources
            (url, outlet, etag, last_modified, polled, due, failures, polls_since_full, pace, failing_since, reason)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            state.url,
            state.outlet,
            line(state.etag),
            line(state.last_modified),
            stamp_or_none(state.polled),
            stamp_or_none(state.due),
            state.failures,
            state.polls_since_full,
            state.pace,
            stamp_or_none(state.failing_since),
            line(state.reason),
        ),
    )
