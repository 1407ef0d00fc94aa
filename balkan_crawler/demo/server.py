"""A small threaded web server on loopback: one address an outlet, so that each is a site of its own."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One document as it is served; ``modified`` is aware and becomes its Last-Modified."""

    content_type: str
    content: bytes
    modified: datetime

    @property
    def etag(self) -> str:
        """A strong validator made of the content."""
        return f'"{hashlib.sha256(self.content).hexdigest()[:20]}"'


Site = Mapping[str, Page]
"""Percent-encoded path -> page."""


@dataclass(slots=True)
class LoopbackWeb:
    """Running sites: ``origins`` maps an outlet's key to ``http://address:port``; ``requests`` lists what was asked.

    A request is (outlet's key, path with its query, status), in the order of the answers.
    """

    origins: dict[str, str] = field(default_factory=dict)
    requests: list[tuple[str, str, int]] = field(default_factory=list)
    sites: dict[str, Site] = field(default_factory=dict)

    def show(self, sites: Mapping[str, Site]) -> None:
        """Serve these pages from now on, in place of all earlier ones."""
        self.sites = dict(sites)


@contextmanager
def serve(keys: Sequence[str]) -> Iterator[LoopbackWeb]:
    """Start one server for each key, on a free port of 127.0.1.1, 127.0.1.2 and so on, until the block ends.

    Where the system has no other loopback address than 127.0.0.1 (macOS), all use that one, on ports of their own.
    Raises ``OSError`` where not even that can be bound. Nothing is served before `LoopbackWeb.show`.
    """
    web = LoopbackWeb()
    with ExitStack() as stack:
        for number, key in enumerate(keys, start=1):
            server = _bind(f"127.0.1.{number}", _handler(web, key))
            stack.callback(server.server_close)
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.shutdown)
            web.origins[key] = f"http://{server.server_name}:{server.server_port}"
        yield web


class _Server(ThreadingHTTPServer):
    """Never looks a name up (that could ask the network), and waits for no idle connection when it closes."""

    daemon_threads = True
    block_on_close = False

    def server_bind(self) -> None:
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])


def _bind(address: str, handler: type[BaseHTTPRequestHandler]) -> _Server:
    try:
        return _Server((address, 0), handler)
    except OSError:
        return _Server(("127.0.0.1", 0), handler)


def _handler(web: LoopbackWeb, key: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_GET(self) -> None:
            page = web.sites.get(key, {}).get(urlsplit(self.path).path)
            if page is None:
                self._answer(HTTPStatus.NOT_FOUND, {"Content-Type": "text/html; charset=utf-8"}, b"<h1>404</h1>")
                return
            headers = {"ETag": page.etag, "Last-Modified": format_datetime(page.modified.astimezone(UTC), usegmt=True)}
            if self._is_unchanged(page):
                self._answer(HTTPStatus.NOT_MODIFIED, headers, b"")
            else:
                self._answer(HTTPStatus.OK, headers | {"Content-Type": page.content_type}, page.content)

        def do_HEAD(self) -> None:
            self.do_GET()

        def _is_unchanged(self, page: Page) -> bool:
            """Compare the validators that the client sent (RFC 9110, section 13.2.2: If-None-Match comes first)."""
            if known := self.headers.get("If-None-Match"):
                return page.etag in (tag.strip().removeprefix("W/") for tag in known.split(","))
            try:
                since = parsedate_to_datetime(self.headers.get("If-Modified-Since", ""))
            except ValueError:
                return False
            if since.tzinfo is None:  # a date that says -0000
                since = since.replace(tzinfo=UTC)
            return page.modified.replace(microsecond=0) <= since

        def _answer(self, status: HTTPStatus, headers: Mapping[str, str], content: bytes) -> None:
            web.requests.append((key, self.path, int(status)))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status is not HTTPStatus.NOT_MODIFIED:
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Keep quiet: `LoopbackWeb.requests` is the log."""

    return Handler
