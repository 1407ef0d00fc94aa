"""The item pipeline: a visit goes into the archive, and an article comes out as a plain item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem

from balkan_crawler.errors import LeaseLostError, StoreError
from balkan_crawler.model import Visit
from balkan_crawler.spiders.items import article_item
from balkan_crawler.spiders.outlet import spider_of

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler


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
        return article_item(item, site.outlets[item.outlet].outlet)

    async def close_spider(self) -> None:
        """Wait for the pages that are in flight when Scrapy is told to stop."""
        await spider_of(self._crawler).ended()
