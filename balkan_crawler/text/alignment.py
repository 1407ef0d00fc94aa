"""Which items of two sequences are the same in the same order, within bounded work. Pure.

Small stretches are compared by `difflib`, whose worst case grows with the cube of their length. Great ones are first
cut at the items that each side has once (Bram Cohen's "patience" rule), which is fast and reads well: such words carry
the meaning. What is left when the work is used up counts as changed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SMALL: Final = 100_000
"""A stretch is small where so many steps are enough for `difflib`, as `_cost` estimates them."""
_MOST_WORK: Final = 2_000_000
"""Steps for all small stretches together: a third of a second in the worst case, which no two real texts are."""
_MOST_CUTS: Final = 12
"""How often a stretch is cut within stretches that were cut."""


@dataclass(frozen=True, slots=True)
class Match:
    """A run of ``length`` items that stands at ``first`` in one sequence and at ``second`` in the other."""

    first: int
    second: int
    length: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Parts of both sequences to be compared, as halves-open spans, and how many cuts led to them."""

    low: int
    high: int
    other_low: int
    other_high: int
    cuts: int


def matches(first: Sequence[str], second: Sequence[str]) -> list[Match]:
    """Give the runs of items that two sequences share, in order, none of them overlapping or touching in both."""
    work, found = _MOST_WORK, []
    left = [_Stretch(0, len(first), 0, len(second), 0)]
    while left:
        stretch, ends = _without_ends(first, second, left.pop())
        found += ends
        if stretch is None:
            continue
        a, b = first[stretch.low : stretch.high], second[stretch.other_low : stretch.other_high]
        cost = _cost(a, b)
        if cost <= min(_SMALL, work):
            work -= cost
            blocks = SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()
            found += [Match(i + stretch.low, k + stretch.other_low, n) for i, k, n in blocks if n]
        elif stretch.cuts < _MOST_CUTS:
            left += _cut(a, b, stretch)
    return _joined(sorted(found, key=lambda match: match.first))


def _without_ends(
    first: Sequence[str], second: Sequence[str], stretch: _Stretch
) -> tuple[_Stretch | None, list[Match]]:
    """Take what both begin and end with off a stretch; ``None`` where nothing is left to compare."""
    low, high, other_low, other_high = stretch.low, stretch.high, stretch.other_low, stretch.other_high
    while low < high and other_low < other_high and first[low] == second[other_low]:
        low, other_low = low + 1, other_low + 1
    while low < high and other_low < other_high and first[high - 1] == second[other_high - 1]:
        high, other_high = high - 1, other_high - 1
    begin, end = low - stretch.low, stretch.high - high
    ends = [Match(stretch.low, stretch.other_low, begin)] if begin else []
    ends += [Match(high, other_high, end)] if end else []
    is_empty = low == high or other_low == other_high
    return None if is_empty else _Stretch(low, high, other_low, other_high, stretch.cuts), ends


def _cost(a: Sequence[str], b: Sequence[str]) -> int:
    """Estimate the steps of `difflib`: pairs of equal items, looked at once for each run it may find."""
    counts = Counter(b)
    pairs = sum(counts[item] for item in a)
    return len(a) + len(b) + pairs * min(len(a), len(b), 1 + pairs)


def _cut(a: Sequence[str], b: Sequence[str], stretch: _Stretch) -> Iterator[_Stretch]:
    """Give the stretches between the items that both sides have once, the longest row of them that stands in order.

    Each begins with its item, so that it is matched there. Nothing is given where there is no such item.
    """
    counts, others = Counter(a), Counter(b)
    places = {item: place for place, item in enumerate(b) if others[item] == 1}
    pairs = [(place, places[item]) for place, item in enumerate(a) if counts[item] == 1 and item in places]
    row = _longest_rising(pairs)
    if not row:
        return
    cuts = stretch.cuts + 1
    starts = [(0, 0), *row, (len(a), len(b))]
    for (i, k), (j, m) in pairwise(starts):
        yield _Stretch(stretch.low + i, stretch.low + j, stretch.other_low + k, stretch.other_low + m, cuts)


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give the longest of the rows of pairs in which both numbers rise; the first ones rise as they are given."""
    ends: list[int] = []
    holders: list[int] = []
    before: list[int] = []
    for number, (_, second) in enumerate(pairs):
        at = bisect_left(ends, second)
        ends[at : at + 1] = [second]
        holders[at : at + 1] = [number]
        before.append(holders[at - 1] if at else -1)
    row: list[tuple[int, int]] = []
    number = holders[-1] if holders else -1
    while number >= 0:
        row.append(pairs[number])
        number = before[number]
    return row[::-1]


def _joined(found: list[Match]) -> list[Match]:
    joined: list[Match] = []
    for match in found:
        last = joined[-1] if joined else None
        if last and (last.first + last.length, last.second + last.length) == (match.first, match.second):
            joined[-1] = Match(last.first, last.second, last.length + match.length)
        else:
            joined.append(match)
    return joined
