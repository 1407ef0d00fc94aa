"""The methods of a store in SQL about repairs, each one short transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.storage.tables import leases, repairs, sources

if TYPE_CHECKING:
    import sqlite3
    from contextlib import AbstractContextManager
    from datetime import datetime

    from balkan_crawler.model import Lease, Repair, Search, SourceState


class SqlRepairs:
    """A part of `balkan_crawler.storage.sql_store.SqlStore`, which opens the transactions."""

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        raise NotImplementedError

    def _writing(self) -> AbstractContextManager[sqlite3.Connection]:
        raise NotImplementedError

    def signs(self, outlet: str) -> list[SourceState]:
        """Give the sources of an outlet whose polls show something again and again."""
        with self._reading() as db:
            return sources.with_signs(db, outlet)

    def note_repair(self, lease: Lease, repair: Repair) -> int:
        """Keep a step of repair."""
        with self._writing() as db:
            leases.check(db, lease)
            return repairs.note(db, repair)

    def repairs(self, outlet: str | None = None, since: datetime | None = None) -> list[Repair]:
        """Give the steps of repair."""
        with self._reading() as db:
            return repairs.made(db, outlet, since)

    def undo_repair(self, number: int, now: datetime) -> Repair | None:
        """Take a step of repair back."""
        with self._writing() as db:
            return repairs.undo(db, number, now)

    def note_search(self, lease: Lease, search: Search) -> None:
        """Keep the last search for another source."""
        with self._writing() as db:
            leases.check(db, lease)
            repairs.note_search(db, search)

    def last_search(self, outlet: str) -> Search | None:
        """Give the last search for another source."""
        with self._reading() as db:
            return repairs.last_search(db, outlet)

    def sites_of_owner(self, owner: str) -> frozenset[str]:
        """Give the sites of an owner's outlets."""
        with self._reading() as db:
            return leases.sites_of_owner(db, owner)
