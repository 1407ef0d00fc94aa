"""robots.txt (RFC 9309), where no readable answer means "not now"."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK

from balkan_crawler.errors import (
    FetchError,
    InvalidUrlError,
    LeaseLostError,
    PrivateAddressError,
    RobotsDisallowedError,
    RobotsUnavailableError,
)
from balkan_crawler.extensions.exemptions import Exemptions
from balkan_crawler.extensions.lease_deadline import KEY, deadline_of
from balkan_crawler.extensions.politeness import Politeness
from balkan_crawler.manners.limits import LONGEST_CRAWL_DELAY, MOST_RETRIES_OF_ROBOTS, ROBOTS_KEPT, ROBOTS_MISSED
from balkan_crawler.manners.robots import RobotsRules, read_robots
from balkan_crawler.urls import politeness_key
from balkan_crawler.urls.sites import site_of_host

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from balkan_crawler.extensions.lease_deadline import LeaseDeadline

_MOST_HOSTS: Final = 50
"""Hosts of one site whose rules are kept; those of the first are fetched again where they are asked for again."""

_PRIORITY: Final = 1000
"""Above that of any page: whole sites wait for it."""

logger = logging.getLogger(__name__)


class DisallowedByRobots(RobotsDisallowedError, IgnoreRequest):
    """The site's robots.txt forbids this URL to us; reaches the request's errback, which Scrapy then leaves unlogged.

    Argument: the URL.
    """


def _origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


@dataclass(frozen=True, slots=True)
class _Kept:
    """The fetch of a host's rules, since a time of the loop."""

    task: asyncio.Task[RobotsRules]
    since: float

    def is_old(self, now: float) -> bool:
        """Say whether the rules are to be fetched again; not while they are being fetched."""
        if not self.task.done():
            return False
        is_missed = self.task.cancelled() or self.task.exception() is not None
        return now - self.since >= (ROBOTS_MISSED if is_missed else ROBOTS_KEPT)


class RobotsMiddleware:
    """Fetches a host's robots.txt before its first page, and hourly, and lets only allowed requests pass.

    A request fails with `DisallowedByRobots`, or with `RobotsUnavailableError` where robots.txt could not be read
    (time-out, DNS error, 5xx, 429); Scrapy's own middleware lets pages pass then. ``Crawl-delay`` and
    ``Request-rate`` raise the delay of the site's slot, to 60 seconds at most. The meta key ``dont_obey_robotstxt``
    exempts a request, as in Scrapy.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._agent = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._retries = min(crawler.settings.getint("RETRY_TIMES"), MOST_RETRIES_OF_ROBOTS)
        self._rules: dict[str, _Kept] = {}
        self._hosts: dict[str, deque[str]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it as Scrapy does."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Wait for the host's rules and hold the request against them."""
        if request.meta.get("dont_obey_robotstxt"):
            return
        rules = await self.rules_for(request.url, deadline_of(request))
        if not rules.allowed(request.url, self._agent):
            self._count("disallowed")
            raise DisallowedByRobots(request.url)

    async def rules_for(self, url: str, lease: LeaseDeadline | None = None) -> RobotsRules:
        """Give the rules of the host of ``url`` (with its ``sitemaps``), fetched at the first call and then hourly.

        They are asked for under the ``lease`` of the first who wants them; raises `LeaseLostError` where that is over.
        Raises `RobotsUnavailableError` (its ``__cause__`` says why: a `RetryLaterError` knows until when) and, for an
        address that may not be fetched at all, `PrivateAddressError` or `InvalidUrlError`.
        """
        origin = _origin_of(url)
        now = asyncio.get_running_loop().time()
        kept = self._rules.get(origin)
        if kept is None or kept.is_old(now):
            self._forget_old(now)
            kept = self._rules[origin] = _Kept(asyncio.ensure_future(self._fetch(f"{origin}/robots.txt", lease)), now)
            self._forget_others(origin)
        try:
            return await asyncio.shield(kept.task)  # whoever gives up waiting must not end it for the others
        except RobotsUnavailableError as error:  # an error of its own for each request: they travel separately
            raise RobotsUnavailableError(error.url, error.detail) from error.__cause__
        except LeaseLostError:
            if self._rules.get(origin) is kept:
                self._forget(origin)
            if lease is not None:
                lease.check()
            return await self.rules_for(url, lease)  # it was another one's lease that ended

    async def answers(self, url: str, lease: LeaseDeadline | None = None) -> bool:
        """Say whether a host answers now, by asking for its robots.txt anew."""
        kept = self._rules.get(_origin_of(url))
        if kept is not None and kept.task.done():
            self._forget(_origin_of(url))
        try:
            await self.rules_for(url, lease)
        except (RobotsUnavailableError, InvalidUrlError, PrivateAddressError, LeaseLostError):
            return False
        return True

    def _forget_others(self, origin: str) -> None:
        """Keep the rules of so many hosts of a site: whoever answers for any name has as many as he likes."""
        hosts = self._hosts.setdefault(site_of_host(urlsplit(origin).hostname or ""), deque())
        hosts.append(origin)
        if len(hosts) > _MOST_HOSTS and self._rules[hosts[0]].task.done():
            del self._rules[hosts.popleft()]

    def _forget_old(self, now: float) -> None:
        """Keep nothing of hosts whose rules would be fetched again."""
        for origin in [origin for origin, kept in self._rules.items() if kept.is_old(now)]:
            self._forget(origin)

    def _forget(self, origin: str) -> None:
        del self._rules[origin]
        site = site_of_host(urlsplit(origin).hostname or "")
        self._hosts[site].remove(origin)
        if not self._hosts[site]:
            del self._hosts[site]

    def give_up(self) -> None:
        """Break off what is being fetched; for a run that has to end now."""
        for kept in self._rules.values():
            kept.task.cancel()

    async def _fetch(self, url: str, lease: LeaseDeadline | None) -> RobotsRules:
        request = Request(
            url,
            callback=NO_CALLBACK,
            priority=_PRIORITY,
            meta={"dont_obey_robotstxt": True, "max_retry_times": self._retries, KEY: lease},
        )
        self._count("requested")
        try:
            assert self._crawler.engine is not None
            response = await self._crawler.engine.download_async(request)
            content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
            rules = read_robots(response.body, response.status, content_type, url, is_strict=self._is_strict(url))
        except (InvalidUrlError, PrivateAddressError, LeaseLostError):
            raise
        except RobotsUnavailableError:
            self._count("unavailable")
            raise
        except Exception as error:  # whatever kept it from us: the network's ways to fail have no common base
            self._count("unavailable")
            detail = error.detail if isinstance(error, FetchError) else str(error) or type(error).__name__
            raise RobotsUnavailableError(url, detail) from error
        self._slow_down(url, rules)
        return rules

    def _is_strict(self, url: str) -> bool:
        exemptions = self._crawler.get_extension(Exemptions)
        return exemptions is not None and exemptions.is_strict(urlsplit(url).hostname or "")

    def _slow_down(self, url: str, rules: RobotsRules) -> None:
        delay = rules.crawl_delay(self._agent)
        politeness = self._crawler.get_extension(Politeness)
        if delay is None or politeness is None:
            return
        key = politeness_key(url)
        least = politeness.least(key)
        if delay > least:
            politeness.require(key, min(delay, max(LONGEST_CRAWL_DELAY, least)))
            logger.info("%s asks for %g seconds between two requests", url, delay)

    def _count(self, event: str) -> None:
        assert self._crawler.stats is not None
        self._crawler.stats.inc_value(f"robots/{event}")
