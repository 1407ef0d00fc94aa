"""Reading the files again: articles with all that belongs to them, in the order they were written in."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import MonthsDamagedError
from balkan_crawler.parquet_archive.digests import digest_of_whole
from balkan_crawler.parquet_archive.folder import checksum
from balkan_crawler.parquet_archive.tables import (
    ARTICLES,
    BESIDE,
    SUPERSEDED,
    TABLES,
    Table,
    load_pyarrow,
    names_of_key,
    plain,
    schema_of,
)
from balkan_crawler.storage.months_contract import WholeArticle

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from balkan_crawler.model.columns import Row
    from balkan_crawler.parquet_archive.manifest import FileRecord, Generation, Manifest
    from balkan_crawler.storage.months_contract import ArticleKey

_ROWS: Final = 1_000
_BY_NAME: Final = {table.name: table for table in TABLES}
_WHOLE: Final = (*(column.name for column in ARTICLES.own), "change", "digest", "generation")
"""Columns of an article itself; the folded ones are made of these."""

State = tuple[str, str, int]
"""A state of an article: its URL, its day, and the generation that it was written in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the files say of an article: its key, and what tells whether that in a database is the same."""

    key: ArticleKey
    generation: int
    change: int
    last_seen: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptWhole:
    """An article of the files with all that belongs to it, its digest, and the generation that it was written in."""

    whole: WholeArticle
    digest: str
    generation: int


def rows_of(
    folder: Path, file: FileRecord, columns: Sequence[str] | None = None, outlet: str | None = None
) -> Iterator[Row]:
    """Stream the rows of a file, all columns or some, all or those of an outlet. Raises `MonthsDamagedError`."""
    table = _BY_NAME[file.table]
    wanted = [column for column in table.columns if columns is None or column.name in columns]
    with readable(folder / file.path), _opened(folder / file.path) as document:
        groups = [
            number for number in range(document.num_row_groups) if outlet is None or _may_hold(document, number, outlet)
        ]
        if not groups:
            return
        there = document.schema_arrow.names
        names = [column.name for column in wanted if column.name in there]
        for batch in document.iter_batches(_ROWS, row_groups=groups, columns=names):
            for row in batch.to_pylist():
                if outlet is None or row["outlet"] == outlet:
                    yield plain(row, wanted)


def matching(
    folder: Path, file: FileRecord, column: str, values: Collection[str], wanted: Collection[str]
) -> Iterator[Row]:
    """Stream some columns of the rows of a file whose text of a column is one of some. Raises `MonthsDamagedError`."""
    if not values:
        return
    pyarrow, _ = load_pyarrow()
    compute = importlib.import_module("pyarrow.compute")
    columns = [each for each in _BY_NAME[file.table].columns if each.name in wanted]
    looked_for = pyarrow.array(sorted(values), type=pyarrow.string())
    with readable(folder / file.path), _opened(folder / file.path) as document:
        for group in range(document.num_row_groups):
            found = compute.is_in(document.read_row_group(group, columns=[column])[column], looked_for)
            if compute.any(found).as_py():
                names = [each.name for each in columns]
                for row in document.read_row_group(group, columns=names).filter(found).to_pylist():
                    yield plain(row, columns)


def _may_hold(document: Any, number: int, outlet: str) -> bool:
    """Say whether a row group may have rows of an outlet, by the first and the last one that it has."""
    group = document.metadata.row_group(number)
    for place in range(group.num_columns):
        column = group.column(place)
        if column.path_in_schema == "outlet":
            known = column.statistics
            return known is None or not known.has_min_max or known.min <= outlet <= known.max
    return True


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn errors of the file system and of Arrow into `MonthsDamagedError`."""
    pyarrow, _ = load_pyarrow()
    try:
        yield
    except OSError as error:
        raise MonthsDamagedError(str(path), error.strerror or str(error)) from error
    except (pyarrow.ArrowException, KeyError, ValueError, OverflowError) as error:
        raise MonthsDamagedError(str(path), str(error).partition("\n")[0].rstrip(".")) from error


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    _, parquet = load_pyarrow()
    with path.open("rb") as file, parquet.ParquetFile(file) as document:
        yield document


def superseded_of(folder: Path, manifest: Manifest, month: str) -> frozenset[State]:
    """Name the articles of a month that a later generation holds anew, by key and generation."""
    return superseded_in(folder, manifest.files_of(SUPERSEDED.name, month))


def superseded_in(folder: Path, files: Sequence[FileRecord]) -> frozenset[State]:
    """Name the articles that files of superseded states name."""
    return frozenset(_state(row) for file in files for row in rows_of(folder, file))


