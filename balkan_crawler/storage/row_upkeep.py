"""What the upkeep of an archive asks and notes in rows, whatever engine holds them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Self

from balkan_crawler.storage.columns import stamp
from balkan_crawler.storage.file import lease_holders
from balkan_crawler.storage.tables import maintenance, retention

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime
    from types import TracebackType

    from balkan_crawler.location import Location
    from balkan_crawler.storage.overviews import DaySize, StepRun


class RowUpkeep:
    """An archive, opened to be looked after; close it, or use it in a ``with`` block. Raises a `StoreError`.

    Each method is one short transaction, and waits for a crawl that writes, as a crawl waits for it.
    """

    location: Location

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the archive."""
        raise NotImplementedError

    def runs(self) -> dict[str, StepRun]:
        """Give the last run of each step."""
        with self._reading() as db:
            return maintenance.runs(db)

    def remember(self, step: str, run: StepRun) -> None:
        """Note how a step went."""
        with self._writing() as db:
            maintenance.remember(db, step, run)

    def sizes(self, since: date) -> list[DaySize]:
        """Give how large the archive was from a day on."""
        with self._reading() as db:
            return maintenance.sizes(db, since)

    def remember_size(self, size: DaySize) -> None:
        """Note how large the archive is."""
        with self._writing() as db:
            maintenance.remember_size(db, size)

    def new_by_day(self, since: date) -> dict[date, int]:
        """Count the new articles of each day from one on."""
        with self._reading() as db:
            return maintenance.new_by_day(db, since)

    def articles(self) -> int:
        """Count the articles."""
        with self._reading() as db:
            return int(db.execute("SELECT count(*) FROM articles").fetchone()[0])

    def find_old(self, aged: retention.Aged, before: date) -> list[retention.Key]:
        """Give the rows of a kind that are of before a day."""
        with self._reading() as db:
            return retention.find_old(db, aged, before)

    def delete_old(self, aged: retention.Aged, before: date, keys: Sequence[retention.Key]) -> int:
        """Delete those of the rows that are old still; give how many."""
        with self._writing() as db:
            return retention.delete_old(db, aged, before, keys)

    def holders(self, now: datetime) -> list[str]:
        """Name the processes that hold leases and are not known to be gone: crawls at work."""
        held = "SELECT DISTINCT holder FROM _sites WHERE holder IS NOT NULL AND lease_ends > ?"
        with self._reading() as db:
            rows = db.execute(held, (stamp(now),)).fetchall()
        return [str(holder) for (holder,) in rows if not lease_holders.is_gone(holder)]

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        raise NotImplementedError
        yield

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        raise NotImplementedError
        yield
