"""The copies of an article in order of time: who had it when, how much later, and what is other in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.articles.changes import Text, change
from balkan_crawler.model import DatePrecision, appeared

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from balkan_crawler.desk.articles.changes import Change
    from balkan_crawler.desk.articles.writing import Writing
    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage import Related

MOST_BYTES: Final = 28_000
"""What the differences of all copies on a page weigh at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One of a group of copies: itself, how long after the earliest it appeared, and what is other in its text.

    ``change`` leads from the earlier text to the later one; ``None`` where they were not compared. ``is_later`` says
    that this copy is the later one of it and the article that is shown. ``is_exact`` says that both times are stated.
    """

    article: Related
    later: timedelta
    is_exact: bool
    is_this: bool
    is_later: bool
    change: Change | None


def copies(
    number: int, row: Row, some: Sequence[Related], earliest: Related, rows: Mapping[int, Row], writing: Writing
) -> tuple[Copy, ...]:
    """Compare an article with those of its copies whose ``rows`` are given, as far as they fit."""
    found: list[Copy] = []
    room = MOST_BYTES
    own = (_appeared(row), number)
    for article in some:
        compared = None
        is_later = (article.appeared, article.number) > own
        if article.number in rows and room > 0:
            first, second = (row, rows[article.number]) if is_later else (rows[article.number], row)
            compared = change(text_of(first), text_of(second), writing, room)
            room -= compared.bytes
        found.append(
            Copy(
                article=article,
                later=article.appeared - earliest.appeared,
                is_exact=article.is_stated and earliest.is_stated,
                is_this=article.number == number,
                is_later=is_later,
                change=compared,
            )
        )
    return tuple(found)


def text_of(row: Row) -> Text:
    """Give the body of an article to be compared."""
    return Text(text=str(row["body"]), language=_text(row["language"]), script=_text(row["script"]))


def _appeared(row: Row) -> datetime:
    published, precision = _text(row["published"]), _text(row["date_precision"])
    return appeared(
        datetime.fromisoformat(published) if published else None,
        DatePrecision(precision) if precision else None,
        datetime.fromisoformat(str(row["first_seen"])),
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
