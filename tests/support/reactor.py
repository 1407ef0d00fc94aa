"""Commands that crawl, run within the test's own process: one reactor in a thread beside the tests.

A process of its own costs each crawl some three seconds of imports. What only a process shows (signals, kills, Scrapy's
own command, its resolver) is tested with one, by `newsrooms` and `crawling`.
"""

from __future__ import annotations

import asyncio
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from click.testing import CliRunner
from scrapy import signals

from balkan_crawler.cli import main
from balkan_crawler.extensions.worker_pool import WorkerPool
from balkan_crawler.middlewares.addresses import PublicAddressResolver
from balkan_crawler.spiders.visitor import reactor_loop

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pytest
    from scrapy import Spider
    from scrapy.crawler import Crawler
    from scrapy.settings import Settings

    from balkan_crawler.model import Outlet
    from balkan_crawler.spiders.run_results import Run

_LONGEST = 600
"""Seconds after which a crawl that does not end fails its test."""


@dataclass(frozen=True, slots=True)
class Done:
    """How a command ended, in the words of `subprocess.CompletedProcess`."""

    returncode: int
    stdout: str
    stderr: str


@dataclass(slots=True)
class Clock:
    """A clock that only the test moves."""

    now: datetime = datetime(2026, 11, 24, 12, tzinfo=UTC)

    def move(self, **span: float) -> None:
        """Let hours, days, ... pass."""
        self.now += timedelta(**span)


def command(folder: Path, *words: str, clock: Clock | None = None, settings: Mapping[str, Any] | None = None) -> Done:
    """Run a command on the folder's ``news.db`` and ``own.toml``, by a clock and with more of Scrapy's ``settings``."""
    given = [*words, "--db", str(folder / "news.db"), "--outlets", str(folder / "own.toml"), "--allow-private"]
    more = dict(settings or {})
    if clock is not None:
        more["BALKAN_CLOCK"] = lambda: clock.now  # Scrapy copies its settings, but no functions
    run = partial(_crawl, more=more)
    result = CliRunner().invoke(main, given, prog_name="balkan-crawler", obj=run)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return Done(result.exit_code, result.stdout, result.stderr)


def _crawl(settings: Settings, outlets: list[Outlet], run: Run, more: Mapping[str, Any]) -> None:
    """Do what `balkan_crawler.cli.engine.crawl` does, in the reactor of this process."""
    from balkan_crawler.spiders.outlet import OutletSpider

    settings.setdict(
        {"EXTENSIONS": EXTENSIONS, "BALKAN_WORKERS": 1, "BALKAN_RETRY_WAIT": 0, **more}, priority="cmdline"
    )

    run_spider(settings, OutletSpider, outlets=tuple(outlets), run=run)


def run_spider(settings: Settings, spider: type[Spider], **arguments: Any) -> None:
    """Run a spider to its end in the reactor of this process."""
    loop = reactor_loop()
    from scrapy.crawler import AsyncCrawlerRunner
    from twisted.internet import reactor

    async def whole() -> None:
        runner = AsyncCrawlerRunner(settings)
        crawler = runner.create_crawler(spider)
        PublicAddressResolver.from_crawler(crawler, reactor).install_on_reactor()  # as Scrapy's own command line does
        await runner.crawl(crawler, **arguments)

    asyncio.run_coroutine_threadsafe(whole(), loop).result(_LONGEST)


def close_kept_pool() -> None:
    """Stop the worker that the crawls of this process shared, if there was one."""
    if _kept_pool.cache_info().currsize:
        asyncio.run_coroutine_threadsafe(_kept_pool().close(), reactor_loop()).result(_LONGEST)
        _kept_pool.cache_clear()


class KeptPool(WorkerPool):
    """One worker that serves all crawls of the tests in turn, since its start is most of what a small crawl takes."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> KeptPool:
        """Give the one pool, started by the first crawl."""
        pool = _kept_pool()
        crawler.signals.connect(pool.start, signal=signals.spider_opened)
        return pool


def keep_pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let visits share the one worker, too."""
    monkeypatch.setattr("balkan_crawler.spiders.visitor.WorkerPool", KeptPool)


FETCHING: dict[Any, int] = {
    "balkan_crawler.extensions.politeness.Politeness": 100,
    "balkan_crawler.extensions.exemptions.Exemptions": 100,
}
EXTENSIONS = {**FETCHING, KeptPool: 200}


class _StumblingPool(WorkerPool):
    """The same worker, which hangs, dies or fails over one document."""

    stumbles_over: str
    way: str

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> _StumblingPool:
        """Build it beside the one pool, which does the work."""
        crawler.signals.connect(_kept_pool().start, signal=signals.spider_opened)
        return cls(1)

    async def read(self, *arguments: Any) -> Any:
        return await _kept_pool().read(*arguments)

    async def run(self, url: str, time_limit: float | None, function: Any, /, *arguments: Any, **named: Any) -> Any:
        run = _kept_pool().run
        if urlsplit(url).path != self.stumbles_over:
            return await run(url, time_limit, function, *arguments, **named)
        if self.way == "hangs":
            return await run(url, 0.1, time.sleep, 60)
        if self.way == "dies":
            return await run(url, None, os._exit, 3)
        return await run(url, None, int, "no number")


def stumbling(path: str, way: str) -> dict[str, Any]:
    """Give settings under which workers hang, die or fail over the document at a path."""
    pool = type("StumblingPool", (_StumblingPool,), {"stumbles_over": path, "way": way})
    return {"EXTENSIONS": {**FETCHING, pool: 200}}


@cache
def _kept_pool() -> KeptPool:
    return KeptPool(1)
