"""Holding the rows of two archives against each other, in the order of their keys, with the digest of each table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from balkan_crawler.storage.copying.canonical import Digest, ordered
from balkan_crawler.storage.copying.copy_format import block

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from balkan_crawler.storage.copying.canonical import Row
    from balkan_crawler.storage.copying.tables import Table


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that the two do not both have: as the source has it, and as the target does."""

    source: Row | None
    target: Row | None


@dataclass(slots=True)
class Compared:
    """What came of comparing one table: the digests of both, and the rows that differ."""

    table: Table
    source: Digest = field(default_factory=Digest)
    target: Digest = field(default_factory=Digest)
    differing: int = 0
    first: Difference | None = None

    @property
    def is_same(self) -> bool:
        """Whether both have the same rows."""
        return not self.differing and self.source.hexdigest() == self.target.hexdigest()


def differences(
    compared: Compared,
    source: Iterator[Sequence[Row]],
    target: Iterator[Sequence[Row]],
    tell: Callable[[int], object] = lambda _: None,
) -> Iterator[Difference]:
    """Give the rows that differ, and feed ``compared``; ``tell`` hears how many rows of the source were looked at."""
    ours: Sequence[Row] = ()
    theirs: Sequence[Row] = ()
    while True:
        ours, theirs = ours or next(source, ()), theirs or next(target, ())
        if not ours and not theirs:
            return
        common = min(len(ours), len(theirs))
        if common and ours[:common] == theirs[:common]:
            written = block(compared.table, ours[:common])
            compared.source.update(written, common)
            compared.target.update(written, common)
            ours, theirs = ours[common:], theirs[common:]
        else:
            found, used, used_too = _merged(compared.table, ours, theirs)
            compared.source.update(block(compared.table, ours[:used]), used)
            compared.target.update(block(compared.table, theirs[:used_too]), used_too)
            ours, theirs = ours[used:], theirs[used_too:]
            for difference in found:
                compared.differing += 1
                compared.first = compared.first or difference
                yield difference
        tell(compared.source.rows)


def _merged(table: Table, ours: Sequence[Row], theirs: Sequence[Row]) -> tuple[list[Difference], int, int]:
    """Compare rows until one side's are used up; gives how many of each are. An empty side has come to its end."""
    if not ours:
        return [Difference(None, row) for row in theirs], 0, len(theirs)
    if not theirs:
        return [Difference(row, None) for row in ours], len(ours), 0
    found: list[Difference] = []
    place = other = 0
    while place < len(ours) and other < len(theirs):
        row, theirs_now = ours[place], theirs[other]
        key, other_key = ordered(table, row), ordered(table, theirs_now)
        if key == other_key and row != theirs_now:
            found.append(Difference(row, theirs_now))
        elif key < other_key:
            found.append(Difference(row, None))
        elif key > other_key:
            found.append(Difference(None, theirs_now))
        place += key <= other_key
        other += key >= other_key
    return found, place, other
