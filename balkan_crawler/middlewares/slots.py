"""One download slot a site, redirects included."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.urls import politeness_key

if TYPE_CHECKING:
    from scrapy import Request


class SlotMiddleware:
    """Puts every request into the slot of its politeness key, so that all hosts of a site share one delay.

    Scrapy's own slots are host names, and a redirect keeps the slot it came from. A URL that is not http(s) raises
    `InvalidUrlError`, which reaches the request's errback.
    """

    def process_request(self, request: Request) -> None:
        """Set the slot before anything is asked of the site."""
        request.meta["download_slot"] = politeness_key(request.url)
