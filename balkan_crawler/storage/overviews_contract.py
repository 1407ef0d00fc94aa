"""The part of the store's contract that gives what is seen at a glance: who has what, and how crawls go.

Each method reads counts that every commit keeps, or a bounded number of rows by an index, so that none takes longer as
the archive grows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
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


class OverviewsStore(Protocol):
    """What a store shows at a glance; see `balkan_crawler.storage.Store`, which has these methods, too."""

    def newest(self, until: date, limit: int) -> list[ArticleLine]:
        """Give the newest articles of days up to one, the newest first."""
        ...

    def outlet_lines(self, until: date) -> list[OutletLine]:
        """Give all outlets that were ever to be crawled, by key, with their latest articles of days up to one."""
        ...

    def language_counts(self, first: date, last: date) -> list[LanguageCount]:
        """Count the articles of some days by language and script, most first."""
        ...

    def portrait(self, outlet: str, first: date, last: date) -> OutletPortrait:
        """Show one outlet in some days; of many articles the newest are read, and the record says how many."""
        ...

    def latest_crawls(self) -> list[CrawlReport]:
        """Give the last part of a run of each outlet, by key."""
        ...

    def last_crawls(self, outlet: str, limit: int) -> list[CrawlReport]:
        """Give an outlet's last parts of runs, the last first."""
        ...

    def outcomes(self, first: date, last: date) -> dict[str, int]:
        """Count visits of pages by what came of them, on some days (UTC), most first."""
        ...

    def fetches(self, first: date, last: date) -> dict[date, Mapping[str, int]]:
        """Count fetches by day (UTC) and `balkan_crawler.revisiting.purposes.Purpose`."""
        ...

    def maintenance_runs(self) -> dict[str, StepRun]:
        """Give the last run of each step of maintenance that was ever done."""
        ...

    def sizes(self, since: date) -> list[DaySize]:
        """Give how large the archive was from a day on, the oldest first."""
        ...
