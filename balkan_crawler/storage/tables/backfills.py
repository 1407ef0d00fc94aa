"""Back-fills: their plans, and the URLs of the frontier that belong to them.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.model import UrlState
from balkan_crawler.storage.columns import moment, stamp
from balkan_crawler.storage.contract import Backfill, Offered, PlanDocument
from balkan_crawler.storage.tables import frontier, leases, offering
from balkan_crawler.urls import identity

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from balkan_crawler.model import Lease
    from balkan_crawler.storage.contract import PlannedPage


def begin(db: sqlite3.Connection, held: Lease, outlet: str, first: date, last: date, now: datetime) -> Backfill:
    """Make the row of a back-fill, or give the one that is there; a plan made before its last day ended is dropped."""
    leases.check(db, held)
    db.execute(
        "INSERT INTO _backfills (outlet, first, last, started) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (outlet, first.isoformat(), last.isoformat(), stamp(now)),
    )
    number, planned = db.execute(
        "SELECT id, planned FROM _backfills WHERE outlet = ? AND first = ? AND last = ?",
        (outlet, first.isoformat(), last.isoformat()),
    ).fetchone()
    if planned is not None and planned[:10] <= last.isoformat():
        db.execute("DELETE FROM _backfill_documents WHERE backfill = ?", (number,))
        db.execute("UPDATE _backfills SET planned = NULL WHERE id = ?", (number,))
        planned = None
    rows = db.execute("SELECT url, found, newest, oldest FROM _backfill_documents WHERE backfill = ?", (number,))
    documents = {
        url: PlanDocument(url=url, found=found, newest=_day(newest), oldest=_day(oldest))
        for url, found, newest, oldest in rows
    }
    return Backfill(id=number, outlet=outlet, first=first, last=last, planned=moment(planned), documents=documents)


def offer(db: sqlite3.Connection, held: Lease, backfill: int, pages: Sequence[PlannedPage], now: datetime) -> Offered:
    """Offer pages; those never visited become the back-fill's."""
    leases.check(db, held)
    offering.offer(db, [page.candidate for page in pages], now)
    new = known = 0
    for page in pages:
        with suppress(InvalidUrlError):
            taken = db.execute(
                f"UPDATE _frontier SET backfill = ?, freshness = ? WHERE identity = ? AND {frontier.TO_VISIT}",
                (backfill, _turn(page, now), identity(page.candidate.url)),
            )
            new, known = new + taken.rowcount, known + 1 - taken.rowcount
    return Offered(new=new, known=known)


def record(db: sqlite3.Connection, held: Lease, backfill: int, document: PlanDocument, now: datetime) -> None:
    """Keep a document of the plan as read."""
    leases.check(db, held)
    db.execute(
        """
        INSERT OR REPLACE INTO _backfill_documents (backfill, url, read, found, newest, oldest)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        (
            backfill,
            document.url,
            stamp(now),
            document.found,
            document.newest.isoformat() if document.newest else None,
            document.oldest.isoformat() if document.oldest else None,
        ),
    )


def close_plan(db: sqlite3.Connection, held: Lease, backfill: int, now: datetime) -> None:
    """Note that the plan is complete."""
    leases.check(db, held)
    db.execute("UPDATE _backfills SET planned = ? WHERE id = ?", (stamp(now), backfill))


def left(db: sqlite3.Connection, backfill: int) -> int:
    """Count what is still to be fetched."""
    (count,) = db.execute(
        f"""
        SELECT count(*) FROM _frontier WHERE backfill = ? AND visits = 0 AND due IS NOT NULL
            AND state IN ('{UrlState.NEW}', '{UrlState.LEASED}', '{UrlState.FAILED}')
        """,
        (backfill,),
    ).fetchone()
    return int(count)


def _turn(page: PlannedPage, now: datetime) -> str:
    published = page.candidate.hints.published
    return stamp(min(published or datetime.combine(page.day, time(), UTC), now))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
