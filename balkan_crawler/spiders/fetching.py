"""Fetching one document through Scrapy's downloader, with all its middlewares."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from balkan_crawler.spiders.visits import Page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from scrapy.http import Response

ACCEPT_DOCUMENTS: Final = {"Accept": "application/rss+xml,application/xml;q=0.9,text/html;q=0.8,*/*;q=0.7"}


async def fetch(crawler: Crawler, url: str, headers: Mapping[str, str]) -> Page:
    """Fetch a document; any status is an answer. Raises what the downloader and its middlewares raise.

    Slot, delay, robots.txt, retries, redirects and limits are the middlewares'.
    """
    response = await crawler.engine.download_async(Request(url, headers=dict(headers), callback=NO_CALLBACK))
    return Page(
        url=response.url,
        status=response.status,
        content=response.body,
        redirected_from=tuple(response.request.meta.get("redirect_urls", ())) if response.request else (),
        content_type=_header(response, "Content-Type"),
        etag=_header(response, "ETag"),
        last_modified=_header(response, "Last-Modified"),
        total=_number(_header(response, "X-WP-Total")),
    )


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.strip().isdecimal() and len(text) < 10 else None
