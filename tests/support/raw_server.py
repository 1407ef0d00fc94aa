"""A web server that can answer anything at all: bytes as they are written down, at many addresses of loopback.

Where `servers` is well-behaved but for what a class says, nothing here keeps to HTTP but `Answer`. Each host has an
address of its own (127.3.GROUP.NUMBER), so that each is a politeness key of its own; all share one port. A body is
bytes, or a function that makes them when they are asked for, so that a table of many large ones costs nothing; in
texts, ``@ORIGIN@`` stands for the host's own origin.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

Body = bytes | Callable[[], bytes]
Behaviour = Callable[["Conversation"], Awaitable[bool]]
"""Answers one request; gives whether the connection stays open for the next."""

ORIGIN = b"@ORIGIN@"
_LONGEST_HEAD = 65_536
_LONGEST = 60.0
"""Seconds after which even what never ends does."""


@dataclass(slots=True)
class Host:
    """One site: its behaviours by path (changeable while it runs) and the paths that were asked for."""

    pages: dict[str, Behaviour]
    origin: str = ""
    asked: list[str] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)


@dataclass(slots=True)
class Conversation:
    """One request, and the connection that its answer is written to."""

    host: Host
    path: str
    head: bytes
    writer: asyncio.StreamWriter

    async def send(self, content: bytes) -> None:
        """Write bytes as they are, but for the origin."""
        self.writer.write(filled(content, self.host.origin))
        await self.writer.drain()


def filled(content: bytes, origin: str) -> bytes:
    """Put a host's origin in its places, also without the scheme, with TLS's, and with a name and a password."""
    if b"@" not in content:
        return content
    host = origin.removeprefix("http:")
    forms = {ORIGIN: origin, b"@HOST@": host, b"@TLS@": f"https:{host}", b"@LOGIN@": f"http://user:secret@{host[2:]}"}
    for place, form in forms.items():
        content = content.replace(place, form.encode())
    return content


def made(body: Body) -> bytes:
    """Give the bytes of a body."""
    return body() if callable(body) else body


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that keeps to HTTP: status line, headers, length, body. ``pack`` is applied to the body."""

    body: Body = b""
    status: str = "200 OK"
    headers: tuple[str, ...] = ()
    content_type: str | None = "text/html; charset=utf-8"
    pack: Callable[[bytes], bytes] | None = None

    async def __call__(self, conversation: Conversation) -> bool:
        body = filled(made(self.body), conversation.host.origin)
        if self.pack is not None:
            body = self.pack(body)
        lines = [f"HTTP/1.1 {self.status}", *self.headers, f"Content-Length: {len(body)}"]
        if self.content_type is not None:
            lines.append(f"Content-Type: {self.content_type}")
        head = "\r\n".join(lines).encode("utf-8", "surrogateescape")
        conversation.writer.write(filled(head, conversation.host.origin) + b"\r\n\r\n" + body)
        await conversation.writer.drain()
        return True


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes as they are. ``then`` says what follows: "close", "reset", "hang", or "keep" for a connection kept open."""

    parts: tuple[Body, ...]
    pause: float = 0.0
    then: str = "close"

    async def __call__(self, conversation: Conversation) -> bool:
        for part in self.parts:
            await conversation.send(made(part))
            if self.pause:
                await asyncio.sleep(self.pause)
        if self.then == "hang":
            await asyncio.sleep(_LONGEST)
        if self.then == "reset":
            sock = conversation.writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            conversation.writer.transport.abort()
        return self.then == "keep"


@dataclass(frozen=True, slots=True)
class Endless:
    """A beginning, and then the same bytes again and again: as fast as they are read, or with a pause between."""

    start: bytes
    again: bytes
    pause: float = 0.0
    most: int = 100_000_000

    async def __call__(self, conversation: Conversation) -> bool:
        await conversation.send(self.start)
        for _ in range(self.most // len(self.again)):
            conversation.writer.write(self.again)
            await conversation.writer.drain()
            await asyncio.sleep(self.pause)
        return False


@dataclass(frozen=True, slots=True)
class InTurn:
    """Another behaviour for each request; the last one for all that follow."""

    behaviours: tuple[Behaviour, ...]
    _calls: Iterator[int] = field(default_factory=itertools.count)

    async def __call__(self, conversation: Conversation) -> bool:
        return await self.behaviours[min(next(self._calls), len(self.behaviours) - 1)](conversation)


NOT_FOUND = Answer(b"not found", "404 Not Found")


@contextmanager
def serve_raw(pages: Sequence[Mapping[str, Behaviour]], group: int) -> Iterator[tuple[Host, ...]]:
    """Run one host for each mapping of path -> behaviour until the block ends."""
    hosts = tuple(Host(dict(mapping)) for mapping in pages)
    sockets = _sockets([f"127.3.{group}.{number}" for number in range(1, len(hosts) + 1)])
    for host, bound in zip(hosts, sockets, strict=True):
        address, port = bound.getsockname()
        host.origin = f"http://{address}:{port}"
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=_serve, args=(loop, hosts, sockets), name="asyncio_raw", daemon=True)
    thread.start()
    try:
        yield hosts
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _sockets(addresses: Sequence[str]) -> list[socket.socket]:
    """Bind all addresses on one port that is free at each of them."""
    for _ in range(20):
        bound: list[socket.socket] = []
        port = 0
        try:
            for address in addresses:
                sock = socket.socket()
                bound.append(sock)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                sock.bind((address, port))
                port = sock.getsockname()[1]
        except OSError:
            for sock in bound:
                sock.close()
            continue
        return bound
    raise OSError("no port is free at all addresses")


def _serve(loop: asyncio.AbstractEventLoop, hosts: Sequence[Host], sockets: Sequence[socket.socket]) -> None:
    asyncio.set_event_loop(loop)
    servers = [
        loop.run_until_complete(asyncio.start_server(_talk(host), sock=sock, backlog=64))
        for host, sock in zip(hosts, sockets, strict=True)
    ]
    loop.run_forever()
    for server in servers:
        server.close()
    tasks = asyncio.all_tasks(loop)
    for task in tasks:
        task.cancel()
    loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()


def _talk(host: Host) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, TimeoutError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode("latin-1")
                host.asked.append(path)
                host.heads.append(head)
                behaviour = host.pages.get(path) or host.pages.get(path.partition("?")[0]) or NOT_FOUND
                if not await behaviour(Conversation(host, path, head, writer)):
                    break
        with contextlib.suppress(ConnectionError):
            writer.close()

    return talk
