"""A Dask cluster as reading again needs it: reached, or made on this machine; asked; and its failures in our words."""

from __future__ import annotations

import asyncio
import logging
import warnings
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

import dask.config
from distributed import Client, KilledWorker, LocalCluster, wait
from distributed.client import FutureCancelledError, FuturesCancelledError

from balkan_crawler.errors import (
    BalkanCrawlerError,
    ClusterDiffersError,
    ClusterEmptyError,
    ClusterError,
    ClusterLostError,
    ClusterUnreachableError,
    WorkersUnavailableError,
)
from balkan_crawler.rereading import on_worker
from balkan_crawler.rereading.addresses import check_address, is_local, local_workers
from balkan_crawler.rereading.rules import code

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from distributed import Future

    from balkan_crawler.outlets.known import KnownOutlets

_SECONDS_WITHOUT_WORKERS: Final = 60.0
"""How long a cluster may have no worker: one that is started anew takes some seconds, a queue of a batch system more,
but nobody should find a run in the morning that has waited for a cluster that was switched off."""
_SECONDS_BETWEEN_LOOKS: Final = 5.0
_SECONDS_BETWEEN_TRIES: Final = 1.0
_UNREAD: Final = "deserialization of the task graph"
"""What Dask says of a scheduler that cannot read what it is given."""
_TRIES_TO_SHARE: Final = 15
_TRIES: Final = 4
"""How often work is handed out anew whose workers are all gone, with what they knew."""


_OF_A_LOCAL_CLUSTER: Final = {
    "distributed.worker.profile.enabled": False,
    "distributed.worker.memory.monitor-interval": "500ms",
    "distributed.admin.system-monitor.interval": "5s",
}
"""Nobody looks at what Dask keeps of a cluster that lives for one run; measured, each of its processes takes half of
its idle time's CPU for it (1.3 instead of 2.7 percent of a core)."""


class WorkLostError(Exception):
    """Workers died of a piece of work, one after the other; never leaves the room, which counts the file."""


class Work:
    """One call that a worker does; `Cluster.result` waits for it."""

    def __init__(self, function: Callable[..., Any], arguments: tuple[object, ...], priority: int) -> None:
        self.function, self.arguments, self.priority = function, arguments, priority
        self.future: Future[Any] | None = None
        self.known: Future[Any] | None = None
        """The known outlets that it was handed out with."""


