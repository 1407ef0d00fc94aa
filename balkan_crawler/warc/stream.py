"""The bytes of a WARC file, unpacked where it is packed, within bounds of memory, and with a place to go on from.

warcio reads on without an end through a damaged gzip stream, and takes a line of any length; what strangers packed is
read by this instead, and only the lines of headers are given to warcio's parser.
"""

from __future__ import annotations

import re
import zlib
from typing import IO, Final

LONGEST_LINE: Final = 65_536
"""Bytes of a header's line."""
LONGEST_HEAD: Final = 262_144
"""Bytes of a record's headers."""
MOST_SKIPPED: Final = 64 * 1024**2
"""Bytes that are unpacked to get behind what is not wanted; beyond that the next record is looked for in the file."""

_BLOCK: Final = 65_536
_SIGN: Final = b"\x1f\x8b\x08"
_BEGINS: Final = b"WARC/"
_LINE: Final = re.compile(rb"(?:\A|\n)(?=WARC/[01]\.\d)")


class DamagedRecordError(ValueError):
    """A record breaks its form, or the packing around it is damaged; the text is its kind, a word for counting."""


class Stream:
    """Reads one record after the other, beginning at any of them; `find_next` gets over what is damaged."""

    def __init__(self, file: IO[bytes], start: int = 0) -> None:
        """Read a file that can be sought in from its beginning, or from the `place` of a record."""
        self._file = file
        file.seek(0)
        self.is_packed = file.read(len(_SIGN)) == _SIGN
        self._head = 0
        self.place: int | None = start
        """Where in the file the record begins that was begun last, if reading may begin there: ``None`` within a gzip
        member."""
        self._restart(start)

    def _restart(self, place: int) -> None:
        self._file.seek(place)
        self._buffer = b""
        self._raw = b""
        self._member: zlib._Decompress | None = None
        self._member_at = self._record_at = place
        self._record_member = place
        self._unpacked = 0
        """Bytes that the gzip member at hand has given so far."""

    def begin(self) -> bool:
        """Go to the beginning of a record, over blank lines; gives whether there is one."""
        self._record_member, blank = self._member_at, 0
        while True:
            size = len(self._buffer)
            is_first = size == self._unpacked
            self._buffer = self._buffer.lstrip(b"\r\n")
            blank += size - len(self._buffer)
            if self._buffer:
                break
            if blank > MOST_SKIPPED:
                raise DamagedRecordError("damaged-record")
            if not self._fill():
                return False
        place = self._member_at if is_first else None
        while len(self._buffer) < len(_BEGINS) and self._fill():
            pass
        self._record_at = self._file.tell() - len(self._buffer)
        self._record_member = self._member_at
        self.place = place if self.is_packed else self._record_at
        self._head = LONGEST_HEAD
        return True

    def readline(self, length: int | None = None) -> bytes:
        """Read a line of a header. Raises `DamagedRecordError` where it, or all of them, are too long."""
        while (end := self._buffer.find(b"\n") + 1) == 0 and len(self._buffer) <= LONGEST_LINE and self._fill_record():
            pass
        end = end or len(self._buffer)
        self._head -= end
        if end > LONGEST_LINE or self._head < 0:
            raise DamagedRecordError("damaged-record")
        line, self._buffer = self._buffer[:end], self._buffer[end:]
        return line

    def read(self, length: int) -> bytes:
        """Read so many bytes of a record. Raises `DamagedRecordError` where there are fewer."""
        parts: list[bytes] = []
        while length:
            if not self._buffer and not self._fill_record():
                raise DamagedRecordError("cut-record")
            part, self._buffer = self._buffer[:length], self._buffer[length:]
            length -= len(part)
            parts.append(part)
        return b"".join(parts)

    def skip(self, length: int) -> bool:
        """Get over so many bytes of a record; gives whether its end is at hand, which of a very long one it is not.

        Raises as `read`.
        """
        if not self.is_packed and length > len(self._buffer):
            place = self._file.tell() - len(self._buffer) + length
            if place > self._file.seek(0, 2):
                raise DamagedRecordError("cut-record")
            self._buffer = b""
            self._file.seek(place)
            return True
        if length > MOST_SKIPPED:
            return False
        while length:
            if not self._buffer and not self._fill_record():
                raise DamagedRecordError("cut-record")
            part = min(length, len(self._buffer))
            self._buffer = self._buffer[part:]
            length -= part
        return True

    def end(self) -> None:
        """Check that a record ends where it says, and that its packing is sound up to its end.

        Raises `DamagedRecordError`.
        """
        blank = 0
        while True:
            size = len(self._buffer)
            self._buffer = self._buffer.lstrip(b"\r\n")
            blank += size - len(self._buffer)
            if blank > LONGEST_LINE:
                raise DamagedRecordError("damaged-record")
            if len(self._buffer) >= len(_BEGINS) or (self.is_packed and self._member is None) or not self._fill():
                break
        if self._buffer and not self._buffer.startswith(_BEGINS):
            raise DamagedRecordError("damaged-record")

    def find_next(self) -> bool:
        """Go to the next place behind the beginning of this record where one begins; gives whether there is any."""
        if self._buffer.startswith(_BEGINS) and self._record_member != self._member_at:
            return True  # the record ended early, and the next one is at hand
        place = self._next_member() if self.is_packed else self._next_line()
        if place is None:
            return False
        self._restart(place)
        return True

    def _fill_record(self) -> bool:
        """Unpack more of a record. Raises `DamagedRecordError` where another one begins instead."""
        former = self._member_at
        if not self._fill():
            return False
        if self._member_at != former and self._buffer.startswith(_BEGINS):
            raise DamagedRecordError("cut-record")
        return True

    def _fill(self) -> bool:
        """Add to the buffer; gives whether there was anything. Raises `DamagedRecordError`."""
        if not self.is_packed:
            block = self._file.read(_BLOCK)
            self._buffer += block
            return bool(block)
        while True:
            if not self._raw:
                self._raw = self._file.read(_BLOCK)
                if not self._raw:
                    if self._member is None:
                        return False
                    self._member = None
                    raise DamagedRecordError("cut-record")
            if self._member is None:
                if len(self._raw) < len(_SIGN):
                    self._raw += self._file.read(_BLOCK)
                self._member_at = self._file.tell() - len(self._raw)
                if not self._raw.startswith(_SIGN):
                    raise DamagedRecordError("damaged-record")
                self._member = zlib.decompressobj(wbits=31)
                self._unpacked = 0
            try:
                piece = self._member.decompress(self._raw, _BLOCK)
            except zlib.error:
                raise DamagedRecordError("damaged-record") from None
            if self._member.eof:
                self._raw, self._member = self._member.unused_data, None
            else:
                self._raw = self._member.unconsumed_tail
            if piece:
                self._unpacked += len(piece)
                self._buffer += piece
                return True

    def _next_member(self) -> int | None:
        """Find a gzip member that begins with a record, behind the one in which this record begins."""
        place = self._record_member + 1
        while (found := _find(self._file, _SIGN, place)) is not None:
            self._file.seek(found)
            try:
                beginning = zlib.decompressobj(wbits=31).decompress(self._file.read(1_024), len(_BEGINS))
            except zlib.error:
                beginning = b""
            if beginning == _BEGINS:
                return found
            place = found + 1
        return None

    def _next_line(self) -> int | None:
        """Find a line that begins a record, behind the one that begins this record."""
        place = self._record_at + 1
        while (found := _find(self._file, b"\n" + _BEGINS, place)) is not None:
            self._file.seek(found)
            if _LINE.match(self._file.read(16)):
                return found + 1
            place = found + 1
        return None


def _find(file: IO[bytes], sign: bytes, place: int) -> int | None:
    """Give the next place in a file from which on it reads ``sign``."""
    file.seek(place)
    tail = b""
    while block := file.read(_BLOCK):
        found = (tail + block).find(sign)
        if found >= 0:
            return place - len(tail) + found
        place += len(block)
        tail = (tail + block)[-len(sign) + 1 :]
    return None
