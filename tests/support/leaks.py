"""What a test run may leave behind in its process, and must not."""

from __future__ import annotations

import gc
import threading
from typing import Any

import psutil

_KEPT_PROCESSES = ("resource_tracker", "forkserver")
"""What multiprocessing keeps for its own use until the interpreter ends."""

_KEPT_THREADS = ("execnet", "Dummy", "PoolThread-twisted", "reactor", "asyncio_", "Dask-Offload")
"""Those of parallel test runs, of foreign code, and of the reactor with its helpers, which end with the process."""


def leaks() -> list[str]:
    """Give the processes, threads, listening sockets and open databases of this process that nobody closed."""
    gc.collect()
    here = threading.current_thread()
    this: Any = psutil.Process()  # type: ignore[no-untyped-call]
    children = [child for child in this.children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE]
    commands = [" ".join(child.cmdline()) for child in children]
    threads = [each.name for each in threading.enumerate() if each not in (here, threading.main_thread())]
    listening = [one.laddr for one in this.net_connections(kind="inet") if one.status == psutil.CONN_LISTEN]
    return [
        *(f"process {command}" for command in commands if not any(kept in command for kept in _KEPT_PROCESSES)),
        *(f"thread {name}" for name in threads if not name.startswith(_KEPT_THREADS)),
        *(f"listening at {address}" for address in listening),
        *(f"open file {file.path}" for file in this.open_files() if ".db" in file.path),
    ]
