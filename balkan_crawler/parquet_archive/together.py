"""The live database and archived months as one: what is in both is given once, as the database has it."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.storage import Filter

if TYPE_CHECKING:
    from datetime import date

    from balkan_crawler.model.columns import Row
    from balkan_crawler.parquet_archive.searching import ArchivedMonths
    from balkan_crawler.storage import Store

_AT_ONCE: Final = 200


class StoreWithMonths:
    """A store whose `rows`, `count` and `teasers` are those of archived months, too; all else is the store's.

    Copies are counted once within the database and once within the months. Methods raise what both raise.
    """

    def __init__(self, store: Store, months: ArchivedMonths) -> None:
        self._store = store
        self._months = months

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def rows(self, wanted: Filter | None = None, /) -> Iterator[Row]:
        """Stream articles, newest first."""
        wanted = wanted or Filter()
        archived = self._only_archived(replace(wanted, limit=None))
        return islice(heapq.merge(self._store.rows(wanted), archived, key=_time, reverse=True), wanted.limit)

    def count(self, wanted: Filter) -> int:
        """Count what `rows` would give, without its limit."""
        everything = replace(wanted, limit=None)
        return self._store.count(everything) + sum(1 for _ in self._only_archived(everything))

    def teasers(self, url: str, day: date) -> list[Row]:
        """Give the teasers of an article."""
        return self._store.teasers(url, day) or self._months.teasers(url, day)

    def _only_archived(self, wanted: Filter) -> Iterator[Row]:
        """Give the articles of the months that are not in the database, which knows them better."""
        rows = self._months.rows(wanted)
        while some := list(islice(rows, _AT_ONCE)):
            keys = [(str(row["url"]), str(row["date"])) for row in some]
            standing = self._store.standing(keys)
            yield from (row for row, key in zip(some, keys, strict=True) if standing[key].change is None)


def _time(row: Row) -> tuple[str, str]:
    return str(row["date"]), str(row["published"] or "")
