"""The records of what the archive brought on some days: counts, copied stories, changed headlines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyCounts:
    """One outlet's articles by day (days without any are left out), and when and how it was crawled.

    ``first_seen`` is when it was first to be crawled, ``last_run`` when its last run began; ``state`` and ``reason``
    are that run's. They are ``None`` where there was none.
    """

    outlet: str
    country: str
    first_seen: datetime
    last_run: datetime | None
    state: str | None
    reason: str | None
    articles: Mapping[date, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedStory:
    """A story that several outlets had: how many, how many articles it came to, and the earliest of them."""

    outlets: int
    articles: int
    first_outlet: str
    title: str
    url: str
    number: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedHeadline:
    """An article's headline before its first change on some days and after the last, and how often it changed."""

    outlet: str
    url: str
    changes: int
    before: str
    after: str
    number: int = 0
