"""The files of Scrapy's feed exports (``-O FILE``): whole or not there, and left alone by a run that brings nothing."""

from __future__ import annotations

import logging
import os
import secrets
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.exceptions import NotConfigured
from scrapy.extensions.feedexport import FileFeedStorage
from w3lib.url import file_uri_to_path

from balkan_crawler.location import Location

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Spider
    from scrapy.crawler import Crawler
    from twisted.internet.defer import Deferred

logger = logging.getLogger(__name__)


class WholeFileStorage(FileFeedStorage):
    """Puts a file that is to be overwritten in its place at the end of a run; until then the former one stays."""

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None) -> None:
        super().__init__(uri, feed_options=feed_options)
        self._target = Path(os.path.realpath(self.path))
        self._part: Path | None = None

    def open(self, spider: Spider) -> IO[bytes]:
        """Open the file, or a hidden one beside its place."""
        if self.write_mode != "wb" or (self._target.exists() and not self._target.is_file()):
            return super().open(spider)
        self._target.parent.mkdir(parents=True, exist_ok=True)
        self._part = self._target.with_name(f".{self._target.name}.{secrets.token_hex(4)}.part")
        return self._part.open("xb")

    def store(self, file: IO[bytes]) -> Deferred[None] | None:
        """Give the file its name."""
        if self._part is None:
            return super().store(file)
        try:
            with file:
                file.flush()
                os.fsync(file.fileno())
            self._part.replace(self._target)
        except OSError:
            self._part.unlink(missing_ok=True)
            raise
        return None


class FeedWords:
    """Says where the articles of a run are kept, and which files are left as they were since it brought none."""

    def __init__(self, crawler: Crawler) -> None:
        feeds = crawler.settings.getdict("FEEDS")
        if not feeds:
            raise NotConfigured
        empty = crawler.settings.getbool("FEED_STORE_EMPTY")
        self._files = [
            path
            for uri, options in feeds.items()
            if not options.get("store_empty", empty) and (path := _file_of(str(uri))) is not None
        ]
        self._crawler = crawler
        crawler.signals.connect(self.opened, signals.spider_opened)
        crawler.signals.connect(self.closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it as Scrapy does."""
        return cls(crawler)

    def opened(self) -> None:
        """Say what is an item."""
        logger.info(
            "Articles are kept in %s (setting BALKAN_DB); those that are new or edited there are items",
            Location.of(self._crawler.settings["BALKAN_DB"]),
        )

    def closed(self) -> None:
        """Say of each file that nothing was written to."""
        assert self._crawler.stats is not None
        if self._crawler.stats.get_value("item_scraped_count", 0):
            return
        for path in self._files:
            left = "is left as it was" if path.exists() else "is not written"
            logger.warning("No article is new or edited: %s %s (`balkan-crawler export` has all articles)", path, left)


def _file_of(uri: str) -> Path | None:
    """Give the file that a feed goes to; ``None`` where it goes elsewhere."""
    scheme = urlsplit(uri).scheme
    if scheme == "file":
        return Path(file_uri_to_path(uri))
    return Path(uri) if not scheme and "%(" not in uri else None
