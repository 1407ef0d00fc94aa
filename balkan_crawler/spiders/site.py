"""The crawl of one site, that is of the outlets of one politeness key, under one lease."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import replace
from functools import partial
from math import inf
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from balkan_crawler.errors import (
    BalkanCrawlerError,
    ExtractionError,
    ExtractionTimeoutError,
    LeaseLostError,
    LeaseOverdueError,
    SiteLaterError,
    StoreError,
    WorkersUnavailableError,
)
from balkan_crawler.extensions.clock import elapsed
from balkan_crawler.extensions.lease_deadline import LeaseDeadline
from balkan_crawler.model import Outcome
from balkan_crawler.outlets import DEFAULT_DELAY
from balkan_crawler.spiders import visits
from balkan_crawler.spiders.backfill.plan import make_plan
from balkan_crawler.spiders.failures import UNFORESEEN, judge
from balkan_crawler.spiders.learning import OutletLearning
from balkan_crawler.spiders.polling import Polling
from balkan_crawler.spiders.repairing import Repairing, learned_anew
from balkan_crawler.spiders.run_results import OutletState
from balkan_crawler.spiders.run_summary import log_outlet
from balkan_crawler.storage import Reading
from balkan_crawler.urls import same_site

if TYPE_CHECKING:
    from datetime import datetime

    from balkan_crawler.model import FrontierEntry, Lease, SourceState, Visit
    from balkan_crawler.spiders.context import CrawlContext
    from balkan_crawler.spiders.fetching import Page
    from balkan_crawler.spiders.run_results import OutletRun

logger = logging.getLogger(__name__)

_BATCH: Final = 20
_A_LOOK: Final = 0.2
"""Seconds between two looks at whether another outlet was answered."""
_LONGEST_LOOK: Final = 60.0
"""Seconds for which such looks are taken in a run that stays, where others are at work all the time."""
_WAITING_PAGES: Final = 4
"""Fetched pages of one site that may wait for extraction, beside those that are being fetched."""


class SiteCrawl:
    """Polls the site's outlets, then fetches what is due, a few pages at once; gives the lease back in the end."""

    def __init__(self, context: CrawlContext, lease: Lease, asked: float) -> None:
        """Prepare the crawl of a site whose lease was asked for at a time of `elapsed`."""
        self._deadline = LeaseDeadline(lease.key, margin=context.longest_answer)
        self._deadline.move(asked, context.lease_seconds)
        self.context, self.lease = replace(context, deadline=self._deadline), lease
        self.outlets = {key: context.run.outlets[key] for key in lease.outlets}
        self._learning = {key: OutletLearning(b"") for key in lease.outlets}
        self._lost = False
        self._working: asyncio.Task[None] | None = None
        self._answers = context.run.answers
        self._later: datetime | None = None
        self._unanswered: list[SourceState] = []
        self._entries: deque[FrontierEntry] = deque()
        self._taking = asyncio.Lock()
        self._under_way = dict.fromkeys(lease.outlets, 0)
        self._a_page_ended = asyncio.Event()
        self._reading: set[asyncio.Task[None]] = set()
        self._concurrency = min(run.outlet.concurrency for run in self.outlets.values())
        self._room = asyncio.Semaphore(self._concurrency + _WAITING_PAGES)

    async def run(self) -> None:
        """Do all the work of this site in this run; whatever goes wrong is noted, nothing is raised."""
        self.context.run.at_work.add(self.lease.key)
        self._working = asyncio.create_task(self._work_all())
        try:
            await self._working
        except LeaseLostError as error:
            self.lose(error)
        except (StoreError, WorkersUnavailableError) as error:
            self.context.abort(error)
        except asyncio.CancelledError:
            if not self._lost:
                raise
        finally:
            for task in self._reading:
                task.cancel()  # none is left but where the run was broken off
            self.context.run.at_work.discard(self.lease.key)
            await self._close()

    async def _work_all(self) -> None:
        await self._open()
        for outlet in self.outlets.values():
            await self._discover(outlet)
        await asyncio.gather(*(self._work() for _ in range(self._concurrency)))

    @property
    def was_answered(self) -> bool:
        """Whether any site of the run has answered since this one's crawl began."""
        return self.context.run.answers > self._answers

    async def renew(self) -> None:
        """Move the end of the lease, and the deadline of requests by the time at which that was asked for."""
        asked = elapsed()
        try:
            self.lease = await self.context.store.renew(self.lease, self.context.clock(), self.context.lease_seconds)
        except LeaseLostError as error:
            self.lose(error)
        else:
            self._deadline.move(asked, self.context.lease_seconds)

    def lose(self, error: LeaseLostError) -> None:
        """Drop the work at hand: somebody else has the site now, or may have."""
        if self._lost:
            return
        logger.warning("%s", error)
        self._lost = True
        self._deadline.end(error)
        oddity = "lease-overdue" if isinstance(error, LeaseOverdueError) else "lease-lost"
        for run in self.outlets.values():
            run.leave(OutletState.LOST, str(error))
            run.oddities[oddity] += 1
        if self._working is not None:
            self._working.cancel()

    async def _open(self) -> None:
        for run in self.outlets.values():
            if self.context.stopping:
                return
            if self.context.politeness is not None:
                delay = DEFAULT_DELAY if run.outlet.delay is None else run.outlet.delay
                self.context.politeness.require(self.lease.key, delay, run.outlet.concurrency)
            if self.context.exemptions is not None:
                self.context.exemptions.grant(run.outlet)
            self._learning[run.outlet.key] = OutletLearning(await self.context.store.knowledge(run.outlet.key))
            run.state = OutletState.RUNNING
            if not self.context.order.stays:
                await self.context.open_crawl(run)

    async def _discover(self, run: OutletRun) -> None:
        """Poll the outlet's sources, or make the plan of its back-fill; what they name is then fetched."""
        if self._later is not None or self.context.stopping:
            return
        try:
            if self.context.order.span is None:
                repairing = await Repairing.begun(self.context, self.lease, run)
                polling = Polling(
                    self.context, self.lease, run, repairing.in_force, self._unanswered, apart=repairing.apart
                )
                await polling.poll()
                await repairing.mend(answered=polling.was_answered)
                self._unanswered = [each for each in self._unanswered if each.url not in repairing.replaced]
            else:
                await make_plan(self.context, self.lease, run)
        except SiteLaterError as error:
            self._leave_for_later(error.reason, error.until)

    async def _work(self) -> None:
        """Fetch one page after the other; extraction and storing go on beside the next fetch."""
        while (entry := await self._next()) is not None:
            await self._room.acquire()
            page = await self._fetch(entry)
            if page is None:
                self._ended(entry)
                continue
            task = asyncio.create_task(self._read(entry, page))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)
            task.add_done_callback(partial(self._was_read, entry))
        while self._reading:
            await asyncio.wait(self._reading)

    async def _next(self) -> FrontierEntry | None:
        """Give the next page to fetch, ``None`` when nothing is left to do in this run."""
        async with self._taking:
            while not (self._lost or self.context.stopping or self._later):
                if not self._entries and not await self._take():
                    return None
                entry = self._entries.popleft()
                run, under_way = self.outlets[entry.outlet], self._under_way[entry.outlet]
                if self._is_full(run):
                    continue  # it goes back when the lease does
                limit = self.context.order.limit
                if limit is not None and run.new + under_way >= limit:
                    self._entries.appendleft(entry)
                    self._a_page_ended.clear()
                    await self._a_page_ended.wait()
                    continue
                self._under_way[entry.outlet] += 1
                await self.context.open_crawl(run)
                return entry
        return None

    async def _take(self) -> bool:
        """Take further pages of the outlets that want any; gives whether there are some."""
        wanting = tuple(key for key, run in self.outlets.items() if not self._is_full(run))
        if wanting:
            store, lease, now = self.context.store, replace(self.lease, outlets=wanting), self.context.clock()
            plan = self.outlets[wanting[0]].plan  # a back-fill is of one outlet
            if plan is None:
                self._entries.extend(await store.take(lease, now, _BATCH, self.context.order.revisits))
            else:
                self._entries.extend(await store.take_planned(lease, plan.id, now, _BATCH))
        return bool(self._entries)

    def _is_full(self, run: OutletRun) -> bool:
        limit = self.context.order.limit
        only_planned = self.context.order.plan_only
        return run.over or only_planned or (limit is not None and run.new >= limit)

    async def _fetch(self, entry: FrontierEntry) -> Page | None:
        """Give a page that has to be read; whatever ends here is kept at once, so that failures in a row are seen."""
        try:
            page = await self.context.fetch(entry.url, visits.validators(entry))
        except LeaseLostError:
            raise
        except Exception as error:  # the network's ways to fail have no common base
            await self._fetch_failed(entry, error)
            return None
        visit = visits.answered(entry, page)
        home = self.outlets[entry.outlet].outlet.homepage
        if visit is None and not (same_site(page.url, home) or same_site(page.url, entry.url)):
            visit = visits.left_the_site(entry, page)
        visit = visit or visits.led_to_front(entry, page, home)
        if visit is None:
            return page
        await self._keep(entry, visit)
        return None

    async def _fetch_failed(self, entry: FrontierEntry, error: Exception) -> None:
        if self.context.stopping:
            return  # broken off; the URL goes back when the lease does
        failure = judge(error, entry.url, self.outlets[entry.outlet].outlet.homepage)
        if failure.is_of_site:
            self._leave_for_later(failure.reason, failure.until)
            return
        if failure.outcome == UNFORESEEN:  # a fault of ours, perhaps
            logger.warning("%s: %s: %s", entry.outlet, entry.url, failure.reason, exc_info=error)
        else:
            logger.info("%s: %s: %s", entry.outlet, entry.url, failure.reason)
        await self._keep(entry, visits.failed(entry, failure))

    def _leave_for_later(self, reason: str, until: datetime | None) -> None:
        self._later = until or self.context.clock()
        is_out_of_reach = any(run.unreachable for run in self.outlets.values())
        for run in self.outlets.values():
            run.unreachable = is_out_of_reach and not run.was_answered
            run.leave(OutletState.POSTPONED if until and run.sources_read else OutletState.FAILED, reason)

    async def _read(self, entry: FrontierEntry, page: Page) -> None:
        visit = await self._extract(entry, page)
        is_early = self._learning[entry.outlet].is_hardly_known  # as it was read: more may be known when it is stored
        if self.context.keeper is not None and page.exchange is not None:  # first: a killed run fetches it again
            await self.context.keeper.keep(entry.outlet, page.exchange)
        await self._keep(entry, visit)
        if visit.article is not None:
            if is_early:
                self._learning[entry.outlet].hold(entry, page)
            if self._learning[entry.outlet].was_redesigned():
                await self._note_redesign(entry.outlet)
            await self._correct_first_pages(entry.outlet)
        if self._learning[entry.outlet].is_to_be_kept:
            await self._keep_knowledge(entry.outlet)

    async def _note_redesign(self, outlet: str) -> None:
        """Say that an outlet's pages are other ones than before; it is learned anew."""
        logger.info("%s: its pages are built in another way than before", outlet)
        self.outlets[outlet].oddities["redesigned"] += 1
        now = self.context.clock()
        await self.context.store.note(self.lease, outlet, {"redesigned": 1}, now)
        await self.context.store.note_repair(self.lease, learned_anew(outlet, now))

    async def _correct_first_pages(self, key: str, *, is_end: bool = False) -> None:
        """Read the first pages of an outlet again when it is known; what was read wrong is corrected, and no edit."""
        learning, outlet = self._learning[key], self.outlets[key].outlet
        pages = learning.first_pages(is_end=is_end)
        try:
            found = await learning.read_again(self.context.pool, outlet, pages) if pages else []
        except (ExtractionError, WorkersUnavailableError) as error:
            logger.info("%s: the first pages are not read again: %s", key, error)
            return
        if found:
            zone = ZoneInfo(outlet.timezone)
            again = [visits.extracted(entry, page, extraction, zone) for entry, page, extraction in found]
            corrections = await self.context.store.correct(again, self.context.clock())
            corrected = sum(each.reading is Reading.CORRECTED for each in corrections)
            self.outlets[key].corrected += corrected
            logger.info("%s: %d of its first %d articles are corrected", key, corrected, len(pages))

    async def _keep_knowledge(self, outlet: str) -> None:
        """Keep what was learned of an outlet, outside of the articles' transactions; what fails is learned again."""
        homepage = self.outlets[outlet].outlet.homepage
        try:
            knowledge = await self._learning[outlet].learned(self.context.pool, homepage)
        except (ExtractionError, WorkersUnavailableError) as error:
            logger.info("%s: what was learned is not kept: %s", outlet, error)
            return
        if knowledge is not None:
            await self.context.store.keep_knowledge(self.lease, outlet, knowledge, self.context.clock())

    async def _keep(self, entry: FrontierEntry, visit: Visit) -> None:
        """Have a visit stored, with the time of the next one."""
        run = self.outlets[entry.outlet]
        run.revisits += bool(entry.visits and visit.status)
        if visit.status and visit.article is None and visit.outcome != "unchanged":
            logger.info("%s: %s: %s", entry.outlet, entry.url, visit.reason or visit.outcome)
        await self.context.keep(visits.planned(entry, visit, run.outlet.revisits, self.context.clock()))

    async def _extract(self, entry: FrontierEntry, page: Page) -> Visit:
        outlet = self.outlets[entry.outlet].outlet
        try:
            learning = self._learning[entry.outlet]
            extraction = await learning.read(self.context.pool, page, outlet, entry.hints)
        except WorkersUnavailableError:
            raise  # the machine's fault: the page goes back when the lease does
        except ExtractionTimeoutError as error:
            return visits.not_extracted(entry, page, Outcome.TIMED_OUT, str(error))
        except Exception as error:  # a page that extraction stumbles over must not stop the others
            logger.warning("%s: %s could not be extracted", entry.outlet, page.url, exc_info=error)
            reason = str(error) if isinstance(error, BalkanCrawlerError) else f"{type(error).__name__}: {error}"
            return visits.not_extracted(entry, page, Outcome.EXTRACTION_ERROR, reason)
        return visits.extracted(entry, page, extraction, ZoneInfo(outlet.timezone))

    def _was_read(self, entry: FrontierEntry, task: asyncio.Task[None]) -> None:
        self._ended(entry)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.context.abort(error)

    def _ended(self, entry: FrontierEntry) -> None:
        self._under_way[entry.outlet] -= 1
        self._room.release()
        self._a_page_ended.set()

    async def _close(self) -> None:
        """Close the outlets' parts of the run and give the lease back."""
        now, store = self.context.clock(), self.context.store
        await self.context.writer.settled(self.lease.key)  # before the lease goes, also where the run is broken off
        try:
            for run in self.outlets.values():
                if self.context.stopping:
                    run.leave(OutletState.STOPPED, None)
                run.finish()
                if run.plan is not None:
                    run.plan.left = await store.left_of_backfill(run.plan.id)
                if run.crawl is None and not run.was_idle:
                    await self.context.open_crawl(run)
                if run.crawl is not None:
                    await store.finish_crawl(run.crawl, run.report(now))
            if not self._lost:
                for key in self.outlets:
                    if not self.context.stopping:
                        await self._correct_first_pages(key, is_end=True)
                    await self._keep_knowledge(key)
                await self._charge_sources()
                await store.release(self.lease, now, self._later or now)
        except LeaseLostError as error:
            self.lose(error)
        except StoreError as error:
            self.context.abort(error)
        for run in self.outlets.values():
            if not (self.context.order.stays and run.was_idle):  # a look each half hour would fill the log
                log_outlet(run)

    async def _charge_sources(self) -> None:
        """Let sources that nobody answered for wait longer, unless no outlet was meanwhile: then the line is down."""
        looks = _LONGEST_LOOK / _A_LOOK if self.context.order.stays else inf
        while self._unanswered and not self.was_answered and self.context.run.at_work and looks > 0:
            await asyncio.sleep(_A_LOOK)
            looks -= 1
        if self._unanswered and not self.was_answered and self.context.order.stays and not self.context.stopping:
            await self.context.ask_a_witness(self.lease.key)
        for state in self._unanswered if self.was_answered else ():
            await self.context.store.record_source(self.lease, state)
