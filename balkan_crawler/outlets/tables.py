"""Reading one TOML file of tables, such that whatever is wrong with it becomes one plain `CatalogueError`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import tomli  # tomllib's own code, compiled: a third of the time

from balkan_crawler.errors import CatalogueError

KEY = re.compile(r"[a-z0-9_]+")
_HEADER = re.compile(r"\s*\[([^\]]*)\]")
_LINE = re.compile(r"at line (\d+)")


def read_tables(file: Path) -> dict[str, dict[str, object]]:
    """Read a file of tables: key -> table. UTF-8, with or without a byte order mark.

    Raises `CatalogueError` where the file cannot be read, is not UTF-8 or no TOML (a doubled key is that, too), where
    a value stands outside any table, and where a key is not made of ``a-z``, ``0-9`` and ``_``.
    """
    tables = _parse(file, _text(file))
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


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise CatalogueError(str(file), None, f"cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        reason = f"is not UTF-8 (byte {error.start}); save it as UTF-8"
        raise CatalogueError(str(file), None, reason) from error


def _parse(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomli.loads(text)
    except ValueError as error:  # TOMLDecodeError, and Python's own refusal of numbers with thousands of digits
        raise CatalogueError(str(file), _table_of(text, str(error)), f"is not valid TOML: {error}") from error
    except RecursionError as error:
        raise CatalogueError(str(file), None, "is not valid TOML: nested too deeply") from error


def _table_of(text: str, message: str) -> str | None:
    """Find the table that the line named in a parser's message belongs to."""
    line = _LINE.search(message)
    if not line:
        return None
    for above in reversed(text.splitlines()[: int(line[1])]):
        header = _HEADER.match(above)
        if header:
            return header[1].partition(".")[0].strip(" \t\"'") or None  # [key.more] is a part of [key]
    return None
