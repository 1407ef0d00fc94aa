"""The methods of a store in SQL for what is seen at a glance, each one short transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.storage.archive import portraits
from balkan_crawler.storage.tables import counts, crawls, maintenance

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from datetime import date

    from balkan_crawler.storage.overviews import (
        ArticleLine,
        CrawlReport,
        DaySize,
        LanguageCount,
        OutletLine,
        OutletPortrait,
        StepRun,
    )


class SqlOverviews:
    """A part of `balkan_crawler.storage.sql_store.SqlStore`, which opens the transactions."""

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        raise NotImplementedError

    def newest(self, until: date, limit: int) -> list[ArticleLine]:
        """Give the newest articles."""
        with self._reading() as db:
            return portraits.newest(db, until, limit)

    def outlet_lines(self, until: date) -> list[OutletLine]:
        """Give all outlets."""
        with self._reading() as db:
            return portraits.outlet_lines(db, until)

    def language_counts(self, first: date, last: date) -> list[LanguageCount]:
        """Count articles by language and script."""
        with self._reading() as db:
            return portraits.language_counts(db, first, last)

    def portrait(self, outlet: str, first: date, last: date) -> OutletPortrait:
        """Show one outlet."""
        with self._reading() as db:
            return portraits.portrait(db, outlet, first, last)

    def latest_crawls(self) -> list[CrawlReport]:
        """Give the last part of a run of each outlet."""
        with self._reading() as db:
            return crawls.latest(db)

    def last_crawls(self, outlet: str, limit: int) -> list[CrawlReport]:
        """Give an outlet's last parts of runs."""
        with self._reading() as db:
            return crawls.last(db, outlet, limit)

    def outcomes(self, first: date, last: date) -> dict[str, int]:
        """Count visits by what came of them."""
        with self._reading() as db:
            return counts.outcomes(db, first, last)

    def fetches(self, first: date, last: date) -> dict[date, Mapping[str, int]]:
        """Count fetches by day and purpose."""
        with self._reading() as db:
            return counts.fetches(db, first, last)

    def maintenance_runs(self) -> dict[str, StepRun]:
        """Give the last run of each step of maintenance."""
        with self._reading() as db:
            return maintenance.runs(db)

    def sizes(self, since: date) -> list[DaySize]:
        """Give how large the archive was."""
        with self._reading() as db:
            return maintenance.sizes(db, since)
