"""What runs in a worker process: it takes calls from its socket and answers them, until the other end is closed."""

from __future__ import annotations

import contextlib
import gc
import os
import queue
import signal
import socket
import sys
import threading
from typing import Final, NoReturn

from balkan_crawler.extensions.workers.calls import READY, pack_error, pack_result, unpack_call
from balkan_crawler.extensions.workers.frames import Frame, head_of, receive

_MEMORY: Final = 2 * 1024**3
"""Bytes of address space that a worker may take beside what it has when it starts (Linux)."""


def work(connection: socket.socket) -> NoReturn:
    """Answer calls; ends the process as soon as the other end of the connection is closed, whatever it is at."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks
    if hasattr(signal, "SIGPROF"):
        signal.signal(signal.SIGPROF, signal.SIG_DFL)  # which ends it, whatever the one that asks was started with
    gc.freeze()  # the libraries stay; a page's records go by themselves, so the collector need not look often
    gc.set_threshold(100_000, 20, 20)
    connection.setblocking(True)
    calls: queue.SimpleQueue[Frame] = queue.SimpleQueue()
    dropped: set[int] = set()
    threading.Thread(target=_receive, args=(connection, calls, dropped), name="receiving", daemon=True).start()
    _limit_memory()
    _send(connection, Frame(READY))
    while True:
        has_waited = calls.empty()
        call = calls.get()
        if call.number in dropped:
            dropped.discard(call.number)
            continue
        if has_waited:  # else the answer before has told it
            _send(connection, Frame(call.number))
        _send(connection, _answer(call))
        del call


def _answer(call: Frame) -> Frame:
    """Do what is asked for; a call that takes too much CPU time ends the process by SIGPROF, even in a C library."""
    try:
        seconds, function, arguments, named = unpack_call(call)
        _time(seconds)
        return pack_result(call.number, function(*arguments, **named))
    except Exception as error:  # whoever asked shall have it
        return pack_error(call.number, error)
    finally:
        _time(0)


def _time(cpu_seconds: float) -> None:
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_PROF, cpu_seconds)


def _receive(connection: socket.socket, calls: queue.SimpleQueue[Frame], dropped: set[int]) -> None:
    """Receive calls while another one is worked on; a frame without parts takes the call of its number back."""

    def take(count: int) -> bytes:
        data = connection.recv(count, _WHOLE)
        while len(data) < count:
            more = connection.recv(count - len(data), _WHOLE)
            if not more:
                os._exit(0)
            data += more
        return data

    try:
        while True:
            frame = receive(take)
            if frame.parts:
                calls.put(frame)
            else:
                dropped.add(frame.number)
            del frame
    finally:
        os._exit(0)  # also where memory is short: what waits is done by another worker


_WHOLE: Final = getattr(socket, "MSG_WAITALL", 0)


def _send(connection: socket.socket, frame: Frame) -> None:
    try:
        connection.sendall(b"".join((head_of(frame), *frame.parts)))
    except OSError:
        os._exit(0)


def _limit_memory() -> None:
    if sys.platform == "linux":
        import resource

        with open("/proc/self/statm", "rb") as file, contextlib.suppress(ValueError, OSError):  # noqa: PTH123
            limit = int(file.read().split()[0]) * resource.getpagesize() + _MEMORY
            resource.setrlimit(resource.RLIMIT_AS, (limit, limit))  # a lower limit of the system's own stays
