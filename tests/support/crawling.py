"""Runs a small spider with the project's own settings, and tells what came of each URL."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Mapping, Sequence

import scrapy
from scrapy.http import Response
from scrapy.settings import Settings
from twisted.python.failure import Failure

_TIME_LIMIT = 60


def crawl(urls: Sequence[str], settings: Mapping[str, object] | None = None) -> dict[str, dict[str, object]]:
    """Fetch URLs, all at once, and give for each ``status``, ``url`` and ``size``, or ``error`` and its ``message``."""
    from support.reactor import run_spider  # not where this file is run as a program

    told: list[dict[str, object]] = []
    run_spider(_settings(settings or {}), _telling_spider(urls, lambda **words: told.append(words)))
    return {str(line["asked"]): line for line in told}


def crawl_in_a_process(
    urls: Sequence[str], settings: Mapping[str, object] | None = None
) -> dict[str, dict[str, object]]:
    """As `crawl`, where Scrapy's resolver of names or the end of the process matters."""
    asked = json.dumps({"urls": list(urls), "settings": dict(settings or {})})
    command = [sys.executable, __file__]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=_TIME_LIMIT, check=False)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["asked"]: line for line in found}


def _telling_spider(urls: Sequence[str], tell: Callable[..., None]) -> type[scrapy.Spider]:
    class TellingSpider(scrapy.Spider):
        name = "telling"

        async def start(self) -> AsyncIterator[scrapy.Request]:
            for url in urls:
                yield scrapy.Request(url, self.answered, errback=self.failed, cb_kwargs={"asked": url})

        def answered(self, response: Response, asked: str) -> None:
            tell(asked=asked, status=response.status, url=response.url, size=len(response.body))

        def failed(self, failure: Failure) -> None:
            asked = failure.request.cb_kwargs["asked"]  # type: ignore[attr-defined]  # Scrapy puts it there
            tell(asked=asked, error=type(failure.value).__name__, message=str(failure.value))

    return TellingSpider


def _settings(more: Mapping[str, object]) -> Settings:
    settings = Settings()
    settings.setmodule("balkan_crawler.settings", priority="project")
    changes = {
        "SPIDER_LOADER_CLASS": "scrapy.spiderloader.SpiderLoader",
        "SPIDER_MODULES": [],
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {"balkan_crawler.extensions.politeness.Politeness": 100},
        "BALKAN_ALLOW_PRIVATE": True,
        "BALKAN_RETRY_WAIT": 0,
        "DOWNLOAD_DELAY": 0,
        "DOWNLOAD_TIMEOUT": 1,
        "LOG_LEVEL": "WARNING",
        **more,
    }
    settings.setdict(changes, priority="cmdline")
    return settings


def _main() -> None:
    from scrapy.crawler import CrawlerProcess

    order = json.load(sys.stdin)
    taken_for_public = order["settings"].pop("_PUBLIC", None)
    if taken_for_public:
        from balkan_crawler.manners.addresses import is_public
        from balkan_crawler.middlewares import addresses

        vars(addresses)["is_public"] = lambda address: address == taken_for_public or is_public(address)
    process = CrawlerProcess(_settings(order["settings"]))
    process.crawl(_telling_spider(order["urls"], lambda **words: print(json.dumps(words), flush=True)))
    process.start()


if __name__ == "__main__":
    _main()
