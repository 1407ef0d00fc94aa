"""Articles as Scrapy's items: plain dictionaries, with the columns of an export as far as a page tells them."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from balkan_crawler.model import Article, Teaser, day_of
from balkan_crawler.model.columns import ARTICLE_COLUMNS
from balkan_crawler.text import words

if TYPE_CHECKING:
    from balkan_crawler.model import Outlet, Visit


_OF_AN_ARTICLE: Final = tuple(field.name for field in fields(Article))
_OF_A_TEASER: Final = tuple(field.name for field in fields(Teaser))


def article_item(visit: Visit, outlet: Outlet) -> dict[str, object]:
    """Give the article of a visit and its teasers, in the order of an export's columns; times are ISO 8601 in UTC.

    ``date`` is its day in the outlet's time zone, as a store gives it to a new article.
    """
    assert visit.article is not None
    article, prepared = visit.article, visit.prepared
    told: dict[str, object] = {name: getattr(article, name) for name in _OF_AN_ARTICLE} | {
        "date": day_of(article.published, visit.fetched or datetime.now(UTC), outlet.timezone).isoformat(),
        "outlet": visit.outlet,
        "country": outlet.country,
        "words": prepared.words if prepared is not None else len(words(article.body)),
    }
    item = {column.name: _plain(told[column.name]) for column in ARTICLE_COLUMNS if column.name in told}
    item["teasers"] = [{name: _plain(getattr(teaser, name)) for name in _OF_A_TEASER} for teaser in visit.teasers]
    return item


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, StrEnum):
        return value.value
    return list(value) if isinstance(value, tuple) else value
