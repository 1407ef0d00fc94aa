"""The table ``crawls``: one row an outlet and run."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.preparation.cells import line
from balkan_crawler.storage.columns import moment, stamp, stamp_or_none
from balkan_crawler.storage.overviews import CrawlReport

if TYPE_CHECKING:
    import sqlite3

COLUMNS: Final = "outlet, started, ended, new, edited, fetched, failed, state, reason, counts"
"""What `read` reads, in this order."""


def start(db: sqlite3.Connection, report: CrawlReport, version: str) -> int:
    """Open a row; rows of the outlet that a killed run left open are closed as ``interrupted``."""
    db.execute(
        "UPDATE crawls SET state = 'interrupted', ended = ? WHERE outlet = ? AND ended IS NULL",
        (stamp(report.started), report.outlet),
    )
    row = db.execute(
        "INSERT INTO crawls (outlet, started, state, version) VALUES (?, ?, ?, ?) RETURNING id",
        (report.outlet, stamp(report.started), report.state, version),
    ).fetchone()
    return int(row[0])


def finish(db: sqlite3.Connection, crawl: int, report: CrawlReport) -> None:
    """Close a row with its counts."""
    db.execute(
        """
        UPDATE crawls SET ended = ?, state = ?, reason = ?, new = ?, edited = ?, fetched = ?, failed = ?, counts = ?
        WHERE id = ?
        """,
        (
            stamp_or_none(report.ended),
            report.state,
            line(report.reason),
            report.new,
            report.edited,
            report.fetched,
            report.failed,
            json.dumps(dict(report.counts or {})),
            crawl,
        ),
    )


def latest(db: sqlite3.Connection) -> list[CrawlReport]:
    """Give the last row of each outlet, by key."""
    rows = db.execute(
        f"""
        SELECT {COLUMNS} FROM outlets CROSS JOIN crawls
            ON crawls.id = (SELECT max(id) FROM crawls WHERE crawls.outlet = outlets.key)
        ORDER BY outlets.key
        """
    )
    return [read(row) for row in rows]


def last(db: sqlite3.Connection, outlet: str, limit: int) -> list[CrawlReport]:
    """Give an outlet's last rows, the last first."""
    rows = db.execute(f"SELECT {COLUMNS} FROM crawls WHERE outlet = ? ORDER BY id DESC LIMIT ?", (outlet, limit))
    return [read(row) for row in rows]


def read(row: tuple[Any, ...]) -> CrawlReport:
    """Read a row of `COLUMNS`."""
    outlet, started, ended, new, edited, fetched, failed, state, reason, counts = row
    return CrawlReport(
        outlet=outlet,
        started=datetime.fromisoformat(started),
        ended=moment(ended),
        new=new,
        edited=edited,
        fetched=fetched,
        failed=failed,
        state=state,
        reason=reason,
        counts=json.loads(counts),
    )
