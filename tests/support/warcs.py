"""WARC files as other tools write them: by warcio's writer, or byte by byte where they are broken on purpose."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from balkan_crawler.warc.pages import LeftOut, Trouble, WarcPage, read_pages
from balkan_crawler.warc.writing import warc_date
from support.newsrooms import article

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
HTML = (("Content-Type", "text/html; charset=utf-8"),)


def page(number: int = 0, site: str = "a") -> bytes:
    """Make up a page with an article."""
    return article(number, site).encode()


def response(
    url: str,
    content: bytes,
    *,
    at: datetime = NOON,
    status: str = "200 OK",
    http: Sequence[tuple[str, str]] = HTML,
    warc: Mapping[str, str] | None = None,
    kind: str = "response",
    gzip: bool = True,
) -> bytes:
    """Give one record; ``content`` is written as it is, whatever the headers say of it."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=gzip, warc_version="1.1")
    record = writer.create_warc_record(
        url,
        kind,
        payload=BytesIO(content),
        length=len(content),
        http_headers=StatusAndHeaders(status, list(http), protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": warc_date(at), **(warc or {})},
    )
    writer.write_record(record)
    return out.getvalue()


def info() -> bytes:
    """Give a ``warcinfo`` record."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record("test.warc.gz", {"software": "a test"}))
    return out.getvalue()


def request(url: str) -> bytes:
    """Give a ``request`` record."""
    out = BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    headers = StatusAndHeaders("GET / HTTP/1.1", [("Host", "a.example")], is_http_request=True)
    writer.write_record(writer.create_warc_record(url, "request", http_headers=headers))
    return out.getvalue()


def record(block: bytes, *lines: str, length: int | None = None, version: str = "WARC/1.0") -> bytes:
    """Give a plain record of these lines of a header, with any length stated."""
    stated = f"Content-Length: {len(block) if length is None else length}"
    return "\r\n".join([version, *lines, stated, "", ""]).encode() + block + b"\r\n\r\n"


def members(data: bytes) -> list[bytes]:
    """Divide a packed file into its gzip members."""
    found = []
    while data:
        member = zlib.decompressobj(wbits=31)
        member.decompress(data)
        assert member.eof
        found.append(data[: len(data) - len(member.unused_data)])
        data = member.unused_data
    return found


def checked(file: Path) -> list[tuple[str, str, bytes]]:
    """Give type, target and payload of all records as warcio reads them, which fails for a wrong digest."""
    with file.open("rb") as opened:
        records = ArchiveIterator(opened, check_digests="raise")
        return [
            (each.rec_type, each.rec_headers.get_header("WARC-Target-URI") or "", each.content_stream().read())
            for each in records
        ]


def found_in(file: Path) -> tuple[list[WarcPage], list[str]]:
    """Give the pages of a file, and in words what is none or cannot be read."""
    everything = list(read_pages(file))
    pages = [each for each in everything if isinstance(each, WarcPage)]
    return pages, [each.reason for each in everything if isinstance(each, LeftOut | Trouble)]
