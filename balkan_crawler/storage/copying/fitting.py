"""What an engine does not take of a row, by name, and the replacing of characters that it does not take. Pure.

PostgreSQL takes no NUL in a text, no text that is not Unicode, no word where a number or a time belongs, nothing where
a value is needed, and no key of more bytes than fit into a third of an index's page
(https://www.postgresql.org/docs/current/btree.html). SQLite takes all, but times and days are texts there, and only
those of the years 1 to 9999 can be written as this program reads them.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.storage.copying.canonical import are_times, written_list
from balkan_crawler.storage.copying.tables import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from balkan_crawler.storage.copying.canonical import Row
    from balkan_crawler.storage.copying.tables import Table

LONGEST_KEY: Final = 2600
"""Bytes of a row in an index: PostgreSQL's own bound is 2,704, with what it needs beside the values."""
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
_MOST_NAMED: Final = 5
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")
_BAD: Final = re.compile("[\0\ud800-\udfff]")
"""What PostgreSQL takes in no text: NUL, and what Python has for bytes and halves of signs that are not Unicode."""
_NUL: Final = "a NUL character"
_NO_UNICODE: Final = "text that is not Unicode"
_NO_TIME: Final = "a time that cannot be read, or is not of the years 1 to 9999"


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What an engine needs of a table's rows.

    ``kinds`` names those whose values are looked at, ``needed`` the columns that may not be nothing, ``indexes`` those
    that stand in an index together.
    """

    kinds: frozenset[Kind]
    needed: frozenset[str] = frozenset()
    indexes: tuple[tuple[str, ...], ...] = ()


@dataclass(slots=True)
class Fits:
    """Rows of a table on their way: what was refused of them and why, with the first keys, and what was replaced."""

    table: Table
    needs: Needs
    replaces: bool
    refused: Counter[str] = field(default_factory=Counter)
    named: list[str] = field(default_factory=list)
    replaced: int = 0

    def fitting(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Give the rows that the engine takes, with characters replaced where that is wanted."""
        if self._all_fit(rows):
            return rows
        return [fit for row in rows if (fit := self._fit(row)) is not None]

    def _all_fit(self, rows: Sequence[Row]) -> bool:
        for (name, kind), column in zip(self.table.columns.items(), zip(*rows, strict=True), strict=True):
            if name in self.needs.needed and None in column:
                return False
            if kind in self.needs.kinds and not _COLUMNS[kind](column):
                return False
        return not (self._may_be_long(rows) and any(map(self._too_long, rows)))

    def _may_be_long(self, rows: Sequence[Row]) -> bool:
        """Say whether a row may be too long for an index: by the longest text of each column, four bytes a sign."""
        columns = dict(zip(self.table.columns, zip(*rows, strict=True), strict=True))
        texts = {name for names in self.needs.indexes for name in names if self.table.columns[name] is Kind.TEXT}
        longest = {name: 4 * max((len(text) for text in columns[name] if text), default=0) for name in texts}
        return any(sum(longest.get(name, 0) for name in names) > LONGEST_KEY for names in self.needs.indexes)

    def _too_long(self, row: Row) -> bool:
        cells = dict(zip(self.table.columns, row, strict=True))
        return any(sum(_bytes(cells[name]) for name in names) > LONGEST_KEY for names in self.needs.indexes)

    def _fit(self, row: Row) -> Row | None:
        cells: list[Any] = []
        is_replaced = False
        for (name, kind), value in zip(self.table.columns.items(), row, strict=True):
            reason = self._reason(name, kind, value)
            if reason in (_NUL, _NO_UNICODE) and self.replaces:
                cells.append(_replaced(kind, value))
                is_replaced = True
                reason = self._reason(name, kind, cells[-1])
            else:
                cells.append(value)
            if reason is not None:
                self._refuse(row, f"{reason} in {name}")
                return None
        if self._too_long(tuple(cells)):
            self._refuse(row, f"a key of more than {LONGEST_KEY:,} bytes")
            return None
        self.replaced += is_replaced
        return tuple(cells)

    def _reason(self, name: str, kind: Kind, value: Any) -> str | None:
        if value is None:
            return "nothing" if name in self.needs.needed else None
        return None if kind not in self.needs.kinds or _COLUMNS[kind]((value,)) else _why(kind, value)

    def _refuse(self, row: Row, reason: str) -> None:
        self.refused[reason] += 1
        if len(self.named) < _MOST_NAMED:
            self.named.append(f"{reason} ({named_key(self.table, row)})")


