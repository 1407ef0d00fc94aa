"""Articles out of the files by a filter, as a store gives them.

It is the one room beside `balkan_crawler.storage` that speaks SQL: another engine's, to files of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Self, TypeVar

from balkan_crawler.errors import MonthsDamagedError
from balkan_crawler.model.columns import ARTICLE_COLUMNS, TEASER_COLUMNS
from balkan_crawler.parquet_archive.asking import ROWS, FilesDatabase
from balkan_crawler.parquet_archive.closing import days_of
from balkan_crawler.parquet_archive.conditions import NEWEST, conditions
from balkan_crawler.parquet_archive.manifest import FileRecord, Manifest, read
from balkan_crawler.parquet_archive.part_words import PartWords
from balkan_crawler.parquet_archive.pruning import possible_parts
from balkan_crawler.parquet_archive.tables import ARTICLES, OUTLETS, SUPERSEDED, TEASERS, plain
from balkan_crawler.text import folded_name
from balkan_crawler.text.kin import forms_among
from balkan_crawler.text.search_words import read_search
from balkan_crawler.text.stemming import families, family_of

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path
    from types import TracebackType

    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage import Filter
    from balkan_crawler.storage.months_contract import ArticleKey
    from balkan_crawler.text.search_words import Term

_Answer = TypeVar("_Answer")
AreElsewhere = Callable[[Sequence["ArticleKey"]], Sequence[bool]]
"""Says of articles which ones are given by another, and not to be given here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """A filter as a condition in SQL with its values, and the files of articles that may have what it lets through."""

    where: str
    values: dict[str, object]
    files: tuple[FileRecord, ...]


