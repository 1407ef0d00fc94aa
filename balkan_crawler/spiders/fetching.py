"""Fetching one document through Scrapy's downloader, with all its middlewares."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from balkan_crawler.extensions.clock import clock_of
from balkan_crawler.extensions.lease_deadline import KEY
from balkan_crawler.warc.writing import Exchange

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from scrapy.crawler import Crawler
    from scrapy.http import Headers, Response

    from balkan_crawler.extensions.lease_deadline import LeaseDeadline

ACCEPT_DOCUMENTS: Final = {"Accept": "application/rss+xml,application/xml;q=0.9,text/html;q=0.8,*/*;q=0.7"}
_FOR_GOOD: Final = frozenset({HTTPStatus.MOVED_PERMANENTLY, HTTPStatus.PERMANENT_REDIRECT})
GONE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
"""What a site answers where nothing is any more, or never was."""


_LONGEST_HEADER: Final = 1024
"""Bytes of a header that is kept, or sent back with the next visit; what is longer says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One fetched document: its final address, all others that led to it, its bytes and what its headers say.

    ``moved_to`` is where permanent redirects led (301, 308), up to the first other one; ``None`` where none did.
    ``fetched`` is when its answer was there. ``total`` is how many entries a list of several pages has in all, where
    WordPress says so. ``exchange`` is all that was said, to be kept.
    """

    url: str
    status: int
    content: bytes
    fetched: datetime
    redirected_from: tuple[str, ...] = ()
    moved_to: str | None = None
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    total: int | None = None
    exchange: Exchange | None = None

    @property
    def is_answer(self) -> bool:
        """Whether the document is what was asked for (any 2xx)."""
        return 200 <= self.status < 300

    @property
    def is_unchanged(self) -> bool:
        """Whether the site answered that nothing has changed since the last visit."""
        return self.status == HTTPStatus.NOT_MODIFIED


def conditions(etag: str | None, last_modified: str | None) -> dict[str, str]:
    """Give the headers that ask for a document only where it has changed (RFC 9110, 13.1)."""
    headers = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in headers.items() if value}


async def fetch(crawler: Crawler, lease: LeaseDeadline | None, url: str, headers: Mapping[str, str]) -> Page:
    """Fetch a document; any status is an answer. Raises what the downloader and its middlewares raise.

    Nothing goes out once the ``lease`` has ended: `LeaseLostError`. Slot, delay, robots.txt, retries, redirects
    and limits are the middlewares'.
    """
    from scrapy import Request  # not above: who reads kept pages takes `Page` from here, and needs no Scrapy
    from scrapy.http.request import NO_CALLBACK

    assert crawler.engine is not None
    response = await crawler.engine.download_async(
        Request(url, headers=dict(headers), callback=NO_CALLBACK, meta={KEY: lease})
    )
    return page_of(response, clock_of(crawler)())


def page_of(response: Response, fetched: datetime) -> Page:
    """Give the document of an answer that was there at a time."""
    return Page(
        url=response.url,
        status=response.status,
        content=response.body,
        fetched=fetched,
        exchange=_exchange(response, fetched),
        redirected_from=tuple(response.request.meta.get("redirect_urls", ())) if response.request else (),
        moved_to=_moved_to(response),
        content_type=_header(response, "Content-Type"),
        etag=_header(response, "ETag"),
        last_modified=_header(response, "Last-Modified"),
        total=_number(_header(response, "X-WP-Total")),
    )


def _moved_to(response: Response) -> str | None:
    meta = response.request.meta if response.request else {}
    urls, reasons = (*meta.get("redirect_urls", ()), response.url), meta.get("redirect_reasons", ())
    steps = next((place for place, reason in enumerate(reasons) if reason not in _FOR_GOOD), len(reasons))
    return str(urls[steps]) if steps else None


def _exchange(response: Response, fetched: datetime) -> Exchange:
    return Exchange(
        url=response.url,
        fetched=fetched,
        status=response.status,
        content=response.body,
        asked=_headers(response.request.headers) if response.request else (),
        answered=_headers(response.headers),
        address=str(response.ip_address) if response.ip_address else None,
    )


def _headers(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values
    )


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value and len(value) <= _LONGEST_HEADER else None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.strip().isdecimal() and len(text) < 10 else None
