"""When an article is visited again, and when a source is polled again. Pure; the numbers stand in ``revisiting.toml``.

A source's pace is a count of its news that fades with time: each new or changed article adds one, and what was added
``half_life_hours`` ago counts half. At an even rate it settles at the rate times half-life / ln 2, so that it tells the
rate, and the rate the wait.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from balkan_crawler.data import read_table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from balkan_crawler.model import SourceState


OFTEN: Final = 3
"""So many failures of a source in a row are no bad hour any more: each doubles the wait for the next poll."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Polls:
    """Between which bounds the waits between two polls of a source lie."""

    shortest: timedelta
    longest: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The numbers of ``revisiting.toml`` for visits and polls, by the names there."""

    plan: tuple[timedelta, ...]
    share: float
    live_every: timedelta
    live_for: timedelta
    polls: Polls
    first: timedelta
    news_a_poll: float
    half_life: timedelta
    most_news: int


@cache
def schedule() -> Schedule:
    """Give the schedule that holds where neither the user nor an outlet's table says otherwise."""
    data = read_table(__name__, "revisiting.toml")
    revisits, polling = data["revisits"], data["polling"]
    return Schedule(
        plan=tuple(timedelta(hours=hours) for hours in revisits["after_hours"]),
        share=revisits["share"],
        live_every=timedelta(minutes=revisits["live_every_minutes"]),
        live_for=timedelta(hours=revisits["live_for_hours"]),
        polls=Polls(
            shortest=timedelta(minutes=polling["shortest_minutes"]), longest=timedelta(hours=polling["longest_hours"])
        ),
        first=timedelta(minutes=polling["first_minutes"]),
        news_a_poll=polling["news_a_poll"],
        half_life=timedelta(hours=polling["half_life_hours"]),
        most_news=polling["most_news"],
    )


def next_visit(
    plan: Sequence[timedelta] | None, appeared: datetime, now: datetime, *, live: bool = False
) -> datetime | None:
    """Tell when an article visited now is due again, ``None`` for never.

    ``plan`` holds ages, the youngest first (``None`` for the common plan). An age that is reached in less than half its
    own length is left out: soon after a visit there is little to be found.
    """
    common = schedule()
    appeared = min(appeared, now)
    if live and now - appeared < common.live_for and plan != ():
        return now + common.live_every
    for age in common.plan if plan is None else plan:
        if appeared + age - now >= age / 2:
            return appeared + age
    return None


def pace_after(state: SourceState, now: datetime, news: int) -> float:
    """Give a source's pace after a poll that brought so much news; the first poll's says nothing of a pace."""
    common = schedule()
    if state.pace is None or state.polled is None:
        return common.news_a_poll / (common.first / common.half_life * math.log(2))
    gone = max(now - state.polled, timedelta())
    faded: float = state.pace * 0.5 ** min(gone / common.half_life, 100.0)
    return faded + min(news, common.most_news)


def wait_at(pace: float, polls: Polls) -> timedelta:
    """Give the wait until the next poll of a source with this pace, within the bounds."""
    common = schedule()
    a_day = max(pace * math.log(2) / (common.half_life / timedelta(days=1)), 1e-6)
    return min(max(timedelta(days=common.news_a_poll / a_day), polls.shortest), polls.longest)
