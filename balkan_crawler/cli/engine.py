"""Scrapy's engine, as commands start it: its settings out of theirs, and a crawl from begin to end."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from balkan_crawler.manners.agent import user_agent

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scrapy.settings import Settings

    from balkan_crawler.cli.options import CrawlOptions
    from balkan_crawler.extensions.workers.starting import Starter
    from balkan_crawler.model import Outlet
    from balkan_crawler.spiders.outlet import OutletSpider
    from balkan_crawler.spiders.run_results import Run


def make_settings(options: CrawlOptions, starter: Starter | None) -> Settings:
    """Make Scrapy's settings of the options; the log is not Scrapy's (`balkan_crawler.cli.logs`)."""
    from scrapy.settings import Settings

    settings = Settings()
    settings.setmodule("balkan_crawler.settings", priority="project")
    changes = {
        "BALKAN_DB": options.location,
        "BALKAN_LIMIT": options.limit,
        "BALKAN_MINUTES": options.minutes,
        "BALKAN_CONTACT": options.contact,
        "BALKAN_ALLOW_PRIVATE": options.allow_private,
        "BALKAN_KEEP_PAGES": str(options.keep_pages) if options.keep_pages else None,
        "BALKAN_WORKER_STARTER": lambda: starter,  # a function, since Scrapy copies all other settings
        "USER_AGENT": user_agent(options.contact),
        "LOG_ENABLED": False,
    }
    settings.setdict({name: value for name, value in changes.items() if value is not None}, priority="cmdline")
    return settings


def crawl(
    settings: Settings, outlets: Sequence[Outlet], run: Run, opened: Callable[[OutletSpider], None] | None = None
) -> None:
    """Run Scrapy until the crawl has ended; its engine can be started only once in a process.

    ``opened`` is called with the spider when the crawl begins, within the running loop.
    """
    from scrapy import signals
    from scrapy.crawler import AsyncCrawlerProcess

    from balkan_crawler.spiders.outlet import OutletSpider

    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(OutletSpider)
    crawler.signals.connect(_all_is_loaded, signal=signals.spider_opened)
    if opened is not None:
        crawler.signals.connect(opened, signal=signals.spider_opened)
    process.crawl(crawler, outlets=tuple(outlets), run=run)
    process.start()


def _all_is_loaded() -> None:
    """Collect garbage again, but not what was there before."""
    gc.freeze()
    gc.enable()
