"""The records of a digest: one day or one week of the archive, summed up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from balkan_crawler.storage import ChangedHeadline, CopiedStory


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryCount:
    """A country's articles, and how many are usual; ``None`` while too little is known to say."""

    country: str
    articles: int
    usual: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SilentOutlet:
    """An outlet that has brought nothing since the day of its last article, and how many articles a day it had."""

    outlet: str
    latest_day: date
    articles_a_day: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What the days from ``first`` to ``last`` brought; country by country with what is usual, the most first.

    ``outlets`` counts those with an article. ``began`` is the first day of the archive, ``last_run`` that of its latest
    run, ``None`` where there was none. ``silent`` are the outlets that fell silent on these days, ``silent_before`` the
    number of those that had before and still are. ``hand`` says what somebody has to look after, a line each.
    """

    first: date
    last: date
    articles: int
    usual: int | None
    outlets: int
    countries: tuple[CountryCount, ...]
    new: tuple[str, ...]
    silent: tuple[SilentOutlet, ...]
    silent_before: int
    copied: tuple[CopiedStory, ...]
    headlines: tuple[ChangedHeadline, ...]
    hand: tuple[str, ...]
    began: date | None
    last_run: date | None
    is_over: bool = True

    @property
    def is_week(self) -> bool:
        """Whether it is about more than one day."""
        return self.first != self.last

    @property
    def is_beginning(self) -> bool:
        """Whether the archive began on these days."""
        return self.began is not None and self.first <= self.began <= self.last

    @property
    def is_missing(self) -> bool:
        """Whether nothing was crawled on these days or later."""
        return self.last_run is None or self.last_run < self.first
