"""Reading one TOML file of tables, such that whatever is wrong with it becomes one plain `CatalogueError`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from balkan_crawler.data import Unreadable, read_own_file
from balkan_crawler.errors import CatalogueError

KEY = re.compile(r"[a-z0-9_]+")
_HEADER = re.compile(r"\s*\[([^\]]*)\]")


def read_tables(file: Path) -> dict[str, dict[str, object]]:
    """Read a file of tables: key -> table. UTF-8, with or without a byte order mark.

    Raises `CatalogueError` where the file cannot be read, is not UTF-8 or no TOML (a doubled key is that, too), where
    a value stands outside any table, and where a key is not made of ``a-z``, ``0-9`` and ``_``.
    """
    tables = _parse(file)
    for key, table in tables.items():
        if not isinstance(table, dict):
            raise CatalogueError(
                str(file), None, f"{key!r} stands outside any table; begin with a line such as [my_key]"
            )
        if not KEY.fullmatch(key):
            raise CatalogueError(str(file), key, "a key is made of a-z, 0-9 and _ only")
    return tables


def near(word: str, known: tuple[str, ...] | frozenset[str]) -> str:
    """Say which known words are nearest to an unknown one: `` (did you mean x?)``, or nothing."""
    import difflib  # needed for refusals only, and loading is to be quick

    matches = difflib.get_close_matches(word, sorted(known), n=2)
    return f" (did you mean {' or '.join(matches)}?)" if matches else ""


def _parse(file: Path) -> dict[str, Any]:
    found = read_own_file(file)
    if isinstance(found, Unreadable):
        raise CatalogueError(str(file), _table_of(file, found.line), found.reason)
    return found


def _table_of(file: Path, line: int | None) -> str | None:
    """Find the table that a line of a file belongs to."""
    if line is None:
        return None
    for above in reversed(file.read_text("utf-8-sig").splitlines()[:line]):
        header = _HEADER.match(above)
        if header:
            return header[1].partition(".")[0].strip(" \t\"'") or None  # [key.more] is a part of [key]
    return None
