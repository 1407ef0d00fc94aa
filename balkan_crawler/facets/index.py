"""The columns of an archive with what was lately asked of them, which is kept while they stay the same."""

from __future__ import annotations

import ctypes
import threading
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from balkan_crawler.facets.keeping import refreshed
from balkan_crawler.facets.results import Found, Matches, found, matches_of
from balkan_crawler.storage.filters import FACETS, Filter

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from balkan_crawler.facets.columns import Array, Columns
    from balkan_crawler.storage import Store

MOST_MATCHES: Final = 8
"""Queries whose articles are kept: of a frequent word in a million articles, a megabyte each."""
MOST_FOUND: Final = 4
"""Filters with a query whose counts are kept, and as many without one, with arrays of some megabytes."""


class Recent:
    """What was made last, by key; what was used least goes first. Several threads may ask."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """Give what is kept under a key, or make it; two threads may make the same at once."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        made = make()
        with self._lock:
            self._kept[key] = made
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return made


class Index:
    """What the articles of any filter are found and counted with."""

    def __init__(self, columns: Columns) -> None:
        self.columns = columns
        self._matches, self._searched, self._browsed = Recent(MOST_MATCHES), Recent(MOST_FOUND), Recent(MOST_FOUND)

    def found(self, store: Store, wanted: Filter) -> Found:
        """Give what a filter lets through, without its limit. Raises `QueryError` and a `StoreError`."""
        wanted = replace(wanted, limit=None)
        kept = self._browsed if wanted.query is None else self._searched
        made: Found = kept.get(wanted, lambda: found(self.columns, wanted, self._matches_of(store, wanted)))
        return made

    def _matches_of(self, store: Store, wanted: Filter) -> Matches:
        of_text = Filter(
            query=wanted.query,
            order=wanted.order,
            outlets=wanted.outlets,  # these three say in which languages forms are looked for
            countries=wanted.countries,
            languages=wanted.languages,
        )
        if of_text.query is None:
            return Matches(None)
        matches: Matches = self._matches.get(of_text, lambda: matches_of(store, self.columns, of_text))
        return matches

    def sizes(self, clusters: Sequence[int]) -> list[int]:
        """Count the articles of groups of copies."""
        return [int(self._sizes[cluster]) if 0 < cluster < len(self._sizes) else 0 for cluster in clusters]

    @cached_property
    def _sizes(self) -> Array:
        sizes: Array = np.bincount(self.columns.clusters).astype(np.int32)
        return sizes


def indexed(store: Store, known: Index | None) -> Index:
    """Give the index of an archive as it is now: the known one where it has not changed. Raises a `StoreError`."""
    columns = refreshed(store, None if known is None else known.columns)
    if known is not None and columns is known.columns:
        return known
    index = Index(columns)
    everything = index.found(store, Filter())  # what is looked at most
    for facet in FACETS:
        everything.counts(facet)
    _give_back()
    return index


def _give_back() -> None:
    """Let the system have the memory that reading took: a hundred megabytes, which glibc would keep for itself."""
    with suppress(OSError, TypeError, AttributeError):  # another system has no such call
        ctypes.CDLL(None).malloc_trim(0)
