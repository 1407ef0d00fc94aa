"""The spider: all outlets of a run side by side, each site under a lease of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import scrapy

from balkan_crawler.errors import LeaseTooShortError, StoreError
from balkan_crawler.extensions.clock import clock_of, elapsed
from balkan_crawler.extensions.exemptions import Exemptions
from balkan_crawler.extensions.lease_deadline import LEAST_TIMEOUTS
from balkan_crawler.extensions.politeness import Politeness
from balkan_crawler.extensions.worker_pool import WorkerPool
from balkan_crawler.middlewares.robots import RobotsMiddleware
from balkan_crawler.model import Discovery, FrontierEntry, Hints
from balkan_crawler.spiders import visits
from balkan_crawler.spiders.async_store import AsyncStore
from balkan_crawler.spiders.context import CrawlContext
from balkan_crawler.spiders.fetching import fetch, page_of
from balkan_crawler.spiders.items import article_item
from balkan_crawler.spiders.keeping import PageKeeper
from balkan_crawler.spiders.run_results import Order, OutletRun, Run
from balkan_crawler.spiders.run_summary import log_run
from balkan_crawler.spiders.site import SiteCrawl
from balkan_crawler.spiders.staying import Stay
from balkan_crawler.spiders.writer import Writer
from balkan_crawler.storage import open_store, this_holder

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from balkan_crawler.extensions.lease_deadline import LeaseDeadline
    from balkan_crawler.model import Lease, Outlet, Visit
    from balkan_crawler.spiders.fetching import Page
    from balkan_crawler.storage import Store

logger = logging.getLogger(__name__)


class OutletSpider(scrapy.Spider):
    """Crawls ``outlets`` into the database.

    `CatalogueSpiderLoader` makes a subclass for each outlet of the catalogue; the command line hands over any number of
    outlets and a ``run``, whose counts it shows. Each site is one coroutine (`SiteCrawl`) that asks Scrapy's downloader
    for documents, so that what a site does next reads from top to bottom, and one that hangs is alone with it. Visits
    go through the item pipelines all the same (Scrapy's feed exports see them), and come back to the site's `commit`.
    """

    name = "outlets"
    outlets: tuple[Outlet, ...] = ()

    def __init__(self, run: Run, outlets: tuple[Outlet, ...] | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        if outlets is not None:
            self.outlets = outlets
        self.run = run
        self.sites: dict[str, SiteCrawl] = {}
        self.context: CrawlContext | None = None
        self._work: asyncio.Task[None] | None = None
        self._tasks: dict[asyncio.Task[None], SiteCrawl] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, run: Run | None = None, **kwargs: Any) -> Self:
        """Build the spider as Scrapy does; without a ``run`` the order is read from the settings."""
        run = run or Run(order=Order.from_settings(crawler.settings), started=clock_of(crawler)())
        return super().from_crawler(crawler, *args, run=run, **kwargs)

    async def start(self) -> AsyncIterator[None]:
        """Do all the work of the run; yields nothing, since sites ask the downloader themselves."""
        self._work = asyncio.create_task(self._crawl())
        try:
            await asyncio.shield(self._work)
        except asyncio.CancelledError:
            self.stop()  # Scrapy is told to stop (SIGTERM, Ctrl-C); the pipeline waits for what is in flight
            raise
        return
        yield  # makes it the asynchronous generator that Scrapy asks for

    async def parse(self, response: Response) -> AsyncIterator[dict[str, object]]:
        """Give the item of an article that Scrapy itself fetched (``scrapy parse URL``); nothing is stored or learned.

        What the page is, where it is no article, goes to the log. Raises what `WorkerPool.read` does.
        """
        [outlet, *_] = self.outlets
        pool = self.crawler.get_extension(WorkerPool)
        assert pool is not None, "the setting EXTENSIONS lacks the worker pool"
        page = page_of(response, clock_of(self.crawler)())
        entry = FrontierEntry(
            url=page.url, outlet=outlet.key, found_by=Discovery.SECTION, found_in=page.url, hints=Hints()
        )
        visit = visits.answered(entry, page)
        if visit is None:
            reading = await pool.read(page.content, page.url, outlet, page.fetched, None, page.content_type)
            visit = visits.extracted(entry, page, reading.extraction, ZoneInfo(outlet.timezone))
        if visit.article is None:
            reason = f": {visit.reason}" if visit.reason else ""
            logger.warning("%s is no article, but %s%s", page.url, visit.outcome, reason)
        else:
            yield article_item(visit, outlet)

    def stop(self, grace: float | None = None) -> None:
        """Begin nothing more, finish what is in flight, give it up after ``grace`` seconds (the setting's, if none)."""
        if not self.run.stopped:
            self.run.stopped = True
            grace = self._grace if grace is None else grace
            asyncio.get_running_loop().call_later(grace, self._give_up)

    @property
    def _grace(self) -> float:
        return self.crawler.settings.getfloat("BALKAN_GRACE_SECONDS")

    def _end_in_time(self, seconds: float) -> None:
        """Plan the end of a run that may take so long: what is in flight then has the last tenth of it."""
        grace = min(self._grace, seconds / 10)
        asyncio.get_running_loop().call_later(seconds - grace, self.stop, grace)

    async def ended(self) -> None:
        """Wait until all sites have come to their end."""
        if self._work is not None:
            await asyncio.wait([self._work])

    async def _keep(self, visit: Visit) -> None:
        """Send a visit through the item pipelines."""
        assert self.crawler.engine is not None
        await self.crawler.engine.scraper.start_itemproc_async(visit, response=None)

    async def _crawl(self) -> None:
        try:
            _check_lease(self.crawler)
            store = await asyncio.to_thread(open_store, self.run.order.database)
        except (LeaseTooShortError, StoreError) as error:
            logger.error("%s", error)
            self.run.error = error
            self.stop()
            return
        context = self.context = self._context(store)
        try:
            await self._crawl_sites(context)
        except Exception as error:  # a fault of ours: the command has to say so, and not with exit code 0
            context.abort(error)
        finally:
            if context.keeper is not None:
                await context.keeper.close()
            await context.writer.close()
            await context.store.close()

    def _context(self, store: Store) -> CrawlContext:
        pool = self.crawler.get_extension(WorkerPool)
        assert pool is not None, "the setting EXTENSIONS lacks the worker pool"
        return CrawlContext(
            store=AsyncStore(store),
            writer=Writer(store, more_to_come=lambda: pool.under_way > 0),
            pool=pool,
            request=partial(_fetch, self.crawler, pool),
            keep=self._keep,
            stop=self.stop,
            robots=self.crawler.get_downloader_middleware(RobotsMiddleware),
            politeness=self.crawler.get_extension(Politeness),
            exemptions=self.crawler.get_extension(Exemptions),
            keeper=PageKeeper.from_settings(self.crawler.settings, self.run),
            run=self.run,
            clock=clock_of(self.crawler),
            lease_seconds=self.crawler.settings.getfloat("BALKAN_LEASE_SECONDS"),
            longest_answer=self.crawler.settings.getfloat("DOWNLOAD_TIMEOUT"),
        )

    async def _crawl_sites(self, context: CrawlContext) -> None:
        loop, began = asyncio.get_running_loop(), asyncio.get_running_loop().time()
        now, store, keys = context.clock(), context.store, [outlet.key for outlet in self.outlets]
        await store.register(self.outlets, now)
        renewing = asyncio.create_task(_renew(self._tasks, context.lease_seconds / 3))
        if self.run.order.minutes is not None:
            self._end_in_time(self.run.order.minutes * 60)
        if self.run.order.stays:
            await Stay(context, self.outlets, partial(self._begin, context), self._end_round).work()
        else:
            await self._crawl_once(context, now, keys)
        renewing.cancel()
        for task in self._tasks:
            if not task.cancelled() and (error := task.exception()) is not None:
                context.abort(error)
        log_run(self.run, self.run.started + timedelta(seconds=loop.time() - began))

    async def _crawl_once(self, context: CrawlContext, now: datetime, keys: list[str]) -> None:
        """Crawl each site that is due, and end when all are done."""
        store = context.store
        asked = elapsed()
        leases = await store.lease(keys, this_holder(), now, context.lease_seconds)
        leased = {key for lease in leases for key in lease.outlets}
        held = await store.holders(keys, now)
        self.run.held = {key: holder for key, holder in held.items() if key not in leased}
        for lease in leases:
            self._begin(context, lease, asked)
        if self._tasks:
            await asyncio.wait(self._tasks)
        idle = {key for key, outlet in self.run.outlets.items() if outlet.was_idle}
        resting = set(keys) - set(self.run.outlets) - set(self.run.held) | (set() if self.run.stopped else idle)
        self.run.not_due = tuple(key for key in keys if key in resting)
        if self.run.not_due:
            self.run.next_due = await store.next_due(self.run.not_due, now, revisits=self.run.order.revisits > 0)

    def _begin(self, context: CrawlContext, lease: Lease, asked: float) -> asyncio.Task[None]:
        """Begin the crawl of a site whose lease was asked for at a time of `elapsed`."""
        now, outlets = context.clock(), [outlet for outlet in self.outlets if outlet.key in lease.outlets]
        self.run.outlets |= {outlet.key: OutletRun(outlet=outlet, started=now) for outlet in outlets}
        site = SiteCrawl(context, lease, asked)
        self.sites |= dict.fromkeys(site.outlets, site)
        task = asyncio.create_task(site.run())
        self._tasks[task] = site
        return task

    def _end_round(self, task: asyncio.Task[None]) -> SiteCrawl:
        """Keep nothing of a site's crawl that has ended but its numbers; gives it a last time."""
        site = self._tasks.pop(task)
        context = site.context
        if not task.cancelled() and (error := task.exception()) is not None:
            context.abort(error)
        for key in site.outlets:
            del self.sites[key]
        context.pool.forget(site.lease.key)
        self.run.end_round(site.outlets, context.clock())
        return site

    def _give_up(self) -> None:
        for task in self._tasks:
            task.cancel()
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        if robots is not None:
            robots.give_up()


def spider_of(crawler: Crawler) -> OutletSpider:
    """Give the spider of a crawl of ours."""
    assert isinstance(crawler.spider, OutletSpider)
    return crawler.spider


async def _fetch(
    crawler: Crawler, pool: WorkerPool, lease: LeaseDeadline | None, url: str, headers: Mapping[str, str]
) -> Page:
    """Fetch a document, once there is room for it beside those that wait to be read."""
    await pool.room()
    return await fetch(crawler, lease, url, headers)


def _check_lease(crawler: Crawler) -> None:
    """Raise `LeaseTooShortError` where a renewal might come too late for the answer that is waited for."""
    lease, answer = (crawler.settings.getfloat(name) for name in ("BALKAN_LEASE_SECONDS", "DOWNLOAD_TIMEOUT"))
    if lease < LEAST_TIMEOUTS * answer:
        raise LeaseTooShortError(round(lease), round(answer))


async def _renew(sites: Mapping[asyncio.Task[None], SiteCrawl], every: float) -> None:
    """Renew the leases of the sites that are at work, each so many seconds."""
    while True:
        await asyncio.sleep(every)
        for task, site in list(sites.items()):
            if not task.done():
                with contextlib.suppress(StoreError):  # who works on the site will meet it too, and says so
                    await site.renew()
