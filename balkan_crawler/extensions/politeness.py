"""The delay of each site: never less than was asked for, more where the site answers slowly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals

if TYPE_CHECKING:
    from typing import Self

    from scrapy import Request
    from scrapy.core.downloader import Downloader
    from scrapy.crawler import Crawler
    from scrapy.http import Response


def next_delay(delay: float, latency: float, status: int, least: float, most: float) -> float:
    """Give the seconds to wait before the next request, after an answer that took ``latency`` seconds.

    AutoThrottle's rule for one request at a time: half-way towards the latency, at once where the site is slower than
    the delay, and never quicker because of an error page, which is cheap to send. ``least`` wins over ``most``.
    """
    wanted = max(latency, (delay + latency) / 2)
    bounded = max(least, min(wanted, most))
    return bounded if status == 200 or bounded > delay else delay


class Politeness:
    """Keeps the least delay of every download slot and adapts the slots to how quickly their sites answer.

    Scrapy's AutoThrottle has one least delay for all sites: it would slow down an outlet that may be asked quickly, and
    undo the long delay of another. Reach it with ``crawler.get_extension(Politeness)``.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._default = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._most = crawler.settings.getfloat("AUTOTHROTTLE_MAX_DELAY")
        self._asked: dict[str, float] = {}
        crawler.signals.connect(self._adapt, signal=signals.response_downloaded)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Build it as Scrapy does."""
        return cls(crawler)

    def least(self, slot: str) -> float:
        """Give the least seconds between two requests of a slot (a politeness key)."""
        return self._asked.get(slot, self._default)

    def require(self, slot: str, delay: float, concurrency: int = 1) -> None:
        """Ask for ``delay`` seconds between two requests of a slot; the longest that anybody asks for counts.

        The first to ask replaces the default, also by less: so an outlet's table comes before its robots.txt.
        ``concurrency`` is the number of requests at once, and the least of those asked for counts.
        """
        self._asked[slot] = max(delay, self._asked.get(slot, 0.0))
        known = self._downloader.per_slot_settings.get(slot, {})
        settings = {
            "delay": self._asked[slot],
            "concurrency": min(concurrency, known.get("concurrency", concurrency)),
        }
        self._downloader.per_slot_settings[slot] = (
            settings  # also of the slots that are dropped when idle and made anew
        )
        running = self._downloader.slots.get(slot)
        if running is not None:
            running.delay = max(running.delay, self._asked[slot])
            running.concurrency = settings["concurrency"]

    def _adapt(self, response: Response, request: Request) -> None:
        latency = request.meta.get("download_latency")
        key = request.meta.get("download_slot", "")
        slot = self._downloader.slots.get(key)
        if latency is None or slot is None:
            return
        least = self.least(key)
        if least > 0:  # a site of one's own, asked without any delay, stays so
            slot.delay = next_delay(slot.delay, latency, response.status, least, self._most)

    @property
    def _downloader(self) -> Downloader:
        assert self._crawler.engine is not None
        return self._crawler.engine.downloader
