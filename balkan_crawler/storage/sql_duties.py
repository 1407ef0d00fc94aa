"""The SQL stores' methods about duties, each one short transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.storage.sql_workers import SqlWorkers
from balkan_crawler.storage.tables import duties

if TYPE_CHECKING:
    from datetime import datetime

    from balkan_crawler.storage.duties_contract import Duty, TakenDuty


class SqlDuties(SqlWorkers):
    """A part of `balkan_crawler.storage.sql_store.SqlStore`, which opens the transactions."""

    def take_duty(self, duty: Duty, holder: str, now: datetime, seconds: float) -> TakenDuty:
        """Take a duty, unless it is done or another's."""
        with self._writing() as db:
            return duties.take(db, duty, holder, self._present(db, now), seconds)

    def renew_duty(self, taken: TakenDuty, now: datetime, seconds: float) -> bool:
        """Keep a duty."""
        with self._writing() as db:
            return duties.renew(db, taken, self._present(db, now), seconds)

    def end_duty(self, taken: TakenDuty, occasion: datetime | None) -> bool:
        """Let go of a duty."""
        with self._writing() as db:
            return duties.end(db, taken, occasion)
