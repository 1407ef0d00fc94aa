"""The table ``[maintenance]`` of a configuration file: backups, and how long things are kept; by default, for ever."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from balkan_crawler.outlets.fields import text
from balkan_crawler.outlets.tables import near

_MOST: Final = 36_500
"""A hundred years of days, and more backups than anybody keeps."""
_LEAST_DAYS_OF_COUNTS: Final = 30
"""Revisits are planned by the counts of two weeks, and the disk is foreseen by those of four."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """What the table says; a number is ``None`` where it says nothing, and things are kept for ever then.

    A field's name is the key in the file, with ``_`` for ``-``.
    """

    backup: Path | None = None
    """The folder that backups are made in."""
    keep_backups: int | None = None
    """How many are kept; ``None``: those of seven days and four weeks."""
    compress_backups: bool = False
    keep_articles_days: int | None = None
    """By the article's own day. The others count from when a version was replaced, a page fetched, a URL last asked."""
    keep_versions_days: int | None = None
    keep_pages_days: int | None = None
    keep_counts_days: int | None = None
    keep_gone_days: int | None = None


def read_maintenance(value: object, folder: Path) -> Maintenance:
    """Read the table; relative paths are relative to ``folder``. Raises `ValueError` for whatever is wrong."""
    if not isinstance(value, dict):
        raise ValueError('expected a table; write [maintenance], and below it lines such as backup = "backups"')
    values: dict[str, Any] = {}
    for key, given in value.items():
        reader = _READERS.get(key)
        if reader is None:
            raise ValueError(f"unknown key {key!r}{near(key, frozenset(_READERS)) or f'; the keys are {KEYS}'}")
        try:
            values[key.replace("-", "_")] = reader(given, folder)
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from error
    return Maintenance(**values)


def _folder(value: object, folder: Path) -> Path:
    try:
        return folder / Path(text(value)).expanduser()
    except RuntimeError as error:
        raise ValueError("~ stands for a home folder, and there is none; write the whole path") from error


def _switch(value: object, _: Path) -> bool:
    if not isinstance(value, bool):
        raise ValueError("expected true or false")
    return value


def _number(value: object, _: Path, *, least: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _MOST:
        raise ValueError(f"expected a whole number from {least} to {_MOST:,}")
    return value


_READERS: Final[Mapping[str, Callable[[object, Path], object]]] = {
    "backup": _folder,
    "keep-backups": _number,
    "compress-backups": _switch,
    "keep-articles-days": _number,
    "keep-versions-days": _number,
    "keep-pages-days": _number,
    "keep-counts-days": partial(_number, least=_LEAST_DAYS_OF_COUNTS),
    "keep-gone-days": _number,
}
KEYS: Final = ", ".join(_READERS)
"""The keys, as they are named to the user."""
