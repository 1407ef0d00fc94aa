"""The SQL stores' methods about processes that crawl, each one short transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from balkan_crawler.storage.sql_searches import SqlSearches
from balkan_crawler.storage.tables import workers

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

    from balkan_crawler.storage.workers_contract import Beat, Worker


class SqlWorkers(SqlSearches):
    """A part of `balkan_crawler.storage.sql_store.SqlStore`, which opens the transactions."""

    def _present(self, db: sqlite3.Connection, now: datetime) -> datetime:
        """Give the time by which leases go: that of the machine, where all who share a file are on one."""
        return now

    def beat(self, beat: Beat, now: datetime) -> bool:
        """Keep a sign of life."""
        with self._writing() as db:
            return workers.beat(db, beat, self._present(db, now))

    def leave(self, holder: str) -> None:
        """Forget a process."""
        with self._writing() as db:
            workers.leave(db, holder)

    def workers(self, now: datetime) -> list[Worker]:
        """Give the processes that crawl."""
        with self._reading() as db:
            return workers.workers(db, self._present(db, now))

    def drain(self, name: str, now: datetime, *, wanted: bool = True) -> list[Worker]:
        """Have processes take no more sites, or take them again."""
        with self._writing() as db:
            return workers.drain(db, name, self._present(db, now), wanted=wanted)

    def clock_skew(self) -> timedelta:
        """Give that of a file's: there is no other clock."""
        return timedelta()
