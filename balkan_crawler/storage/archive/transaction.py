"""What one transaction that writes articles keeps in mind: what is asked or counted once for all its visits."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

from balkan_crawler.storage.archive.full_text import IndexChanges
from balkan_crawler.storage.file.labels import NewLabels
from balkan_crawler.storage.tables.counts import Tally

if TYPE_CHECKING:
    import sqlite3

    from balkan_crawler.storage.file.labels import KnownLabels


class Transaction:
    """The writing of articles within a transaction of the caller, who calls `finish` before its end.

    ``zones`` are the time zones of outlets as far as they were asked for, by key; it is added to, as are ``known``.
    """

    def __init__(self, db: sqlite3.Connection, zones: dict[str, str], known: KnownLabels) -> None:
        self.db = db
        self.labels = NewLabels(known)
        self.counts = Tally()
        self.full_text = IndexChanges()
        self._zones = zones
        self._numbers: count[int] | None = None

    def zone_of(self, outlet: str) -> str:
        """Give the time zone of a registered outlet."""
        zone = self._zones.get(outlet)
        if zone is None:
            (zone,) = self.db.execute("SELECT timezone FROM outlets WHERE key = ?", (outlet,)).fetchone()
            self._zones[outlet] = zone
        return zone

    def next_number(self) -> int:
        """Give the number of a new article."""
        if self._numbers is None:
            (last,) = self.db.execute("SELECT coalesce(max(id), 0) FROM articles").fetchone()
            self._numbers = count(last + 1)
        return next(self._numbers)

    def finish(self) -> None:
        """Write labels, counts, and the full-text index last: FTS5 writes out what it holds at each other statement."""
        self.labels.write(self.db)
        self.counts.write(self.db)
        self.full_text.write(self.db)
