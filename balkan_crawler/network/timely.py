"""Requests that go out in time: a lease's end is looked at when there is nothing left to wait for but the answer.

A name is looked up, a connection made and TLS agreed on before a request is written, which may take as long as an
answer; the process may stand still meanwhile. So the look is taken last.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IHandshakeListener, IStreamClientEndpoint
from twisted.internet.protocol import connectionDone
from twisted.protocols.tls import TLSMemoryBIOProtocol
from twisted.web._newclient import HTTP11ClientProtocol, ResponseNeverReceived
from twisted.web.client import _HTTP11ClientFactory
from zope.interface import implementer

from balkan_crawler.errors import LeaseLostError
from balkan_crawler.network.heads import BoundedProtocol, QuietPool

if TYPE_CHECKING:
    from collections.abc import Hashable

    from twisted.internet.interfaces import IAddress, IProtocolFactory
    from twisted.python.failure import Failure
    from twisted.web._newclient import Request
    from twisted.web.iweb import IResponse

    from balkan_crawler.extensions.lease_deadline import LeaseDeadline

LEASE: Final[ContextVar[LeaseDeadline | None]] = ContextVar("LEASE", default=None)
"""The deadline of the request for which a connection is asked for: Scrapy hands a pool nothing but the address."""


@implementer(IHandshakeListener)
class TimelyProtocol(BoundedProtocol):
    """A connection that says when TLS is agreed on, and hands what it sends to the system at once."""

    def __init__(self, quiescentCallback: Any) -> None:
        super().__init__(quiescentCallback)  # type: ignore[no-untyped-call]
        self._agreeing: Deferred[HTTP11ClientProtocol] | None = None

    def agreed(self) -> Deferred[HTTP11ClientProtocol]:
        """Give the connection, just made, once a request can be written to it."""
        if not isinstance(self.transport, TLSMemoryBIOProtocol):
            return _given(self)
        self._agreeing = Deferred(lambda _: self.transport.abortConnection())  # type: ignore[union-attr]
        return self._agreeing

    def handshakeCompleted(self) -> None:
        """Hear that TLS is agreed on."""
        agreeing, self._agreeing = self._agreeing, None
        if agreeing is not None:
            agreeing.callback(self)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        """Hear that the connection has ended, for the request that was about to be written too."""
        agreeing, self._agreeing = self._agreeing, None
        super().connectionLost(reason)  # type: ignore[no-untyped-call]
        if agreeing is not None and not agreeing.called:
            agreeing.errback(ResponseNeverReceived([reason]))  # type: ignore[no-untyped-call]

    def request(self, request: Request) -> Deferred[IResponse]:
        """Send a request; without TLS it leaves the process within this call, not in the next turn of the loop."""
        answer = super().request(request)
        flush = getattr(self.transport, "doWrite", None)
        if flush is not None and getattr(self.transport, "connected", False):
            flush()  # what cannot be written now is by the reactor, which also meets what goes wrong
        return answer


class TimelyPool(QuietPool):
    """A pool that gives out no connection for a request whose lease has ended, however it comes by one."""

    def __init__(self, reactor: Any, most_of_host: int) -> None:
        """Prepare a pool that keeps so many connections of a host."""
        super().__init__(reactor, most_of_host)
        self._factory = TimelyFactory

    def getConnection(self, key: Hashable, endpoint: IStreamClientEndpoint) -> Deferred[HTTP11ClientProtocol]:
        """Give a connection; a kept one that fails is followed by a new one, which Twisted makes by the same endpoint.

        The request is written as soon as this is answered.
        """
        lease = LEASE.get()
        try:
            if lease is not None:
                lease.check()
        except LeaseLostError as error:
            return fail(error)
        return super().getConnection(key, _TimelyEndpoint(endpoint, lease))  # type: ignore[arg-type]  # zope's word for it


@implementer(IStreamClientEndpoint)
@dataclass(frozen=True, slots=True)
class _TimelyEndpoint:
    """Connects as another endpoint does, and looks at the lease when that is done."""

    endpoint: Any
    lease: LeaseDeadline | None

    def connect(self, protocolFactory: IProtocolFactory) -> Deferred[Any]:
        """Give a connection that a request can be written to, and may be."""
        connection: Deferred[Any] = self.endpoint.connect(protocolFactory)
        return connection.addCallback(TimelyProtocol.agreed).addCallback(self._checked)

    def _checked(self, connection: HTTP11ClientProtocol) -> HTTP11ClientProtocol:
        try:
            if self.lease is not None:
                self.lease.check()
        except LeaseLostError:
            connection.transport.abortConnection()  # type: ignore[union-attr]
            raise
        return connection


class TimelyFactory(_HTTP11ClientFactory):
    """Makes the protocols of a pool of connections."""

    noisy = False

    def buildProtocol(self, addr: IAddress | None) -> HTTP11ClientProtocol:
        """Make one."""
        return TimelyProtocol(self._quiescentCallback)


def _given(connection: HTTP11ClientProtocol) -> Deferred[HTTP11ClientProtocol]:
    there: Deferred[HTTP11ClientProtocol] = Deferred()
    there.callback(connection)
    return there
