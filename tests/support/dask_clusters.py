"""Dask clusters of real processes on loopback: a scheduler, and workers that can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from time import monotonic

_QUICK = {
    "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "5s",
    "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "0",
    "DASK_LOGGING__DISTRIBUTED": "critical",
}
_SCHEDULER = "from distributed.cli.dask_scheduler import main; main()"
_WORKER = "from distributed.cli.dask_worker import main; main()"


class DaskCluster:
    """A scheduler at ``address``, and what it needs to have workers."""

    def __init__(self, folder: Path, stack: ExitStack, before: str) -> None:
        self._folder, self._stack = folder, stack
        self.workers: list[subprocess.Popen[bytes]] = []
        self.scheduler, self.address = self._started_scheduler(before)

    def _started_scheduler(self, before: str) -> tuple[subprocess.Popen[bytes], str]:
        file = self._folder / "scheduler.json"
        file.unlink(missing_ok=True)
        words = ["--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show", "--scheduler-file", str(file)]
        process = self._start(before + _SCHEDULER, words)

        def address() -> str | None:
            try:
                return str(json.loads(file.read_text())["address"])
            except (OSError, ValueError, KeyError):
                return None

        end = monotonic() + 60
        while (found := address()) is None and monotonic() < end and process.poll() is None:
            pass
        assert found is not None, "the scheduler did not start"
        return process, found

    def add_worker(self, *, before: str = "", wrapped: tuple[str, ...] = (), nanny: bool = False) -> None:
        """Start a worker of one thread; ``before`` is Python that it runs first."""
        words = ["--host", "127.0.0.1", "--nthreads", "1", "--no-dashboard", "--death-timeout", "30"]
        words += ["--local-directory", str(self._folder), "--nanny" if nanny else "--no-nanny", self.address]
        self.workers.append(self._start(before + _WORKER, words, wrapped))

    def _start(self, code: str, words: list[str], wrapped: tuple[str, ...] = ()) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [*wrapped, sys.executable, "-c", code, *words],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self._folder,
        )
        self._stack.callback(_ended, process)
        return process


@contextmanager
def dask_cluster(folder: Path, workers: int = 0, *, before: str = "") -> Iterator[DaskCluster]:
    """Start a scheduler, which runs ``before`` first, and workers, and end them."""
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        cluster = DaskCluster(folder, stack, before)
        for _ in range(workers):
            cluster.add_worker()
        yield cluster


def environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """Give the environment of processes that are to be quick and quiet."""
    root = str(Path(__file__).parents[2])
    return {**os.environ, "PYTHONPATH": root, **_QUICK, **(more or {})}


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
