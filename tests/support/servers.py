"""Real web servers on loopback for the tests of fetching: well-behaved pages, and named ways to misbehave.

Each site has an address of its own (127.0.2.1, 127.0.2.2, ...), so that each is a politeness key of its own. A
behaviour is called with the request's handler and writes the answer. Nothing outlives its ``with`` block: whoever
waits, waits for the site's closing at most.
"""

from __future__ import annotations

import gzip
import itertools
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_LONGEST = 30.0
"""Seconds after which a stalling behaviour gives up, should nobody close its site."""

_ENDLESS_BYTES = 64 * 1024 * 1024
"""Where even the endless body ends."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as it arrived; ``at`` is the monotonic clock in seconds, header names are in lower case."""

    path: str
    at: float
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass(slots=True)
class Site:
    """One running site: its pages by path (changeable while it runs) and the log of what was asked."""

    pages: dict[str, Behaviour]
    origin: str = ""
    requests: list[Asked] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        """Give the address of a path of this site."""
        return self.origin + path

    def asked(self, path: str | None = None) -> list[str]:
        """Name the paths that were asked for, in order; with ``path``, only its own requests."""
        return [request.path for request in self.requests if path in (None, request.path)]


class Handler(BaseHTTPRequestHandler):
    """Logs a request and hands it to the behaviour of its path; an unknown path is 404."""

    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        self.site.requests.append(Asked(self.path, time.monotonic(), headers, body))
        behaviour = self.site.pages.get(self.path) or self.site.pages.get(self.path.partition("?")[0])
        with suppress(ConnectionError):
            (behaviour or Page("not found", status=404))(self)

    do_POST = do_GET

    def answer(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        """Write a whole answer; its length is added where ``headers`` do not state one."""
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # the signature of the standard library
        """Stay silent: the site keeps its own log."""

    def handle(self) -> None:
        """Serve a connection; one whose client does not go on with the handshake just ends."""
        with suppress(ssl.SSLError, ConnectionError):
            super().handle()


Behaviour = Callable[[Handler], None]


@dataclass(frozen=True, slots=True)
class Page:
    """A well-behaved answer; text is sent as UTF-8."""

    content: str | bytes = ""
    content_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()

    def __call__(self, handler: Handler) -> None:
        body = self.content.encode() if isinstance(self.content, str) else self.content
        handler.answer(self.status, body, {"Content-Type": self.content_type, **dict(self.headers)})


@dataclass(frozen=True, slots=True)
class InTurn:
    """Another behaviour for each request: the first, the second, ...; the last one for all that follow."""

    behaviours: tuple[Behaviour, ...]
    _calls: Iterator[int] = field(default_factory=itertools.count)

    def __call__(self, handler: Handler) -> None:
        self.behaviours[min(next(self._calls), len(self.behaviours) - 1)](handler)


@dataclass(frozen=True, slots=True)
class NeverAnswers:
    """Takes the request and says nothing."""

    def __call__(self, handler: Handler) -> None:
        handler.close_connection = True
        handler.site.closing.wait(_LONGEST)


@dataclass(frozen=True, slots=True)
class DropsConnection:
    """Resets the connection before a byte of the answer."""

    def __call__(self, handler: Handler) -> None:
        handler.close_connection = True
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        handler.connection.close()


@dataclass(frozen=True, slots=True)
class ServerError:
    """Answers with an error of its own making."""

    status: int = 500

    def __call__(self, handler: Handler) -> None:
        Page("<h1>error</h1>", status=self.status)(handler)


@dataclass(frozen=True, slots=True)
class TooManyRequests:
    """Asks for patience; ``retry_after`` is the header's value: seconds or an HTTP date, ``None`` for no header."""

    retry_after: str | None = "120"
    status: int = 429

    def __call__(self, handler: Handler) -> None:
        headers = () if self.retry_after is None else (("Retry-After", self.retry_after),)
        Page("slow down", "text/plain", self.status, headers)(handler)


@dataclass(frozen=True, slots=True)
class RobotsUnavailable:
    """robots.txt of a site in trouble."""

    status: int = 503

    def __call__(self, handler: Handler) -> None:
        Page("unavailable", "text/plain", self.status)(handler)


@dataclass(frozen=True, slots=True)
class RobotsIsHtml:
    """A challenge page with status 200 in robots.txt's place."""

    def __call__(self, handler: Handler) -> None:
        Page("<!DOCTYPE html><html><title>Just a moment</title><p>Checking your browser</p></html>")(handler)


@dataclass(frozen=True, slots=True)
class RedirectsTo:
    """Redirects to any address, absolute or relative, sensible or not."""

    location: str
    status: int = 302

    def __call__(self, handler: Handler) -> None:
        Page("", status=self.status, headers=(("Location", self.location),))(handler)


@dataclass(frozen=True, slots=True)
class RedirectLoop:
    """Redirects to itself with another query each time, so that no URL comes twice."""

    def __call__(self, handler: Handler) -> None:
        path, _, round_ = handler.path.partition("?round=")
        RedirectsTo(f"{path}?round={int(round_ or 0) + 1}")(handler)


@dataclass(frozen=True, slots=True)
class RedirectsToPrivateAddress:
    """Leads to the address where clouds keep their credentials."""

    def __call__(self, handler: Handler) -> None:
        RedirectsTo("http://169.254.169.254/latest/meta-data/")(handler)


@dataclass(frozen=True, slots=True)
class RedirectsToFile:
    """Leads to a file of the crawling machine."""

    def __call__(self, handler: Handler) -> None:
        RedirectsTo("file:///etc/passwd")(handler)


@dataclass(frozen=True, slots=True)
class GzipBomb:
    """A few kilobytes that unpack to ``size`` bytes."""

    size: int = 50_000_000

    def __call__(self, handler: Handler) -> None:
        body = gzip.compress(b"<html>" + b" " * self.size, 6)
        Page(body, headers=(("Content-Encoding", "gzip"),))(handler)


@dataclass(frozen=True, slots=True)
class SlowBytes:
    """One byte each ``pause`` seconds, with a length stated that would take hours."""

    pause: float = 0.05

    def __call__(self, handler: Handler) -> None:
        handler.close_connection = True
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        end = time.monotonic() + _LONGEST
        while time.monotonic() < end and not handler.site.closing.wait(self.pause):
            handler.wfile.write(b"a")
            handler.wfile.flush()


@dataclass(frozen=True, slots=True)
class EndlessBody:
    """Text without an end, in chunks, as fast as it is read."""

    def __call__(self, handler: Handler) -> None:
        handler.close_connection = True
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        block = b"<p>more and more</p>" * 3277
        chunk = b"%x\r\n%s\r\n" % (len(block), block)
        for _ in range(_ENDLESS_BYTES // len(block)):
            if handler.site.closing.is_set():
                return
            handler.wfile.write(chunk)


@dataclass(frozen=True, slots=True)
class WrongContentLength:
    """States more bytes than it sends, then closes."""

    content: str = "<html><p>cut in the mid"
    missing: int = 1000

    def __call__(self, handler: Handler) -> None:
        handler.close_connection = True
        body = self.content.encode()
        handler.answer(200, body, {"Content-Type": "text/html", "Content-Length": str(len(body) + self.missing)})


@dataclass(frozen=True, slots=True)
class EmptyPage:
    """Status 200 and not a byte."""

    def __call__(self, handler: Handler) -> None:
        Page(b"", "text/html")(handler)


@dataclass(frozen=True, slots=True)
class LyingCharset:
    """A page in one charset whose header states another one."""

    content: str = "<html><meta charset=windows-1250><p>Šišmiš žali đake iz Čačka i Ćuprije</p></html>"
    true: str = "windows-1250"
    stated: str = "utf-8"

    def __call__(self, handler: Handler) -> None:
        Page(self.content.encode(self.true), f"text/html; charset={self.stated}")(handler)


class _Server(ThreadingHTTPServer):
    """Looks no name up (that could ask the network), and waits for no idle connection when it closes."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 64

    def server_bind(self) -> None:
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])


@contextmanager
def serve(*pages: Mapping[str, Behaviour], tls: Sequence[ssl.SSLContext | None] = ()) -> Iterator[tuple[Site, ...]]:
    """Run one site for each mapping of path -> behaviour until the block ends; over TLS where it is given a context.

    Where the system has no other loopback address than 127.0.0.1 (macOS), all use that one, on ports of their own.
    """
    contexts = [*tls, *[None] * (len(pages) - len(tls))]
    with ExitStack() as stack:
        yield tuple(
            _start(stack, f"127.0.2.{number}", mapping, context)
            for number, (mapping, context) in enumerate(zip(pages, contexts, strict=True), start=1)
        )


def _start(stack: ExitStack, address: str, pages: Mapping[str, Behaviour], tls: ssl.SSLContext | None) -> Site:
    site = Site(dict(pages))
    handler = type("SiteHandler", (Handler,), {"site": site})
    try:
        server = _Server((address, 0), handler)
    except OSError:
        server = _Server(("127.0.0.1", 0), handler)
    site.origin = f"{'http' if tls is None else 'https'}://{server.server_name}:{server.server_port}"
    if tls is not None:  # the handshake is done in the connection's own thread
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    stack.callback(server.server_close)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    stack.callback(thread.join)
    stack.callback(server.shutdown)
    stack.callback(site.closing.set)
    return site
