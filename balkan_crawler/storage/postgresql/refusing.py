"""The codes of errors with which servers refuse a connection, whatever language they speak.

libpq tells of an error of connecting only in words, which are the server's. Its trace of what is sent and answered has
the codes, where libpq is of version 17 or newer and the system is Linux. It is written into memory alone, since it also
holds what proves a password.
"""

from __future__ import annotations

import os
import re
import select
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg import pq
from psycopg.conninfo import conninfo_to_dict, make_conninfo

if TYPE_CHECKING:
    from collections.abc import Iterator

_CODE: Final = re.compile(rb"^B\t\d+\tErrorResponse\t.*? C \"([0-9A-Z]{5})\"", re.MULTILINE)
_STEADY: Final = 170_000
"""The oldest libpq, as it counts its versions, that traces errors of connecting."""
_OVER: Final = (pq.PollingStatus.OK, pq.PollingStatus.FAILED)


def codes_of_refusals(url: str, seconds: float = 10.0) -> tuple[str, ...]:
    """Connect once more to each host of a URL, and give the code of each error that a server answers.

    None is given where that cannot be told.
    """
    if pq.version() < _STEADY or not hasattr(os, "memfd_create"):
        return ()
    trace, until = os.memfd_create("trace"), time.monotonic() + seconds
    try:
        for host in _each_host(url):
            with suppress(psycopg.Error, OSError, ValueError):
                _connect(host, trace, until)
        os.lseek(trace, 0, os.SEEK_SET)
        found = b"".join(iter(lambda: os.read(trace, 65_536), b""))
    finally:
        os.close(trace)
    return tuple(code.decode() for code in _CODE.findall(found))


def _each_host(url: str) -> Iterator[str]:
    """Split a URL of several hosts, of which libpq would leave all that stand behind one that refuses a password."""
    known: dict[str, Any] = dict(conninfo_to_dict(url))
    several = {name: str(known[name]).split(",") for name in ("host", "hostaddr", "port") if known.get(name)}
    for number in range(max(map(len, several.values()), default=1)):
        yield make_conninfo(**known | {name: each[min(number, len(each) - 1)] for name, each in several.items()})


def _connect(conninfo: str, trace: int, until: float) -> None:
    """Try to connect, and write what passes into ``trace``, by the line."""
    connection = pq.PGconn.connect_start(conninfo.encode())
    try:
        connection.trace(trace)
        connection.set_trace_flags(pq.Trace.SUPPRESS_TIMESTAMPS)
        while connection.status != pq.ConnStatus.BAD:
            polled = connection.connect_poll()
            if polled in _OVER or (left := until - time.monotonic()) <= 0:
                break
            reading = polled == pq.PollingStatus.READING
            socket = [connection.socket]
            select.select(socket if reading else [], [] if reading else socket, [], left)
    finally:
        connection.untrace()
        connection.finish()
