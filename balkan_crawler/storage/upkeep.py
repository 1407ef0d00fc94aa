"""The upkeep of one archive's file: its memory of maintenance, and what SQLite alone can do to it.

It stands beside the store, whose contract knows nothing of files.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

from balkan_crawler.location import Location
from balkan_crawler.storage.file import room, soundness
from balkan_crawler.storage.file.connection import connect, open_file, translated, writing
from balkan_crawler.storage.file.presence import Presence
from balkan_crawler.storage.row_upkeep import RowUpkeep
from balkan_crawler.storage.sqlite_store import BUSY_SECONDS

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from balkan_crawler.storage.tables import retention


class Upkeep(RowUpkeep):
    """An archive's file; ``read_only`` changes nothing, so that only questions can be asked."""

    def __init__(self, path: Path, *, read_only: bool = False, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self.location = Location(file=path)
        self._busy_seconds = busy_seconds
        self._connection = open_file(path, read_only=read_only, busy_seconds=busy_seconds)
        self._presence = Presence(path.absolute())

    def close(self) -> None:
        """Release the file."""
        self._presence.close(self._connection)

    def room(self) -> room.Room:
        """Say how much room the file takes."""
        with translated(self.path):
            return room.room(self._connection, self.path)

    def delete_old(self, aged: retention.Aged, before: date, keys: Sequence[retention.Key]) -> int:
        """Delete those of the rows that are old still, overwritten in the file; give how many."""
        with translated(self.path):
            self._connection.execute("PRAGMA secure_delete = ON")
        try:
            return super().delete_old(aged, before, keys)
        finally:
            self._connection.execute("PRAGMA secure_delete = OFF")

    def checkpoint(self) -> int:
        """Copy the journal into the file, and give the journal's size in bytes."""
        with translated(self.path):
            self._presence.check()
            return room.checkpoint(self._connection, self.path)

    def vacuum(self, seconds: float | None) -> bool:
        """Write the file anew without its free pages, unless that takes longer than so many seconds.

        Nobody else can write meanwhile. Gives whether it was done.
        """
        with translated(self.path):
            self._presence.check()
            return room.vacuum(self._connection, seconds)

    def repair(self, found: soundness.Soundness) -> soundness.Soundness:
        """Make anew what can be; nobody else can write meanwhile. Gives what is damaged still."""
        with translated(self.path):
            return soundness.repair(self._connection, found)

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with translated(self.path):
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with translated(self.path):
            with writing(self._connection, self._presence.check) as db:
                yield db
            self._presence.remember()


def check_soundness(path: Path, busy_seconds: float = BUSY_SECONDS) -> soundness.Soundness:
    """Look through a whole archive without holding anybody up. Raises a `StoreError` where it cannot even be opened."""
    with translated(path), closing(connect(path, read_only=True, busy_seconds=busy_seconds)) as db:
        db.execute("PRAGMA query_only = OFF")  # which forbids temporary tables; the file itself is opened to be read
        return soundness.soundness(db)
