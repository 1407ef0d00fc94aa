"""Fingerprints of stories: pure functions that tell an edited, republished or transliterated text from another story.

A fingerprint is a MinHash signature (Broder, *On the resemblance and containment of documents*, 1997) of the distinct
runs of three folded words of a body. Since `fold` joins scripts, a Cyrillic and a Latin copy have the same one; since
the headline is left out, a new headline changes nothing. 96 hashes estimate the Jaccard resemblance of two texts
within about 0.05; with the two sizes they give the containment of the smaller in the larger too, so that a copy with
a third cut off is recognised.

For the search of candidates a signature is cut into 32 bands of 3 hashes (`band_keys`). Two texts of resemblance J
share a band with probability 1 - (1 - J^3)^32: 0.986 at J = 0.5, 0.9997 at 0.6, 0.03 at 0.1, 0.004 at 0.05. An index
is then a table of (key, article): look the 32 keys up, decide about each candidate with `same_story`.

All constants are fixed: SplitMix64 (Steele, Lea and Flood, 2014) from the seeds below. Any change of them, of the
shingles or of `fold` must raise `RULE`, which every stored fingerprint begins with.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from balkan_crawler.text.folding import words

RULE: Final = 1
"""The version of the rules here; the first byte of a stored fingerprint."""

BANDS: Final = 32
ROWS: Final = 3
HASHES: Final = BANDS * ROWS
SHINGLE_WORDS: Final = 3

LEAST_RESEMBLANCE: Final = 0.33
LEAST_CONTAINMENT: Final = 0.55
LEAST_SHINGLES: Final = 12
"""Texts with fewer distinct runs of words (captions, one-line news) are the same only when their fingerprints are."""

_HEADER: Final = struct.Struct("<BI")
_GOLDEN: Final = 0x9E3779B97F4A7C15
_SHIFT: Final = np.uint64(32)
_MOST_REMEMBERED: Final = 1 << 15


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64's finalizer."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _constants(seed: int, count: int) -> NDArray[np.uint64]:
    """Give the first ``count`` numbers of SplitMix64 from a seed."""
    steps = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(_GOLDEN)
    return _mix(steps + np.uint64(seed))


_FACTORS: Final = _constants(1, HASHES)[:, None] | np.uint64(1)
_OFFSETS: Final = _constants(2, HASHES)[:, None]
_PLACES: Final = _constants(3, SHINGLE_WORDS) | np.uint64(1)
_BAND_SEEDS: Final = _constants(4, BANDS)
_BAND_PLACES: Final = _constants(5, ROWS) | np.uint64(1)


class _Hashes(dict[str, int]):
    """The 32-bit hashes of words, which come again and again; forgotten when they are many."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        found = self[word] = crc32(word.encode("utf-8", "replace"))
        return found


_HASHES: Final = _Hashes()


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A body's signature: 96 minima, unsigned 32-bit little-endian (384 bytes), and its number of distinct shingles."""

    shingles: int
    signature: bytes

    def to_bytes(self) -> bytes:
        """Give the form to store: the rule's version (1 byte), the number of shingles (4), the signature (384)."""
        return _HEADER.pack(RULE, self.shingles) + self.signature

    @classmethod
    def from_bytes(cls, stored: bytes) -> Fingerprint | None:
        """Read the stored form; ``None`` for one of another rule, which cannot be compared."""
        if len(stored) != _HEADER.size + 4 * HASHES or stored[0] != RULE:
            return None
        _, shingles = _HEADER.unpack_from(stored)
        return cls(shingles, stored[_HEADER.size :])


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two texts share: of their union (resemblance), of the smaller one (containment); 0 to 1, estimates."""

    resemblance: float
    containment: float


def shingle_hashes(found: Sequence[str]) -> NDArray[np.uint64]:
    """Give the distinct 64-bit hashes of the runs of three of folded words, sorted; a shorter text is one run."""
    if not found:
        return np.empty(0, dtype=np.uint64)
    hashes = np.fromiter(map(_HASHES.__getitem__, found), dtype=np.uint64, count=len(found))
    mixed = _mix(hashes + np.uint64(_GOLDEN))
    count = max(1, len(found) - SHINGLE_WORDS + 1)
    runs = np.zeros(count, dtype=np.uint64)
    for place in range(min(SHINGLE_WORDS, len(found))):
        runs += mixed[place : place + count] * _PLACES[place]
    return np.unique(_mix(runs))


def fingerprint(body: str) -> Fingerprint | None:
    """Give the fingerprint of a body, in any script; ``None`` for a text without words."""
    return fingerprint_of_words(words(body))


def fingerprint_of_words(found: Sequence[str]) -> Fingerprint | None:
    """As `fingerprint`, for a body that is divided into folded words already."""
    shingles = shingle_hashes(found)
    if not shingles.size:
        return None
    hashes = shingles[None, :] * _FACTORS
    hashes += _OFFSETS
    minima = hashes.min(axis=1) >> _SHIFT
    return Fingerprint(int(shingles.size), minima.astype("<u4").tobytes())


def band_keys(mark: Fingerprint) -> list[int]:
    """Give the 32 keys to index and to look up: signed 64-bit, each band's keys apart from every other band's."""
    rows = np.frombuffer(mark.signature, dtype="<u4").astype(np.uint64).reshape(BANDS, ROWS)
    keys = _mix((_mix(rows + np.uint64(_GOLDEN)) * _BAND_PLACES).sum(axis=1, dtype=np.uint64) + _BAND_SEEDS)
    return [int(key) for key in keys.view(np.int64)]


def likeness(first: Fingerprint, second: Fingerprint) -> Likeness:
    """Estimate how much two texts share, from the share of equal minima and the two sizes."""
    return _likeness(first, second, _equal_minima(first, [second])[0])


def _equal_minima(mark: Fingerprint, others: Sequence[Fingerprint]) -> list[int]:
    """Count the minima that a text shares with each of others."""
    ours = np.frombuffer(mark.signature, dtype="<u4")
    theirs = np.frombuffer(b"".join(other.signature for other in others), dtype="<u4").reshape(-1, HASHES)
    return [int(count) for count in (theirs == ours).sum(axis=1)]


def _likeness(first: Fingerprint, second: Fingerprint, equal: int) -> Likeness:
    resemblance = equal / HASHES
    shared = resemblance * (first.shingles + second.shingles) / (1 + resemblance)
    return Likeness(resemblance, min(1.0, shared / min(first.shingles, second.shingles)))


def same_story(first: Fingerprint, second: Fingerprint) -> bool:
    """Decide whether two texts are one story: one copied, cut, lengthened or edited from the other.

    The limits were measured with ``benchmarks/duplicates.py``. Two reports of one event that share a quotation or a
    paragraph of background stay two.
    """
    return same_stories(first, [second])[0]


def same_stories(mark: Fingerprint, others: Sequence[Fingerprint]) -> list[bool]:
    """Decide of each of others as `same_story` does, all at once."""
    return [_is_same(mark, *pair) for pair in zip(others, _equal_minima(mark, others), strict=True)]


def _is_same(first: Fingerprint, second: Fingerprint, equal: int) -> bool:
    if min(first.shingles, second.shingles) < LEAST_SHINGLES:
        return first == second
    like = _likeness(first, second, equal)
    return like.resemblance >= LEAST_RESEMBLANCE and like.containment >= LEAST_CONTAINMENT
