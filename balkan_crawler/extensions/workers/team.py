"""The workers of a pool: tasks are given to them, the lost are replaced, and what they were at is done by others."""

from __future__ import annotations

import asyncio
import itertools
import logging
import signal
from collections import deque
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import ExtractionCrashError, ExtractionTimeoutError, WorkersUnavailableError
from balkan_crawler.extensions.workers.calls import pack_call
from balkan_crawler.extensions.workers.starting import is_stopped, new_starter
from balkan_crawler.extensions.workers.worker import Task, Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from balkan_crawler.extensions.workers.starting import Starter

logger = logging.getLogger(__name__)

TASKS_AT_ONCE: Final = 2
"""Tasks that a worker has at a time: one that it is at, and the next, so that it never waits for it."""

TASKS_A_WORKER: Final = 500
"""After so many a worker is replaced, so that caches and fragments of its heap cannot grow for days."""

_OVERTIME: Final = getattr(signal, "SIGPROF", 0)
"""What a worker's own timer of CPU time ends it with; its default action also ends one that is deep in a C library."""

_WALL_TIMES: Final = 8.0 if hasattr(signal, "setitimer") else 1.0
"""How many times as long as its CPU time a task may take by the clock: a machine that is busy with other things is no
fault of the page. Where there are no timers of CPU time (Windows) the clock's is the only one."""

_TICK: Final = 0.5
"""Seconds between two looks at workers that are at work."""

_LOOKED_AFTER: Final = 5.0
"""Seconds without an answer after which a worker may have been stopped (SIGSTOP)."""

_WAITS: Final = (0.1, 1.0, 4.0)
"""Seconds before workers that could not be started are started anew; then it is the machine that has no room."""

_MOST_IN_VAIN: Final = 5
"""So often a task is given to workers that end before they begin it; then it is that which ends them."""

_LONGEST_START: Final = 60.0
"""Seconds that a worker may take from the start of its process until it takes tasks (Windows loads all it needs)."""

_LAST_WORD: Final = 2.0
"""Seconds for a worker that was ended to be gone, and for its exit code to be told."""


