"""The upkeep of one archive's file: its memory of maintenance, and what SQLite alone can do to it.

It stands beside the store, whose contract knows nothing of files. Each method is one short transaction unless it says
otherwise, and waits for a crawl that writes, as a crawl waits for it.
"""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Self

from balkan_crawler.storage.columns import stamp
from balkan_crawler.storage.file import lease_holders, room, soundness
from balkan_crawler.storage.file.connection import connect, open_file, translated, writing
from balkan_crawler.storage.file.presence import Presence
from balkan_crawler.storage.sqlite_store import BUSY_SECONDS
from balkan_crawler.storage.tables import maintenance, retention

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime
    from pathlib import Path
    from types import TracebackType

    from balkan_crawler.storage.overviews import DaySize, StepRun


class Upkeep:
    """An archive's file, opened to be looked after; close it, or use it in a ``with`` block. Raises a `StoreError`.

    ``read_only`` changes nothing, so that only questions can be asked.
    """

    def __init__(self, path: Path, *, read_only: bool = False, busy_seconds: float = BUSY_SECONDS) -> None:
        self.path = path
        self._busy_seconds = busy_seconds
        self._connection = open_file(path, read_only=read_only, busy_seconds=busy_seconds)
        self._presence = Presence(path.absolute())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the file."""
        self._presence.close(self._connection)

    def runs(self) -> dict[str, StepRun]:
        """Give the last run of each step."""
        with translated(self.path):
            return maintenance.runs(self._connection)

    def remember(self, step: str, run: StepRun) -> None:
        """Note how a step went."""
        with self._writing() as db:
            maintenance.remember(db, step, run)

    def sizes(self, since: date) -> list[DaySize]:
        """Give how large the archive was from a day on."""
        with translated(self.path):
            return maintenance.sizes(self._connection, since)

    def remember_size(self, size: DaySize) -> None:
        """Note how large the archive is."""
        with self._writing() as db:
            maintenance.remember_size(db, size)

    def new_by_day(self, since: date) -> dict[date, int]:
        """Count the new articles of each day from one on."""
        with translated(self.path):
            return maintenance.new_by_day(self._connection, since)

    def articles(self) -> int:
        """Count the articles."""
        with translated(self.path):
            return int(self._connection.execute("SELECT count(*) FROM articles").fetchone()[0])

    def room(self) -> room.Room:
        """Say how much room the file takes."""
        with translated(self.path):
            return room.room(self._connection, self.path)

    def find_old(self, aged: retention.Aged, before: date) -> list[retention.Key]:
        """Give the rows of a kind that are of before a day."""
        with translated(self.path):
            return retention.find_old(self._connection, aged, before)

    def delete_old(self, aged: retention.Aged, before: date, keys: Sequence[retention.Key]) -> int:
        """Delete those of the rows that are old still, overwritten in the file; give how many."""
        with translated(self.path):
            self._connection.execute("PRAGMA secure_delete = ON")
        try:
            with self._writing() as db:
                return retention.delete_old(db, aged, before, keys)
        finally:
            self._connection.execute("PRAGMA secure_delete = OFF")

    def holders(self, now: datetime) -> list[str]:
        """Name the processes that hold leases and are not known to be gone: crawls at work."""
        held = "SELECT DISTINCT holder FROM _sites WHERE holder IS NOT NULL AND lease_ends > ?"
        with translated(self.path):
            rows = self._connection.execute(held, (stamp(now),)).fetchall()
        return [str(holder) for (holder,) in rows if not lease_holders.is_gone(holder)]

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
