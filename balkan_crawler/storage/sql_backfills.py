"""The methods of a store in SQL about back-fills, each one short transaction, or some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.storage.contract import Offered
from balkan_crawler.storage.tables import backfills, frontier

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from balkan_crawler.model import FrontierEntry, Lease
    from balkan_crawler.storage.contract import Backfill, PlanDocument, PlannedPage

_PAGES_AT_ONCE: Final = 500
"""So many pages of a plan are written in one transaction: a sitemap of 50,000 must not hold up other writers."""


class SqlBackfills:
    """A part of `balkan_crawler.storage.sql_store.SqlStore`, which opens the transactions."""

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        raise NotImplementedError

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        raise NotImplementedError

    def open_backfill(self, lease: Lease, outlet: str, first: date, last: date, now: datetime) -> Backfill:
        """Begin a back-fill, or go on with it."""
        with self._writing() as db:
            return backfills.begin(db, lease, outlet, first, last, now)

    def plan_pages(
        self, lease: Lease, backfill: int, document: PlanDocument, pages: Sequence[PlannedPage], now: datetime
    ) -> Offered:
        """Keep a document of a back-fill's plan, and the pages that it names."""
        new = known = 0
        for place in range(0, len(pages), _PAGES_AT_ONCE):
            with self._writing() as db:
                offered = backfills.offer(db, lease, backfill, pages[place : place + _PAGES_AT_ONCE], now)
            new, known = new + offered.new, known + offered.known
        with self._writing() as db:
            backfills.record(db, lease, backfill, document, now)
        return Offered(new=new, known=known)

    def take_planned(self, lease: Lease, backfill: int, now: datetime, limit: int) -> list[FrontierEntry]:
        """Take due pages of a back-fill."""
        with self._writing() as db:
            return frontier.take_planned(db, lease, backfill, now, limit)

    def close_plan(self, lease: Lease, backfill: int, now: datetime) -> None:
        """Note that the plan of a back-fill is complete."""
        with self._writing() as db:
            backfills.close_plan(db, lease, backfill, now)

    def left_of_backfill(self, backfill: int) -> int:
        """Count the pages of a back-fill that are still to be fetched."""
        with self._reading() as db:
            return backfills.left(db, backfill)
