"""Closed months of a store into files: what is new or changed, month by month, each complete before the next begins.

A month is written, read back from the disk and compared with the database's rows, and then named in the manifest. Only
after that may its articles leave. Whatever a run that was killed left is cleared away by the next one, which begins at
the month that was not complete.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import TYPE_CHECKING, Final

from balkan_crawler.errors import MonthsUnfitError
from balkan_crawler.parquet_archive.closing import days_of
from balkan_crawler.parquet_archive.compacting import MOST_PARTS, merge, parts_of
from balkan_crawler.parquet_archive.digests import digest_of_whole
from balkan_crawler.parquet_archive.folder import keep, locked
from balkan_crawler.parquet_archive.generations import compare, digest_over
from balkan_crawler.parquet_archive.leaving import let_leave
from balkan_crawler.parquet_archive.manifest import Generation, Manifest, read
from balkan_crawler.parquet_archive.part_reader import Kept, State, kept_in, superseded_of
from balkan_crawler.parquet_archive.part_writer import PartWriter
from balkan_crawler.parquet_archive.tables import ARTICLES, OUTLETS, TABLES, described, load_pyarrow
from balkan_crawler.version import __version__

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from balkan_crawler.storage import Store
    from balkan_crawler.storage.months_contract import OutletMonth, WholeArticle

_AT_ONCE: Final = 200
"""Articles that are read at one moment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthDone:
    """What was done of a month: articles written, those of them that replace an earlier state, files and their bytes.

    ``removed`` articles have left the database, ``staying`` ones have changed since they were written and go next time.
    ``merged`` parts became one of each country, since there were many.
    """

    month: str
    articles: int = 0
    changed: int = 0
    files: int = 0
    bytes: int = 0
    removed: int = 0
    staying: int = 0
    merged: int = 0


def write_months(
    store: Store,
    folder: Path,
    *,
    before: str,
    database: str,
    now: Callable[[], datetime],
    remove: bool = False,
    tell: Callable[[MonthDone], None] = lambda done: None,
) -> list[MonthDone]:
    """Write what is new or changed in the months before one; with ``remove`` what is kept then leaves the database.

    ``database`` is how a manifest names the store. Raises a `MonthsError`, a `StoreError` and `MissingExtraError`; what
    was told of is done then.
    """
    load_pyarrow()
    done = []
    with locked(folder) as manifest:
        stored = _by_month(store, before)
        waiting = [month for month in manifest.months if remove and month < before and month not in manifest.left]
        for month in sorted({*stored, *waiting}):
            manifest, written = _write_month(
                store, folder, manifest, stored.get(month, []), month, before, database, now
            )
            if remove and (month in stored or month in waiting):
                removed, staying = let_leave(store, folder, manifest, month, now)
                manifest = replace(manifest, left={**manifest.left, month: now().isoformat(timespec="seconds")})
                keep(folder, manifest)
                written = replace(written, removed=removed, staying=staying)
            if written.articles:
                before_it = parts_of(manifest, month)
                manifest = merge(folder, manifest, month, now, most=MOST_PARTS)
                merged = before_it - parts_of(manifest, month)
                written = replace(written, merged=merged.total() + len(merged))
            done.append(written)
            tell(written)
    return done


def plan_months(store: Store, folder: Path, *, before: str) -> list[MonthDone]:
    """Say what `write_months` would write, without writing or making anything."""
    load_pyarrow()
    manifest = read(folder) if folder.exists() and any(folder.iterdir()) else Manifest()
    planned = []
    for month, outlets in _by_month(store, before).items():
        found = [
            older is not None
            for each in outlets
            for _, _, older in _changes(store, folder, manifest, each, superseded_of(folder, manifest, month))
        ]
        planned.append(MonthDone(month=month, articles=len(found), changed=sum(found)))
    return planned


def _by_month(store: Store, before: str) -> dict[str, list[OutletMonth]]:
    first, _ = days_of(before)
    return {month: list(each) for month, each in groupby(store.outlet_months(first), key=lambda one: one.month)}


def _changes(
    store: Store, folder: Path, manifest: Manifest, of: OutletMonth, superseded: frozenset[State]
) -> Iterator[tuple[WholeArticle, str, int | None]]:
    """Give the articles of an outlet and a month that are to be written, by day and URL: with their digest, and the
    generation of the state that they replace.
    """
    files = manifest.files_of(ARTICLES.name, of.month)
    kept: dict[tuple[str, str], Kept] = {each.key: each for each in kept_in(folder, files, superseded, of.outlet)}
    states = iter(store.article_states(of.outlet, *days_of(of.month)))
    while some := list(islice(states, _AT_ONCE)):
        new = [
            state.number
            for state in some
            if (known := kept.get((state.url, state.date))) is None
            or (known.change, known.last_seen) != (state.change, state.last_seen)
        ]
        for whole in store.whole_articles(new) if new else ():
            known = kept.get((str(whole.article["url"]), str(whole.article["date"])))
            try:
                digest = digest_of_whole(whole)
            except ValueError as error:  # a time that is none
                raise MonthsUnfitError(str(whole.article["url"]), str(error)) from error
            if known is None or known.digest != digest:
                yield whole, digest, None if known is None else known.generation


def _write_month(
    store: Store,
    folder: Path,
    manifest: Manifest,
    outlets: Sequence[OutletMonth],
    month: str,
    before: str,
    database: str,
    now: Callable[[], datetime],
) -> tuple[Manifest, MonthDone]:
    """Write one generation of a month, if there is anything to write; gives the manifest that names it."""
    writer = PartWriter(folder, manifest.next_number, month)
    superseded = superseded_of(folder, manifest, month)
    changes: list[int] = []
    replaced = articles = 0
    digests: dict[str, hashlib._Hash] = {}
    try:
        for country, of_country in groupby(outlets, key=lambda one: one.country):
            found = (change for each in of_country for change in _changes(store, folder, manifest, each, superseded))
            first = next(found, None)
            if first is None:
                continue
            digests[country] = hashlib.sha256()
            with writer.country(country) as files:
                while first is not None:
                    whole, digest, older = first
                    files.add(whole, digest, older)
                    digests[country].update(digest.encode())
                    changes = [min(whole.change, *changes), max(whole.change, *changes)] if changes else [whole.change]
                    articles, replaced = articles + 1, replaced + (older is not None)
                    first = next(found, None)
        if not articles:
            return manifest, MonthDone(month=month)
        writer.whole_table(OUTLETS, store.outlet_rows())
        generation = Generation(
            number=manifest.next_number,
            month=month,
            made=now().isoformat(timespec="seconds"),
            program=f"balkan_crawler {__version__}",
            query={"database": database, "schema": store.schema, "before": before},
            articles=articles,
            superseded=replaced,
            first_change=changes[0],
            last_change=changes[-1],
            digest=digest_over(each.hexdigest() for each in digests.values()),
            columns={table.name: described(table) for table in TABLES},
            files=tuple(writer.files),
        )
        for country, expected in digests.items():
            compare(folder, generation, country, expected.hexdigest(), "it was in the database")
    except BaseException:
        writer.discard()
        raise
    manifest = replace(manifest, generations=(*manifest.generations, generation))
    keep(folder, manifest)
    size = sum(file.bytes for file in generation.files)
    return manifest, MonthDone(
        month=month, articles=articles, changed=replaced, files=len(generation.files), bytes=size
    )
