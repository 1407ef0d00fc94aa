"""Rows in the text form of PostgreSQL's COPY (https://www.postgresql.org/docs/current/sql-copy.html). Pure.

It is written byte for byte as a server writes it (in UTC, dates in ISO form), since digests are made of it: those of a
server's rows are then worked out without reading them. A value that is not of its column's kind, as SQLite may have it,
stands behind ``\\?``, which COPY never writes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.storage.copying.canonical import are_times
from balkan_crawler.storage.copying.tables import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from balkan_crawler.storage.copying.canonical import Row
    from balkan_crawler.storage.copying.tables import Table

NOTHING: Final = r"\N"
_ESCAPES: Final = (
    *(("\\", r"\\"), ("\b", r"\b"), ("\t", r"\t"), ("\n", r"\n"), ("\v", r"\v"), ("\f", r"\f"), ("\r", r"\r")),
)  # the backslash first: the others are written with it
_ESCAPED: Final = re.compile(r"[\\\b\t\n\v\f\r]")
_ZEROS: Final = re.compile(r"(\.\d*[1-9])0+")
"""A fraction of a second that ends in zeros."""


def block(table: Table, rows: Sequence[Row]) -> bytes:
    """Write rows in their one form, each with a line end; nothing for none."""
    if not rows:
        return b""
    if table.is_of_numbers:
        numbers = tuple(chain.from_iterable(rows))
        if set(map(type, numbers)) == {int}:
            line = "\t".join(["%d"] * len(table.columns)) + "\n"
            return (line * len(rows) % numbers).encode()
    columns = map(_written, table.columns.values(), zip(*rows, strict=True))
    text = "\n".join(map("\t".join, zip(*columns, strict=True)))
    return f"{text}\n".encode("utf-8", "surrogateescape")


def escaped(text: str) -> str:
    """Write a text such that it stands in one cell."""
    if _ESCAPED.search(text) is None:
        return text
    for sign, instead in _ESCAPES:
        text = text.replace(sign, instead)
    return text


def _written(kind: Kind, column: Sequence[Any]) -> Sequence[str]:
    """Write a column; all of its cells together where they are of its kind, as they mostly are."""
    try:
        if None not in column:
            return _COLUMNS[kind](column)
        there = iter(_COLUMNS[kind]([value for value in column if value is not None]))
        return [NOTHING if value is None else next(there) for value in column]
    except (TypeError, KeyError, ValueError, AttributeError):
        return [_cell(kind, value) for value in column]


def _cell(kind: Kind, value: Any) -> str:
    if value is None:
        return NOTHING
    try:
        return _COLUMNS[kind]((value,))[0]
    except (TypeError, KeyError, ValueError, AttributeError):
        return rf"\?{escaped(repr(value))}"


def _texts(column: Sequence[str]) -> Sequence[str]:
    joined = "\0".join(column)
    if _ESCAPED.search(joined) is None:
        return column
    cells = escaped(joined).split("\0")
    return cells if len(cells) == len(column) else list(map(escaped, column))


def _times(column: Sequence[str]) -> Sequence[str]:
    """Write times as PostgreSQL does: ``2026-11-23 12:00:00.5+00`` for ``2026-11-23T12:00:00.500000+00:00``."""
    if not are_times(column):
        raise ValueError("a time in another form")
    text = "\0".join(column).replace("T", " ").replace("+00:00", "+00")
    return (_ZEROS.sub(r"\1", text) if "." in text else text).split("\0")


def _numbers(column: Sequence[int]) -> Sequence[str]:
    return list(map(int.__repr__, column))


def _blobs(column: Sequence[bytes]) -> Sequence[str]:
    return [rf"\\x{bytes.hex(value)}" for value in column]


@lru_cache(maxsize=20_000)
def _real(value: float) -> str:
    """Write a number in the fewest digits, as ``float8out`` does: from 1e15 it has an exponent, Python from 1e16."""
    text = {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}.get(repr(value), float.__repr__(value))
    whole = text.removesuffix(".0")
    digits = whole.lstrip("-")
    if digits.isdigit() and len(digits) == len("1000000000000000"):
        fraction = digits[1:].rstrip("0")
        return f"{whole[: -len(digits)]}{digits[0]}{'.' if fraction else ''}{fraction}e+15"
    return whole


def _reals(column: Sequence[float]) -> Sequence[str]:
    # a negative zero equals zero, and would be remembered as such
    return [_real(value) if value else "-0" if str(value)[0] == "-" else "0" for value in column]


def _flags(column: Sequence[int]) -> Sequence[str]:
    return [_FLAGS[value] for value in column]


_FLAGS: Final = {0: "f", 1: "t"}
_COLUMNS: Final[dict[Kind, Callable[[Sequence[Any]], Sequence[str]]]] = {
    Kind.TEXT: _texts,
    Kind.NUMBER: _numbers,
    Kind.FLAG: _flags,
    Kind.REAL: _reals,
    Kind.BLOB: _blobs,
    Kind.TIME: _times,
    Kind.DAY: _texts,
    Kind.LIST: _texts,
    Kind.OBJECT: _texts,
}
