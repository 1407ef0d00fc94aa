"""What a store remembers of each outlet day by day, and of its sources and runs: what its health is judged by."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from balkan_crawler.model import SourceState

HOURS: int = 24
"""An outlet's day is counted by so many hours of its own clocks."""
DETAILED: int = 66
"""So many of the last days are told with all that is known of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletDay:
    """One day of an outlet, in its own time zone for articles, in UTC for what was fetched.

    ``articles`` are those of the day that were stored, by ``hours`` of publication (or of the first visit, where only
    the day is known). Of them ``empty`` had no text, ``undated`` no date, ``locked`` were behind a paywall and
    ``other_language`` in none of the outlet's languages; ``words`` are those of all. ``polls`` counts fetches of
    sources, ``first_visits`` pages by what came of their first visit, ``oddities`` odd inputs by name. ``since`` says
    of the last days when the first page ended so.
    """

    day: date
    articles: int = 0
    empty: int = 0
    undated: int = 0
    locked: int = 0
    other_language: int = 0
    words: int = 0
    hours: tuple[int, ...] = (0,) * HOURS
    polls: int = 0
    first_visits: Mapping[str, int] = field(default_factory=dict)
    since: Mapping[str, datetime] = field(default_factory=dict)
    oddities: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOutcome:
    """How one run ended for an outlet: its state (``done``, ``failed``, ``running``, ...), and why where it failed."""

    started: datetime
    state: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletPast:
    """What is remembered of one outlet: its days in order (those on which anything was), sources and last runs.

    Of days more than `DETAILED` before the last one only articles and polls are told. ``first_polled`` is the first day
    that its sources were fetched on; ``last_article`` the last day before ``days`` that it had an article, and
    ``articles_before`` counts those of the year before ``days``. ``runs`` begin with the last one.
    """

    key: str
    name: str
    country: str
    timezone: str
    closed: bool = False
    days: tuple[OutletDay, ...] = ()
    first_polled: date | None = None
    last_article: date | None = None
    articles_before: int = 0
    sources: tuple[SourceState, ...] = ()
    runs: tuple[RunOutcome, ...] = ()
