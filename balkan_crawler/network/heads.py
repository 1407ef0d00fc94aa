"""The heads of answers, within bounds: what a server sends before a page is as little to be trusted as the page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from scrapy.core.downloader.handlers.http11 import _LenientHTTP11ClientProtocol, _LenientHTTPClientParser
from twisted.internet.error import ConnectionDone
from twisted.web._newclient import HTTP11ClientProtocol
from twisted.web.client import HTTPConnectionPool
from twisted.web.http import _ChunkedTransferDecoder

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred
    from twisted.internet.interfaces import IStreamClientEndpoint
    from twisted.python.failure import Failure
    from twisted.web._newclient import Request
    from twisted.web.iweb import IResponse

LONGEST_LINE: Final = 64 * 1024
"""Bytes of one line of a head; Twisted's 16 KiB are less than some sites' security policies have."""

LARGEST_HEAD: Final = 256 * 1024
"""Bytes of a whole head, with all interim answers before it; browsers take as many."""

MOST_LINES: Final = 1000
"""Lines of a head."""

MOST_INTERIM: Final = 20
"""Interim answers (1xx) before the one that counts; servers send one or two."""

MOST_CHUNKS: Final = 200_000
"""Pieces in which a body may come: each costs as much time as a kilobyte, and one byte a piece would keep all waiting.
The largest answer comes in so many of 60 bytes."""

LEAST_QUIET: Final = 0.5
"""Seconds for which a connection has to be quiet before it is used again."""

_STATUS: Final = re.compile(rb"HTTP/\d\.\d [1-9]\d\d(?: .*)?", re.DOTALL)


class AnswerBoundsError(Exception):
    """An answer is outside the bounds, or no HTTP; the argument says how, after "its answer"."""


class BoundedParser(_LenientHTTPClientParser):
    """Scrapy's parser of answers, which would read a head without an end, and keep it, until the time is up.

    It takes the place of the parser that a protocol has made, and so has no ``__init__``.
    """

    MAX_LENGTH = LONGEST_LINE
    _bytes = _lines = _interim = _chunks = 0
    _flush: Callable[[], None] | None = None

    def lineReceived(self, line: bytes) -> None:
        """Count the lines and bytes of the head."""
        self._lines += 1
        self._bytes += len(line) + 1
        if self._bytes > LARGEST_HEAD:
            raise AnswerBoundsError(f"has a head of more than {LARGEST_HEAD:,} bytes")
        if self._lines > MOST_LINES:
            raise AnswerBoundsError(f"has a head of more than {MOST_LINES:,} lines")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        """Refuse a line without an end."""
        raise AnswerBoundsError(f"has a line of more than {LONGEST_LINE:,} bytes in its head")

    def statusReceived(self, status: bytes) -> None:
        """Refuse what is no status of HTTP: a number of a hundred digits would be kept as one."""
        if not _STATUS.fullmatch(status):
            raise AnswerBoundsError("does not begin with a status of HTTP")
        super().statusReceived(status)  # type: ignore[no-untyped-call]

    def allHeadersReceived(self) -> None:
        """Count interim answers."""
        if self.response.code < 200:
            self._interim += 1
            if self._interim > MOST_INTERIM:
                raise AnswerBoundsError(f"is preceded by more than {MOST_INTERIM} interim ones")
        super().allHeadersReceived()  # type: ignore[no-untyped-call]

    def switchToBodyMode(self, decoder: object) -> None:
        """Have the pieces of a body in chunks counted, and handed on as they arrive together."""
        if isinstance(decoder, _ChunkedTransferDecoder):
            deliver, finish = decoder.dataCallback, decoder.finishCallback
            pieces: list[bytes] = []

            def collect(piece: bytes) -> None:
                self._chunks += 1
                if self._chunks > MOST_CHUNKS:
                    raise AnswerBoundsError(f"comes in more than {MOST_CHUNKS:,} pieces")
                pieces.append(piece)

            def flush() -> None:
                if pieces:
                    together = b"".join(pieces)
                    pieces.clear()
                    deliver(together)

            def end(rest: bytes) -> None:
                flush()
                finish(rest)

            decoder.dataCallback, decoder.finishCallback, self._flush = collect, end, flush
        super().switchToBodyMode(decoder)  # type: ignore[no-untyped-call]

    def rawDataReceived(self, data: bytes) -> None:
        """Decode what has arrived of the body."""
        super().rawDataReceived(data)  # type: ignore[no-untyped-call]
        if self._flush is not None:
            self._flush()


class BoundedProtocol(_LenientHTTP11ClientProtocol):
    """Scrapy's protocol with the parser above, which ends the connection to who goes beyond its bounds."""

    def request(self, request: Request) -> Deferred[IResponse]:
        """Send a request."""
        answer: Deferred[IResponse] = super().request(request)
        assert self._parser is not None  # Scrapy has just replaced its class, too
        self._parser.__class__ = BoundedParser
        return answer

    def _giveUp(self, reason: Failure) -> None:
        """End the connection; at once where something is wrong, since TLS would wait for the other's goodbye."""
        if not isinstance(reason.value, ConnectionDone):
            self.transport.abortConnection()  # type: ignore[union-attr]
        super()._giveUp(reason)  # type: ignore[no-untyped-call]


class QuietPool(HTTPConnectionPool):
    """A pool of connections, of which one is used again only where nothing came after its last answer for a while.

    What a server sends unasked would else be taken for the answer to the next request. Sites are asked every two
    seconds, so that only those of one's own, asked without a delay, get a connection for each request.
    """

    def __init__(self, reactor: ReactorBase, most_of_host: int) -> None:
        """Prepare a pool that keeps so many connections of a host."""
        super().__init__(reactor, persistent=True)  # type: ignore[no-untyped-call]
        self.maxPersistentPerHost = most_of_host
        self._quiet_since: WeakKeyDictionary[HTTP11ClientProtocol, float] = WeakKeyDictionary()

    def _putConnection(self, key: Hashable, connection: HTTP11ClientProtocol) -> None:
        """Note since when a connection is quiet."""
        self._quiet_since[connection] = self._reactor.seconds()
        super()._putConnection(key, connection)  # type: ignore[no-untyped-call]

    def getConnection(self, key: Hashable, endpoint: IStreamClientEndpoint) -> Deferred[HTTP11ClientProtocol]:
        """Give a connection that has been quiet for long enough, or a new one."""
        since = self._reactor.seconds() - LEAST_QUIET
        for connection in [each for each in self._connections.get(key, ()) if self._quiet_since[each] > since]:
            self._timeouts[connection].cancel()
            self._removeConnection(key, connection)  # type: ignore[no-untyped-call]
        return super().getConnection(key, endpoint)
