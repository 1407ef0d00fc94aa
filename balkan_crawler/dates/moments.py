"""What a text says of a time, before the clock of the reader is known; and what moment that is."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from typing import Final

from balkan_crawler.model import DatePrecision

FIRST_YEAR: Final = 1990
LAST_YEAR: Final = 2100
_YEARS_BACK: Final = 8


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day; ``offset`` is its stated distance from UTC in minutes."""

    hour: int
    minute: int
    second: int | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar; without a year, the nearest such day that is past."""

    year: int | None
    month: int
    day: int


@dataclass(frozen=True, slots=True)
class DaysBack:
    """Today, yesterday, the day before."""

    days: int


@dataclass(frozen=True, slots=True)
class LastWeekday:
    """The last such day of the week, today included; Monday is 1."""

    weekday: int


@dataclass(frozen=True, slots=True)
class Ago:
    """A span before now. Spans of days or more tell a day only."""

    months: int = 0
    days: int = 0
    seconds: int = 0


@dataclass(frozen=True, slots=True)
class Stamp:
    """Seconds since 1970 (UTC)."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Reading:
    """A day told in one of several ways, and the time of that day where the text states one."""

    day: Day | DaysBack | LastWeekday | Ago | Stamp
    clock: Clock | None = None


@dataclass(frozen=True, slots=True)
class Moment:
    """A time read from a text: aware, with the UTC offset that the text states or else the asked zone's; how exact."""

    time: datetime
    precision: DatePrecision


def resolve(reading: Reading, now: datetime, zone: tzinfo) -> Moment | None:
    """Give the moment a reading means, or ``None`` when there is no such day (31 February) or its year is out of range.

    A local time that a change of clocks skips is moved on by the skipped hour; of one that comes twice, the first.
    """
    try:
        moment = _resolve(reading, now.astimezone(zone), zone)
    except (OverflowError, ValueError):
        return None
    return moment if moment and FIRST_YEAR <= moment.time.year <= LAST_YEAR else None


def _resolve(reading: Reading, now: datetime, zone: tzinfo) -> Moment | None:
    told = reading.day
    if isinstance(told, Stamp):
        return Moment(datetime.fromtimestamp(told.seconds, UTC).astimezone(zone), DatePrecision.SECOND)
    if isinstance(told, Ago) and not (told.months or told.days):
        earlier = now.astimezone(UTC) - timedelta(seconds=told.seconds)
        return Moment(earlier.astimezone(zone), DatePrecision.MINUTE)
    day = _day(told, now.date())
    if day is None:
        return None
    clock = reading.clock
    if clock is None:
        return Moment(local_time(datetime(day.year, day.month, day.day), zone), DatePrecision.DAY)
    naive = datetime(day.year, day.month, day.day, clock.hour, clock.minute, clock.second or 0)
    precision = DatePrecision.MINUTE if clock.second is None else DatePrecision.SECOND
    if clock.offset is None:
        return Moment(local_time(naive, zone), precision)
    return Moment(naive.replace(tzinfo=timezone(timedelta(minutes=clock.offset))), precision)


def local_time(naive: datetime, zone: tzinfo) -> datetime:
    """Place a local time in a zone; by way of UTC, so that a skipped hour becomes the one after it."""
    return naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)


def _day(told: Day | DaysBack | LastWeekday | Ago, today: date) -> date | None:
    if isinstance(told, DaysBack):
        return today - timedelta(days=told.days)
    if isinstance(told, LastWeekday):
        return today - timedelta(days=(today.isoweekday() - told.weekday) % 7)
    if isinstance(told, Ago):
        return _months_before(today, told.months) - timedelta(days=told.days)
    if told.year is not None:
        return date(told.year, told.month, told.day)
    return _nearest_past(told.month, told.day, today)


def _months_before(day: date, months: int) -> date:
    """Go back by calendar months, to the month's last day where it is shorter."""
    count = day.year * 12 + day.month - 1 - months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _nearest_past(month: int, day: int, today: date) -> date | None:
    """Give the last such day up to tomorrow (clocks differ); 29 February looks back to a leap year."""
    for year in range(today.year + 1, today.year - _YEARS_BACK, -1):
        if day <= monthrange(year, month)[1] and date(year, month, day) <= today + timedelta(days=1):
            return date(year, month, day)
    return None
