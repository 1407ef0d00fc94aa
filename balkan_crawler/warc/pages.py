"""From the records of a WARC file, whoever wrote it, to the pages in it; what is no page is told with the reason."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING, Final

from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser

from balkan_crawler.errors import InvalidUrlError
from balkan_crawler.extraction.refusal import refuse_bytes
from balkan_crawler.manners.limits import LARGEST_ANSWER
from balkan_crawler.packing import CutStreamError, TooLargeUnpackedError, labels_of, unpacked_by_labels
from balkan_crawler.urls import canonical_url
from balkan_crawler.warc.opening import opened
from balkan_crawler.warc.parts import WHOLE, Part
from balkan_crawler.warc.records import read_records
from balkan_crawler.warc.stream import LONGEST_HEAD, DamagedRecordError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from balkan_crawler.warc.opening import Source
    from balkan_crawler.warc.records import Record

_HTTP: Final = StatusAndHeadersParser([], verify=False)
_END_OF_HEAD: Final = re.compile(rb"\r?\n\r?\n")
_CHUNK_LENGTH: Final = re.compile(rb"[0-9A-Fa-f]{1,8}[ \t]*(?:;[^\r\n]*)?\r\n")
_MARKUP: Final = re.compile(rb"<\s*(?:!doctype|html|head|body|meta)\b", re.IGNORECASE)
_DATE: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcPage:
    """A page as it was captured: its address, when (aware), its bytes without packing, what its header calls them."""

    url: str
    captured: datetime
    content: bytes
    content_type: str | None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A sound record that holds no page.

    ``reason`` is a word for counting: ``no-response`` (requests, ``warcinfo`` and the like), ``revisit``, ``status``
    (of another answer than 200), ``not-html``, ``empty``, ``cut``, ``too-large``, ``bad-url``, ``bad-time``,
    ``no-http``.
    """

    reason: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """What of the file itself cannot be read: ``damaged-record``, ``cut-record``, ``no-warc``, ``empty-file``, or the
    system's own words for why it cannot be opened or read on.
    """

    reason: str
    of_the_file: bool = False


class _NoPageError(ValueError):
    """A record holds no page; the text is the reason."""


def read_pages(source: Source, part: Part = WHOLE) -> Iterator[WarcPage | LeftOut | Trouble]:
    """Give what is in a WARC file or a part of it, plain or packed, record by record; raises nothing.

    Of pages larger than a crawl takes (12 MiB, also unpacked) only that is told.
    """
    return (found for _, found in read_placed(source, part))


def read_placed(source: Source, part: Part = WHOLE) -> Iterator[tuple[int | None, WarcPage | LeftOut | Trouble]]:
    """Give what `read_pages` does, each with the place where reading may begin with it, if there is one."""
    end = None if part.count is None else part.skip + part.count
    return islice(_read_from(source, part.start), part.skip, end)


def _read_from(source: Source, start: int) -> Iterator[tuple[int | None, WarcPage | LeftOut | Trouble]]:
    records = damaged = 0
    try:
        with opened(source) as file:
            for record in read_records(file, LARGEST_ANSWER + LONGEST_HEAD, start):
                if isinstance(record, DamagedRecordError):
                    damaged += 1
                    if records:
                        yield None, Trouble(str(record))
                    continue
                yield from ((None, Trouble("damaged-record")) for _ in range(damaged if not records else 0))
                records += 1
                yield record.place, _found(record)
            if not records and not start:
                yield None, Trouble("no-warc" if damaged else "empty-file", of_the_file=True)
    except OSError as error:
        yield None, Trouble(error.strerror or str(error), of_the_file=True)


def _found(record: Record) -> WarcPage | LeftOut:
    try:
        return _page(record)
    except _NoPageError as reason:
        return LeftOut(str(reason))


def _page(record: Record) -> WarcPage:
    """Take the page out of a record. Raises `_NoPageError`."""
    if record.kind == "revisit":
        raise _NoPageError("revisit")
    if record.kind != "response":
        raise _NoPageError("no-response")
    if record.block is None:
        raise _NoPageError("too-large")
    if record.headers.get_header("WARC-Truncated") or record.headers.get_header("WARC-Segment-Number"):
        raise _NoPageError("cut")
    url = _address(record.headers)
    head, body = _divided(record.block)
    if head.get_statuscode() != str(HTTPStatus.OK.value):
        raise _NoPageError("status")
    content_type = head.get_header("Content-Type")
    content = _decoded(head, body)
    refused = refuse_bytes(content, content_type)
    if refused is not None:
        raise _NoPageError(refused.outcome.value)
    return WarcPage(url=url, captured=_time(record.headers), content=content, content_type=content_type)


def _address(headers: StatusAndHeaders) -> str:
    """Give the target's canonical URL; wget has written it between angle brackets."""
    written = (headers.get_header("WARC-Target-URI") or "").strip()
    if written.startswith("<") and written.endswith(">"):
        written = written[1:-1]
    try:
        return canonical_url(written)
    except InvalidUrlError:
        raise _NoPageError("bad-url") from None


def _time(headers: StatusAndHeaders) -> datetime:
    """Give the time of the capture: to the second, or in WARC 1.1 to a part of it."""
    found = _DATE.fullmatch((headers.get_header("WARC-Date") or "").strip())
    try:
        if found is None:
            raise ValueError("no time")
        part = int((found[2] or "").ljust(6, "0"))
        moment = datetime.fromisoformat(found[1]).replace(microsecond=part, tzinfo=UTC)
        if not 1990 <= moment.year < 9999:
            raise ValueError("no time of the web's")
    except ValueError:
        raise _NoPageError("bad-time") from None
    return moment


def _divided(block: bytes) -> tuple[StatusAndHeaders, bytes]:
    """Divide an answer into its head and its body."""
    end = _END_OF_HEAD.search(block, 0, LONGEST_HEAD)
    if end is None or not block.startswith(b"HTTP/"):
        raise _NoPageError("no-http")
    return _HTTP.parse(BytesIO(block[: end.end()])), block[end.end() :]


def _decoded(head: StatusAndHeaders, body: bytes) -> bytes:
    """Undo what a body was sent in; many tools keep the headers of what they have undone already, so look at both."""
    if (head.get_header("Transfer-Encoding") or "").lower() == "chunked" and _CHUNK_LENGTH.match(body):
        try:
            body = ChunkedDataReader(BytesIO(body), raise_exceptions=True).read()
        except ChunkedDataException:
            raise _NoPageError("cut") from None
    try:
        return unpacked_by_labels(body, labels_of(head.get_header("Content-Encoding") or ""), LARGEST_ANSWER)
    except TooLargeUnpackedError:
        raise _NoPageError("too-large") from None
    except CutStreamError:
        if _MARKUP.search(body, 0, LONGEST_HEAD):
            return body
        raise _NoPageError("cut") from None
