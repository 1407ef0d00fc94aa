"""The one form of a row, whatever engine gave it, and the digest of rows in the order of their keys. Pure.

A time is written as `balkan_crawler.storage.columns.stamp` writes it (UTC, microseconds where there are any), a day as
ISO 8601, a list as JSON without escapes and with keys in PostgreSQL's order, a flag as 0 or 1, a real number as one;
texts, JSON objects that the engines keep as they are, and bytes stay untouched, and nothing (NULL) stays nothing. What
cannot be read as its kind stays as it is: another program wrote it, and `fitting` judges it.

The digest is SHA-256 over the rows as `copy_format` writes them.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.storage.columns import stamp
from balkan_crawler.storage.copying.tables import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from balkan_crawler.storage.copying.tables import Table

Row = tuple[Any, ...]

_TIME: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(?!000000)\d{6})?\+00:00"
_TIMES: Final = re.compile(rf"(?:{_TIME}\n)*")


def canonical_rows(table: Table, rows: Sequence[Row]) -> Sequence[Row]:
    """Give rows in their one form."""
    if table.is_of_numbers:
        return rows
    columns: list[Sequence[Any]] = list(zip(*rows, strict=True))
    is_changed = False
    for place, kind in enumerate(table.columns.values()):
        convert = _CONVERSIONS.get(kind)
        if convert is None or (kind is Kind.TIME and are_times(columns[place])):
            continue
        columns[place] = list(map(convert, columns[place]))
        is_changed = True
    return list(zip(*columns, strict=True)) if is_changed else rows


def are_times(column: Sequence[Any]) -> bool:
    """Say whether all values of a column are nothing, or times in their one form."""
    try:
        return _TIMES.fullmatch("".join([f"{text}\n" for text in column if text is not None])) is not None
    except TypeError:
        return False


def _time(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
        return stamp(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError):
        return value


@lru_cache(maxsize=20_000)
def _list(value: Any) -> Any:
    if not isinstance(value, str) or value == "[]":
        return value
    try:
        written = written_list(json.loads(value))
        written.encode()
    except (ValueError, RecursionError):
        return value
    return written


def written_list(value: Any) -> str:
    """Write a list in its one form."""
    return json.dumps(_sorted(value), ensure_ascii=False)


def _sorted(value: Any) -> Any:
    """Sort the keys of objects as ``jsonb`` does: the shorter ones first."""
    if isinstance(value, list):
        return [_sorted(item) for item in value]
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: (len(encoded := key.encode("utf-8", "surrogatepass")), encoded))
        return {key: _sorted(value[key]) for key in keys}
    return value


def _real(value: Any) -> Any:
    return float(value) if isinstance(value, int) else value


def _flag(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value


_CONVERSIONS: Final[dict[Kind, Callable[[Any], Any]]] = {
    Kind.TIME: _time,
    Kind.LIST: _list,
    Kind.REAL: _real,
    Kind.FLAG: _flag,
}


class Digest:
    """The digest of the rows of one table, fed portion by portion."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.rows = 0

    def update(self, written: bytes, rows: int) -> None:
        """Add so many rows in the order of their keys, as `copy_format.block` writes them."""
        self.rows += rows
        self._hash.update(written)

    def hexdigest(self) -> str:
        """Give the digest of what was added so far."""
        return self._hash.hexdigest()


def ordered(table: Table, row: Row) -> tuple[Any, ...]:
    """Give the key of a row such that keys sort as both engines sort them: texts by their bytes."""
    return tuple(
        value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
        for value in (row[place] for place in table.places)
    )
