"""What every page of the desk is given."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import DeskBusyError

if TYPE_CHECKING:
    from balkan_crawler.desk.prepared import Prepared
    from balkan_crawler.desk.readers import Readers
    from balkan_crawler.storage import Store

_PATIENCE: Final = 0.5
"""Seconds that a statement of SQL waits for the one before it; who reads pages is not to wait for those who ask."""


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
    _one_asks: threading.Lock = field(default_factory=threading.Lock)

    def reading(self) -> AbstractContextManager[Store]:
        """Lend a store that only reads, for one block. Raises a `StoreError`."""
        return self.readers.reading()

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Let one statement of SQL at a time be answered. Raises `DeskBusyError` where another one takes long."""
        if not self._one_asks.acquire(timeout=_PATIENCE):
            raise DeskBusyError
        try:
            yield
        finally:
            self._one_asks.release()

    def now(self) -> datetime:
        """Say what time it is, aware, in UTC."""
        return self.clock()
