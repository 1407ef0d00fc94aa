"""Times as the clocks of an outlet show them. An archive holds them in UTC, and days in the outlet's own time zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from functools import cache
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from balkan_crawler.model.columns import ARTICLE_COLUMNS, ColumnType

if TYPE_CHECKING:
    from balkan_crawler.export.rows import Row

LOCAL: Final = "_local"
"""The end of the name of a column whose times are local ones without an offset."""
_TIMES: Final = tuple(column.name for column in ARTICLE_COLUMNS if column.type is ColumnType.TIME)


def in_local_time(rows: Iterable[Row], zones: Mapping[str, str]) -> Iterator[Row]:
    """Give the times of articles in the zone of their outlet, still as ISO 8601 texts with the offset.

    ``zones`` are IANA names by outlet; what is not known stays in UTC.
    """
    for row in rows:
        zone = _zone(zones.get(str(row["outlet"]), ""))
        yield {**row, **{name: _moved(str(row[name]), zone) for name in _TIMES if row.get(name)}}


def to_the_minute(time: str) -> str:
    """Write an ISO 8601 time as spreadsheets of any language read it, ``2026-11-29 18:33``, without its offset."""
    return f"{time[:10]} {time[11:16]}"


@cache
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _moved(time: str, zone: tzinfo) -> str:
    try:
        return datetime.fromisoformat(time).astimezone(zone).isoformat()
    except (ValueError, OverflowError):  # at the ends of the calendar
        return time
