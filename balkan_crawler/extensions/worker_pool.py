"""Worker processes that read documents, so that fetching never waits for it and a hostile one can be stopped."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Final, ParamSpec, TypeVar
from urllib.parse import urlsplit

from balkan_crawler.errors import ExtractionCrashError, ExtractionTimeoutError
from balkan_crawler.extensions.fair_places import FairPlaces
from balkan_crawler.extensions.workers import reading
from balkan_crawler.extensions.workers.team import TASKS_AT_ONCE, Team
from balkan_crawler.urls.sites import site_of_host

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from typing import Self

    from scrapy.crawler import Crawler

    from balkan_crawler.extensions.workers.starting import Starter
    from balkan_crawler.model import Hints, Outlet, PageReading

P = ParamSpec("P")
T = TypeVar("T")

MOST_HELD: Final = 64 * 1024**2
"""Bytes of documents that wait for the workers or are with them, from which on nothing more is asked for: a thousand
usual pages, or five of the largest."""


class WorkerPool:
    """Worker processes that run `extract`, and any other function of a module, with a limit of CPU time each.

    A document that takes too long or brings its worker down costs only itself; the worker is replaced, and the document
    is tried once more, since the fault may have been the machine's: a worker that ran out of memory beside others, one
    that somebody killed. Where workers or their fork server are gone, or were stopped, they are started anew, and what
    they had not begun is done by others. At most two tasks a worker are under way, further callers wait, and one site
    leaves a worker to the others (`FairPlaces`). Whoever fetches waits for `room`, and so feels it when reading is
    behind. As a Scrapy extension it lives as long as the crawl: ``crawler.get_extension(WorkerPool)``. Otherwise call
    `start` and `close`.
    """

    def __init__(
        self,
        workers: int | None = None,
        time_limit: float = 15.0,
        tries: int = 2,
        *,
        fair: bool = True,
        starter: Starter | None = None,
    ) -> None:
        """Prepare a pool of ``workers`` processes (``None``: one a usable core).

        ``time_limit`` are seconds of CPU time a task, ``tries`` how often a task is begun that fails at its worker. Not
        to be ``fair`` lets one site have all places, where nobody is asked for anything and no other site waits.
        ``starter`` is what starts the workers, where it has been begun already; the pool closes it.
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
        places = TASKS_AT_ONCE * self.workers
        self._places = FairPlaces(places, (self.workers - 1 or TASKS_AT_ONCE) if fair else places)
        self._starter = starter
        self._team: Team | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it from the settings ``BALKAN_WORKERS`` and ``BALKAN_EXTRACTION_...``; the crawl starts it."""
        from scrapy import signals  # who reads files only needs none of it

        settings = crawler.settings
        begun = settings.get("BALKAN_WORKER_STARTER")
        pool = cls(
            settings.getint("BALKAN_WORKERS") or None,
            settings.getfloat("BALKAN_EXTRACTION_SECONDS"),
            settings.getint("BALKAN_EXTRACTION_TRIES"),
            starter=begun() if begun is not None else None,
        )
        crawler.signals.connect(pool.start, signal=signals.spider_opened)
        crawler.signals.connect(pool.close, signal=signals.engine_stopped)
        return pool

    def start(self) -> None:
        """Start the workers, within a running loop; they load what they need while the first pages are fetched."""
        if self._team is None:
            self._team = Team(self.workers, self._starter)
            self._starter = None

    async def close(self) -> None:
        """Stop the workers and wait for their end; what is under way is dropped."""
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
            url, None, reading.read, content, url, outlet, fetched_at, hints, content_type, knowledge, lessons
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
                    for tries_left in reversed(range(self.tries)):
                        if self._team is None:
                            raise ExtractionCrashError(url, "the workers are not running")
                        try:
                            result: T = await self._team.do(url, seconds, function, arguments, named)
                            return result
                        except (ExtractionCrashError, ExtractionTimeoutError) as error:
                            if isinstance(error, ExtractionTimeoutError):
                                self._places.slow_down(site)
                            if not tries_left or self._team is None:
                                raise
                    raise AssertionError("unreachable")
                finally:
                    self.under_way -= 1
        finally:
            self._hold(-size)

    def forget(self, site: str) -> None:
        """Keep nothing of how a site has used the workers, once its crawl has ended."""
        self._places.forget(site)

    async def room(self) -> None:
        """Wait until the documents that are held are few enough for more to be fetched."""
        await self._has_room.wait()

    def _hold(self, size: int) -> None:
        self.held += size
        if self.held > MOST_HELD:
            self._has_room.clear()
        else:
            self._has_room.set()


def _usable_cores() -> int:
    """Count the cores this process may use (a container or taskset may leave it fewer than the machine has)."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
