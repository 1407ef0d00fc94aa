"""What the work on every site of a run shares: the store, the workers, the way to fetch, the order and the clock."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from balkan_crawler.errors import BalkanCrawlerError, SiteLaterError
from balkan_crawler.spiders.failures import UNFORESEEN, judge
from balkan_crawler.storage import Delivery
from balkan_crawler.version import __version__

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from balkan_crawler.extensions.clock import Clock
    from balkan_crawler.extensions.exemptions import Exemptions
    from balkan_crawler.extensions.lease_deadline import LeaseDeadline
    from balkan_crawler.extensions.politeness import Politeness
    from balkan_crawler.extensions.worker_pool import WorkerPool
    from balkan_crawler.middlewares.robots import RobotsMiddleware
    from balkan_crawler.model import Lease, Visit
    from balkan_crawler.spiders.async_store import AsyncStore
    from balkan_crawler.spiders.fetching import Page
    from balkan_crawler.spiders.keeping import PageKeeper
    from balkan_crawler.spiders.run_results import Order, OutletRun, Run
    from balkan_crawler.spiders.writer import Writer

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlContext:
    """What a site's crawl works with.

    ``store`` is asked in threads, ``writer`` has it write visits. ``request`` gives a document through all of Scrapy's
    middlewares, while the lease that it is handed lasts; ``keep`` sends a visit through its item pipelines, and
    ``stop`` begins the end of the run. ``robots``, ``politeness`` and ``exemptions`` are ``None`` where the user's
    settings leave them out, ``keeper`` where no pages are to be kept. A lease lasts ``lease_seconds`` and is renewed at
    a third of that; no answer takes longer than ``longest_answer`` seconds. ``deadline`` is a site's own.
    """

    store: AsyncStore
    writer: Writer
    pool: WorkerPool
    request: Callable[[LeaseDeadline | None, str, Mapping[str, str]], Awaitable[Page]]
    keep: Callable[[Visit], Awaitable[None]]
    stop: Callable[[], None]
    robots: RobotsMiddleware | None
    politeness: Politeness | None
    exemptions: Exemptions | None
    keeper: PageKeeper | None
    run: Run
    clock: Clock
    lease_seconds: float
    longest_answer: float
    deadline: LeaseDeadline | None = None

    @property
    def order(self) -> Order:
        """What the run is to do."""
        return self.run.order

    @property
    def stopping(self) -> bool:
        """Whether nothing more is begun."""
        return self.run.stopped

    async def fetch(self, url: str, headers: Mapping[str, str]) -> Page:
        """Fetch a document under the site's lease. Raises `LeaseLostError`, and what the network's ways to fail are."""
        return await self.request(self.deadline, url, headers)

    def abort(self, error: BaseException) -> None:
        """Stop the run because of an error that is not one outlet's."""
        if self.run.error is None:
            self.run.error = error
            logger.error("%s", error, exc_info=None if isinstance(error, BalkanCrawlerError) else error)
        self.stop()

    async def commit(self, lease: Lease, visit: Visit) -> None:
        """Store a visit and count it. Raises `LeaseLostError` and `StoreError`."""
        run = self.run.outlets[visit.outlet]
        stored = await self.writer.put(Delivery(lease=lease, visit=visit, now=self.clock(), crawl=run.crawl))
        if visit.status is not None:
            self.run.hear(lease.key, run.outlet.homepage)
        run.visited(visit, stored)

    async def open_crawl(self, run: OutletRun) -> None:
        """Open the outlet's row in the table ``crawls``, where it has none yet.

        In a run that stays, that is before something of it is asked for: a look that finds nothing due leaves no row.
        """
        if run.crawl is None:
            run.crawl = await self.store.start_crawl(run.report(self.clock()), __version__)

    async def ask_a_witness(self, besides: str) -> None:
        """Ask another site that answered lately whether it does still: one was not reached, and no other was asked."""
        url = next((url for site, url in reversed(self.run.heard_from.items()) if site != besides), None)
        if url is not None and self.robots is not None and await self.robots.answers(url, self.deadline):
            self.run.answers += 1

    async def robots_sitemaps(self, url: str) -> tuple[str, ...]:
        """Give the sitemaps that a site's robots.txt names. Raises what the network's ways to fail raise."""
        return () if self.robots is None else (await self.robots.rules_for(url, self.deadline)).sitemaps


def source_failed(run: OutletRun, url: str, error: Exception, status: int | None = None) -> None:
    """Count the failure of a document that names articles; raises `SiteLaterError` where it is the whole site's.

    ``status`` is what the site answered, if it did.
    """
    failure = judge(error, url, run.outlet.homepage)
    reason = failure.reason if url in failure.reason else f"{url}: {failure.reason}"
    is_well = status is not None and status < 500  # a document that is not there tells nothing of the others
    run.source_failed(reason, unreachable=failure.unreachable, site_is_well=is_well)
    if failure.is_of_site:
        raise SiteLaterError(reason, failure.until) from error
    logger.warning("%s: %s", run.outlet.key, reason, exc_info=error if failure.outcome == UNFORESEEN else None)
