"""The live database and archived months as one: what is in both is given once, as the database has it."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any

from balkan_crawler.parquet_archive.closing import days_of
from balkan_crawler.storage import Filter

if TYPE_CHECKING:
    from balkan_crawler.model.columns import Row
    from balkan_crawler.parquet_archive.searching import ArchivedMonths
    from balkan_crawler.storage import Store
    from balkan_crawler.storage.months_contract import ArticleKey


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
        archived = self._months.rows(wanted, self._are_stored)
        return islice(heapq.merge(self._store.rows(wanted), archived, key=_time, reverse=True), wanted.limit)

    def count(self, wanted: Filter) -> int:
        """Count what `rows` would give, without its limit."""
        everything = replace(wanted, limit=None)
        found = self._store.count(everything)
        months = self._months.months(everything)
        if not months:
            return found
        _, last = days_of(months[0])
        after = last + timedelta(days=1) if last < date.max else last
        in_both = {each.month for each in self._store.outlet_months(after)} | ({months[0]} if after == last else set())
        for month in months:
            found += self._months.count_of(month, everything, self._are_stored if month in in_both else None)
        return found

    def teasers(self, url: str, day: date) -> list[Row]:
        """Give the teasers of an article."""
        return self._store.teasers(url, day) or self._months.teasers(url, day)

    def _are_stored(self, keys: Sequence[ArticleKey]) -> list[bool]:
        """Say of articles which ones are in the database, which knows them better."""
        standing = self._store.standing(keys) if keys else {}
        return [standing[key].change is not None for key in keys]


def _time(row: Row) -> tuple[str, str]:
    return str(row["date"]), str(row["published"] or "")
