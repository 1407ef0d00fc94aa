"""The WARC files of a folder of kept pages: how much each day takes, and which are older than they are kept."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Final

from balkan_crawler.warc.locking import lock

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_NAME: Final = re.compile(r"(?P<outlet>.+?)-(?P<day>\d{4}-\d\d-\d\d)(?:-\d+)?\.warc\.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file of kept pages, and the day of its fetches in UTC."""

    path: Path
    day: date


def kept_files(folder: Path) -> list[KeptFile]:
    """Find the files that a crawl named, ``FOLDER/<outlet>/<outlet>-<day>.warc.gz``; nothing else is any of our own."""
    return sorted(_found(folder), key=lambda file: (file.day, file.path))


def _found(folder: Path) -> Iterator[KeptFile]:
    for path in folder.glob("*/*.warc.gz"):
        match = _NAME.fullmatch(path.name)
        if match is None or match["outlet"] != path.parent.name or path.is_symlink():
            continue
        try:
            yield KeptFile(path=path, day=date.fromisoformat(match["day"]))
        except ValueError:
            continue


def older(files: Iterable[KeptFile], before: date) -> list[KeptFile]:
    """Give the files of days before one."""
    return [file for file in files if file.day < before]


def remove(files: Iterable[KeptFile]) -> list[KeptFile]:
    """Delete files, but not one that a crawl writes to; gives those that were. Raises `OSError`."""
    removed = []
    for file in files:
        with file.path.open("r+b") as opened:
            is_free = lock(opened)
        if is_free:
            file.path.unlink()
            removed.append(file)
    return removed


def bytes_by_day(files: Iterable[KeptFile], since: date) -> dict[date, int]:
    """Add up the files of each day from one on; what is gone meanwhile takes nothing."""
    sums: dict[date, int] = {}
    for file in files:
        if file.day >= since:
            with suppress(OSError):
                sums[file.day] = sums.get(file.day, 0) + file.path.stat().st_size
    return sums
