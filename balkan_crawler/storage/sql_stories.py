"""The methods of a store in SQL for stories, each one short transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.storage.archive import stories
from balkan_crawler.storage.file.connection import one_moment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from contextlib import AbstractContextManager
    from datetime import date

    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage.stories_contract import DaysAround


class SqlStories:
    """A part of `balkan_crawler.storage.sql_store.SqlStore`, which opens the transactions."""

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        raise NotImplementedError

    def days_around(self, day: date, days: int, groups: Sequence[Sequence[str]], limit: int, most: int) -> DaysAround:
        """Say which articles of the days around one hold a word of each group."""
        with self._reading() as db, one_moment(db):
            return stories.days_around(db, day, days, groups, limit, most)

    def articles_by_number(self, numbers: Sequence[int]) -> list[Row]:
        """Give the articles of these numbers."""
        with self._reading() as db:
            return stories.articles_by_number(db, numbers)

    def cluster_numbers(self, clusters: Sequence[int]) -> dict[int, list[int]]:
        """Give the numbers of the articles of each cluster."""
        with self._reading() as db:
            return stories.cluster_numbers(db, clusters)