def kept_in(
    folder: Path, files: Sequence[FileRecord], superseded: frozenset[State], outlet: str | None = None
) -> Iterator[Kept]:
    """Stream what is kept in files of articles, in their latest state, all or those of an outlet."""
    names = ("url", "date", "outlet", "generation", "change", "last_seen", "digest")
    for file in files:
        if outlet is not None and outlet not in file.outlets:
            continue
        for row in rows_of(folder, file, names, outlet):
            key, generation = (str(row["url"]), str(row["date"])), int(str(row["generation"]))
            if (*key, generation) not in superseded:
                yield Kept(
                    key=key,
                    generation=generation,
                    change=int(str(row["change"])),
                    last_seen=str(row["last_seen"]),
                    digest=str(row["digest"]),
                )


def read_back(folder: Path, generation: Generation, country: str) -> list[str]:
    """Read the files of a generation and a country anew; gives the digests of its articles, in their order.

    Each is worked out of what was read, and compared with the one that was worked out of the database's rows. Raises
    `MonthsDamagedError` for the first file that is not as it was written.
    """
    return [each.digest for each in whole_in(folder, generation, country)]


def whole_in(folder: Path, generation: Generation, country: str) -> Iterator[KeptWhole]:
    """Stream the articles of a generation and a country with all that belongs to each, as `read_back` reads them."""
    files = {file.table: file for file in generation.files if file.country == country and file.month}
    for file in files.values():
        refuse_changed(folder, file, generation)
    if ARTICLES.name not in files:
        raise MonthsDamagedError(str(folder), f"generation {generation.number} has no articles of {country!r}")
    beside = [_Beside(folder, table, files.get(table.name)) for table in BESIDE]
    read = 0
    for row in rows_of(folder, files[ARTICLES.name], _WHOLE):
        state = _state(row)
        whole = WholeArticle(
            article={column.name: row[column.name] for column in ARTICLES.own},
            change=int(str(row["change"])),
            **{each.name: each.of(state) for each in beside},
        )
        digest = digest_of_whole(whole)
        if digest != row["digest"]:
            raise MonthsDamagedError(str(folder / files[ARTICLES.name].path), f"{state[0]} is not as it was written")
        read += 1
        yield KeptWhole(whole=whole, digest=digest, generation=state[2])
    for each in beside:
        each.refuse_rest()
    for file, there in [(files[ARTICLES.name], read), *((each.file, each.read) for each in beside if each.file)]:
        if file.rows != there:
            raise MonthsDamagedError(str(folder / file.path), f"it has {there} rows instead of {file.rows}")


def refuse_changed(folder: Path, file: FileRecord, generation: Generation) -> None:
    """Raise `MonthsDamagedError` where a file's size, checksum, columns or number of rows are not the manifest's."""
    path = folder / file.path
    size, digest = checksum(path)
    if size != file.bytes:
        raise MonthsDamagedError(str(path), f"it has {size:,} bytes instead of {file.bytes:,}")
    if digest != file.sha256:
        raise MonthsDamagedError(str(path), "its checksum is another one")
    with readable(path), _opened(path) as document:
        rows, schema = document.metadata.num_rows, document.schema_arrow
    if rows != file.rows:
        raise MonthsDamagedError(str(path), f"it has {rows:,} rows instead of {file.rows:,}")
    if not schema.equals(schema_of(generation.columns[file.table])):
        raise MonthsDamagedError(str(path), "its columns are not those of the manifest")


class _Beside:
    """The rows of a table beside the articles, which are in the articles' order."""

    def __init__(self, folder: Path, table: Table, file: FileRecord | None) -> None:
        self.name = table.name
        self.file = file
        self.read = 0
        self._folder = folder
        self._names = names_of_key(table)
        self._rows: Iterator[Row] = iter(()) if file is None else rows_of(folder, file)
        self._next: Row | None = next(self._rows, None)

    def of(self, state: State) -> list[Row]:
        """Give the rows of the next article."""
        found = []
        while self._next is not None and _state(self._next, self._names) == state:
            found.append(self._next)
            self.read += 1
            self._next = next(self._rows, None)
        return found

    def refuse_rest(self) -> None:
        """Raise where rows are of no article."""
        if self._next is not None and self.file is not None:
            lost = sum(1 for _ in chain([self._next], self._rows))
            raise MonthsDamagedError(str(self._folder / self.file.path), f"{lost:,} of its rows are of no article")


def _state(row: Row, names: tuple[str, str] = ("url", "date")) -> State:
    return str(row[names[0]]), str(row[names[1]]), int(str(row["generation"]))
