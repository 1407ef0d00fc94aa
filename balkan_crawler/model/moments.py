"""When a story appeared, and which day is its: rules that the crawl and every store share. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from balkan_crawler.model.article import DatePrecision


def possible(moment: datetime | None) -> datetime | None:
    """Drop a time so near to the ends of the calendar that it has no place in another zone."""
    if moment is not None and not 1 < moment.year < 9999:
        return None
    return moment


@lru_cache(maxsize=1000)
def zone_named(name: str) -> ZoneInfo | None:
    """Give the time zone of an IANA name; ``None`` for what is none, as in an archive that somebody changed by hand."""
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """Give an aware moment in a zone; one at an end of the calendar, which has no day there, stays as it is."""
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def day_of(published: datetime | None, first_seen: datetime, timezone: str) -> date:
    """Give the day of an article in its outlet's time zone: of publication, or else of the first sight."""
    return (published or first_seen).astimezone(ZoneInfo(timezone)).date()


def appeared(published: datetime | None, precision: DatePrecision | None, first_seen: datetime) -> datetime:
    """Estimate when a story appeared: a day without a time begins at midnight, and would win over every real time.

    So such a story appeared when it was first seen, but no later than at the end of its day.
    """
    if published is None:
        return first_seen
    if precision is not DatePrecision.DAY:
        return published
    return max(published, min(first_seen, published + timedelta(days=1)))
