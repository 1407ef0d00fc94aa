"""Work in several processes, which end with the first one, however that ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import TYPE_CHECKING, Any, Final, TypeVar

from balkan_crawler.errors import WorkersUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future
    from multiprocessing.connection import Connection

Result = TypeVar("Result")

BATCH: Final = 2000
"""Articles of one portion."""
_MOST: Final = 16


class Workers:
    """As many processes as there are processors, each begun when it is first needed."""

    def __init__(self) -> None:
        self._number = min(_MOST, os.cpu_count() or 1)
        self._pool: ProcessPoolExecutor | None = None
        self._hold: Connection | None = None

    def submit(self, work: Callable[..., Result], *values: Any) -> Future[Result]:
        """Have ``work`` done, a function of a module; `result` gives what comes of it.

        Raises `WorkersUnavailableError` where a process was killed.
        """
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            held, self._hold = context.Pipe(duplex=False)
            self._pool = ProcessPoolExecutor(self._number, context, begin_following, (held,))
        try:
            return self._pool.submit(work, *values)
        except BrokenProcessPool as error:
            raise WorkersUnavailableError(str(error)) from error

    def in_order(self, work: Callable[..., Result], portions: Sequence[tuple[Any, ...]]) -> Iterator[Result]:
        """Give what ``work`` makes of each portion, a tuple of its arguments, in their order; few are ready ahead.

        A single one is worked on here: a process would take longer to begin. Raises what `result` raises.
        """
        if len(portions) < 2:
            yield from (work(*portion) for portion in portions)
            return
        waiting: deque[Future[Result]] = deque()
        try:
            for portion in portions:
                waiting.append(self.submit(work, *portion))
                if len(waiting) > 2 * self._number:
                    yield result(waiting.popleft())
            while waiting:
                yield result(waiting.popleft())
        finally:
            for future in waiting:
                future.cancel()

    def close(self) -> None:
        """End the processes, whatever they are at."""
        if self._pool is not None and self._hold is not None:
            self._hold.close()
            self._pool.shutdown(wait=True, cancel_futures=True)
        self._pool = None


def result(future: Future[Result]) -> Result:
    """Wait for what comes of a work. Raises what it raised, and `WorkersUnavailableError` where it was killed."""
    try:
        return future.result()
    except BrokenProcessPool as error:
        raise WorkersUnavailableError(str(error)) from error


def begin_following(held: Connection | None = None) -> None:
    """Leave Ctrl-C to the first process, and end with it, however it ends, or when it lets go of the other end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        wait([parent.sentinel, *([held] if held is not None else [])])
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
