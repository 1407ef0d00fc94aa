"""The address guard: a page cannot make the crawler ask for anything inside the network it runs in (SSRF)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy.exceptions import CannotResolveHostError
from scrapy.resolver import CachingThreadedResolver, dnscache
from twisted.internet.defer import succeed
from twisted.internet.error import DNSLookupError

from balkan_crawler.errors import PrivateAddressError
from balkan_crawler.manners.addresses import is_public
from balkan_crawler.manners.limits import LOOK_UP_KEPT
from balkan_crawler.network.lookups import Lookups

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase
    from twisted.internet.defer import Deferred


class NotPublicError(DNSLookupError):
    """What the resolver answers in place of an address that is not public."""


class PublicAddressResolver(CachingThreadedResolver):
    """Scrapy's resolver (IPv4, cached for a while, with a time limit), which gives public addresses only, by `Lookups`.

    Twisted connects to the very address that the resolver gives, so there is no second look-up that could be answered
    differently (DNS rebinding). The setting ``BALKAN_ALLOW_PRIVATE`` opens it, ``BALKAN_PRIVATE_HOSTS`` for some hosts.
    """

    def __init__(self, reactor: ReactorBase, cache_size: int, timeout: float) -> None:
        super().__init__(reactor, cache_size, timeout)
        self.allow_private = False
        self._lookups = Lookups(reactor, timeout)
        self._reactor = reactor
        self._emptied = reactor.seconds()
        self.private_hosts: frozenset[str] = frozenset()

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> Self:
        """Build it as Scrapy does, for the one crawl of this process."""
        resolver = super().from_crawler(crawler, reactor)
        resolver.allow_private = crawler.settings.getbool("BALKAN_ALLOW_PRIVATE")
        resolver.private_hosts = _private_hosts(crawler)
        return resolver

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:
        """Look a name up; one that leads to an address that is not public fails as an unknown one does."""
        if self._reactor.seconds() >= self._emptied + LOOK_UP_KEPT:
            self._emptied = self._reactor.seconds()
            dnscache.clear()
        if name in dnscache:
            answer: Deferred[str] = succeed(dnscache[name])
        else:
            answer = self._lookups.find(name)
            if dnscache.limit:
                answer.addCallback(self._cache_result, name)
        return answer if self.allow_private or name in self.private_hosts else answer.addCallback(self._check, name)

    def _check(self, address: str, name: str) -> Any:
        if not is_public(address):
            raise NotPublicError(f"{name} is {address}")
        return address


class AddressMiddleware:
    """Refuses addresses that are not public: literal ones in a URL at once, names as `PublicAddressResolver` does.

    Either way the request fails with `PrivateAddressError`, before a connection is made and without a retry.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._allow_private = crawler.settings.getbool("BALKAN_ALLOW_PRIVATE")
        self._private_hosts = _private_hosts(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it as Scrapy does."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Check a literal address."""
        host = urlsplit(request.url).hostname or ""
        try:
            public = is_public(host)
        except ValueError:
            return  # a name: the resolver's
        if not (public or self._allow_private or host in self._private_hosts):
            raise PrivateAddressError(request.url, host)

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Tell a name that the resolver refused from one that is unknown: it keeps the refused address in its cache."""
        if self._allow_private or not isinstance(exception, CannotResolveHostError):
            return
        address = dnscache.get(urlsplit(request.url).hostname or "")
        if isinstance(address, str) and not is_public(address):
            raise PrivateAddressError(request.url, address) from exception


def known_address(host: str) -> str | None:
    """Give the public address of a host that was asked for something lately; ``None`` where there is none."""
    try:
        return host if is_public(host) else None
    except ValueError:
        address = dnscache.get(host)
    return address if isinstance(address, str) and is_public(address) else None


def _private_hosts(crawler: Crawler) -> frozenset[str]:
    return frozenset(crawler.settings.getlist("BALKAN_PRIVATE_HOSTS"))
