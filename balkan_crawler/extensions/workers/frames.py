"""Frames: what the pool and a worker send each other over their socket.

A frame is the number of a task and any number of parts, each a run of bytes: ``!IB`` (the number, how many parts), the
length of each part (``!Q``), the parts. What they hold is the sender's to say.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

MOST_PARTS: Final = 255
_HEAD: Final = struct.Struct("!IB")
_LENGTH: Final = struct.Struct("!Q")


@dataclass(frozen=True, slots=True)
class Frame:
    """One message, about the task of this number."""

    number: int
    parts: tuple[bytes, ...] = ()


def head_of(frame: Frame) -> bytes:
    """Give what goes before the parts of a frame, so that these can be sent without being copied."""
    lengths = b"".join(_LENGTH.pack(len(part)) for part in frame.parts)
    return _HEAD.pack(frame.number, len(frame.parts)) + lengths


def receive(take: Callable[[int], bytes]) -> Frame:
    """Receive one frame, by a function that gives exactly so many bytes; whatever that raises is passed on."""
    number, count = _HEAD.unpack(take(_HEAD.size))
    lengths = _lengths(take(count * _LENGTH.size))
    return Frame(number, tuple(take(length) if length else b"" for length in lengths))


class FrameReader:
    """Puts frames together of what comes in, in pieces of any size."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._needed = _HEAD.size

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Take what has come in, and give the frames that it makes whole."""
        self._held += data
        while len(self._held) >= self._needed:
            number, count = _HEAD.unpack_from(self._held)
            start = _HEAD.size + count * _LENGTH.size
            if len(self._held) < start:
                self._needed = start
                return
            lengths = _lengths(self._held[_HEAD.size : start])
            end = start + sum(lengths)
            if len(self._held) < end:
                self._needed = end
                return
            parts = _cut(bytes(self._held[start:end]), lengths)
            del self._held[:end]
            self._needed = _HEAD.size
            yield Frame(number, parts)


def _lengths(packed: bytes | bytearray) -> tuple[int, ...]:
    return tuple(length for (length,) in _LENGTH.iter_unpack(packed))


def _cut(data: bytes, lengths: Sequence[int]) -> tuple[bytes, ...]:
    if len(lengths) == 1:
        return (data,)
    parts, start = [], 0
    for length in lengths:
        parts.append(data[start : start + length])
        start += length
    return tuple(parts)
