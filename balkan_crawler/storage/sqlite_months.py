"""The SQLite store's methods for months that move elsewhere, each one short transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.storage.archive import months
from balkan_crawler.storage.file.connection import one_moment

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage.archive.transaction import Transaction
    from balkan_crawler.storage.months_contract import ArticleKey, ArticleState, OutletMonth, Standing, WholeArticle


class SqliteMonths:
    """A part of `balkan_crawler.storage.sqlite.SqliteStore`, which opens the transactions."""

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        raise NotImplementedError

    def _deleting(self) -> AbstractContextManager[Transaction]:
        raise NotImplementedError

    def outlet_months(self, before: date) -> list[OutletMonth]:
        """Count the articles of days before one, by month, country and outlet."""
        with self._reading() as db:
            return months.outlet_months(db, before)

    def article_states(self, outlet: str, first: date, last: date) -> list[ArticleState]:
        """Give the articles of an outlet and some days, by day and URL."""
        with self._reading() as db:
            return months.article_states(db, outlet, first, last)

    def whole_articles(self, numbers: Sequence[int]) -> list[WholeArticle]:
        """Give the articles of some numbers as they are at one moment."""
        with self._reading() as db, one_moment(db):
            return months.whole_articles(db, numbers)

    def hand_over(self, keys: Sequence[ArticleKey], is_kept: Callable[[WholeArticle], bool], now: datetime) -> int:
        """Delete those of some articles that are kept elsewhere as they are here."""
        with self._deleting() as transaction:
            return months.hand_over(transaction, keys, is_kept, now)

    def standing(self, keys: Sequence[ArticleKey]) -> dict[ArticleKey, Standing]:
        """Say of articles whether they are stored, and whether their URLs are kept out."""
        with self._reading() as db, one_moment(db):
            return months.standing(db, keys)

    def outlet_rows(self) -> list[Row]:
        """Give the outlets that were ever crawled with all their columns."""
        with self._reading() as db:
            return months.outlet_rows(db)
