"""Parts of a month written anew: several as one, or without what is to be forgotten. The old ones go last.

What is written is read back and compared before a manifest names it, and only then are the files taken away that it
names no more. A run that was killed leaves the one state or the other; the next one clears away the rest.
"""

from __future__ import annotations

import hashlib
import heapq
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from balkan_crawler.parquet_archive.digests import digest_of_whole
from balkan_crawler.parquet_archive.folder import clear, keep
from balkan_crawler.parquet_archive.generations import compare, digest_over
from balkan_crawler.parquet_archive.manifest import Generation, Manifest
from balkan_crawler.parquet_archive.part_reader import KeptWhole, rows_of, superseded_in, whole_in
from balkan_crawler.parquet_archive.part_writer import CountryWriter, PartWriter
from balkan_crawler.parquet_archive.tables import ARTICLES, OUTLETS, SUPERSEDED, TABLES, described
from balkan_crawler.version import __version__

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage.months_contract import ArticleKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Unwanted:
    """What is left out: articles, by their keys, and teasers that offer something, by the identities of its URLs."""

    articles: frozenset[ArticleKey] = frozenset()
    offers: frozenset[str] = frozenset()


NOTHING: Final = Unwanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Written:
    """What was written of a country: the SHA-256 over the digests of its articles, and the span of their changes."""

    digest: str
    first_change: int
    last_change: int


def rewrite(
    folder: Path,
    manifest: Manifest,
    month: str,
    countries: Sequence[str],
    now: Callable[[], datetime],
    unwanted: Unwanted = NOTHING,
) -> Manifest:
    """Write the parts of a month and of some countries as one part each; gives the manifest that names them.

    States that were replaced by others are left out. The folder is locked by the caller. Raises a `MonthsError`, and
    the folder is as it was then.
    """
    merged = [each for each in manifest.generations if each.month == month and _countries(each) & set(countries)]
    number = manifest.next_number
    writer = PartWriter(folder, number, month)
    written: dict[str, _Written] = {}
    try:
        for country in countries:
            with writer.country(country) as files:
                of_country = _rewrite_country(folder, merged, country, files, unwanted)
            if of_country is not None:
                written[country] = of_country
        shrunk = {each.number: _without(folder, each, countries) for each in merged}
        kept = tuple(left for each in manifest.generations if (left := shrunk.get(each.number, each)) is not None)
        if written:
            gone = [each for each in merged if shrunk[each.number] is None]
            if gone:
                writer.whole_table(OUTLETS, _outlets(folder, gone))
            new = Generation(
                number=number,
                month=month,
                made=now().isoformat(timespec="seconds"),
                program=f"balkan_crawler {__version__}",
                query={**merged[-1].query, "merged": ", ".join(str(each.number) for each in merged)},
                articles=sum(file.rows for file in writer.files if file.table == ARTICLES.name),
                superseded=sum(file.rows for file in writer.files if file.table == SUPERSEDED.name),
                first_change=min(each.first_change for each in written.values()),
                last_change=max(each.last_change for each in written.values()),
                digest=digest_over(each.digest for each in written.values()),
                columns={table.name: described(table) for table in TABLES},
                files=tuple(writer.files),
            )
            for country, expected in written.items():
                compare(folder, new, country, expected.digest, "it was in the files before")
            kept = (*kept, new)
    except BaseException:
        writer.discard()
        raise
    manifest = replace(manifest, generations=kept)
    keep(folder, manifest)
    clear(folder, manifest)
    return manifest


def _rewrite_country(
    folder: Path,
    merged: Sequence[Generation],
    country: str,
    files: CountryWriter,
    unwanted: Unwanted,
) -> _Written | None:
    """Write what stays of a country, if anything does."""
    parts = [each for each in merged if country in _countries(each)]
    older = [file for each in parts for file in each.files if file.table == SUPERSEDED.name and file.country == country]
    superseded = superseded_in(folder, older)
    left_out = set()
    digest = hashlib.sha256()
    first_change, last_change = sys.maxsize, 0
    for kept in heapq.merge(*(whole_in(folder, each, country) for each in parts), key=_place):
        url, day = str(kept.whole.article["url"]), str(kept.whole.article["date"])
        if (url, day) in unwanted.articles:
            continue
        if (url, day, kept.generation) in superseded:
            left_out.add((url, day, kept.generation))
            continue
        whole, known = kept.whole, kept.digest
        if unwanted.offers and any(teaser["identity"] in unwanted.offers for teaser in whole.teasers):
            whole = replace(whole, teasers=[row for row in whole.teasers if row["identity"] not in unwanted.offers])
            known = digest_of_whole(whole)
        files.add(whole, known, generation=kept.generation)
        digest.update(known.encode())
        first_change, last_change = min(first_change, whole.change), max(last_change, whole.change)
    for url, day, generation in sorted(superseded - left_out):
        if (url, day) not in unwanted.articles:  # a state of when the outlet was another country's
            files.supersede(url, day, generation)
    if not files.outlets:
        return None
    return _Written(digest=digest.hexdigest(), first_change=first_change, last_change=last_change)


def _place(kept: KeptWhole) -> tuple[str, str]:
    return str(kept.whole.article["date"]), str(kept.whole.article["url"])


def _countries(generation: Generation) -> set[str]:
    return {file.country for file in generation.files if file.table == ARTICLES.name}


def _without(folder: Path, generation: Generation, countries: Sequence[str]) -> Generation | None:
    """Give a generation without the files of some countries; nothing where that leaves no articles."""
    files = tuple(file for file in generation.files if not file.month or file.country not in countries)
    articles = [file for file in files if file.table == ARTICLES.name]
    if not articles:
        return None
    digests = []
    for file in articles:
        digest = hashlib.sha256()
        for row in rows_of(folder, file, ("digest",)):
            digest.update(str(row["digest"]).encode())
        digests.append(digest.hexdigest())
    return replace(
        generation,
        files=files,
        articles=sum(file.rows for file in articles),
        superseded=sum(file.rows for file in files if file.table == SUPERSEDED.name),
        digest=digest_over(digests),
    )


def _outlets(folder: Path, gone: Sequence[Generation]) -> list[Row]:
    """Give the outlets that only generations name whose files go, as the latest of these knew them."""
    latest: dict[str, Row] = {}
    for generation in gone:
        for file in generation.files:
            if file.table == OUTLETS.name:
                latest.update({str(row["key"]): row for row in rows_of(folder, file)})
    return [latest[key] for key in sorted(latest)]
