"""Runs a small spider with the project's own settings in a process of its own, and tells what came of each URL."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence

_TIME_LIMIT = 60


def crawl(urls: Sequence[str], settings: Mapping[str, object] | None = None) -> dict[str, dict[str, object]]:
    """Fetch URLs, all at once, and give for each ``status``, ``url`` and ``size``, or ``error`` and its ``message``."""
    asked = json.dumps({"urls": list(urls), "settings": dict(settings or {})})
    command = [sys.executable, __file__]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=_TIME_LIMIT, check=False)
    assert done.returncode == 0, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    return {line["asked"]: line for line in found}


def _main() -> None:
    from collections.abc import AsyncIterator

    import scrapy
    from scrapy.crawler import CrawlerProcess
    from scrapy.http import Response
    from scrapy.settings import Settings
    from twisted.python.failure import Failure

    order = json.load(sys.stdin)

    def tell(**words: object) -> None:
        print(json.dumps(words), flush=True)

    class TellingSpider(scrapy.Spider):
        name = "telling"

        async def start(self) -> AsyncIterator[scrapy.Request]:
            for url in order["urls"]:
                yield scrapy.Request(url, self.answered, errback=self.failed, cb_kwargs={"asked": url})

        def answered(self, response: Response, asked: str) -> None:
            tell(asked=asked, status=response.status, url=response.url, size=len(response.body))

        def failed(self, failure: Failure) -> None:
            asked = failure.request.cb_kwargs["asked"]  # type: ignore[attr-defined]  # Scrapy puts it there
            tell(asked=asked, error=type(failure.value).__name__, message=str(failure.value))

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
        **order["settings"],
    }
    taken_for_public = changes.pop("_PUBLIC", None)
    if taken_for_public:
        from balkan_crawler.manners.addresses import is_public
        from balkan_crawler.middlewares import addresses

        vars(addresses)["is_public"] = lambda address: address == taken_for_public or is_public(address)
    settings.setdict(changes, priority="cmdline")
    process = CrawlerProcess(settings)
    process.crawl(TellingSpider)
    process.start()


if __name__ == "__main__":
    _main()
