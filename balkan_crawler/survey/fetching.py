"""A visit to a handful of pages: one request at a time, as polite and as guarded as a crawl, without Scrapy."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urljoin, urlsplit

from balkan_crawler.errors import (
    BalkanCrawlerError,
    FetchError,
    InvalidUrlError,
    PrivateAddressError,
    RetryLaterError,
    RobotsDisallowedError,
    RobotsUnavailableError,
)
from balkan_crawler.manners.addresses import is_public
from balkan_crawler.manners.retry_after import retry_after
from balkan_crawler.manners.robots import RobotsRules, read_robots
from balkan_crawler.urls import canonical_url

_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 5
_LONGEST_CRAWL_DELAY: Final = 60.0
_UNSTATED: Final = timedelta(minutes=10)
_CHUNK: Final = 65_536
_TOO_MANY_REQUESTS, _UNAVAILABLE = 429, 503
_ACCEPT: Final = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manners:
    """How a visit behaves: ``agent`` is the User-Agent header, its part before ``/`` the robot's name.

    ``delay`` are the seconds between two requests, ``seconds`` the longest for one whole answer, ``most_bytes`` the
    greatest one, packed or not. ``allow_private`` opens addresses that are not public.
    """

    agent: str
    delay: float
    allow_private: bool = False
    seconds: float = 30.0
    most_bytes: int = 12 * 1024 * 1024

    @property
    def robot(self) -> str:
        """The name that robots.txt files address the program by."""
        return self.agent.partition("/")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One answer, any status: its final URL, and the one asked for; ``content`` is unpacked."""

    url: str
    asked: str
    status: int
    content: bytes
    content_type: str | None = None


@dataclass(slots=True)
class Visitor:
    """Fetches pages one after another; used by one thread, for one outlet.

    robots.txt is read first on every host and obeyed; where it cannot be read nothing of that host is fetched. After
    a plea for patience (429, or 503 with Retry-After) nothing more is fetched at all.
    """

    manners: Manners
    _rules: dict[str, RobotsRules | BalkanCrawlerError] = field(default_factory=dict)
    _free_at: float = 0.0
    _delay: float = 0.0
    _closed: RetryLaterError | None = None

    def fetch(self, url: str) -> Document:
        """Fetch a document, following at most five redirects, each held against robots.txt and the address rule.

        Any status is an answer. Raises `FetchError`, `RobotsDisallowedError`, `RobotsUnavailableError`,
        `RetryLaterError`, `PrivateAddressError` and `InvalidUrlError`.
        """
        return self._follow(url, self._check_robots)

    def rules_for(self, url: str) -> RobotsRules:
        """Give the rules of the host of ``url``. Raises `RobotsUnavailableError`, and what `fetch` raises."""
        parts = urlsplit(canonical_url(url))
        origin = f"{parts.scheme}://{parts.netloc}"
        if origin not in self._rules:
            self._rules[origin] = self._read_rules(f"{origin}/robots.txt")
        rules = self._rules[origin]
        if isinstance(rules, BalkanCrawlerError):
            raise rules
        return rules

    def _read_rules(self, url: str) -> RobotsRules | BalkanCrawlerError:
        try:
            answer = self._follow(url, lambda _: None)
            rules = read_robots(answer.content, answer.status, answer.content_type, url)
        except FetchError as error:
            unavailable = RobotsUnavailableError(url, error.detail)
            unavailable.__cause__ = error
            return unavailable
        except BalkanCrawlerError as error:
            return error
        self._delay = max(self._delay, min(rules.crawl_delay(self.manners.robot) or 0.0, _LONGEST_CRAWL_DELAY))
        return rules

    def _check_robots(self, url: str) -> None:
        if not self.rules_for(url).allowed(url, self.manners.robot):
            raise RobotsDisallowedError(url)

    def _follow(self, asked: str, check: Callable[[str], None]) -> Document:
        url = canonical_url(asked)
        for _ in range(_MOST_REDIRECTS + 1):
            check(url)
            answer, location = self._ask(url, asked)
            if location is None:
                return answer
            try:
                url = canonical_url(urljoin(url, location))
            except InvalidUrlError as error:
                raise FetchError(asked, f"it redirects to no web address ({error})") from error
        raise FetchError(asked, f"more than {_MOST_REDIRECTS} redirects")

    def _ask(self, url: str, asked: str) -> tuple[Document, str | None]:
        if self._closed is not None:
            raise RetryLaterError(url, self._closed.status, self._closed.until)
        time.sleep(max(0.0, self._free_at - time.monotonic()))
        try:
            status, headers, content = _exchange(url, self.manners)
        finally:
            self._free_at = time.monotonic() + max(self._delay, self.manners.delay)
        self._note_plea(url, status, headers)
        kind = headers.get("Content-Type")
        location = headers.get("Location") if status in _REDIRECTS else None
        return Document(url=url, asked=asked, status=status, content=content, content_type=kind), location

    def _note_plea(self, url: str, status: int, headers: http.client.HTTPMessage) -> None:
        now = datetime.now(UTC).replace(microsecond=0)
        wait = retry_after(headers.get("Retry-After"), now) if status in (_TOO_MANY_REQUESTS, _UNAVAILABLE) else None
        if wait is None and status == _TOO_MANY_REQUESTS:
            wait = _UNSTATED
        if wait is not None:
            self._closed = RetryLaterError(url, status, now + wait)
            raise self._closed


