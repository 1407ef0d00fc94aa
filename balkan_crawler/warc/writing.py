"""One fetched page as records of a WARC 1.1 file, each a gzip member of its own. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from warcio.statusandheaders import StatusAndHeaders
from warcio.timeutils import datetime_to_iso_date
from warcio.warcwriter import WARCWriter

from balkan_crawler.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable

Headers = tuple[tuple[str, str], ...]

_VERSION: Final = "1.1"
_OF_THE_CONNECTION: Final = frozenset({"content-encoding", "transfer-encoding", "content-length"})
"""Headers that say how a body was sent; it is kept as it was read, so that they would be wrong of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request and its answer: the final address, when the answer was there (aware), the headers of both, the body.

    ``content`` is the body without the packing it was sent in, ``address`` the server's IP address.
    """

    url: str
    fetched: datetime
    status: int
    content: bytes
    asked: Headers = ()
    answered: Headers = ()
    address: str | None = None


def beginning(name: str, now: datetime) -> tuple[str, bytes]:
    """Give a ``warcinfo`` record for a file of that name, and before it the id by which others refer to it."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version=_VERSION)
    about = {
        "software": f"balkan-crawler/{__version__}",
        "format": f"WARC File Format {_VERSION}",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
    }
    record = writer.create_warcinfo_record(name, about)
    record.rec_headers.replace_header("WARC-Date", warc_date(now))
    writer.write_record(record)
    return record.rec_headers.get_header("WARC-Record-ID"), out.getvalue()


def records_of(exchange: Exchange, warcinfo: str) -> bytes:
    """Give the ``response`` record of an exchange and the ``request`` record that belongs to it, packed.

    The body is written as it was read, without the packing and chunks it was sent in: ``Content-Encoding`` and
    ``Transfer-Encoding`` are left out and ``Content-Length`` is that of the body, so that any tool reads it.
    """
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version=_VERSION)
    named = {"WARC-Date": warc_date(exchange.fetched), "WARC-Warcinfo-ID": warcinfo}
    answer = writer.create_warc_record(
        exchange.url,
        "response",
        payload=BytesIO(exchange.content),
        length=len(exchange.content),
        warc_headers_dict=named | ({"WARC-IP-Address": exchange.address} if exchange.address else {}),
        http_headers=_answer(exchange),
    )
    request = writer.create_warc_record(
        exchange.url,
        "request",
        payload=BytesIO(),
        length=0,
        warc_headers_dict=dict(named),
        http_headers=_request(exchange),
    )
    writer.write_request_response_pair(request, answer)
    return out.getvalue()


def warc_date(moment: datetime) -> str:
    """Write an aware time as a WARC file does: in UTC, to the microsecond where it has such."""
    written: str = datetime_to_iso_date(moment.astimezone(UTC).replace(tzinfo=None), use_micros=True)
    return written


def _answer(exchange: Exchange) -> StatusAndHeaders:
    known = exchange.status in HTTPStatus._value2member_map_
    phrase = HTTPStatus(exchange.status).phrase if known else ""
    headers = [(name, value) for name, value in exchange.answered if name.lower() not in _OF_THE_CONNECTION]
    length = ("Content-Length", str(len(exchange.content)))
    return StatusAndHeaders(f"{exchange.status} {phrase}".strip(), [*_lines(headers), length], protocol="HTTP/1.1")


def _request(exchange: Exchange) -> StatusAndHeaders:
    parts = urlsplit(exchange.url)
    path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    headers = [("Host", parts.netloc.rpartition("@")[2]), *_lines(exchange.asked)]
    return StatusAndHeaders(f"GET {path} HTTP/1.1", headers, is_http_request=True)


def _lines(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Make each header one line."""
    return [(name, " ".join(value.split())) for name, value in headers]
