"""The tables of the files: their columns, their types in Parquet, and values on the way there and back.

pyarrow, which the extra ``archive`` brings, is loaded on use.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import MissingExtraError
from balkan_crawler.model.columns import Column, ColumnType
from balkan_crawler.storage.months_contract import (
    ALIAS_COLUMNS,
    CORRECTION_COLUMNS,
    OUTLET_COLUMNS,
    WHOLE_ARTICLE_COLUMNS,
    WHOLE_TEASER_COLUMNS,
    WHOLE_VERSION_COLUMNS,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from balkan_crawler.model.columns import Row

FOLDED: Final = ("body", "title", "lead", "authors", "tags", "section")
"""What a search looks through, in the order of `balkan_crawler.preparation.Searched`."""
KEY: Final = (Column("url"), Column("date", ColumnType.DAY))
"""The key of the article that a row is of."""
ARTICLE_KEY: Final = (Column("article_url"), Column("article_date", ColumnType.DAY))
"""The same, in tables that have a URL of their own."""
GENERATION: Final = Column("generation", ColumnType.WHOLE)
"""The number of the writing that a row is of: of several rows of an article, the latest one counts."""


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of files: its columns, and those of its own, without the key of its article and what is added here."""

    name: str
    columns: tuple[Column, ...]
    own: tuple[Column, ...] = ()


_OF_ARTICLES: Final = tuple(column for column in WHOLE_ARTICLE_COLUMNS if column.name != "country")
ARTICLES: Final = Table(
    "articles",
    (
        *_OF_ARTICLES,
        Column("change", ColumnType.WHOLE),
        Column("digest"),
        GENERATION,
        *(Column(f"folded_{name}") for name in FOLDED),
    ),
    _OF_ARTICLES,
)
"""Articles. Their country is that of the folder; ``digest`` is over all that is stored of the article."""
VERSIONS: Final = Table("versions", (*KEY, *WHOLE_VERSION_COLUMNS, GENERATION), WHOLE_VERSION_COLUMNS)
CORRECTIONS: Final = Table("corrections", (*KEY, *CORRECTION_COLUMNS, GENERATION), CORRECTION_COLUMNS)
TEASERS: Final = Table("teasers", (*ARTICLE_KEY, *WHOLE_TEASER_COLUMNS, GENERATION), WHOLE_TEASER_COLUMNS)
ALIASES: Final = Table("aliases", (*ARTICLE_KEY, *ALIAS_COLUMNS, GENERATION), ALIAS_COLUMNS)
BESIDE: Final = (VERSIONS, CORRECTIONS, TEASERS, ALIASES)
"""What is stored beside an article, in the order in which a digest takes it."""
WORDS: Final = Table("words", (Column("word"), Column("articles", ColumnType.WHOLE), GENERATION))
"""The folded words of the articles, with how many have each: a search looks up in them which forms of a word occur."""
SUPERSEDED: Final = Table("superseded", (*KEY, GENERATION))
"""Articles of an earlier generation that a later one holds anew, or in the place of which it holds a changed one."""
OUTLETS: Final = Table("outlets", (*OUTLET_COLUMNS, GENERATION), OUTLET_COLUMNS)
TABLES: Final = (ARTICLES, *BESIDE, WORDS, SUPERSEDED, OUTLETS)


def names_of_key(table: Table) -> tuple[str, str]:
    """Name the columns of a table that hold the key of the article that a row is of."""
    return ("article_url", "article_date") if table.columns[0].name == "article_url" else ("url", "date")


def load_pyarrow() -> tuple[Any, Any]:
    """Give pyarrow and its Parquet. Raises `MissingExtraError`."""
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingExtraError("An archive of months", "archive") from error


def schema_of(columns: Mapping[str, str]) -> Any:
    """Give the schema of a file with columns of some types, as `described` gives them."""
    pyarrow, _ = load_pyarrow()
    types = {
        ColumnType.TEXT: pyarrow.string(),
        ColumnType.DAY: pyarrow.date32(),
        ColumnType.TIME: pyarrow.timestamp("us", tz="UTC"),
        ColumnType.WHOLE: pyarrow.int64(),
        ColumnType.NUMBER: pyarrow.float64(),
        ColumnType.LIST: pyarrow.list_(pyarrow.string()),
    }
    return pyarrow.schema([(name, types[ColumnType[kind.upper()]]) for name, kind in columns.items()])


def described(table: Table) -> dict[str, str]:
    """Give the types of a table's columns by name, as a manifest has them."""
    return {column.name: column.type.name.lower() for column in table.columns}


def typed(rows: Sequence[Mapping[str, object]], table: Table) -> dict[str, list[object]]:
    """Give rows as columns of Python values that Parquet's types take. Raises `ValueError` for a text that is no time.

    What a row lacks is empty.
    """
    return {column.name: [_typed(row.get(column.name), column.type) for row in rows] for column in table.columns}


def _typed(value: object, kind: ColumnType) -> object:
    if isinstance(value, str):
        if kind is ColumnType.DAY:
            return date.fromisoformat(value)
        if kind is ColumnType.TIME:
            return datetime.fromisoformat(value)
    return value


def plain(row: Mapping[str, object], columns: Sequence[Column]) -> Row:
    """Give the columns of a row out of Parquet as a store gives them; what an older file lacks is empty."""
    return {column.name: _plain(row.get(column.name), column.type) for column in columns}  # type: ignore[misc]


def _plain(value: object, kind: ColumnType) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return [] if value is None and kind is ColumnType.LIST else value
