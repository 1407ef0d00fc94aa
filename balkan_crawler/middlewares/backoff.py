"""Patience with sites: Retry-After is kept, and what failed for the moment is tried again, later each time."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime
from typing import TYPE_CHECKING, Final

from scrapy import signals
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from twisted.python.failure import Failure

from balkan_crawler.errors import RetryLaterError
from balkan_crawler.extensions.clock import Clock, clock_of
from balkan_crawler.manners.retry_after import PLEAS, asked_to_wait
from balkan_crawler.urls import politeness_key

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

PASSING: Final = {
    DownloadTimeoutError: "timeout",
    CannotResolveHostError: "dns",
    DownloadConnectionRefusedError: "refused",
    ResponseDataLossError: "cut",
    DownloadFailedError: "connection",
    OSError: "broken-encoding",  # an empty answer that says it is compressed
}
"""What the network may have failed at for the moment, with its name among a visit's outcomes; special ones first."""

logger = logging.getLogger(__name__)


def retry_wait(retry: int, first: float) -> float:
    """Give the seconds before the ``retry``-th retry (counted from 1): ``first``, then four times as long each time."""
    return float(first * 4 ** (retry - 1))


def _plea(url: str, response: Response, now: datetime) -> RetryLaterError | None:
    header = response.headers.get("Retry-After")
    wait = asked_to_wait(response.status, header.decode("latin-1") if header else None, now)
    return None if wait is None else RetryLaterError(url, response.status, now + wait)


class BackoffMiddleware:
    """Takes the place of Scrapy's RetryMiddleware, which retries at once and does not read Retry-After.

    429, and 503 with Retry-After: the request fails with `RetryLaterError`, and so does every further request of the
    same politeness key until then, without being sent. Other 5xx, time-outs and broken connections: ``RETRY_TIMES``
    retries (or the meta key ``max_retry_times``) after 2 and 8 seconds; then the answer or the error passes on.
    """

    def __init__(self, crawler: Crawler, clock: Clock) -> None:
        """Listen to the answers of ``crawler``; ``clock`` gives the time of day, aware."""
        self._crawler = crawler
        self._clock = clock
        self._retries = crawler.settings.getint("RETRY_TIMES")
        self._first_wait = crawler.settings.getfloat("BALKAN_RETRY_WAIT")
        self._closed_until: dict[str, RetryLaterError] = {}
        crawler.signals.connect(self._listen, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it as Scrapy does."""
        return cls(crawler, clock_of(crawler))

    def process_request(self, request: Request) -> None:
        """Refuse what belongs to a site that asked for patience."""
        site = politeness_key(request.url)
        refusal = self._closed_until.get(site)
        if refusal is not None and self._clock() < refusal.until:
            raise RetryLaterError(request.url, refusal.status, refusal.until)
        self._closed_until.pop(site, None)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        """Tell a site's plea for patience and passing failures from answers."""
        refusal = self._closed_until.get(politeness_key(request.url))
        if refusal is not None and response.status in PLEAS:
            raise RetryLaterError(request.url, response.status, refusal.until)
        if response.status >= 500:
            return await self._again(request, f"HTTP status {response.status}") or response
        return response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        """Try again what the network may have failed at for the moment."""
        return await self._again(request, type(exception).__name__) if isinstance(exception, tuple(PASSING)) else None

    def _listen(self, request: Request, response: Response) -> None:
        """Close a site that asks for patience, before its slot sends the next request."""
        refusal = _plea(request.url, response, self._clock().replace(microsecond=0))
        if refusal is None:
            return
        self._closed_until[politeness_key(request.url)] = refusal
        self._count("retry-later")
        assert self._crawler.engine is not None
        slot = self._crawler.engine.downloader.slots.get(request.meta.get("download_slot", ""))
        while slot is not None and slot.queue:  # these have passed `process_request` already
            queued, waiting = slot.queue.popleft()
            failure = Failure(RetryLaterError(queued.url, refusal.status, refusal.until))  # type: ignore[no-untyped-call]
            waiting.errback(failure)

    async def _again(self, request: Request, reason: str) -> Request | None:
        retry = request.meta.get("retry_times", 0) + 1
        if retry > request.meta.get("max_retry_times", self._retries) or request.meta.get("dont_retry"):
            return None
        self._count("retries")
        logger.debug("%s: %s, retry %d", request.url, reason, retry)
        await asyncio.sleep(retry_wait(retry, self._first_wait))
        return request.replace(dont_filter=True, meta={**request.meta, "retry_times": retry})

    def _count(self, event: str) -> None:
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value(f"backoff/{event}")
