"""Keeping the pages of a crawl, beside it: what cannot be kept stops nothing."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from balkan_crawler.errors import PagesUnwritableError
from balkan_crawler.warc.folder import PageFolder

if TYPE_CHECKING:
    from typing import Self

    from scrapy.settings import BaseSettings

    from balkan_crawler.spiders.run_results import Run
    from balkan_crawler.warc.writing import Exchange

logger = logging.getLogger(__name__)


class PageKeeper:
    """Writes pages into a folder, each in a thread; the first that fails is the last, and the run says so once."""

    def __init__(self, folder: PageFolder, run: Run) -> None:
        self._folder, self._run = folder, run

    @classmethod
    def from_settings(cls, settings: BaseSettings, run: Run) -> Self | None:
        """Build it from the setting ``BALKAN_KEEP_PAGES``; ``None`` where that names no folder."""
        named = settings.get("BALKAN_KEEP_PAGES")
        return cls(PageFolder(Path(named)), run) if named else None

    async def keep(self, outlet: str, exchange: Exchange) -> None:
        """Keep a page, unless an earlier one could not be."""
        if self._run.keeping_ended is not None:
            return
        try:
            await asyncio.to_thread(self._folder.keep, outlet, exchange)
        except PagesUnwritableError as error:
            if self._run.keeping_ended is None:  # the first of several that were under way
                self._run.keeping_ended = str(error)
                logger.warning("pages are not kept any more: %s", error)
        else:
            self._run.kept += 1

    async def close(self) -> None:
        """Give the files back."""
        await asyncio.to_thread(self._folder.close)
