"""Rows in portions that take little memory, however large single rows are. Pure."""

from __future__ import annotations

import marshal
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from balkan_crawler.storage.copying.tables import Table

LARGEST: Final = 8_000_000
"""Bytes of a portion, about."""
_FEW: Final = 10
_SOME: Final = 500


def portions_of(table: Table, fetch: Callable[[int], list[Any]]) -> Iterator[list[Any]]:
    """Give what ``fetch`` gives, a number of rows at a time, in portions; each has at least one row."""
    portion: list[Any] = []
    size = 0
    at_once = _FEW if table.wide else table.at_once if table.is_of_numbers else _SOME
    while rows := fetch(at_once):
        portion += rows
        size += 0 if table.is_of_numbers else len(marshal.dumps(rows))  # quicker than to look at each value
        if len(portion) >= table.at_once or size >= LARGEST:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion
