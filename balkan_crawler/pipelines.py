"""The item pipeline: a visit goes into the archive, and an article comes out as a plain item."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Final

from scrapy.exceptions import DropItem

from balkan_crawler.errors import LeaseLostError, StoreError
from balkan_crawler.model import Article, Teaser, Visit
from balkan_crawler.spiders.outlet import spider_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

_OF_AN_ARTICLE: Final = tuple(field.name for field in fields(Article))
_OF_A_TEASER: Final = tuple(field.name for field in fields(Teaser))


class StorePipeline:
    """Has each visit stored: the article, its teasers and the URL's state in one transaction, beside other visits."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it as Scrapy does."""
        return cls(crawler)

    async def process_item(self, item: object) -> object:
        """Commit a `Visit`; that of an article goes on as a dictionary, for Scrapy's feed exports (``-O FILE``)."""
        if not isinstance(item, Visit):
            return item
        site = spider_of(self._crawler).sites[item.outlet]
        try:
            await site.context.commit(site.lease, item)
        except LeaseLostError as error:
            site.lose(error)
            raise DropItem(str(error), log_level="WARNING") from error
        except StoreError as error:
            site.context.abort(error)
            raise DropItem(str(error), log_level="ERROR") from error
        if item.article is None:
            raise DropItem(f"{item.url}: {item.outcome}", log_level="DEBUG")
        return article_item(item)

    async def close_spider(self) -> None:
        """Wait for the pages that are in flight when Scrapy is told to stop."""
        await spider_of(self._crawler).ended()


def article_item(visit: Visit) -> dict[str, object]:
    """Give the article of a visit and its teasers as a plain dictionary; times are ISO 8601."""
    assert visit.article is not None
    item: dict[str, object] = {"outlet": visit.outlet}
    item |= {name: _plain(getattr(visit.article, name)) for name in _OF_AN_ARTICLE}
    item["teasers"] = [{name: getattr(teaser, name) for name in _OF_A_TEASER} for teaser in visit.teasers]
    return item


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
