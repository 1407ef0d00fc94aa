"""Running the desk: its socket, its server, and its end."""

from __future__ import annotations

import logging
import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import uvicorn
from tzlocal import get_localzone_name

from balkan_crawler.desk.access import Access
from balkan_crawler.desk.application import application
from balkan_crawler.desk.connection import Connection
from balkan_crawler.desk.desk import Desk, now
from balkan_crawler.desk.preparations import PREPARATIONS
from balkan_crawler.desk.prepared import Prepared
from balkan_crawler.desk.protection import is_loopback
from balkan_crawler.desk.readers import Readers
from balkan_crawler.errors import DeskPlaceError, StoreOutdatedError, StoreServerOutdatedError
from balkan_crawler.location import Location
from balkan_crawler.storage import Store, open_store

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.applications import Starlette

_BUSY_SECONDS: Final = 5.0
_LONGEST_HEAD: Final = 2 * 1024 * 1024
"""Bytes of a request's head that are read, so that one far too long is answered with a page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a desk is to be: ``host`` and ``port`` (0 takes a free one), and the password of those who look."""

    host: str = "127.0.0.1"
    port: int = 8017
    password: str | None = None


def desk_of(place: Location | Path, clock: Callable[[], datetime] = now) -> Desk:
    """Make the desk of an archive. Raises a `StoreError` where it cannot be opened.

    A file that an older version wrote is upgraded first; a database on a server is not.
    """
    location = Location.of(place)
    try:
        open_store(location, read_only=True, busy_seconds=_BUSY_SECONDS).close()
    except StoreOutdatedError as error:
        if location.is_server:
            raise StoreServerOutdatedError(str(location)) from error
        open_store(location).close()

    def opening() -> Store:
        return open_store(location, read_only=True, busy_seconds=_BUSY_SECONDS)

    readers = Readers(opening, partial(_mark, location.file))
    return Desk(
        name=location.name,
        readers=readers,
        prepared=Prepared(readers, clock, PREPARATIONS),
        open_to_write=(lambda: open_store(location, busy_seconds=_BUSY_SECONDS)) if _may_write(location) else None,
        clock=clock,
    )


def _mark(file: Path | None) -> object:
    """Give what changes when another file takes the place of this one; a database on a server is the same one."""
    try:
        found = file.stat() if file is not None else None
    except OSError:
        return None
    return found and (found.st_dev, found.st_ino)


def _may_write(location: Location) -> bool:
    """Say whether something can be saved: SQLite writes beside the file, too, and a role may only read."""
    if location.file is not None:
        return os.access(location.file, os.W_OK) and os.access(location.file.absolute().parent, os.W_OK)
    from balkan_crawler.storage.server_upkeep import ServerUpkeep

    with ServerUpkeep(location, read_only=True, busy_seconds=_BUSY_SECONDS) as upkeep:
        state = upkeep.state()
    return state.rights.may_save and not state.is_standby


def serve(location: Location, place: Place, say: Callable[[str], None]) -> None:
    """Serve an archive until the process is told to end; ``say`` is told the address once it can be asked.

    Raises a `StoreError`, and `DeskPlaceError` where nothing can be served at that place.
    """
    logging.getLogger("uvicorn.error").setLevel(logging.ERROR)  # its warnings are about what clients send
    listening = listen(place)
    with listening:
        secret = place.password
        address = _address(listening)
        if secret is None and not is_loopback(place.host):
            secret = secrets.token_urlsafe(24)
            address += f"?token={secret}"
        access = None if secret is None else Access(secret)
        desk = desk_of(location)
        try:
            say(address)
            server_of(application(desk, access, _local_zone())).run(sockets=[listening])
        except KeyboardInterrupt:  # how one ends it: uvicorn hands it on once all is closed
            return


def server_of(app: Starlette) -> uvicorn.Server:
    """Make the server that answers by an application."""
    config = uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=_LONGEST_HEAD,
        timeout_graceful_shutdown=3,
    )
    return uvicorn.Server(config)


def listen(place: Place) -> socket.socket:
    """Open the socket of a place. Raises `DeskPlaceError` where it is taken, or none of this machine's."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            place.host, place.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        return socket.create_server(address[:2], family=family)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DeskPlaceError(place.host, place.port, reason) from error


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    if host in ("0.0.0.0", "::"):
        host = socket.gethostname()
    shown = "localhost" if is_loopback(host) else host
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"


def _local_zone() -> ZoneInfo:
    """Give this machine's time zone, UTC where it has no name."""
    try:
        name = get_localzone_name() or "UTC"
        return ZoneInfo("UTC" if name in ("Etc/UTC", "Etc/UCT", "Universal", "Zulu") else name)
    except (ValueError, OSError, LookupError):
        return ZoneInfo("UTC")