def reason_of(error: BalkanCrawlerError) -> BalkanCrawlerError:
    """Give what kept a document away: of a robots.txt that could not be fetched, the failure of that fetch."""
    cause = error.__cause__
    return cause if isinstance(error, RobotsUnavailableError) and isinstance(cause, FetchError) else error


def _exchange(url: str, manners: Manners) -> tuple[int, http.client.HTTPMessage, bytes]:
    """Send one request and read its whole answer; the time limit ends it wherever it stands."""
    parts = urlsplit(url)
    end = time.monotonic() + manners.seconds
    overdue = threading.Event()
    try:
        connection = _connect(url, end, manners.allow_private)
    except (OSError, UnicodeError) as error:
        raise FetchError(url, _said(error)) from error

    def cut() -> None:
        overdue.set()
        with suppress(OSError):  # closed in the same moment
            socket.socket.shutdown(connection, socket.SHUT_RDWR)  # below TLS, whose own is not for another thread

    timer = threading.Timer(max(0.0, end - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        if isinstance(connection, ssl.SSLSocket):
            connection.do_handshake()
        answer = _read_answer(url, parts.netloc, connection, manners)
        if overdue.is_set():  # an answer without a stated length ends like a whole one
            raise TimeoutError
        return answer
    except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
        late = overdue.is_set() or isinstance(error, TimeoutError)  # whichever of the two limits was quicker
        raise FetchError(url, f"no whole answer in {manners.seconds:g} seconds" if late else _said(error)) from error
    finally:
        timer.cancel()
        connection.close()


def _connect(url: str, end: float, allow_private: bool) -> socket.socket:
    """Look the host up and connect to the very address that was checked, so that no second look-up can differ."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    refused = next((str(place[0]) for *_, place in found if not is_public(str(place[0]).partition("%")[0])), None)
    if refused is not None and not allow_private:
        raise PrivateAddressError(url, refused)
    problem: OSError | None = None
    for family, kind, protocol, _, place in found:
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(max(0.1, end - time.monotonic()))
            connection.connect(place)
        except OSError as error:
            connection.close()
            problem = error
            continue
        return _with_tls(connection, host) if parts.scheme == "https" else connection
    raise problem or OSError("the host has no address")


def _with_tls(connection: socket.socket, host: str) -> socket.socket:
    """Speak TLS without verifying the certificate, for the reasons of the crawl's settings: nothing secret is sent."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(connection, server_hostname=host, do_handshake_on_connect=False)


def _read_answer(
    url: str, netloc: str, connection: socket.socket, manners: Manners
) -> tuple[int, http.client.HTTPMessage, bytes]:
    speaker = http.client.HTTPConnection(netloc)
    speaker.sock = connection
    path = urlsplit(url)._replace(scheme="", netloc="", fragment="").geturl() or "/"
    headers = {"User-Agent": manners.agent, "Accept": _ACCEPT, "Accept-Encoding": "gzip", "Connection": "close"}
    speaker.request("GET", path, headers=headers)
    answer = speaker.getresponse()
    with answer:
        packed = answer.headers.get("Content-Encoding", "").strip().lower() in ("gzip", "x-gzip")
        unpack = zlib.decompressobj(wbits=31) if packed else None
        content = bytearray()
        while chunk := answer.read(_CHUNK):
            content += unpack.decompress(chunk, manners.most_bytes + 1 - len(content)) if unpack else chunk
            if len(content) > manners.most_bytes:
                raise FetchError(url, f"more than {manners.most_bytes:,} bytes")
        if answer.length:  # None where no length was stated
            raise http.client.HTTPException(f"cut off, {answer.length:,} bytes are missing")
        if unpack and content and not unpack.eof:
            raise http.client.HTTPException("its packed content is cut off")
    return answer.status, answer.headers, bytes(content)


def _said(error: Exception) -> str:
    if isinstance(error, socket.gaierror):
        return "no such host (or no network)"
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error) or type(error).__name__
