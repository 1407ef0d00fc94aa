"""Articles as Scrapy's items: plain dictionaries, with the columns of an export as far as a page tells them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from balkan_crawler.model import day_of
from balkan_crawler.model.columns import ARTICLE_COLUMNS
from balkan_crawler.text import words

if TYPE_CHECKING:
    from balkan_crawler.model import Outlet, Visit


def article_item(visit: Visit, outlet: Outlet) -> dict[str, object]:
    """Give the article of a visit and its teasers, in the order of an export's columns; times are ISO 8601 in UTC.

    ``date`` is its day in the outlet's time zone, as a store gives it to a new article.
    """
    assert visit.article is not None
    article = visit.article
    fields = asdict(article) | {
        "date": day_of(article.published, visit.fetched or datetime.now(UTC), outlet.timezone).isoformat(),
        "outlet": visit.outlet,
        "country": outlet.country,
        "words": len(words(article.body)),
    }
    item = {column.name: _plain(fields[column.name]) for column in ARTICLE_COLUMNS if column.name in fields}
    item["teasers"] = [{name: _plain(value) for name, value in asdict(teaser).items()} for teaser in visit.teasers]
    return item


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return list(value) if isinstance(value, tuple) else value
