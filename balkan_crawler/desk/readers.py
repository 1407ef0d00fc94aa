"""Read-only stores for threads that answer at once: a pool that opens the archive anew where it was replaced."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import StoreError

if TYPE_CHECKING:
    from balkan_crawler.storage import Store

AT_ONCE: Final = 3
"""Stores that are open at most: two cores answer no faster with more, and each holds pages of the file in memory."""

Open = Callable[[], "Store"]
"""Opens a store that only reads. Raises a `StoreError`."""
Mark = Callable[[], object]
"""Gives what changes when another archive is put in the place of this one. Raises nothing."""


@dataclass(frozen=True, slots=True)
class _Opened:
    store: Store
    mark: object


class Readers:
    """Stores that only read, for one block of work each."""

    def __init__(self, opening: Open, mark: Mark) -> None:
        self._opening, self._mark = opening, mark
        self._places: queue.LifoQueue[_Opened | None] = queue.LifoQueue()
        for _ in range(AT_ONCE):
            self._places.put(None)

    @contextmanager
    def reading(self) -> Iterator[Store]:
        """Lend a store, waiting for one to be free. Raises a `StoreError` where the archive cannot be opened."""
        place = self._places.get()
        try:
            mark = self._mark()
            if place is not None and place.mark != mark:
                place.store.close()
                place = None
            if place is None:
                place = _Opened(self._opening(), mark)
            try:
                yield place.store
            except StoreError:  # it may be another file by now, or be mended: the next one opens it anew
                place.store.close()
                place = None
                raise
        finally:
            self._places.put(place)

    def close(self) -> None:
        """Close the stores, each as soon as it is free; whoever asks for one after that waits for good."""
        for _ in range(AT_ONCE):
            place = self._places.get()
            if place is not None:
                place.store.close()
