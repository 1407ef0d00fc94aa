"""The columns of an export: their names, order and types.

The order never changes; a new column goes to the end, so that programs that read by position stay right.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable


class Kind(Enum):
    """What a column holds, where a format has types."""

    TEXT = auto()
    DAY = auto()
    TIME = auto()
    WHOLE = auto()
    SHARE = auto()
    LIST = auto()
    TEASERS = auto()


@dataclass(frozen=True, slots=True)
class Column:
    """One column; a row holds days and times as ISO 8601 texts, lists as lists of texts, teasers as dictionaries."""

    name: str
    kind: Kind = Kind.TEXT


ARTICLE_COLUMNS: Final = (
    Column("url"),
    Column("date", Kind.DAY),
    Column("outlet"),
    Column("country"),
    Column("title"),
    Column("lead"),
    Column("body"),
    Column("authors", Kind.LIST),
    Column("agencies", Kind.LIST),
    Column("published", Kind.TIME),
    Column("modified", Kind.TIME),
    Column("date_source"),
    Column("date_precision"),
    Column("modified_source"),
    Column("language"),
    Column("script"),
    Column("section"),
    Column("tags", Kind.LIST),
    Column("image"),
    Column("access"),
    Column("access_evidence"),
    Column("kind"),
    Column("words", Kind.WHOLE),
    Column("charset"),
    Column("replacement_share", Kind.SHARE),
    Column("body_hash"),
    Column("cluster", Kind.WHOLE),
    Column("first_seen", Kind.TIME),
    Column("last_seen", Kind.TIME),
    Column("edited", Kind.TIME),
    Column("crawl", Kind.WHOLE),
)

TEASER_COLUMNS: Final = (
    Column("position", Kind.WHOLE),
    Column("url"),
    Column("title"),
    Column("excerpt"),
    Column("heading"),
    Column("place"),
)

TEASER_FILE_COLUMNS: Final = (Column("article_url"), Column("article_date", Kind.DAY), *TEASER_COLUMNS)
"""The columns of a teaser that stands in a file of its own, with the key of its article."""

TEASERS: Final = Column("teasers", Kind.TEASERS)


def chosen_columns(names: Iterable[str]) -> tuple[Column, ...]:
    """Give the columns of these names in the order named, each once. Raises `KeyError` with an unknown name."""
    known = {column.name: column for column in ARTICLE_COLUMNS}
    return tuple(known[name] for name in dict.fromkeys(names))
