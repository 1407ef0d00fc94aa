"""Articles leave the database: what the files hold, after these were read back, and only where it is the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Final

from balkan_crawler.parquet_archive.digests import digest_of_whole
from balkan_crawler.parquet_archive.part_reader import kept_in, read_back, superseded_of
from balkan_crawler.parquet_archive.tables import ARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from balkan_crawler.parquet_archive.manifest import FileRecord, Generation, Manifest
    from balkan_crawler.parquet_archive.part_reader import Kept
    from balkan_crawler.storage import Store
    from balkan_crawler.storage.months_contract import WholeArticle

AT_ONCE: Final = 200
"""Articles that leave in one transaction: a crawl that writes waits for no more than these."""


def let_leave(
    store: Store, folder: Path, manifest: Manifest, month: str, now: Callable[[], datetime]
) -> tuple[int, int]:
    """Delete the articles of a month that the files hold as they are; gives how many left, and how many had changed.

    The files of a generation and country are read back before the first of their articles is deleted. Raises
    `MonthsDamagedError`, and nothing leaves for the files that are damaged.
    """
    superseded = superseded_of(folder, manifest, month)
    removed = staying = 0
    for generation, file in articles_of(manifest, month):
        is_read = False
        for some in in_portions(kept_in(folder, [file], superseded), AT_ONCE):
            standing = store.standing([kept.key for kept in some])
            stored = {kept.key: kept.digest for kept in some if standing[kept.key].change is not None}
            if not stored:
                continue
            if not is_read:
                read_back(folder, generation, file.country)
                is_read = True

            def is_kept(whole: WholeArticle, stored: dict[tuple[str, str], str] = stored) -> bool:
                return stored[str(whole.article["url"]), str(whole.article["date"])] == digest_of_whole(whole)

            left = store.hand_over(list(stored), is_kept, now())
            removed, staying = removed + left, staying + len(stored) - left
    return removed, staying


def articles_of(manifest: Manifest, month: str) -> Iterator[tuple[Generation, FileRecord]]:
    """Give the files of articles of a month, each with its generation."""
    for generation in manifest.generations:
        for file in generation.files:
            if file.table == ARTICLES.name and file.month == month:
                yield generation, file


def in_portions(kept: Iterable[Kept], size: int) -> Iterator[Sequence[Kept]]:
    """Give so many at a time."""
    rest = iter(kept)
    while some := list(islice(rest, size)):
        yield some
