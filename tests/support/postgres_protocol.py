"""A server that speaks as little of PostgreSQL's protocol as a test asks for, and says what a real one would not."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_ENCRYPTION = {80877103, 80877104}
"""Requests for TLS and GSSAPI, before the first message."""


def message(kind: bytes, body: bytes) -> bytes:
    """Give a message of the server."""
    return kind + struct.pack("!I", len(body) + 4) + body


def refusal(code: str, said: str, severity: str = "FATAL") -> bytes:
    """Give the error that a server ends a beginning connection with, of a ``severity`` in its language."""
    fields = (b"S" + severity.encode(), b"VFATAL", b"C" + code.encode(), b"M" + said.encode())
    return message(b"E", b"\0".join(fields) + b"\0\0")


def greeting(version: str) -> bytes:
    """Give what a server of a version says to one whom it lets in."""
    told = {"server_version": version, "server_encoding": "UTF8", "client_encoding": "UTF8"}
    states = b"".join(message(b"S", f"{name}\0{value}\0".encode()) for name, value in told.items())
    return message(b"R", struct.pack("!I", 0)) + states + message(b"K", struct.pack("!II", 1, 2)) + message(b"Z", b"I")


@contextmanager
def answering(answer: bytes | None) -> Iterator[int]:
    """Answer the first message of whoever connects with these bytes, or never; gives the port."""
    held: list[socket.socket] = []

    def one(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while (
                struct.unpack("!II", (connection.recv(65_536) + bytes(8))[:8])[1] in _ENCRYPTION and answer is not None
            ):
                connection.sendall(b"N")
            if answer is not None:
                connection.sendall(answer)
                if answer:
                    connection.recv(65_536)  # until the client is gone, or asks for more
                connection.shutdown(socket.SHUT_RDWR)

    with _listening(one, held) as port:
        yield port


@contextmanager
def _listening(one: Callable[[socket.socket], None], held: list[socket.socket]) -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    held.append(listener.accept()[0])
                    threading.Thread(target=one, args=(held[-1],), daemon=True).start()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for each in held:
                each.close()
            thread.join(10)
