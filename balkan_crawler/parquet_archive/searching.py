"""Articles out of the files by a filter, as a store gives them: DuckDB reads the files, and writes nothing.

It is the one room beside `balkan_crawler.storage` that speaks SQL: another engine's, to files of its own.
"""

from __future__ import annotations

import importlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

from balkan_crawler.errors import MissingExtraError, MonthsDamagedError
from balkan_crawler.model.columns import ARTICLE_COLUMNS, TEASER_COLUMNS
from balkan_crawler.parquet_archive.closing import days_of
from balkan_crawler.parquet_archive.conditions import NEWEST, conditions
from balkan_crawler.parquet_archive.manifest import Manifest, read
from balkan_crawler.parquet_archive.matching import IS_NEAR, is_near
from balkan_crawler.parquet_archive.tables import ARTICLES, OUTLETS, SUPERSEDED, TEASERS, WORDS, load_pyarrow, plain
from balkan_crawler.text import folded_name
from balkan_crawler.text.kin import forms_among
from balkan_crawler.text.stemming import families, family_of

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path
    from types import TracebackType

    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage import Filter
    from balkan_crawler.text.search_words import Term

_Answer = TypeVar("_Answer")
_ROWS: Final = 500
_LAST: Final = "\U0010ffff"
_MEMORY: Final = "1GB"
"""What DuckDB may take; what a sort needs beyond goes to a temporary folder."""
_PLAIN: Final = "union_by_name = true, hive_partitioning = false"
_HIVE: Final = "union_by_name = true, hive_partitioning = true, hive_types = {'month': VARCHAR, 'country': VARCHAR}"


