"""Writing the files of one generation: a country at a time, in row groups, so that memory does not grow with months."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from balkan_crawler.durability import sync_folder
from balkan_crawler.errors import MonthsUnfitError
from balkan_crawler.parquet_archive.digests import beside_of
from balkan_crawler.parquet_archive.folder import PART, checksum, path_of, unwritable
from balkan_crawler.parquet_archive.manifest import FileRecord
from balkan_crawler.parquet_archive.tables import (
    ARTICLES,
    BESIDE,
    FOLDED,
    SUPERSEDED,
    TEASERS,
    WORDS,
    Table,
    described,
    load_pyarrow,
    names_of_key,
    schema_of,
    typed,
)
from balkan_crawler.preparation import FoldedText
from balkan_crawler.text import words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage.months_contract import WholeArticle

GROUP_CHARACTERS: Final = 8_000_000
"""Characters of text that are held until they are written as a row group, or as many rows as `GROUP_ROWS`."""
GROUP_ROWS: Final = 10_000
MOST_WORDS: Final = 300_000
"""Different words that are counted before they are written; of a larger month a word has several rows."""
LEVEL: Final = 6
"""Of Zstandard. Level 1 makes files a seventh larger; level 12 takes twice the time for two in a hundred less."""


class _Document:
    """One file of one table: rows are collected, and written as row groups."""

    def __init__(self, file: BinaryIO, table: Table) -> None:
        self._pyarrow, parquet = load_pyarrow()
        self._table = table
        self._schema = schema_of(described(table))
        self._writer: Any = parquet.ParquetWriter(file, self._schema, compression="zstd", compression_level=LEVEL)
        self._rows: list[Mapping[str, object]] = []
        self._characters = 0
        self.rows = 0

    def add(self, row: Mapping[str, object], characters: int = 0) -> None:
        self._rows.append(row)
        self._characters += characters
        self.rows += 1
        if len(self._rows) >= GROUP_ROWS or self._characters >= GROUP_CHARACTERS:
            self._flush()

    def close(self) -> None:
        """Complete the document."""
        self._flush()
        self._writer.close()

    def give_up(self) -> None:
        """Let go of a document that is not to be completed, whatever its file says to that."""
        with suppress(OSError, ValueError):
            self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(self._pyarrow.table(typed(self._rows, self._table), schema=self._schema))
            self._rows.clear()
            self._characters = 0


class CountryWriter:
    """Takes articles of one month and country; files are made for the tables that have rows."""

    def __init__(self, open_document: Any, generation: int) -> None:
        self._open = open_document
        self._generation = generation
        self._words: Counter[str] = Counter()
        self.outlets: dict[str, None] = {}

    def add(self, whole: WholeArticle, digest: str, older: int | None = None, generation: int | None = None) -> None:
        """Write an article with all that belongs to it; ``older`` is the generation of the state that it replaces.

        ``generation`` is the one that it was written in, where that is not this one.
        """
        own, generation = whole.article, generation or self._generation
        folded = _folded(own)
        texts = {f"folded_{name}": f" {text} " if text else "" for name, text in zip(FOLDED, folded, strict=True)}
        row = {**own, **texts, "change": whole.change, "digest": digest, "generation": generation}
        self._open(ARTICLES).add(row, sum(map(len, texts.values())) + len(str(own["body"])))
        self.outlets[str(own["outlet"])] = None
        for table, rows in zip(BESIDE, beside_of(whole), strict=True):
            key = dict(zip(names_of_key(table), (own["url"], own["date"]), strict=True))
            for each in rows:
                text = "" if table is TEASERS else str(each.get("body") or "")
                self._open(table).add({**each, **key, "generation": generation}, len(text))
        if older is not None:
            self.supersede(str(own["url"]), str(own["date"]), older)
        self._words.update({word for text in folded for word in text.split()})
        if len(self._words) >= MOST_WORDS:
            self.finish()

    def supersede(self, url: str, day: str, generation: int) -> None:
        """Write that a state of an article counts no more."""
        self._open(SUPERSEDED).add({"url": url, "date": day, "generation": generation})

    def finish(self) -> None:
        """Write the words that were counted."""
        for word, articles in sorted(self._words.items()):
            self._open(WORDS).add({"word": word, "articles": articles, "generation": self._generation}, len(word))
        self._words.clear()


def _folded(article: Row) -> list[str]:
    """Give the folded words of the texts of `FOLDED`, the same as the full-text index holds."""
    texts = {name: str(article[name] or "") for name in ("title", "lead", "body", "section")}
    text = FoldedText.of(texts["title"], texts["lead"], texts["body"])
    body = [word for paragraph in text.paragraphs for word in paragraph]
    listed = [words(" \n ".join(_list(article[name]))) for name in ("authors", "tags")]
    return [" ".join(found) for found in (body, text.title, text.lead, *listed, words(texts["section"]))]


def _list(value: object) -> list[str]:
    return value if isinstance(value, list) else []


class PartWriter:
    """The files of one generation; `files` are those that are complete, and `discard` takes all away again."""

    def __init__(self, folder: Path, generation: int, month: str) -> None:
        self._folder = folder
        self._generation = generation
        self._month = month
        self.files: list[FileRecord] = []

    @contextmanager
    def country(self, country: str) -> Iterator[CountryWriter]:
        """Write the articles of a country; at the end of the block its files are in place.

        Raises `MonthsUnwritableError`, and `MonthsUnfitError` for a value that Parquet cannot hold.
        """
        open_documents: dict[str, tuple[_Document, BinaryIO, Path]] = {}
        with self._told(self._folder), ExitStack() as stack:

            def opened(table: Table) -> _Document:
                if table.name not in open_documents:
                    path = self._folder / path_of(table.name, self._month, country, self._generation)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    file = stack.enter_context(path.with_name(f"{path.name}{PART}").open("wb"))
                    document = _Document(file, table)
                    stack.callback(document.give_up)
                    open_documents[table.name] = (document, file, path)
                return open_documents[table.name][0]

            writer = CountryWriter(opened, self._generation)
            yield writer
            writer.finish()
            for document, file, _ in open_documents.values():
                document.close()
                file.flush()
                os.fsync(file.fileno())
        for name, (document, _, path) in open_documents.items():
            outlets = tuple(sorted(writer.outlets)) if name == ARTICLES.name else ()
            self._settle(path, name, country, document.rows, outlets)

    def whole_table(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Write a table that is not divided by months; rows may be of earlier generations."""
        path = self._folder / path_of(table.name, "", "", self._generation)
        with self._told(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.with_name(f"{path.name}{PART}").open("wb") as file, ExitStack() as stack:
                document = _Document(file, table)
                stack.callback(document.give_up)
                for row in rows:
                    document.add({"generation": self._generation, **row})
                document.close()
                file.flush()
                os.fsync(file.fileno())
        self._settle(path, table.name, "", len(rows), (), month="")

    def discard(self) -> None:
        """Take away what was written, as far as that can be done."""
        for file in self.files:
            with suppress(OSError):
                (self._folder / file.path).unlink(missing_ok=True)
        for part in self._folder.rglob(f"part-{self._generation:06}.parquet{PART}"):
            with suppress(OSError):
                part.unlink(missing_ok=True)

    def _settle(
        self, path: Path, table: str, country: str, rows: int, outlets: tuple[str, ...], *, month: str | None = None
    ) -> None:
        with unwritable(path):
            path.with_name(f"{path.name}{PART}").replace(path)
            for parent in (path.parent, *path.parent.parents[: len(path.relative_to(self._folder).parts) - 1]):
                sync_folder(parent)
        size, digest = checksum(path)
        self.files.append(
            FileRecord(
                path=path.relative_to(self._folder).as_posix(),
                table=table,
                month=self._month if month is None else month,
                country=country,
                rows=rows,
                bytes=size,
                sha256=digest,
                outlets=outlets,
            )
        )

    @contextmanager
    def _told(self, path: Path) -> Iterator[None]:
        """Say what went wrong in writing, whether the file system refused it or Arrow."""
        pyarrow, _ = load_pyarrow()
        try:
            with unwritable(path):
                yield
        except (pyarrow.ArrowException, ValueError, OverflowError) as error:
            raise MonthsUnfitError(self._month, str(error)) from error