class Cluster:
    """A scheduler and its workers; each has the known outlets once, and reads by the same rules as this process."""

    def __init__(self, client: Client, address: str, known: KnownOutlets) -> None:
        self.address = address
        self._client, self._known = client, known
        self._scattered: Future[Any] | None = None

    async def begin(self) -> None:
        """Wait for a worker, and give all of them what they need. Raises a `ClusterError`."""
        for tries_left in reversed(range(_TRIES)):
            await self._wait_for_workers()
            try:
                await self._equip()
                break
            except OSError as error:  # a worker was lost meanwhile, such as one that has too little memory to start
                if self._client.status != "running":
                    raise ClusterLostError(self.address, _first_line(error)) from error
                if not tries_left:
                    raise ClusterError(self.address, "its workers end while they begin; have they memory?") from error
                await asyncio.sleep(_SECONDS_BETWEEN_TRIES)
        await self._scatter()

    async def _equip(self) -> None:
        """Check what workers have, and give them their reading processes. Raises `OSError` where one is lost."""
        answers = await self._client.run(code, on_error="return")
        for worker, answer in answers.items():
            if isinstance(answer, OSError):
                raise answer
            if isinstance(answer, Exception):
                raise ClusterDiffersError(worker, _why_not(answer))
            if answer != code():
                raise ClusterDiffersError(worker, f"it has {answer}, here is {code()}")
        await self._client.register_plugin(on_worker.ReadingProcesses())

    async def threads(self) -> int:
        """Count what can be done at once. Raises `ClusterLostError`."""
        for tries_left in reversed(range(_TRIES)):
            try:
                return sum((await self._client.nthreads()).values())
            except OSError as error:  # it may be busy, such as with workers that were lost
                if not tries_left or self._client.status != "running":
                    raise ClusterLostError(self.address, _first_line(error)) from error
                await asyncio.sleep(_SECONDS_BETWEEN_TRIES)
        raise AssertionError("unreachable")

    def begin_work(self, function: Callable[..., Any], *arguments: object, priority: int = 0) -> Work:
        """Have a function called by a worker, with these arguments, the known outlets and the rules."""
        work = Work(function, arguments, priority)
        self._submit(work)
        return work

    async def result(self, work: Work) -> Any:
        """Wait for a result; it is kept nowhere else then.

        Work of workers that are lost is done again by others. Raises `WorkLostError` where each one died of it, a
        `ClusterError`, and whatever error of this program the function raised.
        """
        for tries_left in reversed(range(_TRIES)):
            try:
                return await self._outcome(work)
            except FutureCancelledError as error:
                if not tries_left or error.reason == "scheduler-connection-lost" or self._client.status != "running":
                    raise ClusterLostError(self.address, error.reason) from error
                await self._wait_for_workers()
                if work.known is self._scattered:  # it is lost, with all workers that had it
                    await self._scatter()
                self._submit(work)
        raise AssertionError("unreachable")

    async def _outcome(self, work: Work) -> Any:
        """Wait for the end of work, and give what came of it; raises what `result` does, and `FutureCancelledError`."""
        future, work.future = work.future, None
        assert future is not None
        await self._wait_for(future)
        try:
            return await future
        except KilledWorker as error:
            raise WorkLostError(str(error)) from error
        except WorkersUnavailableError as error:
            raise WorkersUnavailableError("on a worker of the cluster") from error
        except (BalkanCrawlerError, FutureCancelledError):
            raise
        except OSError as error:
            raise ClusterLostError(self.address, _first_line(error)) from error
        except Exception as error:  # what comes from the far side is not ours to foresee
            kind = ClusterDiffersError if _is_of_another_program(error) else ClusterError
            raise kind(self.address, _why_not(error)) from error
        finally:
            future.release()

    def _submit(self, work: Work) -> None:
        work.known = self._scattered
        work.future = self._client.submit(
            work.function, *work.arguments, work.known, code(), pure=False, priority=work.priority
        )

    async def _scatter(self) -> None:
        """Give every worker the known outlets."""
        for tries_left in reversed(range(_TRIES_TO_SHARE)):
            await self._wait_for_workers()
            try:
                self._scattered = await self._client.scatter(self._known, broadcast=True, hash=False)
                return
            except (TimeoutError, OSError, KeyError) as error:  # a worker was lost meanwhile, or is not yet known to be
                if not tries_left or self._client.status != "running":
                    raise ClusterLostError(self.address, _first_line(error)) from error
                await asyncio.sleep(_SECONDS_BETWEEN_TRIES)

    async def _wait_for(self, future: Future[Any]) -> None:
        """Wait until work has come to an end, and look now and then whether there is anybody to do it."""
        while True:
            try:
                await wait([future], timeout=_SECONDS_BETWEEN_LOOKS)
                return
            except FuturesCancelledError:
                return  # asking for its result tells why
            except TimeoutError:
                await self._wait_for_workers()

    async def _wait_for_workers(self) -> None:
        loop = asyncio.get_running_loop()
        end = loop.time() + _SECONDS_WITHOUT_WORKERS
        while not await self.threads():
            if loop.time() > end:
                raise ClusterEmptyError(self.address)
            await asyncio.sleep(0.2)


@asynccontextmanager
async def reached(named: str, known: KnownOutlets) -> AsyncIterator[Cluster]:
    """Reach the cluster that a user named, or make one on this machine. Raises a `ClusterError`."""
    check_address(named)
    for name in ("distributed", "tornado"):  # what goes wrong is told in one line
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    async with AsyncExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("ignore")  # of versions of Dask's parts that differ, which it can live with
        try:
            target: Any = named
            if is_local(named):
                stack.enter_context(dask.config.set(_OF_A_LOCAL_CLUSTER))
                target = LocalCluster(
                    n_workers=local_workers(named),
                    threads_per_worker=1,
                    processes=True,
                    asynchronous=True,
                    dashboard_address=None,  # pyright: ignore[reportArgumentType]  # Dask documents it as "none"
                    worker_dashboard_address=None,
                    host="127.0.0.1",
                    silence_logs=logging.CRITICAL + 1,
                )
                await stack.enter_async_context(target)
            client = Client(target, asynchronous=True, set_as_default=False)
            await stack.enter_async_context(client)
        except (TimeoutError, OSError, ValueError, TypeError, RuntimeError, ImportError) as error:
            raise ClusterUnreachableError(named, _first_line(error)) from error
        stack.enter_context(client.as_current())
        cluster = Cluster(client, named, known)
        await cluster.begin()
        yield cluster


def _is_of_another_program(error: Exception) -> bool:
    """Say whether what came from the far side means that it has another program than we, or none."""
    return isinstance(error, (ImportError, AttributeError)) or _UNREAD in str(error)


def _why_not(error: Exception) -> str:
    """Say in a few words what came from the far side."""
    if "No module named 'balkan_crawler" in str(error):
        return "it has no balkan-crawler, or one of another version"
    if _UNREAD in str(error):
        return "the scheduler has no balkan-crawler, or one of another version"
    return f"{type(error).__name__}: {_first_line(error)}"


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
