"""Who holds a lease: a process of a machine, and whether it is still there.

A holder is written ``machine:process id:start``. The start tells a process from a later one of the same number.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Final

import psutil

_STATE: Final = 0
_STARTED: Final = 19


def this_holder() -> str:
    """Name the calling process as a holder of leases."""
    pid = os.getpid()
    return f"{_machine()}:{pid}:{_start(pid)}"


def is_gone(holder: str) -> bool:
    """Say whether a holder is known to be gone: of this machine, and no such process any more.

    A holder of another machine, or a name of another form, is never known to be gone; its lease has to end. A process
    that is stopped (SIGSTOP) is still there; one that was killed and not yet reaped is gone.
    """
    machine, _, process = holder.partition(":")
    pid, _, start = process.partition(":")
    if machine != _machine() or not pid.isdigit() or not start:
        return False
    return _start(int(pid)) != start


def _machine() -> str:
    """Name this machine; containers that share a host name still differ by their process-number namespace."""
    try:
        namespace = Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
    except OSError:
        namespace = "0"
    return f"{socket.gethostname()}/{namespace}"


def _start(pid: int) -> str | None:
    """Tell when a process started, in a form that does not move with the wall clock where the system offers one."""
    try:
        # proc(5): after the command's closing parenthesis, state is field 3 and start (ticks since boot) field 22
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None if Path("/proc/self/stat").exists() else _start_elsewhere(pid)
    return None if fields[_STATE] in {"Z", "X"} else fields[_STARTED]


def _start_elsewhere(pid: int) -> str | None:
    """As `_start`, on systems without ``/proc``."""
    try:
        process = psutil.Process(pid)  # type: ignore[no-untyped-call]
        started = round(process.create_time())  # type: ignore[no-untyped-call]
        return None if process.status() == psutil.STATUS_ZOMBIE else str(started)  # type: ignore[no-untyped-call]
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied:
        return "hidden"
