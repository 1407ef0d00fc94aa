"""Worker processes that read documents, so that fetching never waits for it and a hostile one can be stopped."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import multiprocessing
import os
import sys
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool
from scrapy import signals

from balkan_crawler.errors import ExtractionCrashError, ExtractionTimeoutError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from multiprocessing.context import BaseContext
    from typing import Self

    from scrapy.crawler import Crawler

    from balkan_crawler.model import Extraction, Hints, Outlet

P = ParamSpec("P")
T = TypeVar("T")

_TASKS_A_WORKER = 500
"""After so many a worker is replaced, so that caches and fragments of its heap cannot grow for days."""

_MEMORY_A_TASK = 2 * 1024**3
"""Bytes of address space that a worker may take beside what it has when it starts (Linux)."""


class WorkerPool:
    """Worker processes that run `extract`, and any other function of a module, with a time limit each.

    A document that takes too long or brings its worker down costs only itself; the worker is replaced. At most two
    tasks a worker are under way, further callers wait: so fetching feels it when reading is behind. As a Scrapy
    extension it lives as long as the crawl: ``crawler.get_extension(WorkerPool)``. Otherwise call `start` and `close`.
    """

    def __init__(self, workers: int | None = None, time_limit: float = 15.0) -> None:
        """Prepare a pool of ``workers`` processes (``None``: one a usable core), ``time_limit`` in seconds a task."""
        self.workers = workers or _usable_cores()
        self.time_limit = time_limit
        self._places = asyncio.Semaphore(2 * self.workers)
        self._pool: ProcessPool | None = None
        self._started: asyncio.Task[object] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it from the settings ``BALKAN_WORKERS`` and ``BALKAN_EXTRACTION_SECONDS``; the crawl starts it."""
        pool = cls(
            crawler.settings.getint("BALKAN_WORKERS") or None, crawler.settings.getfloat("BALKAN_EXTRACTION_SECONDS")
        )
        crawler.signals.connect(pool.start, signal=signals.spider_opened)
        crawler.signals.connect(pool.close, signal=signals.engine_stopped)
        return pool

    def start(self) -> None:
        """Start the workers, within a running loop; they load what they need while the first pages are fetched."""
        if self._pool is None:
            self._pool = ProcessPool(self.workers, _TASKS_A_WORKER, _prepare_worker, context=_context())
            # pebble starts its processes with the first task, and waits for the first of them
            self._started = asyncio.ensure_future(asyncio.to_thread(self._pool.schedule, _nothing))

    async def close(self) -> None:
        """Stop the workers and wait for their end; what is under way is dropped."""
        pool, self._pool = self._pool, None
        if pool is not None and self._started is not None:
            await self._started
            pool.stop()  # type: ignore[no-untyped-call]
            await asyncio.to_thread(pool.join)

    async def extract(
        self,
        content: bytes,
        url: str,
        outlet: Outlet | None = None,
        fetched_at: datetime | None = None,
        hints: Hints | None = None,
        content_type: str | None = None,
    ) -> Extraction:
        """Run `balkan_crawler.extract` in a worker.

        Raises `ExtractionTimeoutError` and `ExtractionCrashError`, and whatever `extract` itself raises.
        """
        return await self.run(url, None, _extract, content, url, outlet, fetched_at, hints, content_type)

    async def run(
        self, url: str, time_limit: float | None, function: Callable[P, T], /, *arguments: P.args, **named: P.kwargs
    ) -> T:
        """Run a function of a module in a worker, with arguments and result that can be pickled.

        ``url`` says in errors what was worked on; it is not handed to the function. ``time_limit`` in seconds,
        ``None`` for the pool's own. Raises as `extract` does.
        """
        seconds = self.time_limit if time_limit is None else time_limit
        async with self._places:
            if self._pool is None or self._started is None:
                raise ExtractionCrashError(url, "the workers are not running")
            await asyncio.shield(self._started)
            try:
                return await asyncio.wrap_future(self._pool.schedule(function, arguments, named, seconds))
            except TimeoutError:
                raise ExtractionTimeoutError(url, f"{seconds:g} seconds") from None
            except ProcessExpired as error:
                raise ExtractionCrashError(url, f"exit code {error.exitcode}") from None
            except MemoryError:
                raise ExtractionCrashError(url, "out of memory") from None


def _extract(
    content: bytes,
    url: str,
    outlet: Outlet | None,
    fetched_at: datetime | None,
    hints: Hints | None,
    content_type: str | None,
) -> Extraction:
    from balkan_crawler.extraction import extract  # the workers need it, the crawling process does not

    return extract(content, url, outlet, fetched_at, hints, content_type)


def _nothing() -> None:
    """Do nothing, in a worker."""


def _prepare_worker() -> None:
    """Load what extraction needs and limit the worker's memory; pebble has made it deaf to Ctrl-C already."""
    import balkan_crawler.discovery
    import balkan_crawler.extraction  # noqa: F401

    gc.freeze()  # the libraries stay; a page's records go by themselves, so the collector need not look often
    gc.set_threshold(100_000, 20, 20)
    if sys.platform == "linux":
        import resource

        import psutil

        limit = psutil.Process().memory_info().vms + _MEMORY_A_TASK  # type: ignore[no-untyped-call]
        with contextlib.suppress(ValueError, OSError):  # a lower limit of the system's own stays
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _context() -> BaseContext:
    """Choose how workers start: never by a fork of this process, whose threads and event loop would come along.

    ``forkserver`` loads the libraries once, in a process of its own that ends with this one, so that a replaced worker
    is there in milliseconds. Windows has ``spawn`` only.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["balkan_crawler.extraction", "balkan_crawler.discovery"])
    return context


def _usable_cores() -> int:
    """Count the cores this process may use (a container or taskset may leave it fewer than the machine has)."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
