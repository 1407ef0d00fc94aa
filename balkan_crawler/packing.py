"""Packed bytes (RFC 9110, 8.4): unpacked whole or not at all, and by their content where the label is missing."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Protocol

import brotli

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Sequence

_MAGIC: Final = {b"\x1f\x8b\x08": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"\x50\x2a\x4d\x18": "zstd"}
"""How packed bytes begin (RFC 1952, 2.3.1; RFC 8878, 3.1.1 and, what parallel packers put first, 3.1.2)."""

_WITHOUT_SIGN: Final = frozenset({"deflate", "br"})
"""Packings that only a label tells of. Where packed bytes show what they are, their label does not count: servers and
proxies leave a wrong one, or forget to take it off."""

_MOST_LAYERS: Final = 3
"""Packed bytes in packed bytes are unpacked so often; nobody packs more but to harm."""

_MOST_STREAMS: Final = 10_000
"""Streams that may be joined: tools that pack in parallel make one of each 64 KiB or more."""

_CHUNK: Final = 65_536


class CutStreamError(ValueError):
    """A packed stream ends early or is damaged."""


class TooLargeUnpackedError(ValueError):
    """A packed stream holds more bytes than an answer may have."""


class _Stream(Protocol):
    """A decompressor of zlib or zstd."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes: ...


def unpacked_by_labels(content: bytes, labels: Sequence[str], most_bytes: int) -> bytes:
    """Unpack an answer whose ``Content-Encoding`` names ``labels``, in lower case and in the order they were applied.

    What shows how it is packed is unpacked without a label, too. Raises as `unpacked`.
    """
    for label in reversed(labels[-_MOST_LAYERS:]):
        packing = _sign_of(content) or (label if label in _WITHOUT_SIGN else None)
        if packing is not None:
            content = unpacked(content, packing, most_bytes)
    for _ in range(_MOST_LAYERS):
        packing = _sign_of(content)
        if packing is None:
            break
        content = unpacked(content, packing, most_bytes)
    return content


def labels_of(header: str) -> list[str]:
    """Give the labels that a ``Content-Encoding`` names, in lower case."""
    return [label.strip().lower() for label in header.split(",") if label.strip()]


def unpacked(content: bytes, packing: str, most_bytes: int) -> bytes:
    """Unpack ``content``, which is packed with gzip, deflate, br or zstd; nothing is nothing.

    Raises `CutStreamError` where the stream has no sound end, and `TooLargeUnpackedError`.
    """
    if not content:
        return content
    parts: list[bytes] = []
    size = 0
    try:
        for part in _brotli(content) if packing == "br" else _frames(content, packing):
            parts.append(part)
            size += len(part)
            if size > most_bytes:
                raise TooLargeUnpackedError(f"more than {most_bytes:,} bytes when unpacked")
    except (zlib.error, zstd.ZstdError, brotli.error, EOFError) as error:
        raise CutStreamError(f"its {packing} stream is damaged: {error}") from error
    return b"".join(parts)


def _frames(content: bytes, packing: str) -> Iterator[bytes]:
    """Give the pieces of one stream after the other, as gzip and zstd may be joined; what is no stream is left out."""
    place = 0
    for _ in range(_MOST_STREAMS):
        stream = _stream(content[place : place + _CHUNK], packing)
        while not stream.eof:
            data = content[place : place + _CHUNK]  # a part, since a stream that ends hands a copy of the rest back
            if not data:
                raise CutStreamError(f"its {packing} stream is cut off")
            place += len(data)
            yield from _unpacked_part(stream, data)
        place -= len(stream.unused_data)
        if _sign_of(content[place : place + 8]) != packing:
            return
    raise CutStreamError(f"it is made of more than {_MOST_STREAMS:,} streams")


def _unpacked_part(stream: _Stream, data: bytes) -> Iterator[bytes]:
    """Give what a part of a stream holds, in pieces."""
    while True:
        piece = stream.decompress(data, _CHUNK)
        data = getattr(stream, "unconsumed_tail", b"")  # zlib gives back what it could not unpack yet; zstd keeps it
        if piece:
            yield piece
        if stream.eof or (not data and getattr(stream, "needs_input", True)):
            return


def _stream(content: bytes, packing: str) -> _Stream:
    if packing == "zstd":
        return zstd.ZstdDecompressor()
    if packing == "gzip":
        return zlib.decompressobj(wbits=31)
    try:
        zlib.decompressobj().decompress(content[:64], 1)
    except zlib.error:
        return zlib.decompressobj(wbits=-15)  # raw deflate, as some servers understand the word
    return zlib.decompressobj()


def _brotli(content: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    piece = stream.process(content, output_buffer_limit=_CHUNK)
    yield piece
    while not stream.is_finished():
        piece = stream.process(b"", output_buffer_limit=_CHUNK)
        if not piece:
            raise CutStreamError("its br stream is cut off")
        yield piece


def _sign_of(content: bytes) -> str | None:
    """Name the packing that bytes show by how they begin."""
    return next((name for mark, name in _MAGIC.items() if content.startswith(mark)), None)
