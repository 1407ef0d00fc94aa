"""Worker processes that read documents, so that fetching never waits for it and a hostile one can be stopped."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, ParamSpec, TypeVar
from urllib.parse import urlsplit

import psutil
from pebble import ProcessExpired, ProcessPool
from scrapy import signals

from balkan_crawler.errors import ExtractionCrashError, ExtractionTimeoutError, WorkersUnavailableError
from balkan_crawler.extensions.fair_places import FairPlaces
from balkan_crawler.urls.sites import site_of_host

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from multiprocessing.context import BaseContext
    from typing import Self

    from scrapy.crawler import Crawler

    from balkan_crawler.extraction.learning import PageReading
    from balkan_crawler.model import Hints, Outlet

P = ParamSpec("P")
T = TypeVar("T")

logger = logging.getLogger(__name__)

MOST_HELD: Final = 64 * 1024**2
"""Bytes of documents that wait for the workers or are with them, from which on nothing more is asked for: a thousand
usual pages, or five of the largest."""

_TASKS_A_WORKER: Final = 500
"""After so many a worker is replaced, so that caches and fragments of its heap cannot grow for days."""

_MEMORY_A_TASK: Final = 2 * 1024**3
"""Bytes of address space that a worker may take beside what it has when it starts (Linux)."""

_OVERTIME: Final = getattr(signal, "SIGPROF", 0)
"""What a worker's own timer of CPU time ends it with; its default action also ends one that is deep in a C library."""

_WALL_TIMES: Final = 8.0 if hasattr(signal, "setitimer") else 1.0
"""How many times as long as its CPU time a task may take by the clock: a machine that is busy with other things is no
fault of the page. Where there are no timers of CPU time (Windows) the clock's is the only one."""

_WALL_BESIDE: Final = 60.0
"""Seconds that a task may wait for its worker to start, beside what the tasks before it take."""

_LOOKED_AFTER: Final = 5.0
"""Seconds between two looks at whether the workers that a task waits for are still there."""

_LAST_WORD: Final = 0.5
"""Seconds that a task's answer may still take where its workers are gone."""

_WAITS: Final = (0.1, 1.0, 4.0)
"""Seconds before workers that were lost are started anew; then it is the machine that has no room for them."""


