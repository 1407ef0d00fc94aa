"""The table ``[maintenance]`` of a configuration file: backups, and how long things are kept; by default, for ever."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from balkan_crawler.configuration.keys import path, read_table

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
    """Read the table; relative paths are relative to ``folder``. Raises `ValueError`, or `WrongKeyError`
    with the place within it."""
    values = read_table(value, folder, _READERS)
    return Maintenance(**{key.replace("-", "_"): given for key, given in values.items()})


def _switch(value: object, _: Path) -> bool:
    if not isinstance(value, bool):
        raise ValueError("expected true or false")
    return value


def _number(value: object, _: Path, *, least: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= _MOST:
        raise ValueError(f"expected a whole number from {least} to {_MOST:,}")
    return value


_READERS: Final[Mapping[str, Callable[[object, Path], object]]] = {
    "backup": path,
    "keep-backups": _number,
    "compress-backups": _switch,
    "keep-articles-days": _number,
    "keep-versions-days": _number,
    "keep-pages-days": _number,
    "keep-counts-days": partial(_number, least=_LEAST_DAYS_OF_COUNTS),
    "keep-gone-days": _number,
}
