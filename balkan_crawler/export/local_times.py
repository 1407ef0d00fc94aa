"""Times as the clocks of an outlet show them. An archive holds them in UTC, and days in the outlet's own time zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Final

from balkan_crawler.model.columns import ARTICLE_COLUMNS, ColumnType
from balkan_crawler.model.moments import in_zone, zone_named

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
        zone = zone_named(zones.get(str(row["outlet"]), "")) or UTC
        yield {**row, **{name: _moved(str(row[name]), zone) for name in _TIMES if row.get(name)}}


def to_the_minute(time: str) -> str:
    """Write an ISO 8601 time as spreadsheets of any language read it, ``2026-11-29 18:33``, without its offset."""
    return f"{time[:10]} {time[11:16]}"


def _moved(time: str, zone: tzinfo) -> str:
    try:
        return in_zone(datetime.fromisoformat(time), zone).isoformat()
    except ValueError:
        return time
