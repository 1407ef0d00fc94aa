"""Several processes of this machine that share one crawl, as machines would: each leases the sites that are free.

This process only starts them, listens and tells. It knows what came of each outlet, and sends them home when all of
them have looked for work in vain since the last one died: what that one held is to be had again from then on.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.cli.crawling_process import CrawlOrder, python_words
from balkan_crawler.cli.outlet_runs import unpack
from balkan_crawler.errors import CrawlersLostError
from balkan_crawler.extensions.clock import elapsed
from balkan_crawler.spiders.run_results import COUNTS, OutletRun, OutletState
from balkan_crawler.spiders.run_summary import log_run
from balkan_crawler.storage import open_store
from balkan_crawler.supervision.crawler import Crawler, End
from balkan_crawler.urls import politeness_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scrapy.settings import Settings

    from balkan_crawler.cli.options import CrawlOptions
    from balkan_crawler.model import Outlet
    from balkan_crawler.spiders.run_results import Run

LONGEST_SILENCE: Final = 120.0
"""Seconds without a word after which a process is taken for stuck, and ended: the others have its sites then."""
LONGEST_END: Final = 60.0
"""Seconds that a process may take to end."""
_LOOK: Final = 0.2


def crawl_together(
    processes: int,
    options: CrawlOptions,
    more: Mapping[str, Any],
    log_format: str,
    settings: Settings,
    outlets: Sequence[Outlet],
    run: Run,
) -> None:
    """Have so many processes do a run; ``run`` tells what came of it, as of one process.

    ``more`` are Scrapy's settings beside those that ``options`` make.
    """
    workers = settings.getint("BALKAN_WORKERS") or _cores()
    sites = len({politeness_key(outlet.homepage) for outlet in outlets})
    orders = []
    for number in range(processes):
        share = {
            "BALKAN_WORKERS": max(1, workers // processes + (number < workers % processes)),
            "BALKAN_MOST_SITES": min(settings.getint("BALKAN_MOST_SITES"), ceil(sites / processes)),
            "BALKAN_SHARED_SINCE": run.started,
            "BALKAN_STAYS": False,
        }
        orders.append(
            CrawlOrder(options=options, settings={**more, **share}, outlets=tuple(outlets), log_format=log_format)
        )
    asyncio.run(_Crowd(run, {outlet.key: outlet for outlet in outlets}).work([order.packed() for order in orders]))
    _close(options, run, [outlet.key for outlet in outlets])


class _Crowd:
    """The processes of one run."""

    def __init__(self, run: Run, outlets: Mapping[str, Outlet]) -> None:
        self._run, self._outlets = run, outlets
        self._teller: dict[str, Crawler] = {}
        self._at_work: dict[asyncio.Task[End], Crawler] = {}
        self._asked: dict[Crawler, float] = {}
        self._kept: dict[Crawler, int] = {}
        self._last_death = float("-inf")

    async def work(self, orders: Sequence[bytes]) -> None:
        """Start a process for each order, and wait until all have ended."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            with suppress(NotImplementedError):  # not on Windows, where Ctrl-C ends all at once
                loop.add_signal_handler(number, self._stop)
        errors: list[End] = []
        try:
            for order in orders:
                crawler = await Crawler.start(python_words(), order)
                self._at_work[asyncio.create_task(crawler.ended())] = crawler
            while self._at_work:
                done, _ = await asyncio.wait(self._at_work, timeout=_LOOK, return_when=asyncio.FIRST_COMPLETED)
                for crawler in self._at_work.values():
                    self._hear(crawler)
                for task in done:
                    end = self._ended(self._at_work.pop(task), task.result())
                    errors += [end] * (end.error is not None)
                self._look_after()
        except OSError as error:
            self._run.error = CrawlersLostError(f"a crawling process could not be started: {error}")
        finally:
            for crawler in self._at_work.values():
                crawler.kill()
        if len(errors) == len(orders):
            self._run.error = CrawlersLostError(errors[-1].error or "")

    def _stop(self) -> None:
        """End in good order; a second time ends all at once."""
        for crawler in self._at_work.values():
            if self._run.stopped:
                crawler.kill()
            else:
                crawler.ask_to_end()
                self._asked[crawler] = crawler.now
        self._run.stopped = True

    def _look_after(self) -> None:
        """End those that hang, and send all home when none has anything to do."""
        crawlers = list(self._at_work.values())
        for crawler in crawlers:
            asked = self._asked.get(crawler)
            if crawler.now - crawler.heard > LONGEST_SILENCE or (asked and crawler.now - asked > LONGEST_END):
                crawler.kill()
        idle = [crawler.report.idle_since if crawler.report else None for crawler in crawlers]
        if all(since is not None and since > self._last_death for since in idle):
            for crawler in crawlers:
                if crawler not in self._asked:
                    crawler.dismiss()
                    self._asked[crawler] = crawler.now

    def _hear(self, crawler: Crawler) -> None:
        """Take what a process has told of its outlets."""
        told, crawler.outlets = crawler.outlets, []
        for packed in told:
            runs = unpack(packed, self._outlets)
            self._run.outlets.update(runs)
            self._teller.update(dict.fromkeys(runs, crawler))
        report = crawler.report
        if report is None:
            return
        self._run.stopped = self._run.stopped or report.is_stopped
        self._run.is_drained = self._run.is_drained or report.is_drained
        self._run.keeping_ended = self._run.keeping_ended or report.keeping_ended
        self._kept[crawler] = report.counts.get("kept", 0)
        self._run.kept = sum(self._kept.values())

    def _ended(self, crawler: Crawler, end: End) -> End:
        """Note the end of a process; what it had at work is free again."""
        self._hear(crawler)
        if end.error is None:
            return end
        self._last_death = elapsed()
        self._run.deaths.append(f"process {crawler.pid}: {end.error}")
        for key, teller in self._teller.items():
            outlet = self._run.outlets[key]
            if teller is crawler and not outlet.over:
                self._run.past.update({name: getattr(outlet, name) for name in COUNTS})
                self._run.outlets[key] = OutletRun(outlet=outlet.outlet, started=outlet.started)
        return end


def _close(options: CrawlOptions, run: Run, keys: Sequence[str]) -> None:
    """Say what became of the outlets that nobody has done."""
    for outlet in run.outlets.values():
        why = None if run.stopped else "its process ended unexpectedly; the next run goes on with it"
        outlet.leave(OutletState.STOPPED if run.stopped else OutletState.LOST, why)
    now = datetime.now(UTC)
    with open_store(options.location, read_only=True) as store:
        run.held = store.holders([key for key in keys if key not in run.outlets], now)
        idle = {key for key, outlet in run.outlets.items() if outlet.was_idle and not run.stopped}
        run.not_due = tuple(key for key in keys if key in idle or not (key in run.outlets or key in run.held))
        if run.not_due:
            run.next_due = store.next_due(run.not_due, run.started, revisits=run.order.revisits > 0)
    log_run(run, now)


def _cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
