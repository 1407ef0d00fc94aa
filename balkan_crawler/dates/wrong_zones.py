"""Times on a day that has not begun: most are local ones that were stated as UTC, late in the evening."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.dates.moments import local_time

if TYPE_CHECKING:
    from datetime import datetime, tzinfo


def likelier(time: datetime, now: datetime, zone: tzinfo) -> datetime | None:
    """Give the time that was meant by one that an outlet in ``zone`` states, seen ``now``; all are aware.

    That is the stated one, unless it lies on a day after that of ``now`` in the zone: then the same time of day in the
    zone itself. ``None`` where that is no better, so that nobody can tell what was meant.
    """
    today = now.astimezone(zone).date()
    if time.astimezone(zone).date() <= today:
        return time
    meant = local_time(time.replace(tzinfo=None), zone)
    return meant if meant.date() <= today else None