class WorkerPool:
    """Worker processes that run `extract`, and any other function of a module, with a limit of CPU time each.

    A document that takes too long or brings its worker down costs only itself; the worker is replaced, and the document
    is tried once more, since the fault may have been the machine's: a worker that ran out of memory beside others, one
    that somebody killed. Where all workers or their fork server are gone, they are started anew and what was under way
    is done again. At most two tasks a worker are under way, further callers wait, and one site leaves a worker to the
    others (`FairPlaces`). Whoever fetches waits for `room`, and so feels it when reading is behind. As a Scrapy
    extension it lives as long as the crawl: ``crawler.get_extension(WorkerPool)``. Otherwise call `start` and `close`.
    """

    def __init__(
        self, workers: int | None = None, time_limit: float = 15.0, tries: int = 2, *, fair: bool = True
    ) -> None:
        """Prepare a pool of ``workers`` processes (``None``: one a usable core).

        ``time_limit`` are seconds of CPU time a task, ``tries`` how often a task is begun that fails at its worker. Not
        to be ``fair`` lets one site have all places, where nobody is asked for anything and no other site waits.
        """
        self.workers = workers or _usable_cores()
        self.time_limit = time_limit
        self.tries = tries
        self.under_way = 0
        """Tasks that are worked on, or wait for a worker that is."""
        self.held = 0
        """Bytes of the documents of all tasks, those that wait for a place included."""
        self._has_room = asyncio.Event()
        self._has_room.set()
        of_one_site = (2 if self.workers == 1 else self.workers - 1) if fair else 2 * self.workers
        self._places = FairPlaces(2 * self.workers, of_one_site)
        self._team: _Team | None = None
        self._is_open = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it from the settings ``BALKAN_WORKERS`` and ``BALKAN_EXTRACTION_...``; the crawl starts it."""
        settings = crawler.settings
        pool = cls(
            settings.getint("BALKAN_WORKERS") or None,
            settings.getfloat("BALKAN_EXTRACTION_SECONDS"),
            settings.getint("BALKAN_EXTRACTION_TRIES"),
        )
        crawler.signals.connect(pool.start, signal=signals.spider_opened)
        crawler.signals.connect(pool.close, signal=signals.engine_stopped)
        return pool

    def start(self) -> None:
        """Start the workers, within a running loop; they load what they need while the first pages are fetched."""
        if not self._is_open:
            self._is_open, self._team = True, _Team(self.workers)

    async def close(self) -> None:
        """Stop the workers and wait for their end; what is under way is dropped."""
        self._is_open = False
        team, self._team = self._team, None
        if team is not None:
            await team.stop()

    async def read(
        self,
        content: bytes,
        url: str,
        outlet: Outlet | None,
        fetched_at: datetime,
        hints: Hints | None = None,
        content_type: str | None = None,
        knowledge: bytes = b"",
        lessons: Sequence[bytes] = (),
    ) -> PageReading:
        """Run `balkan_crawler.extraction.learning.read_and_learn` in a worker, and prepare the article to be stored.

        Raises `ExtractionTimeoutError` and `ExtractionCrashError` for a page that failed at each try,
        `WorkersUnavailableError` where no worker can be had, and whatever `extract` itself raises.
        """
        return await self.run(
            url, None, _read, content, url, outlet, fetched_at, hints, content_type, knowledge, lessons
        )

    async def run(
        self, url: str, time_limit: float | None, function: Callable[P, T], /, *arguments: P.args, **named: P.kwargs
    ) -> T:
        """Run a function of a module in a worker, with arguments and result that can be pickled.

        ``url`` says in errors what was worked on; it is not handed to the function. ``time_limit`` in CPU seconds,
        ``None`` for the pool's own. Raises as `read` does.
        """
        seconds = self.time_limit if time_limit is None else time_limit
        site = site_of_host(urlsplit(url).hostname or "")
        size = sum(len(argument) for argument in arguments if isinstance(argument, bytes))
        self._hold(size)
        try:
            async with self._places.place(site):
                self.under_way += 1
                try:
                    for _ in range(1, self.tries if self._is_open else 1):
                        try:
                            return await self._once(url, seconds, partial(function, *arguments, **named))
                        except ExtractionTimeoutError:
                            self._places.slow_down(site)
                        except ExtractionCrashError:
                            pass
                        if not self._is_open:
                            break
                    return await self._once(url, seconds, partial(function, *arguments, **named))
                except ExtractionTimeoutError:
                    self._places.slow_down(site)
                    raise
                finally:
                    self.under_way -= 1
        finally:
            self._hold(-size)

    async def room(self) -> None:
        """Wait until the documents that are held are few enough for more to be fetched."""
        await self._has_room.wait()

    def _hold(self, size: int) -> None:
        self.held += size
        if self.held > MOST_HELD:
            self._has_room.clear()
        else:
            self._has_room.set()

    async def _once(self, url: str, seconds: float, task: Callable[[], T]) -> T:
        """Try a task, on as many teams as it takes until one lasts."""
        for wait in (*_WAITS, None):
            if not self._is_open:
                raise ExtractionCrashError(url, "the workers are not running")
            team = self._team = self._team or _Team(self.workers)
            try:
                return await team.do(url, seconds, task)
            except _TeamLostError as error:
                if self._team is team:  # the first of several tasks that notice it
                    self._team = None
                    await asyncio.to_thread(_kill_stopped)  # they would hold up the end of the team, and the next one
                    team.leave()
                if wait is None:
                    raise WorkersUnavailableError(str(error)) from error
                logger.warning("the worker processes are gone (%s) and are started anew", error)
                await asyncio.sleep(wait)
        raise AssertionError("unreachable")


class _TeamLostError(Exception):
    """The processes of a team are gone, or could not be started."""


class _Team:
    """One set of worker processes with their fork server: what is replaced as a whole where it is broken."""

    def __init__(self, workers: int) -> None:
        """Begin to start the workers, within a running loop."""
        self._left = asyncio.get_running_loop().create_future()
        self._started = asyncio.ensure_future(asyncio.to_thread(_started, workers))

    async def do(self, about: str, time_limit: float, task: Callable[[], T]) -> T:
        """Do a task. Raises `_TeamLostError`, and what `WorkerPool.read` does."""
        wall = time_limit * _WALL_TIMES
        try:
            await self._look_after(self._started)
            pool = self._started.result()
            done = asyncio.wrap_future(pool.schedule(_within, (time_limit, task), timeout=wall))
        except (OSError, RuntimeError, EOFError) as error:  # no pipe, no process, or a pool that is broken already
            raise _TeamLostError(str(error.__cause__ or error)) from error
        try:
            await self._wait_for(pool, done, 3 * wall + _WALL_BESIDE)  # two tasks may go before it
            result: T = done.result()
            return result
        except ProcessExpired as error:
            if error.exitcode == -_OVERTIME:
                raise ExtractionTimeoutError(about, f"{time_limit:g} seconds of CPU time") from None
            raise ExtractionCrashError(about, f"exit code {error.exitcode}") from None
        except BrokenProcessPool as error:
            raise _TeamLostError(str(error) or "a worker could not be started") from error
        except MemoryError:
            raise ExtractionCrashError(about, "out of memory") from None
        except TimeoutError:
            raise ExtractionTimeoutError(about, f"{wall:g} seconds") from None
        finally:
            done.cancel()  # of no effect but where the caller has given up

    async def _wait_for(self, pool: ProcessPool, done: asyncio.Future[T], seconds: float) -> None:
        """Wait for the end of a task. Raises `_TeamLostError` where there will be none."""
        end = asyncio.get_running_loop().time() + seconds
        await self._look_after(done, lambda: pool.active and asyncio.get_running_loop().time() <= end)

    async def _look_after(self, task: asyncio.Future[Any], is_well: Callable[[], bool] = lambda: True) -> None:
        """Wait for what the team does. Raises `_TeamLostError` where there will be no end to that."""
        while not task.done():
            if self._left.done() or not is_well():
                await asyncio.wait({task}, timeout=_LAST_WORD)  # what is broken tells its tasks so, a little later
                if not task.done():
                    raise _TeamLostError("a task had no answer")
                return
            _, waiting = await asyncio.wait(
                {task, self._left}, timeout=_LOOKED_AFTER, return_when=asyncio.FIRST_COMPLETED
            )
            if task in waiting and not self._left.done() and await asyncio.to_thread(_all_stopped):
                raise _TeamLostError("its processes were stopped")

    def leave(self) -> None:
        """Let all who wait for this team know that it is gone, and end what is left of it without waiting."""
        if not self._left.done():
            self._left.set_result(None)
        if self._has_started():
            threading.Thread(target=_end, args=(self._started.result(),), name="asyncio_team", daemon=True).start()

    async def stop(self) -> None:
        """Stop the workers and wait for their end."""
        with contextlib.suppress(OSError, RuntimeError, EOFError):
            await self._started
        if not self._left.done():
            self._left.set_result(None)
        if self._has_started():
            await asyncio.to_thread(_end, self._started.result())

    def _has_started(self) -> bool:
        return self._started.done() and not self._started.cancelled() and self._started.exception() is None


def _started(workers: int) -> ProcessPool:
    """Start a pool: pebble starts its processes with the first task, and waits for the first of them."""
    pool = ProcessPool(workers, _TASKS_A_WORKER, _prepare_worker, context=_context())
    pool.schedule(_nothing)
    return pool


def _end(pool: ProcessPool) -> None:
    """Stop a pool and wait for its end."""
    pool.stop()  # type: ignore[no-untyped-call]
    with contextlib.suppress(OSError, RuntimeError):  # what is broken may break once more
        pool.join()


def _all_stopped() -> bool:
    """Say whether nobody is left to do a task: all workers, or the server that starts them, are stopped (SIGSTOP)."""
    servers, workers = [], []
    for child in _children():
        with contextlib.suppress(psutil.Error):
            is_stopped = child.status() == psutil.STATUS_STOPPED
            if child.ppid() != os.getpid():
                workers.append(is_stopped)
            elif "forkserver" in " ".join(child.cmdline()):
                servers.append(is_stopped)
    return any(group and all(group) for group in (servers, workers))


def _kill_stopped() -> None:
    """End the workers that are stopped, and the server that starts them; what they were at is done by others."""
    for child in _children():
        with contextlib.suppress(psutil.Error):
            if child.status() == psutil.STATUS_STOPPED:
                child.kill()


def _children() -> list[Any]:
    """Give the processes of the teams of this process, which psutil has no types for."""
    try:
        children: list[Any] = psutil.Process().children(recursive=True)  # type: ignore[no-untyped-call]
    except (OSError, psutil.Error):  # where there is no room to look at them, they are not what is wrong
        return []
    return children


def _within(cpu_seconds: float, task: Callable[[], T]) -> T:
    """Do a task in a worker, which ends with the signal `_OVERTIME` where that takes more CPU time."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    try:
        return task()
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_PROF, 0)


def _read(*page: Any) -> PageReading:
    """Read a page, and make its article ready to be stored: the one process that writes has the least time for it."""
    from balkan_crawler.extraction.learning import read_and_learn  # the workers need it, the crawling process does not
    from balkan_crawler.preparation import prepared

    reading = read_and_learn(*page)
    return replace(reading, extraction=prepared(reading.extraction))


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
