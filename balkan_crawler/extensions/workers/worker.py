"""One worker process as the pool sees it: the tasks it was given, in the order in which it does them."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import ExtractionCrashError
from balkan_crawler.extensions.workers.calls import READY, unpack_answer
from balkan_crawler.extensions.workers.frames import Frame, FrameReader, head_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from balkan_crawler.extensions.workers.starting import Started

_KILL: Final = getattr(signal, "SIGKILL", signal.SIGTERM)


@dataclass(eq=False, slots=True)
class Task:
    """A call, what it may take, and who waits for it."""

    call: Frame
    about: str
    """The URL that errors name."""
    cpu_seconds: float
    wall_seconds: float
    result: asyncio.Future[Any]
    given_in_vain: int = 0
    """How often it was given to a worker that ended before it began."""


class Worker(asyncio.Protocol):
    """A worker process and its socket. Tasks that are taken back from it, or wait at its end, can be done by others."""

    def __init__(self, started: Started, has_answered: Callable[[Worker], None], is_lost: Callable[[Worker], None]):
        """``has_answered`` is called after each answer, ``is_lost`` once, when the connection has ended."""
        self.pid = started.pid
        self.ended = started.ended
        self.tasks: list[Task] = []
        """What it is at, and behind that what waits for it."""
        self.done = 0
        self.at_work = 0.0
        """Seconds that it has been at the first of its tasks."""
        self.begun = 0
        """The number of the task that it is known to have begun."""
        self.overtime: Task | None = None
        """The task for which it was ended, as it took too long by the clock."""
        self.has_started: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        """Done when it takes tasks, or will never do so."""
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Done when the connection has ended."""
        self._has_answered, self._is_lost = has_answered, is_lost
        self._frames = FrameReader()
        self._transport: asyncio.Transport | None = None

    def give(self, task: Task) -> None:
        """Send a task."""
        assert self._transport is not None
        self.tasks.append(task)
        for part in (head_of(task.call), *task.call.parts):  # `writelines` would copy them into one
            self._transport.write(part)

    def take_back(self) -> Task:
        """Give the last of its tasks to the caller; should the worker have begun it, its answer counts no more."""
        assert self._transport is not None
        task = self.tasks.pop()
        self._transport.write(head_of(Frame(task.call.number)))
        return task

    def kill(self) -> None:
        """End the process at once; that its connection has ended tells of it."""
        with contextlib.suppress(OSError):
            os.kill(self.pid, _KILL)

    def leave(self) -> None:
        """Close the connection, which ends the process."""
        if self._transport is not None:
            self._transport.abort()

    # asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Hand the answers on."""
        for frame in self._frames.feed(data):
            if not frame.parts:
                self.begun = frame.number
                if frame.number == READY and not self.has_started.done():
                    self.has_started.set_result(True)
                continue
            task = next((task for task in self.tasks if task.call.number == frame.number), None)
            self.done += 1
            self.at_work = 0.0
            if task is not None:
                self.tasks.remove(task)
                _answer(task, frame)
            self.begun = self.tasks[0].call.number if self.tasks else READY
            self._has_answered(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell that the worker is gone."""
        if not self.has_started.done():
            self.has_started.set_result(False)
        self.gone.set_result(None)
        self._is_lost(self)


def _answer(task: Task, frame: Frame) -> None:
    if task.result.done():
        return
    try:
        task.result.set_result(unpack_answer(frame))
    except MemoryError:
        task.result.set_exception(ExtractionCrashError(task.about, "out of memory"))
    except StopIteration as error:  # which no future takes
        task.result.set_exception(RuntimeError(repr(error)))
    except Exception as error:  # whatever the task raised
        task.result.set_exception(error)
