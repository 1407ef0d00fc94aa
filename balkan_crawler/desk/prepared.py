"""Values that take long to make, kept up in the background, so that a page never waits for them twice."""

from __future__ import annotations

import ctypes
import logging
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import StoreError

if TYPE_CHECKING:
    from balkan_crawler.desk.readers import Readers
    from balkan_crawler.storage import Store

_log = logging.getLogger(__name__)
_THIS_PROCESS: Final = ctypes.CDLL(None) if sys.platform == "linux" else None
_LOOK_EVERY: Final = 2.0
"""Seconds between two looks for what is to be made anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preparation:
    """How one value is made: of a store, the time, and the value it had before (``None`` at first).

    It is made again where the archive has changed and ``soon`` has passed since, and where ``late`` has in any case.
    """

    make: Callable[[Store, datetime, Any], object]
    soon: timedelta = timedelta(seconds=30)
    late: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Kept:
    """A prepared value, of the archive as it was at a time and after the change of a number."""

    value: Any
    at: datetime
    change: int


class Prepared:
    """The values by name. One thread makes them, in the order they are named in."""

    def __init__(
        self, readers: Readers, clock: Callable[[], datetime], preparations: Mapping[str, Preparation]
    ) -> None:
        self._readers, self._clock, self._preparations = readers, clock, preparations
        self._kept: dict[str, Kept] = {}
        self._failed: dict[str, datetime] = {}
        self._made = {name: threading.Event() for name in preparations}
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, name="desk-prepared", daemon=True)

    def start(self) -> None:
        """Begin to make them."""
        self._thread.start()

    def close(self) -> None:
        """End the thread, after what it is at."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()

    def get(self, name: str, wait: float = 0.0) -> Kept | None:
        """Give a value as it was last made; ``None`` where it was not made within ``wait`` seconds."""
        if not self._made[name].is_set() and wait:
            self._made[name].wait(wait)
        return self._kept.get(name)

    def make_all(self) -> None:
        """Make what is out of date, in the caller's thread. What the archive does not give is tried again later."""
        for name, preparation in self._preparations.items():
            if self._ending.is_set():
                return
            now = self._clock()
            failed = self._failed.get(name)
            if failed is not None and timedelta() <= now - failed < preparation.soon:
                continue
            try:
                with self._readers.reading() as store:
                    self._make(name, preparation, store)
                self._failed.pop(name, None)
            except StoreError as error:
                self._failed[name] = now
                _log.warning("%s is not counted anew: %s", name, error)
            except Exception:
                self._failed[name] = now
                _log.exception("%s could not be made", name)

    def _make(self, name: str, preparation: Preparation, store: Store) -> None:
        now, change = self._clock(), store.latest_change()
        kept = self._kept.get(name)
        if kept is not None:
            age = now - kept.at
            has_changed = change != kept.change
            if timedelta() <= age < (preparation.soon if has_changed else preparation.late):
                return
        self._kept[name] = Kept(preparation.make(store, now, kept and kept.value), now, change)
        self._made[name].set()
        _give_back_memory()

    def _work(self) -> None:
        while not self._ending.is_set():
            self.make_all()
            self._ending.wait(_LOOK_EVERY)


def _give_back_memory() -> None:
    """Give the system what making took: a third of a process's memory, in an archive of a million articles.

    Only glibc keeps it otherwise, and only there is this function: https://man7.org/linux/man-pages/man3/malloc_trim.3.html.
    """
    trim = getattr(_THIS_PROCESS, "malloc_trim", None)
    if trim is not None:
        trim(0)
