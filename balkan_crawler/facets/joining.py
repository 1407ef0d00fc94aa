"""Putting some days, as they are now, in the place of what was known of them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from balkan_crawler.facets.columns import Array, Column, Columns, LabelColumn
from balkan_crawler.storage.facets_contract import Coded, FacetColumns, Listed
from balkan_crawler.storage.filters import Facet

if TYPE_CHECKING:
    from collections.abc import Sequence

KINDS: Final = {Facet.TAG: "tag", Facet.AUTHOR: "author", Facet.AGENCY: "agency"}
"""What the store calls the labels of a facet."""
_Pieces = list[tuple[bool, int, int]]
"""Runs of places: whether they are of what was read, and from where to where."""


def joined(known: Columns, read: FacetColumns, days: Sequence[str]) -> FacetColumns:
    """Put the articles of ``days`` that were read in the place of the known ones."""
    counts = {day: int(count) for day, count in zip(known.days, np.diff(known.day_starts), strict=True)}
    counts = {day: count for day, count in counts.items() if day not in set(days)} | dict(read.days)
    pieces = _pieces(known, read, set(days))
    labels = {kind: _listed(pieces, known.labels[facet], read.labels[kind], read) for facet, kind in KINDS.items()}
    return FacetColumns(
        numbers=_chained(pieces, known.numbers, read.numbers),
        days=tuple(sorted(counts.items())),
        outlets=_coded(pieces, known.outlets, read.outlets),
        languages=_coded(pieces, known.languages, read.languages),
        sections=_coded(pieces, known.sections, read.sections),
        access=_coded(pieces, known.access, read.access),
        labels=labels,
    )


def _pieces(known: Columns, read: FacetColumns, changed: set[str]) -> _Pieces:
    """Say from where the articles of each day come, in the order of days."""
    blocks: dict[str, tuple[bool, int, int]] = {
        day: (False, int(begin), int(end))
        for day, begin, end in zip(known.days, known.day_starts[:-1], known.day_starts[1:], strict=True)
        if day not in changed
    }
    begin = 0
    for day, count in read.days:
        blocks[day] = (True, begin, begin + count)
        begin += count
    pieces: _Pieces = []
    for _, (is_read, begin, end) in sorted(blocks.items()):
        if pieces and pieces[-1][0] == is_read and pieces[-1][2] == begin:
            pieces[-1] = (is_read, pieces[-1][1], end)
        else:
            pieces.append((is_read, begin, end))
    return pieces


def _chained(pieces: _Pieces, known: Array, read: Array) -> Array:
    parts = [(read if is_read else known)[begin:end] for is_read, begin, end in pieces]
    return np.concatenate([known[:0].astype(np.int32), *parts])


def _coded(pieces: _Pieces, known: Column, read: Coded) -> Coded:
    names = tuple(dict.fromkeys((*known.names, *read.names)))
    places = {name: place for place, name in enumerate(names)}
    codes = np.array([*(places[name] for name in read.names), -1], dtype=np.int32)
    return Coded(names=names, codes=_chained(pieces, known.codes, codes[read.codes]))


def _listed(pieces: _Pieces, known: LabelColumn, read: Listed, of: FacetColumns) -> Listed:
    counts = np.bincount(read.places, minlength=len(of.numbers))
    starts = np.concatenate([[0], np.cumsum(counts)])
    all_counts = _chained(pieces, np.diff(known.starts), counts)
    by_label: _Pieces = [
        (is_read, int((starts if is_read else known.starts)[begin]), int((starts if is_read else known.starts)[end]))
        for is_read, begin, end in pieces
    ]
    places = np.repeat(np.arange(len(all_counts), dtype=np.int32), all_counts)
    return Listed(places=places, labels=_chained(by_label, known.labels, read.labels))
