"""Fetching one page that a user named, without starting a crawl: robots.txt, limits and user agent as in a crawl."""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import time
import urllib.error
import urllib.request
import zlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final
from urllib.parse import urljoin, urlsplit

from balkan_crawler.discovery import read_robots
from balkan_crawler.errors import PageError, PrivateAddressError
from balkan_crawler.urls import canonical_url

if TYPE_CHECKING:
    from email.message import Message

MOST_BYTES: Final = 12 * 1024 * 1024
MOST_SECONDS: Final = 30.0
MOST_REDIRECTS: Final = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPage:
    """A page as it was served; ``url`` is where the redirects led to."""

    url: str
    content: bytes
    content_type: str | None


def fetch_page(url: str, agent: str, user_agent: str) -> FetchedPage:
    """Fetch a page, asking the robots.txt of each host on the way.

    Raises `PageError` (no answer, a status that is no success, too large, too slow, forbidden), `InvalidUrlError`,
    `RobotsUnavailableError`, and `PrivateAddressError` where a site redirects into a private network.
    """
    start, url = url, canonical_url(url)
    end = time.monotonic() + MOST_SECONDS
    for _ in range(MOST_REDIRECTS + 1):
        _check_robots(url, agent, user_agent, end)
        status, headers, content = _get(url, user_agent, end)
        if status not in _REDIRECTS or "Location" not in headers:
            break
        url = _next_hop(url, headers["Location"])
    else:
        raise PageError(start, f"more than {MOST_REDIRECTS} redirects")
    if not 200 <= status < 300:
        raise PageError(url, f"HTTP status {status}")
    return FetchedPage(url=url, content=content, content_type=headers.get("Content-Type"))


def _check_robots(url: str, agent: str, user_agent: str, end: float) -> None:
    parts = urlsplit(url)
    robots = f"{parts.scheme}://{parts.netloc}/robots.txt"
    for _ in range(MOST_REDIRECTS + 1):
        status, headers, content = _get(robots, user_agent, end)
        if status not in _REDIRECTS or "Location" not in headers:
            break
        robots = _next_hop(robots, headers["Location"])
    if not read_robots(content, status, headers.get("Content-Type"), robots).allowed(url, agent):
        raise PageError(url, "the site's robots.txt forbids it")


def _next_hop(url: str, location: str) -> str:
    target = canonical_url(urljoin(url, location))
    host = urlsplit(target).hostname or ""
    if host != urlsplit(url).hostname:
        for address in _addresses(target, host):
            if not ipaddress.ip_address(address).is_global:
                raise PrivateAddressError(target, address)
    return target


def _addresses(url: str, host: str) -> set[str]:
    try:
        return {str(found[4][0]).partition("%")[0] for found in socket.getaddrinfo(host, None)}
    except OSError as error:
        raise PageError(url, f"the name {host} cannot be resolved") from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Leaves redirects to the caller, who checks where they lead."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


def _get(url: str, user_agent: str, end: float) -> tuple[int, Message, bytes]:
    """Give status, headers and unpacked body of one answer, whatever its status."""
    context = ssl.create_default_context()
    opener = urllib.request.build_opener(_NoRedirect, urllib.request.HTTPSHandler(context=context))
    request = urllib.request.Request(url, headers={"User-Agent": user_agent, "Accept-Encoding": "gzip"})
    try:
        try:
            response = opener.open(request, timeout=max(0.1, end - time.monotonic()))
        except urllib.error.HTTPError as error:
            response = error
        with response:
            packed = response.headers.get("Content-Encoding", "").lower() in ("gzip", "x-gzip")
            return response.status, response.headers, _read(url, response, end, packed=packed)
    except TimeoutError as error:
        raise PageError(url, f"no answer within {MOST_SECONDS:g} seconds") from error
    except (OSError, http.client.HTTPException, zlib.error) as error:
        raise PageError(url, str(getattr(error, "reason", None) or error or type(error).__name__)) from error


def _read(url: str, response: http.client.HTTPResponse | urllib.error.HTTPError, end: float, *, packed: bool) -> bytes:
    unpacker = zlib.decompressobj(wbits=31) if packed else None
    content = bytearray()
    while block := response.read1(65_536):
        content += unpacker.decompress(block, MOST_BYTES + 1 - len(content)) if unpacker else block
        if len(content) > MOST_BYTES:
            raise PageError(url, f"more than {MOST_BYTES // 1024 // 1024} MiB")
        if time.monotonic() > end:
            raise PageError(url, f"not complete within {MOST_SECONDS:g} seconds")
    return bytes(content)
