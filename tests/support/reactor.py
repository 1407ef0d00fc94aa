"""Commands that crawl, run within the test's own process: one reactor in a thread beside the tests.

A process of its own costs each crawl some three seconds of imports. What only a process shows (signals, kills, Scrapy's
own command, its resolver) is tested with one, by `newsrooms` and `crawling`.
"""

from __future__ import annotations

import asyncio
import threading
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner, Result

from balkan_crawler.cli import main

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from scrapy.settings import Settings

    from balkan_crawler.model import Outlet
    from balkan_crawler.spiders.run_results import Run

_LONGEST = 60
"""Seconds after which a crawl that does not end fails its test."""


def command(folder: Path, *words: str, settings: Mapping[str, Any] | None = None) -> Result:
    """Run a command on the folder's ``news.db`` and ``own.toml``, with more of Scrapy's ``settings``."""
    given = [*words, "--db", str(folder / "news.db"), "--outlets", str(folder / "own.toml"), "--allow-private"]
    run = partial(_crawl, more=settings or {})
    return CliRunner().invoke(main, given, prog_name="balkan-crawler", obj=run)


def _crawl(settings: Settings, outlets: list[Outlet], run: Run, more: Mapping[str, Any]) -> None:
    """Do what `balkan_crawler.cli.crawl.crawl` does, in the reactor of this process."""
    loop = _loop()
    from scrapy.crawler import AsyncCrawlerRunner

    from balkan_crawler.spiders.outlet import OutletSpider

    settings.setdict({"BALKAN_WORKERS": 1, **more}, priority="cmdline")

    async def whole() -> None:
        await AsyncCrawlerRunner(settings).crawl(OutletSpider, outlets=tuple(outlets), run=run)

    asyncio.run_coroutine_threadsafe(whole(), loop).result(_LONGEST)


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """Start Twisted's reactor, which ends with the tests."""
    from twisted.internet import asyncioreactor

    loop = asyncio.new_event_loop()
    asyncioreactor.install(loop)
    from twisted.internet import reactor

    run = {"installSignalHandlers": False}
    threading.Thread(target=reactor.run, kwargs=run, name="reactor", daemon=True).start()
    return loop
