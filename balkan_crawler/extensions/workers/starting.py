"""How worker processes are started: by a fork server where there are forks, else each as a new Python."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

import psutil

from balkan_crawler.extensions.workers import forkserver
from balkan_crawler.extensions.workers.process import work
from balkan_crawler.extensions.workers.reading import load

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

_LONGEST_START: Final = 60.0
"""Seconds that a worker may take to start, what the fork server loads before the first one included."""
_LOOKED_AFTER: Final = 1.0
"""Seconds between two looks at whether the fork server is still there while it is waited for."""


@dataclass(frozen=True, slots=True)
class Started:
    """A worker process: its id, this end of its socket, and its exit code once it has ended (``None``: not known)."""

    pid: int
    connection: socket.socket
    ended: asyncio.Future[int | None]


class Starter(Protocol):
    """Starts worker processes, within a running loop."""

    is_lost: bool
    """Whether it can start no more, so that another one is needed."""

    async def start(self) -> Started:
        """Start a worker. Raises `OSError` where that cannot be."""
        ...

    def is_stopped(self) -> bool:
        """Say whether what starts workers is stopped (SIGSTOP)."""
        ...

    def close(self) -> None:
        """Start no more, and end what was needed for it."""
        ...


def new_starter() -> Starter:
    """Give the way to start workers that this system has. Raises `OSError` where there is no room for it."""
    return ForkServer() if hasattr(os, "fork") and hasattr(socket, "send_fds") else NewPythons()


@contextmanager
def begun() -> Iterator[Starter | None]:
    """Begin to start workers before the pool that is to have them is there; ``None`` where there is no room for it."""
    starter = None
    with contextlib.suppress(OSError):  # the pool meets it, too, and tells
        starter = new_starter()
    try:
        yield starter
    finally:
        if starter is not None:
            starter.close()


def is_stopped(pid: int) -> bool:
    """Say whether a process is stopped (SIGSTOP)."""
    with contextlib.suppress(OSError, psutil.Error):  # where there is no room to look, that is not what is wrong
        return bool(psutil.Process(pid).status() == psutil.STATUS_STOPPED)  # type: ignore[no-untyped-call]
    return False


class ForkServer:
    """The process of `forkserver`. It is started at once, and loads what workers need while this process goes on."""

    def __init__(self) -> None:
        """Start it. Raises `OSError` where there is no room for it."""
        self.is_lost = False
        self._replies = bytearray()
        self._asked: deque[asyncio.Future[tuple[int, asyncio.Future[int | None]]]] = deque()
        self._ended: dict[int, asyncio.Future[int | None]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._control, theirs = socket.socketpair()
        self._control.setblocking(False)
        try:
            with theirs:
                self._process = _start_server(theirs.fileno())
        except OSError:
            self._control.close()
            raise

    async def start(self) -> Started:
        """Have a worker forked. Raises `OSError` where that cannot be."""
        if self.is_lost:
            raise OSError("the fork server has ended")
        if self._loop is None:
            self._loop = asyncio.get_running_loop()
            self._loop.add_reader(self._control.fileno(), self._receive)
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._control, [b"w"], [theirs.fileno()])
            reply: asyncio.Future[tuple[int, asyncio.Future[int | None]]] = self._loop.create_future()
            self._asked.append(reply)
            await self._wait_for(reply)
            pid, ended = reply.result()
        except BaseException:
            ours.close()  # a worker that is started all the same ends with it
            raise
        return Started(pid, ours, ended)

    def is_stopped(self) -> bool:
        """Say whether its process is stopped."""
        return not self.is_lost and is_stopped(self._process.pid)

    async def _wait_for(self, reply: asyncio.Future[Any]) -> None:
        """Wait for the server, and end it where it will answer no more."""
        assert self._loop is not None
        end = self._loop.time() + _LONGEST_START
        while not (await asyncio.wait({reply}, timeout=_LOOKED_AFTER))[0]:
            if self._loop.time() > end or is_stopped(self._process.pid):
                self._process.kill()

    def _receive(self) -> None:
        """Read what the server tells."""
        assert self._loop is not None
        try:
            data = self._control.recv(4096)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        self._replies += data
        while len(self._replies) >= forkserver.REPLY.size:
            pid, what = forkserver.REPLY.unpack_from(self._replies)
            del self._replies[: forkserver.REPLY.size]
            if what == forkserver.STARTED:
                self._ended[pid] = self._loop.create_future()
                _settle(self._asked.popleft(), (pid, self._ended[pid]))
            elif pid:
                _settle(self._ended.pop(pid), what)
            elif not (reply := self._asked.popleft()).done():
                reply.set_exception(OSError(what, os.strerror(what)))

    def close(self) -> None:
        """End the server. Its workers go on until their sockets are closed, but how they end nobody knows."""
        if self.is_lost:
            return
        self.is_lost = True
        if self._loop is not None:
            self._loop.remove_reader(self._control.fileno())
        self._control.close()
        self._process.kill()
        self._process.wait()
        for reply in self._asked:
            if not reply.done():
                reply.set_exception(OSError("the fork server has ended"))
        for ended in self._ended.values():
            _settle(ended, None)


def _start_server(descriptor: int) -> subprocess.Popen[bytes]:
    module = forkserver.__name__
    code = f"import sys; sys.path[:] = {sys.path!r}; from {module} import main; main({descriptor})"
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # until the server ignores Ctrl-C
    try:
        return subprocess.Popen(
            [sys.executable, "-c", code], pass_fds=[descriptor], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


class NewPythons:
    """Starts each worker as a new Python (``spawn``), where there are no forks: Windows."""

    def __init__(self) -> None:
        self.is_lost = False

    async def start(self) -> Started:
        """Start a worker. Raises `OSError` where that cannot be."""
        import multiprocessing

        loop = asyncio.get_running_loop()
        ended: asyncio.Future[int | None] = loop.create_future()
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                process = multiprocessing.get_context("spawn").Process(target=_load_and_work, args=(theirs,))
                process.daemon = True
                await asyncio.to_thread(process.start)
        except BaseException:
            ours.close()
            raise

        def wait() -> None:
            process.join()
            with contextlib.suppress(RuntimeError):  # the loop is closed
                loop.call_soon_threadsafe(_settle, ended, process.exitcode)

        threading.Thread(target=wait, name="worker_end", daemon=True).start()
        assert process.pid is not None
        return Started(process.pid, ours, ended)

    def is_stopped(self) -> bool:
        """Say no: there is nothing that could be."""
        return False

    def close(self) -> None:
        """Do nothing: each worker ends with its own socket."""


def _load_and_work(connection: socket.socket) -> None:
    load()
    work(connection)


def _settle(future: asyncio.Future[T], result: T) -> None:
    if not future.done():
        future.set_result(result)