class ArchivedMonths:
    """The articles of a folder, to be asked as a store is: `rows` and `count`. To be closed, or used by ``with``.

    A folder that is being written to can be read: what a manifest names never changes, and where files have gone since
    they were written anew, those of the manifest of now are read. Raises `MissingExtraError`, `MonthsStrangerError`,
    `MonthsTooNewError` and `MonthsDamagedError`; methods raise the last one, too.
    """

    def __init__(self, folder: Path) -> None:
        self._duckdb = _load()
        load_pyarrow()
        self.folder = folder
        self.manifest: Manifest = read(folder)
        self._scratch = tempfile.mkdtemp(prefix="balkan-months-")
        self._db: Any = self._duckdb.connect(
            ":memory:",
            config={
                # what is not in the wheel would be fetched from the network
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "memory_limit": _MEMORY,
                "temp_directory": self._scratch,
                "preserve_insertion_order": "false",
            },
        )
        self._db.execute("SET TimeZone = 'UTC'")
        self._db.create_function(IS_NEAR, is_near, ["VARCHAR", "VARCHAR", "INTEGER"], "BOOLEAN")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release what was opened."""
        self._db.close()
        with suppress(OSError):
            shutil.rmtree(self._scratch)

    def rows(self, wanted: Filter) -> Iterator[Row]:
        """Stream articles as `balkan_crawler.storage.Store.rows` does, newest first, whatever ``order`` says.

        Of copies, with ``unique``, the one that appeared first among those that the filter lets through is given.
        """
        left = wanted.limit
        where, values = self._of_one_state(lambda: self._conditions(wanted))
        for month in self._months(wanted):
            given: set[tuple[object, object]] = set()
            is_whole = False
            while not is_whole and left != 0:
                try:
                    for row in self._rows_of(month, wanted, where, values, None if left is None else left + len(given)):
                        key = row["url"], row["date"]
                        if key not in given and left != 0:
                            given.add(key)
                            left = None if left is None else left - 1
                            yield row
                    is_whole = True
                except MonthsDamagedError:
                    if not self._has_changed():
                        raise

    def count(self, wanted: Filter) -> int:
        """Count the articles that `rows` would give, without its limit."""
        return self._of_one_state(lambda: self._count(wanted))

    def _rows_of(
        self, month: str, wanted: Filter, where: str, values: dict[str, object], limit: int | None
    ) -> Iterator[Row]:
        if month not in self.manifest.months:  # all of it was forgotten meanwhile
            return
        if wanted.unique:
            where = f"{where} AND {self._is_first(wanted, where)}"
        names = ", ".join(f"articles.{column.name}" for column in ARTICLE_COLUMNS)
        bound = "" if limit is None else f" LIMIT {limit}"
        query = f"SELECT {names} FROM {self._latest([month])} AND {where} ORDER BY {NEWEST}{bound}"
        for row in self._ask(query, values):
            yield plain(row, ARTICLE_COLUMNS)

    def _count(self, wanted: Filter) -> int:
        months = self._months(wanted)
        if not months:
            return 0
        where, values = self._conditions(wanted)
        counted = "count(*)"
        if wanted.unique:
            counted = "count(DISTINCT articles.cluster) + count(*) FILTER (articles.cluster IS NULL)"
        [row] = self._ask(f"SELECT {counted} AS articles FROM {self._latest(months)} AND {where}", values)
        return int(row["articles"])

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
        return is_another

    def teasers(self, url: str, day: date) -> list[Row]:
        """Give the teasers of an article, in order."""
        return self._of_one_state(lambda: self._teasers(url, day))

    def _teasers(self, url: str, day: date) -> list[Row]:
        month = day.isoformat()[:7]
        files = self.manifest.files_of(TEASERS.name, month)
        if not files:
            return []
        names = ", ".join(column.name for column in TEASER_COLUMNS)
        query = f"""SELECT {names} FROM {self._files(files)} AS found
            WHERE article_url = $url AND article_date = DATE '{day.isoformat()}'
            QUALIFY generation = max(generation) OVER () ORDER BY position"""
        return [plain(row, TEASER_COLUMNS) for row in self._ask(query, {"url": url})]

    def outlets(self) -> dict[str, dict[str, Any]]:
        """Give the outlets as the latest writing knew them, by key."""
        return self._of_one_state(self._outlets)

    def _outlets(self) -> dict[str, dict[str, Any]]:
        files = self.manifest.files_of(OUTLETS.name)
        if not files:
            return {}
        latest = "QUALIFY row_number() OVER (PARTITION BY key ORDER BY generation DESC) = 1"
        query = f"SELECT key, name, country, languages FROM {self._files(files)} AS outlets {latest} ORDER BY key"
        return {row["key"]: row for row in self._ask(query, {})}

    def _months(self, wanted: Filter) -> list[str]:
        """Name the months that may have what is wanted, the latest first."""
        return [
            month
            for month in reversed(self.manifest.months)
            for first, last in (days_of(month),)
            if (wanted.since is None or last >= wanted.since) and (wanted.until is None or first <= wanted.until)
        ]

    def _latest(self, months: Sequence[str]) -> str:
        """Write where the latest states of the articles of some months are found."""
        files = [file for month in months for file in self.manifest.files_of(ARTICLES.name, month)]
        older = [file for month in months for file in self.manifest.files_of(SUPERSEDED.name, month)]
        found = f"{self._files(files)} AS articles WHERE "
        if not older:
            return f"{found}true"
        return f"""{found}NOT EXISTS (
            SELECT 1 FROM {self._files(older)} AS older WHERE older.url = articles.url
            AND older.date = articles.date AND older.generation = articles.generation
        )"""

    def _files(self, files: Sequence[Any]) -> str:
        paths = ", ".join(_quoted(str(self.folder / file.path)) for file in files)
        return f"read_parquet([{paths}], {_HIVE if files[0].month else _PLAIN})"

    def _conditions(self, wanted: Filter) -> tuple[str, dict[str, object]]:
        asked = self._families(wanted)

        @cache
        def forms(term: Term) -> Sequence[str]:
            return forms_among(term, asked, self._words)

        return conditions(wanted, forms, lambda column, names: self._spellings(wanted, column, names))

    def _is_first(self, wanted: Filter, where: str) -> str:
        """Write that an article is the first of its copies; they may be of several months."""
        found = f"""SELECT arg_min({{'url': articles.url, 'date': articles.date}}, (articles.appeared, articles.id))
            FROM {self._latest(self._months(wanted))} AND {where} AND articles.cluster IS NOT NULL
            GROUP BY articles.cluster"""
        return f"(articles.cluster IS NULL OR {{'url': articles.url, 'date': articles.date}} IN ({found}))"

    def _families(self, wanted: Filter) -> tuple[str, ...]:
        """Give the tables of endings that serve the languages asked for: of the filter, else of its outlets."""
        tags = set(wanted.languages)
        if not tags:
            for key, outlet in self.outlets().items():
                if (not wanted.outlets or key in wanted.outlets) and (
                    not wanted.countries or outlet["country"] in wanted.countries
                ):
                    tags.update(outlet["languages"])
        asked = {family_of(tag) for tag in tags}
        return tuple(family for family in families() if family in asked)

    def _words(self, begin: str) -> list[tuple[str, int]]:
        """Give the words of all articles with a beginning, and how many articles have each."""
        files = self.manifest.files_of(WORDS.name)
        if not files:
            return []
        query = f"""SELECT word, sum(articles) AS articles FROM {self._files(files)} AS words
            WHERE word >= $begin AND word < $end GROUP BY word"""
        return [(row["word"], int(row["articles"])) for row in self._ask(query, {"begin": begin, "end": begin + _LAST})]

    def _spellings(self, wanted: Filter, column: str, names: Sequence[str]) -> list[str]:
        """Give the sections, authors, tags or agencies, as articles have them, that are one of some names."""
        months = self._months(wanted)
        if not months:
            return []
        keys = {folded_name(name) for name in names}
        value = "articles.section" if column == "section" else f"unnest(articles.{column})"
        query = f"SELECT DISTINCT {value} AS name FROM {self._latest(months)} AND articles.{column} IS NOT NULL"
        return sorted(row["name"] for row in self._ask(query, {}) if row["name"] and folded_name(row["name"]) in keys)

    def _ask(self, query: str, values: dict[str, object]) -> Iterator[dict[str, Any]]:
        with self._told():
            cursor = self._db.cursor()
            try:
                for batch in cursor.sql(query, params=values or None).to_arrow_reader(_ROWS):
                    yield from batch.to_pylist()
            finally:
                cursor.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Turn what DuckDB and Arrow say of files into `MonthsDamagedError`."""
        pyarrow, _ = load_pyarrow()
        try:
            yield
        except (self._duckdb.Error, pyarrow.ArrowException, OSError) as error:
            raise MonthsDamagedError(str(self.folder), str(error).partition("\n")[0]) from error


def _load() -> Any:
    try:
        return importlib.import_module("duckdb")
    except ImportError as error:
        raise MissingExtraError("A search of archived months", "archive") from error


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
