"""The spider: all outlets of a run side by side, each site under a lease of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar

import scrapy

from balkan_crawler.errors import StoreError
from balkan_crawler.extensions.worker_pool import ExtractionPool
from balkan_crawler.middlewares.robots import RobotsMiddleware
from balkan_crawler.revisiting.schedule import Polls
from balkan_crawler.spiders.run_results import Order, OutletRun, Run
from balkan_crawler.spiders.site import LEASE_SECONDS, SiteCrawl
from balkan_crawler.storage import open_store, this_holder

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from balkan_crawler.model import Outlet, Visit
    from balkan_crawler.storage import SqliteStore

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)

GRACE_SECONDS: Final = 10.0
"""How long what is in flight may take when the run is told to stop."""


class OutletSpider(scrapy.Spider):
    """Crawls ``outlets`` into the database.

    `CatalogueSpiderLoader` makes a subclass for each outlet of the catalogue; the command line hands over any number of
    outlets with an ``order``, and a ``run`` whose counts it shows. Each site is one coroutine (`SiteCrawl`) that asks
    Scrapy's downloader for documents, so that what a site does next reads from top to bottom, and one that hangs is
    alone with it. Visits go through the item pipelines.
    """

    store: SqliteStore
    """The archive, open while the spider works."""

    name = "outlets"
    outlets: tuple[Outlet, ...] = ()

    def __init__(self, outlets: tuple[Outlet, ...] | None = None, run: Run | None = None, **arguments: Any) -> None:
        super().__init__(**arguments)
        if outlets is not None:
            self.outlets = outlets
        self.run = run or Run(order=Order(asked=True), started=datetime.now(UTC))
        self.stopping = False
        self.sites: dict[str, SiteCrawl] = {}
        self._work: asyncio.Task[None] | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Build the spider as Scrapy does; without a ``run`` the order is read from the settings."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        if kwargs.get("run") is None:
            settings = crawler.settings
            spider.run.order = Order(
                database=settings["BALKAN_DB"],
                asked=True,
                limit=settings.getint("BALKAN_LIMIT") or None,
                days=settings.getfloat("BALKAN_DAYS"),
                minutes=settings.getfloat("BALKAN_MINUTES") or None,
                revisits=settings.getfloat("BALKAN_REVISITS"),
                polls=Polls(
                    shortest=timedelta(minutes=settings.getfloat("BALKAN_SHORTEST_POLL")),
                    longest=timedelta(minutes=settings.getfloat("BALKAN_LONGEST_POLL")),
                ),
            )
        return spider

    @property
    def pool(self) -> ExtractionPool:
        """The extraction processes."""
        pool = self.crawler.get_extension(ExtractionPool)
        assert pool is not None, "the setting EXTENSIONS lacks the extraction pool"
        return pool

    async def ask(self, method: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method of the store in a thread, so that waiting for the disk or a lock stops no fetch."""
        return await asyncio.to_thread(method, *args, **kwargs)

    async def start(self) -> AsyncIterator[Any]:
        """Do all the work of the run; yields nothing, since sites ask the downloader themselves."""
        self._work = asyncio.create_task(self._crawl())
        try:
            await asyncio.shield(self._work)
        except asyncio.CancelledError:
            self.stop()  # Scrapy is told to stop (SIGTERM, Ctrl-C); the pipeline waits for what is in flight
            raise
        return
        yield  # makes it the asynchronous generator that Scrapy asks for

    def stop(self) -> None:
        """Begin nothing more, finish what is in flight, give it up after a while."""
        if not self.stopping:
            self.stopping = self.run.stopped = True
            asyncio.get_running_loop().call_later(GRACE_SECONDS, self._give_up)

    def abort(self, error: BaseException) -> None:
        """Stop because of an error that is not one outlet's."""
        if self.run.error is None:
            self.run.error = error
            logger.error("%s", error, exc_info=None if isinstance(error, StoreError) else error)
        self.stop()

    async def ended(self) -> None:
        """Wait until all sites have come to their end."""
        if self._work is not None:
            await asyncio.wait([self._work])

    async def keep(self, visit: Visit) -> None:
        """Send a visit through the item pipelines."""
        await self.crawler.engine.scraper.start_itemproc_async(visit, response=None)

    async def _crawl(self) -> None:
        try:
            self.store = await asyncio.to_thread(open_store, self.run.order.database)
        except StoreError as error:
            self.abort(error)
            return
        try:
            await self._crawl_sites()
        except StoreError as error:
            self.abort(error)
        except Exception as error:  # a fault of ours: the command has to say so, and not with exit code 0
            self.abort(error)
        finally:
            await asyncio.to_thread(self.store.close)

    async def _crawl_sites(self) -> None:
        now, store, keys = datetime.now(UTC), self.store, [outlet.key for outlet in self.outlets]
        await self.ask(store.register, self.outlets, now)
        leases = await self.ask(store.lease, keys, this_holder(), now, LEASE_SECONDS)
        leased = {key for lease in leases for key in lease.outlets}
        held = await self.ask(store.holders, keys, now)
        self.run.held = {key: holder for key, holder in held.items() if key not in leased}
        by_key = {outlet.key: outlet for outlet in self.outlets}
        self.run.outlets |= {key: OutletRun(outlet=by_key[key], started=now) for key in keys if key in leased}
        sites = [SiteCrawl(self, lease) for lease in leases]
        self.sites = {key: site for site in sites for key in site.outlets}
        self._tasks = [asyncio.create_task(site.run()) for site in sites]
        beside = asyncio.create_task(self._renew(dict(zip(self._tasks, sites, strict=True))))
        if self.run.order.minutes is not None:
            asyncio.get_running_loop().call_later(self.run.order.minutes * 60, self.stop)
        if self._tasks:
            await asyncio.wait(self._tasks)
        beside.cancel()
        for task in self._tasks:
            if not task.cancelled() and (error := task.exception()) is not None:
                self.abort(error)

    async def _renew(self, sites: dict[asyncio.Task[None], SiteCrawl]) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            for task, site in sites.items():
                if not task.done():
                    with contextlib.suppress(StoreError):  # who works on the site will meet it too, and says so
                        await site.renew()

    def _give_up(self) -> None:
        for task in self._tasks:
            task.cancel()
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        if robots is not None:
            robots.give_up()
