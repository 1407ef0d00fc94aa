"""The records of one WARC file, in their order; what is damaged is told, and what follows it is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Final

from warcio.recordloader import ArcWarcRecordLoader
from warcio.statusandheaders import StatusAndHeaders, StatusAndHeadersParser, StatusAndHeadersParserException

from balkan_crawler.warc.stream import DamagedRecordError, Stream

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARSER: Final = StatusAndHeadersParser(ArcWarcRecordLoader.WARC_TYPES)
_WITH_CONTENT: Final = "response"


@dataclass(frozen=True, slots=True)
class Record:
    """One record: its type, its headers, and the block of a response, which is ``None`` where that is too large.

    ``place`` is where in the file reading may begin with it, ``None`` where it begins within packed bytes.
    """

    kind: str
    headers: StatusAndHeaders
    block: bytes | None
    place: int | None


def read_records(file: IO[bytes], most_bytes: int, start: int = 0) -> Iterator[Record | DamagedRecordError]:
    """Give the records of an open file, plain or packed; blocks of more than ``most_bytes`` are left out.

    What is damaged comes as the error that tells so, then what can be read behind it. ``start`` is the place of the
    first record that is wanted. Raises `OSError`.
    """
    stream = Stream(file, start)
    is_on = True
    while is_on:
        try:
            if not stream.begin():
                return
            record, is_at_end = _record(stream, most_bytes)
        except DamagedRecordError as error:
            yield error
            is_at_end = False
        else:
            yield record
        is_on = is_at_end or stream.find_next()


def _record(stream: Stream, most_bytes: int) -> tuple[Record, bool]:
    """Read one record; gives whether the stream is at its end, which of a very long one it is not.

    Raises `DamagedRecordError`.
    """
    try:
        headers = _PARSER.parse(stream)
    except (StatusAndHeadersParserException, EOFError):
        raise DamagedRecordError("damaged-record") from None
    length = headers.get_header("Content-Length") or ""
    if not (length.isascii() and length.isdecimal() and len(length) < 16):
        raise DamagedRecordError("damaged-record")
    place = stream.place
    kind, size, block = (headers.get_header("WARC-Type") or "").lower(), int(length), None
    if kind == _WITH_CONTENT and size <= most_bytes:
        block = stream.read(size)
    elif not stream.skip(size):
        return Record(kind, headers, None, place), False
    stream.end()
    return Record(kind, headers, block, place), True
