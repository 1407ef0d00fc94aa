"""One client's connection: uvicorn's, with bounds on how long a client may take, and sentences for what is no request.

uvicorn waits for ever for a request that was begun and for a client that does not read on, and takes as many
connections as come. No page is late by these bounds: they are for clients that hold a place and do nothing with it.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from http import HTTPStatus
from typing import Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from balkan_crawler.desk.protection import HEADERS

LONGEST_ARRIVAL: Final = 15.0
"""Seconds from a request's first byte, or from the connection on, until its head is there."""
LONGEST_PAUSE: Final = 60.0
"""Seconds that a client may leave 64 KiB of an answer unread."""
MOST_CONNECTIONS: Final = 400
"""Connections at once; a process may open 1,024 files on most systems."""
_SENTENCES: Final = {
    400: "This is no request of HTTP's.",
    408: "The request did not arrive in time.",
    431: "The head of this request is too large.",
    503: "Too many connections are open. Try again in a moment.",
}


class Connection(H11Protocol):
    """A connection that ends where its client does not go on."""

    _head_timer: asyncio.TimerHandle
    _pause_timer: asyncio.TimerHandle

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, and wait for a request."""
        super().connection_made(transport)
        # asyncio does so only for sockets that name their protocol; else an answer in two parts waits 40 ms for a word
        # of the client's system between them (https://www.rfc-editor.org/rfc/rfc896)
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._await_head()
        self._pause_timer = self.loop.call_later(LONGEST_PAUSE, transport.abort)
        self._pause_timer.cancel()
        if len(self.connections) > MOST_CONNECTIONS:
            self._refuse(503)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._head_timer.cancel()
        self._pause_timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on; a request's head has to be there in time."""
        if self.transport.is_closing():
            return
        super().data_received(data)
        if self.conn.their_state is not h11.IDLE:
            self._head_timer.cancel()
        elif self._head_timer.cancelled() and not self.transport.is_closing():
            self._await_head()

    def pause_writing(self) -> None:
        """Wait for the client to read, but not for ever."""
        super().pause_writing()
        self._pause_timer.cancel()
        self._pause_timer = self.loop.call_later(LONGEST_PAUSE, self.transport.abort)

    def resume_writing(self) -> None:
        """Write on."""
        super().resume_writing()
        self._pause_timer.cancel()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request, with the status that h11 has for it."""
        self._refuse(getattr(sys.exception(), "error_status_hint", 400))

    def _await_head(self) -> None:
        self._head_timer = self.loop.call_later(LONGEST_ARRIVAL, self._refuse, 408)

    def _refuse(self, status: int) -> None:
        self._head_timer.cancel()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            text = _SENTENCES.get(status, _SENTENCES[400]).encode("ascii")
            headers = {**HEADERS, "Content-Type": "text/plain; charset=utf-8", "Connection": "close"}
            events = (
                h11.Response(
                    status_code=status,
                    headers=[*headers.items(), ("Content-Length", str(len(text)))],
                    reason=HTTPStatus(status).phrase,
                ),
                h11.Data(data=text),
                h11.EndOfMessage(),
            )
            self.transport.writelines([self.conn.send(event) or b"" for event in events])
        self.transport.close()
