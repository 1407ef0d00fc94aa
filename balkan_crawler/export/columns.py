"""The columns of an export, in an order that never changes: those of an article, and of its teasers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.model.columns import ARTICLE_COLUMNS, TEASER_COLUMNS, Column, ColumnType

if TYPE_CHECKING:
    from collections.abc import Iterable

TEASERS: Final = Column("teasers", ColumnType.TEASERS)
"""The column of an article's teasers, in a format whose cells can hold records."""

TEASER_FILE_COLUMNS: Final = (Column("article_url"), Column("article_date", ColumnType.DAY), *TEASER_COLUMNS)
"""The columns of a teaser that stands in a file of its own, with the key of its article."""


def chosen_columns(names: Iterable[str]) -> tuple[Column, ...]:
    """Give the columns of these names in the order named, each once. Raises `KeyError` with an unknown name."""
    known = {column.name: column for column in ARTICLE_COLUMNS}
    return tuple(known[name] for name in dict.fromkeys(names))
