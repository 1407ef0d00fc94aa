"""The part of the store's contract that moving closed months elsewhere needs: what there is, whole, and its leaving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from balkan_crawler.model.columns import ARTICLE_COLUMNS, TEASER_COLUMNS, Column, ColumnType, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

ArticleKey = tuple[str, str]
"""An article's URL and day."""

WHOLE_ARTICLE_COLUMNS: Final = (
    *ARTICLE_COLUMNS,
    Column("appeared", ColumnType.TIME),
    Column("state_hash"),
    Column("page_hash"),
    Column("identity"),
    Column("id", ColumnType.WHOLE),
)
"""The columns of an article as it is stored: those of exports, and what only the store needs."""
WHOLE_VERSION_COLUMNS: Final = (
    *(Column("seen", ColumnType.TIME), Column("replaced", ColumnType.TIME)),
    *map(Column, ("title", "lead", "body")),
    Column("changed", ColumnType.LIST),
    *(Column(name, ColumnType.WHOLE) for name in ("words_added", "words_removed", "times")),
    Column("state_hash"),
)
CORRECTION_COLUMNS: Final = (
    Column("captured", ColumnType.TIME),
    Column("corrected", ColumnType.TIME),
    Column("changed", ColumnType.LIST),
)
WHOLE_TEASER_COLUMNS: Final = (*TEASER_COLUMNS, Column("identity"))
ALIAS_COLUMNS: Final = (Column("url"), Column("identity"), Column("first_seen", ColumnType.TIME))
OUTLET_COLUMNS: Final = (
    *map(Column, ("key", "name", "country")),
    Column("languages", ColumnType.LIST),
    *map(Column, ("timezone", "homepage", "site")),
    Column("agency", ColumnType.WHOLE),
    Column("closed"),
    Column("first_seen", ColumnType.TIME),
    Column("last_seen", ColumnType.TIME),
    Column("owner"),
    Column("paywall", ColumnType.WHOLE),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutletMonth:
    """How many articles there are of an outlet and a month, such as ``2026-03``."""

    month: str
    outlet: str
    country: str
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleState:
    """An article's key and number, and what tells whether it is as it was: its last change, and its last visit."""

    url: str
    date: str
    number: int
    change: int
    last_seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeArticle:
    """An article with all that is stored of it; the rows of the other tables lack its key, and are in order.

    ``change`` is the number of its last change (`Store.latest_change`).
    """

    article: Row
    change: int
    versions: Sequence[Row]
    corrections: Sequence[Row]
    teasers: Sequence[Row]
    aliases: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Whether an article is stored, by its last change and visit, and why its URL is kept out, where it is.

    ``is_in_use`` says that an article of some day is stored at its URL, which then is not kept out.
    """

    change: int | None = None
    last_seen: str | None = None
    kept_out: str | None = None
    is_in_use: bool = False


class MonthsStore(Protocol):
    """What a store can do for months that move elsewhere; see `balkan_crawler.storage.Store`, which has it, too."""

    def outlet_months(self, before: date) -> list[OutletMonth]:
        """Count the articles of days before one, by month, country and outlet, in this order."""
        ...

    def article_states(self, outlet: str, first: date, last: date) -> list[ArticleState]:
        """Give the articles of an outlet from one day to another, by day and URL."""
        ...

    def whole_articles(self, numbers: Sequence[int]) -> list[WholeArticle]:
        """Give the articles of some numbers, in their order and as they are at one moment; those that are there."""
        ...

    def hand_over(self, keys: Sequence[ArticleKey], is_kept: Callable[[WholeArticle], bool], now: datetime) -> int:
        """Delete those of some articles that are kept elsewhere as they are here, in one transaction; gives how many.

        ``is_kept`` is asked of each one within the transaction. Their URLs stay known and are never fetched again: the
        outcome is ``archived``.
        """
        ...

    def standing(self, keys: Sequence[ArticleKey]) -> dict[ArticleKey, Standing]:
        """Say of articles whether they are stored, and whether their URLs are kept out."""
        ...

    def outlet_rows(self) -> list[Row]:
        """Give the outlets that were ever crawled with all their columns, by key."""
        ...
