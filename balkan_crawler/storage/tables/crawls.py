"""The table ``crawls``: one row an outlet and run."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from balkan_crawler.preparation.cells import line
from balkan_crawler.storage.columns import stamp, stamp_or_none

if TYPE_CHECKING:
    import sqlite3

    from balkan_crawler.storage.contract import CrawlReport


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
