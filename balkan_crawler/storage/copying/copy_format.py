"""Rows in the text form of PostgreSQL's COPY (https://www.postgresql.org/docs/current/sql-copy.html). Pure."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.storage.copying.tables import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from balkan_crawler.storage.copying.canonical import Row
    from balkan_crawler.storage.copying.tables import Table

NOTHING: Final = r"\N"


def block(table: Table, rows: Sequence[Row]) -> bytes:
    """Write rows that fit (`balkan_crawler.storage.copying.fitting`)."""
    if table.is_of_numbers and not any(None in row for row in rows):
        line = "\t".join(["%d"] * len(table.columns)) + "\n"
        return (line * len(rows) % tuple(chain.from_iterable(rows))).encode()
    columns = (
        [NOTHING if value is None else write(value) for value in column]
        for write, column in zip(
            (_WRITERS.get(kind, escaped) for kind in table.columns.values()), zip(*rows, strict=True), strict=True
        )
    )
    return ("\n".join(map("\t".join, zip(*columns, strict=True))) + "\n").encode()


def escaped(text: str) -> str:
    """Write a text such that it stands in one cell."""
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _blob(value: bytes) -> str:
    return rf"\\x{value.hex()}"


_WRITERS: Final[dict[Kind, Callable[[Any], str]]] = {
    Kind.NUMBER: str,
    Kind.FLAG: str,
    Kind.REAL: repr,
    Kind.BLOB: _blob,
    Kind.TIME: str,
    Kind.DAY: str,
}
