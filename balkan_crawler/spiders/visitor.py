"""Single documents for whoever asks, without a crawl, by Scrapy's downloader and a crawl's own middlewares."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import CancelledError, Future
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final, TypeVar

import scrapy
from scrapy.crawler import Crawler
from scrapy.http.request import NO_CALLBACK
from scrapy.settings import Settings
from scrapy.utils.log import configure_logging
from scrapy.utils.reactor import install_reactor

from balkan_crawler.errors import ExtractionCrashError, ExtractionError, ExtractionTimeoutError, FetchError
from balkan_crawler.extensions.exemptions import Exemptions
from balkan_crawler.extensions.politeness import Politeness
from balkan_crawler.extensions.worker_pool import WorkerPool
from balkan_crawler.manners.limits import SLOWEST_ANSWER
from balkan_crawler.middlewares.addresses import PublicAddressResolver
from balkan_crawler.middlewares.robots import RobotsMiddleware
from balkan_crawler.outlets import DEFAULT_DELAY
from balkan_crawler.spiders.fetch_errors import as_ours
from balkan_crawler.survey.documents import Document
from balkan_crawler.urls import canonical_url

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Mapping

    from balkan_crawler.manners.robots import RobotsRules
    from balkan_crawler.model import Outlet

T = TypeVar("T")

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})


class VisitSpider(scrapy.Spider):
    """Crawls nothing: it sets ``opened`` when its crawler can be asked for documents, and keeps it open."""

    name = "visits"

    def __init__(self, opened: Future[None]) -> None:
        super().__init__()
        self._opened = opened

    async def start(self) -> AsyncIterator[None]:
        """Wait to be cancelled, as Scrapy does when the crawler is stopped."""
        self._opened.set_result(None)
        await asyncio.Event().wait()
        return
        yield  # makes it the asynchronous generator that Scrapy asks for


class CrawlerVisitor:
    """A `Visitor` whose requests go through a crawler that runs in another thread."""

    def __init__(self, crawler: Crawler, loop: asyncio.AbstractEventLoop) -> None:
        self._crawler = crawler
        self._loop = loop
        self._too_much: dict[str, ExtractionError] = {}
        self._under_way: set[Future[Any]] = set()

    def fetch(self, url: str) -> Document:
        """Fetch a document, as `Visitor` says."""
        return self._wait_for(self._fetch(canonical_url(url), url))

    def rules_for(self, url: str) -> RobotsRules:
        """Give the rules of a host, as `Visitor` says."""
        return self._wait_for(self._rules_for(canonical_url(url)))

    def work(self, about: str, task: Callable[[], T]) -> T:
        """Do a task in a worker process, within a crawl's limits. Raises as `Document.read`.

        What was too much once is not begun again.
        """
        if about in self._too_much:
            raise self._too_much[about]
        pool = self._crawler.get_extension(WorkerPool)
        assert pool is not None
        try:
            return self._wait_for(pool.run(about, None, task))
        except (ExtractionTimeoutError, ExtractionCrashError) as error:
            self._too_much[about] = error
            raise

    def give_up(self) -> None:
        """End all fetches that are under way; those who wait for them hear that they were cancelled."""
        for future in list(self._under_way):
            future.cancel()

    def _wait_for(self, answer: Coroutine[Any, Any, T]) -> T:
        future = asyncio.run_coroutine_threadsafe(answer, self._loop)
        self._under_way.add(future)
        try:
            return future.result()
        finally:
            future.cancel()  # of no effect but where Ctrl-C has ended the wait
            self._under_way.discard(future)

    async def _fetch(self, url: str, asked: str) -> Document:
        assert self._crawler.engine is not None
        try:
            response = await self._crawler.engine.download_async(scrapy.Request(url, callback=NO_CALLBACK))
        except Exception as error:
            ours = as_ours(error, url)
            raise ours from ours.__cause__
        location = response.headers.get("Location")
        if response.status in _REDIRECTS and location:  # Scrapy follows those that it can
            raise FetchError(url, f"it redirects to no web address ({location.decode('latin-1')[:200]!r})")
        content_type = response.headers.get("Content-Type")
        return Document(
            url=canonical_url(response.url),
            asked=asked,
            status=response.status,
            content=response.body,
            content_type=content_type.decode("latin-1") if content_type else None,
            worker=self.work,
        )

    async def _rules_for(self, url: str) -> RobotsRules:
        robots = self._crawler.get_downloader_middleware(RobotsMiddleware)
        assert robots is not None
        try:
            return await robots.rules_for(url)
        except Exception as error:
            ours = as_ours(error, url)
            raise ours from ours.__cause__


def visit_settings(
    *,
    contact: str | None = None,
    allow_private: bool = False,
    private_hosts: tuple[str, ...] = (),
    delay: float = DEFAULT_DELAY,
    seconds: float = SLOWEST_ANSWER,
) -> Settings:
    """Make the settings of visits: the project's, but that nothing is stored, logged or tried again.

    A visit tells how a site does now, so that a passing failure is an answer, too. ``private_hosts`` may be fetched
    though they are not public; nothing that they redirect to. ``delay`` are the seconds between
    two requests to one site, ``seconds`` the longest for one whole answer.
    """
    settings = Settings()
    settings.setmodule("balkan_crawler.settings", priority="project")
    changes = {
        "BALKAN_CONTACT": contact,
        "BALKAN_ALLOW_PRIVATE": allow_private,
        "BALKAN_PRIVATE_HOSTS": list(private_hosts),
        "BALKAN_EXTRACTION_TRIES": 1,
        "DOWNLOAD_DELAY": delay,
        "DOWNLOAD_TIMEOUT": seconds,
        "RETRY_TIMES": 0,
        "ITEM_PIPELINES": {},
        "EXTENSIONS": {Politeness: 100, Exemptions: 100, WorkerPool: 200},
        "LOG_ENABLED": False,
    }
    settings.setdict(changes, priority="cmdline")
    return settings


@contextmanager
def visiting(
    settings: Settings, delays: Mapping[str, float] | None = None, outlets: Iterable[Outlet] = ()
) -> Iterator[CrawlerVisitor]:
    """Keep a crawler open for visits; one at a time, any number one after the other.

    ``delays`` are seconds between two requests by politeness key, where they differ from the settings' ``delay``;
    ``outlets`` are those whose tables may exempt their sites from something. When the block ends, what is under way is
    given up, so that nobody waits for a site that hangs.
    """
    loop = reactor_loop()
    crawler = Crawler(VisitSpider, settings)
    opened: Future[None] = Future()
    running = asyncio.run_coroutine_threadsafe(_crawl(crawler, opened), loop)
    running.add_done_callback(lambda _: opened.cancel())  # of no effect but where the crawler could not be opened
    try:
        opened.result()
    except CancelledError:
        running.result()  # says why
        raise
    visitor = CrawlerVisitor(crawler, loop)
    try:
        asyncio.run_coroutine_threadsafe(_require(crawler, delays or {}, outlets), loop).result()
        yield visitor
    finally:
        visitor.give_up()
        asyncio.run_coroutine_threadsafe(_stop(crawler), loop).result()
        running.result()


@cache
def reactor_loop() -> asyncio.AbstractEventLoop:
    """Run Scrapy's reactor in a thread of its own and give its event loop; a process has one, and starts it once.

    So the calling thread may block, hears Ctrl-C at once, and can visit again later; the reactor ends with the process.
    """
    configure_logging({"LOG_ENABLED": False})
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor  # whoever imports it earlier installs another one

    loop = asyncio.get_event_loop()

    def run() -> None:
        reactor.run(installSignalHandlers=False)  # type: ignore[call-arg,misc]

    threading.Thread(target=run, name="reactor", daemon=True).start()
    return loop


async def _crawl(crawler: Crawler, opened: Future[None]) -> None:
    from twisted.internet import reactor

    PublicAddressResolver.from_crawler(crawler, reactor).install_on_reactor()  # as Scrapy's own command line does
    await crawler.crawl_async(opened=opened)


async def _require(crawler: Crawler, delays: Mapping[str, float], outlets: Iterable[Outlet]) -> None:
    politeness = crawler.get_extension(Politeness)
    assert politeness is not None
    for key, delay in delays.items():
        politeness.require(key, delay)
    exemptions = crawler.get_extension(Exemptions)
    assert exemptions is not None
    for outlet in outlets:
        exemptions.grant(outlet)


async def _stop(crawler: Crawler) -> None:
    robots = crawler.get_downloader_middleware(RobotsMiddleware)
    if robots is not None:
        robots.give_up()
    await crawler.stop_async()
