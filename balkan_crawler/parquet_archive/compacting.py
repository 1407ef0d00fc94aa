"""Many small parts as one: late articles, night after night, make a further part of their month and country each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from balkan_crawler.parquet_archive.folder import locked
from balkan_crawler.parquet_archive.rewriting import rewrite
from balkan_crawler.parquet_archive.tables import ARTICLES

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from balkan_crawler.parquet_archive.manifest import Manifest

MOST_PARTS: Final = 8
"""Parts of a month and country that a writing leaves: reading a part costs as much as reading some 300 articles, and
merging costs as much as writing the month."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthMerged:
    """How many parts of a month there were, and are, over all countries, with the bytes of its files."""

    month: str
    parts_before: int
    parts: int
    bytes_before: int
    bytes: int


def compact(
    folder: Path, *, now: Callable[[], datetime], tell: Callable[[MonthMerged], None] = lambda merged: None
) -> list[MonthMerged]:
    """Merge the parts of each month and country into one, a month at a time; gives the months that had several.

    Raises a `MonthsError` and `MissingExtraError`; months that were told of are done then.
    """
    done = []
    with locked(folder, makes=False) as manifest:
        for month in manifest.months:
            before = manifest
            manifest = merge(folder, manifest, month, now, most=1)
            if manifest is before:
                continue
            merged = MonthMerged(
                month=month,
                parts_before=sum(parts_of(before, month).values()),
                parts=sum(parts_of(manifest, month).values()),
                bytes_before=_bytes_of(before, month),
                bytes=_bytes_of(manifest, month),
            )
            done.append(merged)
            tell(merged)
    return done


def merge(folder: Path, manifest: Manifest, month: str, now: Callable[[], datetime], *, most: int) -> Manifest:
    """Merge the parts of a month's countries that have more than so many; gives the manifest, another where it did.

    The folder is locked by the caller. Raises a `MonthsError`.
    """
    crowded = sorted(country for country, parts in parts_of(manifest, month).items() if parts > most)
    return rewrite(folder, manifest, month, crowded, now) if crowded else manifest


def parts_of(manifest: Manifest, month: str) -> Counter[str]:
    """Count the parts of a month by country."""
    return Counter(file.country for file in manifest.files_of(ARTICLES.name, month))


def _bytes_of(manifest: Manifest, month: str) -> int:
    return sum(file.bytes for each in manifest.generations if each.month == month for file in each.files)
