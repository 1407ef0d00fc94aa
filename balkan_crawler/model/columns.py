"""The records as rows: the columns that every store keeps and every export has, taken from the records' own fields.

An article's columns are its fields and what a store adds to them. So a new field of `Article` is a column of stores,
questions and exports as soon as a migration has made room for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum, auto
from types import NoneType
from typing import Final, get_args, get_type_hints

from balkan_crawler.model.article import Article, Teaser

Cell = str | int | float | list[str] | None
"""What a row holds in a column: days and times as ISO 8601 texts (times in UTC), lists as lists of texts."""
Row = dict[str, Cell]
"""A row by the names of its columns."""


class ColumnType(Enum):
    """What a column holds, where a format has types."""

    TEXT = auto()
    DAY = auto()
    TIME = auto()
    WHOLE = auto()
    NUMBER = auto()
    LIST = auto()
    TEASERS = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One column; see `Cell` for what a row holds in it. Only a column of teasers holds dictionaries."""

    name: str
    type: ColumnType = ColumnType.TEXT


_TYPES: Final = {
    str: ColumnType.TEXT,
    datetime: ColumnType.TIME,
    int: ColumnType.WHOLE,
    float: ColumnType.NUMBER,
    tuple[str, ...]: ColumnType.LIST,
}


def columns_of(record: type) -> tuple[Column, ...]:
    """Give a column for each field of a record, in their order; whether a field may be ``None`` makes no difference.

    Raises `TypeError`, with the field, for one of a type that no column can hold.
    """
    return tuple(Column(name, _column_type(record, name, hint)) for name, hint in get_type_hints(record).items())


def _column_type(record: type, name: str, hint: object) -> ColumnType:
    stated = [part for part in get_args(hint) if part is not NoneType] if NoneType in get_args(hint) else [hint]
    if len(stated) == 1:
        only = stated[0]
        if isinstance(only, type) and issubclass(only, StrEnum):
            return ColumnType.TEXT
        if only in _TYPES:
            return _TYPES[only]
    raise TypeError(f"{record.__module__}: {record.__name__}.{name}: no column can hold {hint}; see {__name__}")


ARTICLE_FIELDS: Final = columns_of(Article)
"""The columns that an article fills itself."""

_OF_THE_STORE: Final = (
    Column("date", ColumnType.DAY),
    Column("outlet"),
    Column("country"),
    Column("words", ColumnType.WHOLE),
    Column("body_hash"),
    Column("cluster", ColumnType.WHOLE),
    Column("first_seen", ColumnType.TIME),
    Column("last_seen", ColumnType.TIME),
    Column("edited", ColumnType.TIME),
    Column("crawl", ColumnType.WHOLE),
    Column("corrected", ColumnType.TIME),
)
"""The columns that a store adds."""

_ORDER: Final = (
    *("url", "date", "outlet", "country", "title", "lead", "body", "authors", "agencies", "published", "modified"),
    *("date_source", "date_precision", "modified_source", "language", "script", "section", "tags", "image", "access"),
    *("access_evidence", "kind", "words", "charset", "replacement_share", "body_hash", "cluster", "first_seen"),
    *("last_seen", "edited", "crawl", "corrected"),
)
"""The columns in the order in which programs read them by position, which never changes; what is not named comes last.
"""


def _ordered(columns: tuple[Column, ...], order: tuple[str, ...]) -> tuple[Column, ...]:
    by_name = {column.name: column for column in columns}
    return tuple(by_name[name] for name in dict.fromkeys((*order, *by_name)))


ARTICLE_COLUMNS: Final = _ordered((*ARTICLE_FIELDS, *_OF_THE_STORE), _ORDER)
"""The columns of an article's row, in order; those of a new field come last."""

TEASER_COLUMNS: Final = _ordered(columns_of(Teaser), ("position", "url", "title", "excerpt", "heading", "place"))
"""The columns of a teaser's row, in order."""
