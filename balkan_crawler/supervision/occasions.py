"""When what is scheduled falls due, by the clock on the wall. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

from balkan_crawler.configuration.schedule import Hour

_ZONES: Final = timedelta(hours=12)
"""By so much at most the same hour strikes sooner or later on machines in other zones; and half a day is half a night's
distance to the next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasions:
    """When each kind of occasion is; ``None`` for never. ``zone`` is the machine's own where none is given."""

    nightly: Hour | None
    weekly: Hour | None
    health_every: timedelta | None
    zone: tzinfo | None = None

    def is_due(self, when: str, last: datetime, now: datetime) -> bool:
        """Say whether an occasion was there since ``last`` (both aware); never where that lies ahead."""
        if last > now:
            return False
        if when == "health-every":
            return self.health_every is not None and now - last >= self.health_every
        hour = self.nightly if when == "nightly" else self.weekly
        return hour is not None and last_before(hour, now, self.zone) > last

    def occasion(self, when: str, now: datetime) -> datetime | None:
        """Give the last occasion up to now: the moment that others who keep the same schedule name, too."""
        if when == "health-every":
            return None if self.health_every is None else now
        hour = self.nightly if when == "nightly" else self.weekly
        return None if hour is None else last_before(hour, now, self.zone)

    def tolerances(self, whens: Collection[str]) -> tuple[timedelta, timedelta]:
        """Say how far occasions may lie apart and be one: on one machine, and on two, whose zones may differ."""
        if self.health_every is not None and "health-every" in whens:
            half = min(self.health_every / 2, _ZONES)
            return half, half
        return timedelta(), _ZONES

    def next_after(self, when: str, last: datetime, now: datetime) -> datetime | None:
        """Say when the next occasion is; ``now`` where one was missed."""
        if self.is_due(when, last, now):
            return now
        if when == "health-every":
            return None if self.health_every is None else min(last, now) + self.health_every
        hour = self.nightly if when == "nightly" else self.weekly
        return None if hour is None else next_after(hour, now, self.zone)


def last_before(hour: Hour, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Give the last time that an hour struck, in UTC; ``now`` itself counts."""
    return max(time for time in _around(hour, now, zone) if time <= now)


def next_after(hour: Hour, now: datetime, zone: tzinfo | None = None) -> datetime:
    """Give the next time that an hour strikes, in UTC."""
    return min(time for time in _around(hour, now, zone) if time > now)


def _around(hour: Hour, now: datetime, zone: tzinfo | None) -> list[datetime]:
    """Give the times that an hour strikes within eight days of ``now``.

    One that the clock leaps over in spring strikes an hour later or earlier; of two in autumn the first counts.
    """
    today = now.astimezone(zone).date()
    days = [today + timedelta(days=number) for number in range(-8, 9)]
    return [_moment(hour, day, zone) for day in days if hour.weekday in (None, day.weekday())]


def _moment(hour: Hour, day: date, zone: tzinfo | None) -> datetime:
    local = datetime.combine(day, hour.at)
    return (local.replace(tzinfo=zone) if zone is not None else local.astimezone()).astimezone(UTC)
