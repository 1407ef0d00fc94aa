"""Telling systemd how a service is doing: the datagrams of sd_notify(3). Where nobody listens, nothing is said."""

from __future__ import annotations

import os
import socket
from collections.abc import MutableMapping
from contextlib import suppress
from typing import Final

_ADDRESS: Final = "NOTIFY_SOCKET"
_WATCHDOG: Final = ("WATCHDOG_USEC", "WATCHDOG_PID")
_LONGEST_STATUS: Final = 400


class ServiceManager:
    """The service manager that started this process, if one did and wants to be told.

    What it cannot be told is dropped: that systemd does not listen must never stop the service.
    """

    def __init__(self, address: str | None, watchdog: float | None = None) -> None:
        """Prepare to send to a socket of the file system, or an abstract one (``@name``); ``None`` tells nobody.

        ``watchdog`` are the seconds within which the manager wants to hear of life.
        """
        self._address = f"\0{address[1:]}" if address and address.startswith("@") else address
        self.watchdog = watchdog

    @classmethod
    def of(cls, environment: MutableMapping[str, str]) -> ServiceManager:
        """Find it by the variables that sd_notify(3) and sd_watchdog_enabled(3) name, and take these away.

        So no process that we start takes itself for the service. A watchdog that is another process's is none of ours.
        """
        address = environment.pop(_ADDRESS, None)
        period, process = (environment.pop(name, None) for name in _WATCHDOG)
        is_ours = bool(period) and (process is None or process == str(os.getpid()))
        seconds = int(period) / 1_000_000 if is_ours and period and period.isdecimal() else None
        return cls(address, seconds or None)

    def ready(self) -> None:
        """Say that the service does its work."""
        self._send("READY=1")

    def alive(self) -> None:
        """Say that the work goes on; what says it decides whether it does."""
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        """Say that the end has begun."""
        self._send("STOPPING=1")

    def status(self, text: str) -> None:
        """Say in a line what the service is at: ``systemctl status`` shows it."""
        self._send(f"STATUS={' '.join(text.split())[:_LONGEST_STATUS]}")

    def _send(self, said: str) -> None:
        if not self._address or not hasattr(socket, "AF_UNIX"):
            return
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender:
            sender.setblocking(False)
            sender.connect(self._address)
            sender.send(said.encode())
