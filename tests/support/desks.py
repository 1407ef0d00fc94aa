"""A desk that is served to real clients on loopback, from a thread, and what these get."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from balkan_crawler.desk.access import Access
from balkan_crawler.desk.application import application
from balkan_crawler.desk.desk import now
from balkan_crawler.desk.serving import Place, desk_of, listen, server_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from balkan_crawler.desk.desk import Desk
    from balkan_crawler.location import Location


@dataclass(frozen=True, slots=True)
class Got:
    """An answer: its status, its headers by small names (the last of each), and its body."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8")


@dataclass(frozen=True, slots=True)
class ServedDesk:
    """A desk that answers at ``http://127.0.0.1:port/``."""

    desk: Desk
    port: int

    @property
    def address(self) -> str:
        """Its first page."""
        return f"http://127.0.0.1:{self.port}/"

    def get(self, target: str, **headers: str) -> Got:
        """Ask for an address below the first page; ``accept_language="sq"`` is a header."""
        return self.ask("GET", target, None, headers)

    def post(self, target: str, form: Mapping[str, str], **headers: str) -> Got:
        """Send a form."""
        body = urlencode(form).encode()
        return self.ask("POST", target, body, {"content_type": "application/x-www-form-urlencoded", **headers})

    def ask(self, method: str, target: str, body: bytes | None, headers: Mapping[str, str]) -> Got:
        """Send one request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, target, body, sent)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            cookies = tuple(answer.msg.get_all("set-cookie") or ())
            return Got(answer.status, found, answer.read(), cookies)
        finally:
            connection.close()


@contextmanager
def served(
    path: Path | Location, *, password: str | None = None, clock: Callable[[], datetime] = now, zone: str = "UTC"
) -> Iterator[ServedDesk]:
    """Serve the archive at ``path`` until the block ends, as the command does."""
    from zoneinfo import ZoneInfo

    desk = desk_of(path, clock)
    app = application(desk, Access(password) if password else None, ZoneInfo(zone))
    with listen(Place(port=0)) as listening:
        server = server_of(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            yield ServedDesk(desk, listening.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(timeout=30)
