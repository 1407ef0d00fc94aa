"""The way out: whether names of the catalogue can be looked up. Nothing is fetched."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Final
from urllib.parse import urlsplit

from balkan_crawler.doctor.check import Check, State
from balkan_crawler.model import Outlet

SECONDS: Final = 5.0
"""How long all look-ups together may take."""
_NAMES: Final = 3


def names(outlets: Iterable[Outlet]) -> list[str]:
    """Choose the hosts of well-known outlets of several countries."""
    chosen: dict[str, str] = {}
    for outlet in sorted(outlets, key=lambda outlet: -outlet.evidence):
        host = urlsplit(outlet.homepage).hostname
        if outlet.closed is None and host:
            chosen.setdefault(outlet.country, host)
    return list(chosen.values())[:_NAMES]


def look_up(
    hosts: Sequence[str],
    seconds: float = SECONDS,
    resolve: Callable[[str, int], object] = socket.getaddrinfo,
) -> Mapping[str, bool]:
    """Look names up side by side, by the system's resolver; says of each whether it has an address.

    A resolver cannot be stopped; what has not answered in time is left to end with the process.
    """
    found = dict.fromkeys(hosts, False)

    def ask(host: str) -> None:
        with suppress(OSError, UnicodeError):  # not known, nobody there to ask, or no name at all
            found[host] = bool(resolve(host, 443))

    threads = [threading.Thread(target=ask, args=(host,), daemon=True) for host in hosts]
    for thread in threads:
        thread.start()
    until = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return dict(found)


def network(found: Mapping[str, bool]) -> Check:
    """Judge what look-ups gave. That there is no network now is no fault of the machine's."""
    known = sum(found.values())
    if known or not found:
        return Check("network", State.OK, f"looked up {', '.join(found)}: {known} of {len(found)} have an address")
    text = f"none of {', '.join(found)} could be looked up: no network, or no name server that answers"
    return Check("network", State.NOTE, text)
