"""Scrapy's way to fetch over HTTP, with certificates verified, heads of answers bounded, and failures in words."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

from balkan_crawler.errors import CrowdedError
from balkan_crawler.extensions.exemptions import Exemptions
from balkan_crawler.extensions.lease_deadline import deadline_of
from balkan_crawler.manners.limits import SLOWEST_ANSWER
from balkan_crawler.network.certificates import CertificatePolicy
from balkan_crawler.network.in_flight import InFlight
from balkan_crawler.network.sentences import in_words
from balkan_crawler.network.timely import LEASE, TimelyPool

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response


class GuardedDownloadHandler(HTTP11DownloadHandler):
    """Takes the place of Scrapy's handler of ``http`` and ``https``, and uses all of it.

    A certificate with a flaw fails with `UnverifiedError`, an answer that is no HTTP or out of all bounds with
    `BadAnswerError`, all else with Scrapy's own errors, whose text is a sentence. A request whose lease has ended, also
    while it waited for its turn, fails with `LeaseLostError` and is not sent.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        from twisted.internet import reactor  # whoever imports it earlier installs another one

        self._in_flight: InFlight[Request] = InFlight()
        crawler.signals.connect(self._received, signal=signals.bytes_received)
        self._pool = TimelyPool(reactor, crawler.settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN"))
        self._contextFactory = CertificatePolicy(self._is_exempt)  # type: ignore[assignment]  # it is by its decorator

    async def download_request(self, request: Request) -> Response:
        """Fetch an answer."""
        task = asyncio.ensure_future(self._ask(request))
        self._in_flight.begin(request, task)
        try:
            return await task
        except asyncio.CancelledError:
            if not self._in_flight.was_dropped(request):
                raise
            raise CrowdedError(request.url, "too much is being received at once") from None
        except Exception as error:
            told = in_words(error, request.url, request.meta.get("download_timeout", SLOWEST_ANSWER))
            if told is error:
                raise
            raise told from error
        finally:
            task.cancel()  # of no effect but where whoever waits has given up
            self._in_flight.end(request)

    async def _ask(self, request: Request) -> Response:
        """Have Scrapy ask, in a task of its own."""
        lease = deadline_of(request)
        if lease is not None:
            lease.check()  # before a name is looked up; the pool looks again
        LEASE.set(lease)
        return await super().download_request(request)

    def _received(self, data: bytes, request: Request) -> None:
        self._in_flight.received(request, len(data))

    def _is_exempt(self, host: str) -> bool:
        exemptions = self._crawler.get_extension(Exemptions)
        return exemptions is not None and exemptions.is_unverified(host)
