"""What every page of the desk is given."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from balkan_crawler.desk.prepared import Prepared
    from balkan_crawler.desk.readers import Readers
    from balkan_crawler.storage import Store


def now() -> datetime:
    """Say what time it is, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The archive as pages see it.

    ``name`` is what its readers call it; ``open_to_write`` opens a store for the one thing that is ever written, saved
    searches, and is ``None`` where nothing may be.
    """

    name: str
    readers: Readers
    prepared: Prepared
    open_to_write: Callable[[], AbstractContextManager[Store]] | None = None
    clock: Callable[[], datetime] = now

    def reading(self) -> AbstractContextManager[Store]:
        """Lend a store that only reads, for one block. Raises a `StoreError`."""
        return self.readers.reading()

    def now(self) -> datetime:
        """Say what time it is, aware, in UTC."""
        return self.clock()
