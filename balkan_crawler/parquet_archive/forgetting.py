"""Forgetting in files: what they hold of a URL is found, and its parts are written anew without it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from balkan_crawler.parquet_archive.part_reader import matching, superseded_of
from balkan_crawler.parquet_archive.rewriting import Unwanted, rewrite
from balkan_crawler.parquet_archive.tables import ALIASES, ARTICLES, TEASERS, VERSIONS, Table, names_of_key
from balkan_crawler.urls import identity

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from balkan_crawler.model.columns import Row
    from balkan_crawler.parquet_archive.manifest import FileRecord, Manifest
    from balkan_crawler.storage.months_contract import ArticleKey

_WANTED: Final = ("url", "date", "identity", "title", "generation")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """What files hold of a URL: titles of articles by their keys, their earlier states, and teasers that offer them.

    ``places`` are the months with the countries whose parts hold any of it, ``offers`` the identities by which a teaser
    is known as one of it.
    """

    titles: dict[ArticleKey, str]
    versions: int
    teasers: int
    offers: frozenset[str]
    places: dict[str, frozenset[str]]


def find_remembered(folder: Path, manifest: Manifest, urls: Collection[str]) -> Remembered:
    """Find what the files hold of some URLs, of any day, and of articles that have one of them as another address.

    Raises `MonthsDamagedError`, and `InvalidUrlError` for a URL that is none.
    """
    own = {identity(url) for url in urls}
    places: defaultdict[str, set[str]] = defaultdict(set)

    def among(table: Table, column: str, values: Collection[str], wanted: Collection[str]) -> Iterator[Row]:
        for file in manifest.files_of(table.name):
            for row in matching(folder, file, column, values, wanted):
                _note(places, file)
                yield row

    aliased = {str(row["article_url"]) for row in among(ALIASES, "identity", own, ("article_url",))}
    titles: dict[ArticleKey, str] = {}
    latest: dict[ArticleKey, int] = {}
    offers = set(own)
    for column, values in (("identity", own), ("url", aliased)):
        for row in among(ARTICLES, column, values, _WANTED):
            key, generation = (str(row["url"]), str(row["date"])), int(str(row["generation"]))
            offers.add(str(row["identity"]))
            if generation >= latest.get(key, 0):
                latest[key], titles[key] = generation, str(row["title"])
    states = {(*key, generation) for key, generation in latest.items()}

    def counted(table: Table, column: str, values: Collection[str], is_wanted: Callable[[Row], bool]) -> int:
        wanted = (*names_of_key(table), "generation")
        return sum(1 for row in among(table, column, values, wanted) if is_wanted(row))

    def is_latest(row: Row) -> bool:
        return (str(row["url"]), str(row["date"]), int(str(row["generation"]))) in states

    versions = counted(VERSIONS, "url", {url for url, _ in titles}, is_latest)
    superseded = {month: superseded_of(folder, manifest, month) for month in manifest.months}

    def is_of_another(row: Row) -> bool:
        key = str(row["article_url"]), str(row["article_date"])
        return key not in titles and (*key, int(str(row["generation"]))) not in superseded.get(key[1][:7], ())

    teasers = counted(TEASERS, "identity", offers, is_of_another)
    return Remembered(
        titles=titles,
        versions=versions,
        teasers=teasers,
        offers=frozenset(offers),
        places={month: frozenset(places[month]) for month in sorted(places)},
    )


def forget_remembered(
    folder: Path, manifest: Manifest, remembered: Remembered, now: Callable[[], datetime]
) -> Manifest:
    """Write the parts that hold any of it anew without it, a month at a time, and delete the old ones.

    The folder is locked by the caller. Raises a `MonthsError`; months that were done are done then.
    """
    unwanted = Unwanted(articles=frozenset(remembered.titles), offers=remembered.offers)
    for month, countries in remembered.places.items():
        manifest = rewrite(folder, manifest, month, sorted(countries), now, unwanted)
    return manifest


def _note(places: defaultdict[str, set[str]], file: FileRecord) -> None:
    places[file.month].add(file.country)