def named_key(table: Table, row: Row) -> str:
    """Name a row by its key, in printable signs."""
    return ", ".join(f"{name} {row[place]!r:.200}" for name, place in zip(table.key, table.places, strict=True))


def _bytes(value: Any) -> int:
    return len(value.encode("utf-8", "surrogatepass")) if isinstance(value, str) else 0


def _texts(column: Sequence[Any]) -> bool:
    try:
        joined = "".join([value for value in column if value is not None])
        if "\0" in joined:
            return False
        joined.encode()
    except (TypeError, UnicodeEncodeError):
        return False
    return True


def _numbers(column: Sequence[Any]) -> bool:
    return set(map(type, column)) <= {int, type(None)}


def _flags(column: Sequence[Any]) -> bool:
    return _numbers(column) and set(column) <= {0, 1, None}


def _reals(column: Sequence[Any]) -> bool:
    return set(map(type, column)) <= {float, type(None)}


def _blobs(column: Sequence[Any]) -> bool:
    return set(map(type, column)) <= {bytes, type(None)}


def _times(column: Sequence[Any]) -> bool:
    if not are_times(column):
        return False
    try:
        return all(map(datetime.fromisoformat, [value for value in column if value is not None]))
    except ValueError:
        return False


def _days(column: Sequence[Any]) -> bool:
    try:
        return all(_DAY.fullmatch(value) and date.fromisoformat(value) for value in set(column) if value is not None)
    except (TypeError, ValueError):
        return False


def _json(column: Sequence[Any]) -> bool:
    plain = {value for value in column if value not in ("[]", "{}", None)}
    try:
        return _texts(list(plain)) and all(_is_clean(_parsed(value)) for value in plain)
    except (TypeError, ValueError, RecursionError):
        return False


def _parsed(value: str) -> Any:
    return json.loads(value, parse_constant=_no_constant)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _is_clean(value: Any) -> bool:
    """Say whether no text of a JSON value has a NUL or a half of a sign."""
    if isinstance(value, str):
        return _texts((value,))
    if isinstance(value, list):
        return all(map(_is_clean, value))
    if isinstance(value, dict):
        return all(_is_clean(key) and _is_clean(item) for key, item in value.items())
    return True


_COLUMNS: Final[Mapping[Kind, Callable[[Sequence[Any]], bool]]] = {
    Kind.TEXT: _texts,
    Kind.NUMBER: _numbers,
    Kind.FLAG: _flags,
    Kind.REAL: _reals,
    Kind.BLOB: _blobs,
    Kind.TIME: _times,
    Kind.DAY: _days,
    Kind.LIST: _json,
    Kind.OBJECT: _json,
}


def _why(kind: Kind, value: Any) -> str:
    """Say why a value does not fit its kind."""
    if kind is Kind.TEXT and isinstance(value, str):
        return _NUL if "\0" in value else _NO_UNICODE
    if kind in (Kind.LIST, Kind.OBJECT) and isinstance(value, str):
        try:
            parsed = _parsed(value)
        except (ValueError, RecursionError):
            return "no JSON" if _texts((value,)) else _NO_UNICODE
        return _NUL if "\0" in json.dumps(parsed, ensure_ascii=False) or "\\u0000" in value else _NO_UNICODE
    if kind in (Kind.TIME, Kind.DAY):
        return _NO_TIME
    return f"no {kind}"


def _replaced(kind: Kind, value: str) -> str:
    """Put the replacement character where PostgreSQL takes no character."""
    if kind in (Kind.LIST, Kind.OBJECT):
        try:
            clean = _clean(_parsed(_clean(value)))
            return written_list(clean) if kind is Kind.LIST else json.dumps(clean, ensure_ascii=False)
        except (ValueError, RecursionError):
            return value
    return str(_clean(value))


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return _BAD.sub(REPLACEMENT, value)
    if isinstance(value, list):
        return [_clean(item) for item in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    return value