class Team:
    """So many workers. Each task that was begun at a worker that ended has failed; all others are given to the rest."""

    def __init__(self, size: int, starter: Starter | None = None) -> None:
        """Begin to start the workers, within a running loop, by a ``starter`` that has been begun, if there is one."""
        self._size = size
        self._starter = starter
        self._workers: list[Worker] = []
        """Those that take tasks."""
        self._leaving: set[Worker] = set()
        """Those that take no more, or none yet: they have done their number, are being ended or being started."""
        self._waiting: deque[Task] = deque()
        self._numbers = itertools.cycle(range(1, 1 << 32))
        self._is_open = True
        self._loop = asyncio.get_running_loop()
        self._ticking: asyncio.TimerHandle | None = None
        self._quiet = 0.0
        """Seconds without an answer while there was something to do."""
        self._settling: set[asyncio.Task[None]] = set()
        self._filling: asyncio.Task[None] | None = None
        self._fill()

    async def do(
        self,
        about: str,
        cpu_seconds: float,
        function: Callable[..., Any],
        arguments: Sequence[object],
        named: Mapping[str, object],
    ) -> Any:
        """Do a call, once. Raises what `WorkerPool.run` does."""
        call = pack_call(next(self._numbers), cpu_seconds, function, arguments, named)
        task = Task(call, about, cpu_seconds, cpu_seconds * _WALL_TIMES, self._loop.create_future())
        self._waiting.append(task)
        self._give_out()
        try:
            return await task.result
        except asyncio.CancelledError:
            self._forget(task)
            raise

    async def stop(self) -> None:
        """End all workers and what starts them, and wait for that; what is under way is dropped."""
        self._is_open = False
        if self._ticking is not None:
            self._ticking.cancel()
        if self._filling is not None:
            self._filling.cancel()
            await asyncio.wait({self._filling})
        workers = {*self._workers, *self._leaving}
        for worker in workers:
            worker.kill()
        if workers:
            ends = {end for worker in workers for end in (worker.gone, worker.ended)}
            await asyncio.wait(ends, timeout=_LAST_WORD)
            for worker in workers:
                worker.leave()
            await asyncio.wait({worker.gone for worker in workers})
        if self._starter is not None:
            self._starter.close()
        if self._settling:
            await asyncio.wait(self._settling)
        for task in self._waiting:
            if not task.result.done():
                task.result.set_exception(ExtractionCrashError(task.about, "the workers are not running"))

    # Giving tasks out

    def _give_out(self) -> None:
        """Give what waits to the workers that have the least to do."""
        if not self._is_open:
            return
        self._fill()
        while self._waiting and self._workers:
            worker = min(self._workers, key=lambda worker: len(worker.tasks))
            if len(worker.tasks) >= TASKS_AT_ONCE:
                break
            task = self._waiting.popleft()
            if not task.result.done():
                worker.give(task)
        busy = any(worker.tasks for worker in (*self._workers, *self._leaving))
        if self._ticking is None and (busy or self._waiting):
            self._ticking = self._loop.call_later(_TICK, self._tick)

    def _forget(self, task: Task) -> None:
        """Leave a task undone, since nobody waits for it any more; a worker that is at it is ended."""
        for worker in (*self._workers, *self._leaving):
            if task in worker.tasks:
                if worker.tasks[0] is task:
                    self._end(worker)
                else:
                    worker.take_back()
                self._give_out()
                return

    def _answered(self, worker: Worker) -> None:
        self._quiet = 0.0
        if worker.done >= TASKS_A_WORKER:
            self._take_out(worker)
        if worker in self._leaving and not worker.tasks:
            worker.leave()
        self._give_out()

    def _take_out(self, worker: Worker) -> None:
        """Give a worker no more tasks."""
        if worker in self._workers:
            self._workers.remove(worker)
            self._leaving.add(worker)

    def _end(self, worker: Worker) -> None:
        self._take_out(worker)
        worker.kill()
        self._loop.call_later(_LAST_WORD, worker.leave)  # a process forked beside it may hold its connection open

    # Looking after the workers

    def _tick(self) -> None:
        self._ticking = None
        for worker in (*self._workers, *self._leaving):
            if worker.tasks:
                self._look_at(worker)
        self._quiet += _TICK
        if self._quiet >= _LOOKED_AFTER:
            self._quiet = 0.0
            self._end_stopped()
        self._share()
        self._give_out()

    def _look_at(self, worker: Worker) -> None:
        """End a worker that will not come to the end of its task.

        What counts are ticks, so that no time passes while this process sleeps itself.
        """
        worker.at_work += _TICK
        task = worker.tasks[0]
        if worker.at_work >= task.wall_seconds:
            worker.overtime = task
            self._end(worker)
        elif worker.at_work >= _LOOKED_AFTER and is_stopped(worker.pid):
            logger.warning("a worker process was stopped, and is replaced")
            self._waiting.extendleft(reversed(worker.tasks))
            worker.tasks.clear()
            self._end(worker)

    def _end_stopped(self) -> None:
        """End workers that were stopped while they started or had nothing to do, and a stopped starter of workers."""
        for worker in (*self._workers, *self._leaving):
            if not worker.tasks and is_stopped(worker.pid):
                self._end(worker)
        if self._starter is not None and self._starter.is_stopped():
            logger.warning("what starts worker processes was stopped, and is replaced")
            self._starter.close()

    def _share(self) -> None:
        """Give those that have nothing to do what waits behind the long task of another one."""
        idle = [worker for worker in self._workers if not worker.tasks]
        for worker in self._workers:
            if idle and not self._waiting and worker.at_work > _TICK and len(worker.tasks) == TASKS_AT_ONCE:
                idle.pop().give(worker.take_back())

    def _lost(self, worker: Worker) -> None:
        """Give what an ended worker had not begun to others, and tell who waits for what it was at.

        One that was killed is given a task, maybe, before it is noticed.
        """
        if worker in self._workers:
            self._workers.remove(worker)
        self._leaving.discard(worker)
        if worker.tasks:
            first, *others = worker.tasks
            worker.tasks = []
            self._waiting.extendleft(reversed(others))
            if first.call.number == worker.begun or worker.overtime is first or first.given_in_vain == _MOST_IN_VAIN:
                settling = asyncio.ensure_future(_fail(first, worker))
                self._settling.add(settling)
                settling.add_done_callback(self._settling.discard)
            else:
                first.given_in_vain += 1
                self._waiting.appendleft(first)
        self._give_out()

    # Starting workers

    def _fill(self) -> None:
        """See to it that workers that are missing are started."""
        if self._is_open and self._filling is None and len(self._workers) < self._size:
            self._filling = asyncio.ensure_future(self._start_workers())

    async def _start_workers(self) -> None:
        """Start what is missing; where no worker can be had, whoever waits for one is told so."""
        error: OSError | None = None
        try:
            for wait in (*_WAITS, None):
                error = await self._start_missing()
                if error is None:
                    return
                if wait is not None:
                    logger.warning("a worker process could not be started (%s), which is tried again", error)
                    await asyncio.sleep(wait)
            while self._waiting and not self._workers:
                task = self._waiting.popleft()
                if not task.result.done():
                    task.result.set_exception(WorkersUnavailableError(str(error)))
        finally:
            self._filling = None

    async def _start_missing(self) -> OSError | None:
        """Start workers until none is missing; gives why one could not be had."""
        while missing := self._size - len(self._workers):
            started = await asyncio.gather(*(self._start() for _ in range(missing)), return_exceptions=True)
            for error in started:
                if isinstance(error, OSError):
                    return error
                if error is not None:
                    raise error
        return None

    async def _start(self) -> None:
        """Start a worker. Raises `OSError` where that cannot be."""
        if self._starter is None or self._starter.is_lost:
            self._starter = new_starter()
        started = await self._starter.start()
        worker = Worker(started, self._answered, self._lost)
        self._leaving.add(worker)
        try:
            await self._loop.create_connection(lambda: worker, sock=started.connection)
            either: set[asyncio.Future[Any]] = {worker.has_started, worker.ended}
            await asyncio.wait(either, timeout=_LONGEST_START, return_when=asyncio.FIRST_COMPLETED)
            if not worker.has_started.done() or not worker.has_started.result():
                raise OSError("it ended while it started")
        except BaseException:
            worker.kill()
            worker.leave()
            started.connection.close()
            self._leaving.discard(worker)
            raise
        self._leaving.discard(worker)
        self._workers.append(worker)
        self._give_out()


async def _fail(task: Task, worker: Worker) -> None:
    """Tell who waits for a task how its worker ended."""
    await asyncio.wait({worker.ended}, timeout=_LAST_WORD)
    code = worker.ended.result() if worker.ended.done() else None
    if task.result.done():
        return
    if worker.overtime is task:
        task.result.set_exception(ExtractionTimeoutError(task.about, f"{task.wall_seconds:g} seconds"))
    elif _OVERTIME and code == -_OVERTIME:
        task.result.set_exception(ExtractionTimeoutError(task.about, f"{task.cpu_seconds:g} seconds of CPU time"))
    else:
        task.result.set_exception(ExtractionCrashError(task.about, f"exit code {'unknown' if code is None else code}"))