class ArchivedMonths:
    """The articles of a folder, to be asked as a store is: `rows` and `count`. To be closed, or used by ``with``.

    A folder that is being written to can be read: what a manifest names never changes, and where files have gone since
    they were written anew, those of the manifest of now are read. Raises `MissingExtraError`, `MonthsStrangerError`,
    `MonthsTooNewError` and `MonthsDamagedError`; methods raise the last one, too.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: Manifest = read(folder)
        self._database = FilesDatabase(folder)
        self._known: dict[object, Any] = {}
        """What was found out of the files that the manifest names."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release what was opened."""
        self._database.close()

    def rows(self, wanted: Filter, are_elsewhere: AreElsewhere = lambda keys: [False] * len(keys)) -> Iterator[Row]:
        """Stream articles as `balkan_crawler.storage.Store.rows` does, newest first, whatever ``order`` says.

        Of copies, with ``unique``, the one that appeared first among those that the filter lets through is given.
        """
        left = wanted.limit
        for months in _grouped(self.months(wanted), are_alone=left is None):
            given: set[ArticleKey] = set()
            most, is_whole = left, False
            while not is_whole and left != 0:
                read = 0
                try:
                    rows = self._rows_of(months, wanted, most)
                    while some := list(islice(rows, ROWS)):
                        read += len(some)
                        keys = [(str(row["url"]), str(row["date"])) for row in some]
                        for row, key, is_elsewhere in zip(some, keys, are_elsewhere(keys), strict=True):
                            if left != 0 and not is_elsewhere and key not in given:
                                given.add(key)
                                left = None if left is None else left - 1
                                yield row
                except MonthsDamagedError:
                    if not self._has_changed():
                        raise
                    continue
                is_whole = most is None or read < most
                most = None if most is None else 2 * most + ROWS

    def count(self, wanted: Filter) -> int:
        """Count the articles that `rows` would give, without its limit."""
        return self._of_one_state(lambda: self._count(wanted, self.months(wanted)))

    def count_of(self, month: str, wanted: Filter, are_elsewhere: AreElsewhere | None = None) -> int:
        """Count those of a month; where some may be elsewhere, without these."""
        if are_elsewhere is None:
            return self._of_one_state(lambda: self._count(wanted, [month]))
        keys = self._of_one_state(lambda: self._keys(wanted, month))
        return sum(are_elsewhere(keys[at : at + ROWS]).count(False) for at in range(0, len(keys), ROWS))

    def teasers(self, url: str, day: date) -> list[Row]:
        """Give the teasers of an article, in order."""
        return self._of_one_state(lambda: self._teasers(url, day))

    def outlets(self) -> dict[str, dict[str, Any]]:
        """Give the outlets as the latest writing knew them, by key."""
        return self._of_one_state(lambda: self._once("outlets", self._outlets))

    def months(self, wanted: Filter) -> list[str]:
        """Name the months that may have what is wanted, the latest first."""
        return [
            month
            for month in reversed(self.manifest.months)
            for first, last in (days_of(month),)
            if (wanted.since is None or last >= wanted.since) and (wanted.until is None or first <= wanted.until)
        ]

    def _rows_of(self, months: Sequence[str], wanted: Filter, limit: int | None) -> Iterator[Row]:
        names = ", ".join(f"articles.{column.name}" for column in ARTICLE_COLUMNS)
        bound = "" if limit is None else f" LIMIT {limit}"
        for row in self._select(names, self._first_of_copies(wanted, months), f" ORDER BY {NEWEST}{bound}"):
            yield plain(row, ARTICLE_COLUMNS)

    def _keys(self, wanted: Filter, month: str) -> list[ArticleKey]:
        found = self._select("articles.url, articles.date", self._first_of_copies(wanted, [month]))
        return [(row["url"], row["date"].isoformat()) for row in found]

    def _count(self, wanted: Filter, months: Sequence[str]) -> int:
        if wanted.unique:
            return sum(len(self._keys(wanted, month)) for month in months)
        asked = (self._asked(wanted, [month]) for month in months)
        return sum(int(row["n"]) for each in asked for row in self._select("count(*) AS n", each))

    def _teasers(self, url: str, day: date) -> list[Row]:
        files = self.manifest.files_of(TEASERS.name, day.isoformat()[:7])
        names = ", ".join(column.name for column in TEASER_COLUMNS)
        where = f"found.article_url = $url AND found.article_date = DATE '{day.isoformat()}'"
        latest = self._latest(files, "found", "article_url", "article_date")
        query = f"SELECT {names} FROM {latest} AND {where} ORDER BY position"
        return [plain(row, TEASER_COLUMNS) for row in self._database.ask(query, {"url": url})] if files else []

    def _outlets(self) -> dict[str, dict[str, Any]]:
        files = self.manifest.files_of(OUTLETS.name)
        if not files:
            return {}
        latest = "QUALIFY row_number() OVER (PARTITION BY key ORDER BY generation DESC) = 1"
        names = "key, name, country, languages"
        query = f"SELECT {names} FROM {self._database.files(files)} AS outlets {latest} ORDER BY key"
        return {row["key"]: row for row in self._database.ask(query, {})}

    def _asked(self, wanted: Filter, months: Sequence[str]) -> _Asked:
        return self._once((wanted, *months), lambda: self._read_filter(wanted, months))

    def _read_filter(self, wanted: Filter, months: Sequence[str]) -> _Asked:
        families_asked = self._families(wanted)
        words = PartWords(self._database, self.manifest, months)

        @cache
        def forms(term: Term) -> Sequence[str]:
            return forms_among(term, families_asked, words.counted)

        where, values = conditions(wanted, forms, lambda column, names: self._spellings(column, names, months))
        files = [
            file
            for month in months
            for file in self.manifest.files_of(ARTICLES.name, month)
            if (not wanted.countries or file.country in wanted.countries)
            and (not wanted.outlets or not set(wanted.outlets).isdisjoint(file.outlets))
        ]
        if wanted.query is not None and files:
            sought = read_search(wanted.query).wanted
            possible = possible_parts(sought, forms, words.having, frozenset(file.path for file in files))
            files = [file for file in files if file.path in possible]
        return _Asked(where=where, values=values, files=tuple(files))

    def _first_of_copies(self, wanted: Filter, months: Sequence[str]) -> _Asked:
        """Ask for some months; with ``unique`` only for the first of copies, which may be of several months."""
        if not wanted.unique:
            return self._asked(wanted, months)
        asked = self._asked(wanted, self.months(wanted))
        if not asked.files:
            return asked
        article = "{'url': articles.url, 'date': articles.date}"
        first = f"""SELECT arg_min({article}, (articles.appeared, articles.id))
            FROM {self._latest(asked.files)} AND {asked.where} AND articles.cluster IS NOT NULL
            GROUP BY articles.cluster"""
        where = f"{asked.where} AND (articles.cluster IS NULL OR {article} IN ({first}))"
        return replace(asked, where=where, files=tuple(file for file in asked.files if file.month in months))

    def _select(self, what: str, asked: _Asked, order: str = "") -> Iterator[dict[str, Any]]:
        if asked.files:
            query = f"SELECT {what} FROM {self._latest(asked.files)} AND {asked.where}{order}"
            yield from self._database.ask(query, asked.values)

    def _latest(
        self, files: Sequence[FileRecord], name: str = ARTICLES.name, url: str = "url", day: str = "date"
    ) -> str:
        """Write where the rows of the latest states of articles are found in some files; a condition may follow."""
        if not files:
            return ""
        months = {file.month for file in files}
        older = [file for file in self.manifest.files_of(SUPERSEDED.name) if file.month in months]
        found = f"{self._database.files(files)} AS {name} WHERE "
        if not older:
            return f"{found}true"
        return f"""{found}NOT EXISTS (
            SELECT 1 FROM {self._database.files(older)} AS older WHERE older.url = {name}.{url}
            AND older.date = {name}.{day} AND older.generation = {name}.generation
        )"""

    def _families(self, wanted: Filter) -> tuple[str, ...]:
        """Give the tables of endings that serve the languages asked for: of the filter, else of its outlets."""
        tags = set(wanted.languages)
        if not tags:
            for key, outlet in self._once("outlets", self._outlets).items():
                if (not wanted.outlets or key in wanted.outlets) and (
                    not wanted.countries or outlet["country"] in wanted.countries
                ):
                    tags.update(outlet["languages"])
        asked = {family_of(tag) for tag in tags}
        return tuple(family for family in families() if family in asked)

    def _spellings(self, column: str, names: Sequence[str], months: Sequence[str]) -> list[str]:
        """Give the sections, authors, tags or agencies, as articles have them, that are one of some names."""
        files = [file for month in months for file in self.manifest.files_of(ARTICLES.name, month)]
        if not files:
            return []
        keys = {folded_name(name) for name in names}
        value = "articles.section" if column == "section" else f"unnest(articles.{column})"
        query = f"SELECT DISTINCT {value} AS name FROM {self._latest(files)} AND articles.{column} IS NOT NULL"
        found = self._database.ask(query, {})
        return sorted(row["name"] for row in found if row["name"] and folded_name(row["name"]) in keys)

    def _once(self, what: object, find: Callable[[], _Answer]) -> _Answer:
        """Find something out of the files, or remember it."""
        if what not in self._known:
            self._known[what] = find()
        known: _Answer = self._known[what]
        return known

    def _of_one_state(self, work: Callable[[], _Answer]) -> _Answer:
        """Do something, again where files went meanwhile because they were written anew."""
        while True:
            try:
                return work()
            except MonthsDamagedError:
                if not self._has_changed():
                    raise

    def _has_changed(self) -> bool:
        """Read the manifest anew, and say whether it is another one."""
        manifest = read(self.folder)
        is_another = manifest != self.manifest
        self.manifest = manifest
        self._known.clear()
        return is_another


def _grouped(months: Sequence[str], *, are_alone: bool) -> Iterator[Sequence[str]]:
    """Divide months into those that are asked at once: each by itself, or twice as many as before.

    Few months have enough of a frequent word, and many questions of few articles take longer than one of many.
    """
    at, size = 0, 1
    while at < len(months):
        yield months[at : at + size]
        at, size = at + size, 1 if are_alone else 2 * size
