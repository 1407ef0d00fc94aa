"""The numbers of the last four weeks, made in the background: by outlet and day, what was copied, what changed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.digest import most_changed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from balkan_crawler.storage import (
        ArticleLine,
        ChangedHeadline,
        CopiedStory,
        LanguageCount,
        OutletLine,
        Store,
    )

DAYS: Final = 28
"""So many days are shown in small plots."""
WEEK: Final = 7
_MOST_STORIES: Final = 8
_MOST_HEADLINES: Final = 8
_NEWEST: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Numbers:
    """What the front page and the list of outlets show.

    ``articles`` counts by outlet and day, from `DAYS` days before ``last`` to the day after, which some readers have
    already; ``last`` is today (UTC), or the day of the newest article where that is longer ago than yesterday.
    """

    last: date
    is_old: bool
    outlets: Mapping[str, OutletLine]
    articles: Mapping[str, Mapping[date, int]]
    newest: tuple[ArticleLine, ...]
    copied: tuple[CopiedStory, ...]
    headlines: tuple[ChangedHeadline, ...]
    languages: tuple[LanguageCount, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the archive has no article."""
        return not self.newest

    def last_day(self, today: date) -> date:
        """Give the last day to show to a reader who has this day."""
        return self.last if self.is_old else min(max(today, self.last - timedelta(days=1)), self.last + timedelta(1))

    def by_country(self) -> dict[str, Counter[date]]:
        """Count by country and day."""
        found: dict[str, Counter[date]] = {}
        for key, days in self.articles.items():
            found.setdefault(self.outlets[key].country, Counter()).update(days)
        return found


def make_numbers(store: Store, now: datetime, before: Any) -> Numbers:
    """Count what is shown of the archive."""
    today = now.date()
    until = today + timedelta(days=1)
    newest = store.newest(until, _NEWEST)
    is_old = bool(newest) and newest[0].day < today - timedelta(days=1)
    last = newest[0].day if is_old else today
    counts = store.daily_counts(last - timedelta(days=DAYS), last + timedelta(days=1))
    yesterday = last - timedelta(days=1)
    return Numbers(
        last=last,
        is_old=is_old,
        outlets={line.key: line for line in store.outlet_lines(until)},
        articles={each.outlet: each.articles for each in counts},
        newest=tuple(newest),
        copied=tuple(store.copied_stories(yesterday, last, _MOST_STORIES)) if newest else (),
        headlines=most_changed(store.changed_headlines(yesterday, last + timedelta(days=1)), _MOST_HEADLINES),
        languages=tuple(store.language_counts(last - timedelta(days=WEEK - 1), last)),
    )
