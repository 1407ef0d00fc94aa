"""Texts of bytes that are no Unicode, which other programs left in a SQLite file: read, and given back as they were.

Python has a sign for each such byte (``surrogateescape``), which sqlite3 does not take in a value. So the bytes are
handed over, and SQLite is told that they are a text.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

READ: Final = partial(str, encoding="utf-8", errors="surrogateescape")
"""A ``text_factory`` that reads every text."""
_ODD: Final = re.compile("[\ud800-\udfff]")


def _is_odd(value: Any) -> bool:
    return isinstance(value, str) and _ODD.search(value) is not None


def places(values: Sequence[Any]) -> list[str]:
    """Give the placeholders of values."""
    return ["CAST(? AS TEXT)" if _is_odd(value) else "?" for value in values]


def bound(values: Sequence[Any]) -> tuple[Any, ...]:
    """Give values as sqlite3 takes them for these placeholders."""
    return tuple(value.encode("utf-8", "surrogateescape") if _is_odd(value) else value for value in values)
