"""The fork server: a process that loads what workers need, once, and then gives each worker away as a fork of itself.

So a worker is there in milliseconds, and none is a fork of the crawling process, whose threads and event loop would
come along. A request is one byte and the descriptor of the socket that the worker is to serve. It is answered by
``!iq``: a process id and `STARTED`, or 0 and the number of an error; and once more when that worker has ended, with its
exit code (negative: the signal). The server ends when its own socket is closed at the other end, and a worker when its
own is.
"""

from __future__ import annotations

import gc
import os
import selectors
import signal
import socket
import struct
from typing import Final, NoReturn

from balkan_crawler.extensions.workers.process import work
from balkan_crawler.extensions.workers.reading import load

REPLY: Final = struct.Struct("!iq")
STARTED: Final = 1 << 40
"""Beyond any exit code."""
_AT_ONCE: Final = 16


def main(descriptor: int) -> NoReturn:
    """Serve the socket of this descriptor."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that asks, which closes the socket
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    load()
    gc.collect()
    gc.freeze()  # so that looking for garbage does not make copies of the pages of memory that workers share
    control = socket.socket(fileno=descriptor)
    woken, waker = socket.socketpair()
    waker.setblocking(False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    selector = selectors.DefaultSelector()
    selector.register(control, selectors.EVENT_READ)
    selector.register(woken, selectors.EVENT_READ)
    while True:
        for key, _ in selector.select():
            if key.fileobj is woken:
                woken.recv(4096)
                _tell_of_ended(control)
                continue
            asked, descriptors, _, _ = socket.recv_fds(control, _AT_ONCE, _AT_ONCE)
            if not asked:
                os._exit(0)
            for each in descriptors:
                _tell(control, *_fork(each, (control, woken, waker)))


def _fork(descriptor: int, own: tuple[socket.socket, ...]) -> tuple[int, int]:
    """Start a worker on a socket; gives what is answered."""
    try:
        worker = os.fork()
    except OSError as error:
        os.close(descriptor)
        return 0, error.errno or 0
    if worker:
        os.close(descriptor)
        return worker, STARTED
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for each in own:
            each.close()
        work(socket.socket(fileno=descriptor))
    finally:
        os._exit(1)


def _tell_of_ended(control: socket.socket) -> None:
    while True:
        try:
            worker, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not worker:
            return
        _tell(control, worker, os.waitstatus_to_exitcode(status))


def _tell(control: socket.socket, worker: int, what: int) -> None:
    try:
        control.sendall(REPLY.pack(worker, what))
    except OSError:
        os._exit(0)
