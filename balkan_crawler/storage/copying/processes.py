"""Work on portions of articles in several processes, which end with the first one, however that ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import TYPE_CHECKING, Any, Final, TypeVar

from balkan_crawler.errors import WorkersUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

Result = TypeVar("Result")

BATCH: Final = 2000
"""Articles of one portion."""
_MOST: Final = 16


def in_order(work: Callable[..., Result], portions: Sequence[tuple[Any, ...]]) -> Iterator[Result]:
    """Give what ``work`` makes of each portion, a tuple of its arguments, in their order; few are ready ahead.

    A single one is worked on here: a process would take longer to begin.

    Raises what ``work`` raises, and `WorkersUnavailableError` where a process was killed.
    """
    if len(portions) < 2:
        yield from (work(*portion) for portion in portions)
        return
    processes = min(_MOST, os.cpu_count() or 1, len(portions))
    waiting: deque[Future[Result]] = deque()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=context, initializer=_begin) as pool:
        try:
            for portion in portions:
                waiting.append(pool.submit(work, *portion))
                if len(waiting) > 2 * processes:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise WorkersUnavailableError(str(error)) from error
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Leave Ctrl-C to the first process, and end with it, however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    assert parent is not None

    def follow() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=follow, daemon=True).start()
