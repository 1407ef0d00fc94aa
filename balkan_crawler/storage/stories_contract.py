"""The part of the store's contract that stories need: who holds which words on some days, and articles by number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from balkan_crawler.model.columns import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysAround:
    """The articles of some days: how many there are, and for each group of words how many of them hold one, and which.

    ``holders`` are the numbers of these; none where they are more than was asked for. A few articles of other
    days that were stored in between may be counted, and named, too.
    """

    first: date
    last: date
    articles: int
    counts: tuple[int, ...]
    holders: tuple[tuple[int, ...], ...]


class StoriesStore(Protocol):
    """What a store can do for stories; see `balkan_crawler.storage.Store`, which has these methods, too."""

    def days_around(self, day: date, days: int, groups: Sequence[Sequence[str]], limit: int, most: int) -> DaysAround:
        """Say which articles of the days around one, ``days`` before and after it, hold a word of each group.

        Words are folded as `balkan_crawler.text.words` does it; one that ends with ``*`` is the beginning of words.
        Where the days have more than ``most`` articles, there are fewer days; the day itself is always one. Of a group
        that more than ``limit`` articles hold a word of, only their count is given.
        """
        ...

    def articles_by_number(self, numbers: Sequence[int]) -> list[Row]:
        """Give the articles of these numbers as `rows` does, with their number as ``id``; those that are there."""
        ...

    def cluster_numbers(self, clusters: Sequence[int]) -> dict[int, list[int]]:
        """Give the numbers of the articles of each cluster, the earliest to appear first."""
        ...
