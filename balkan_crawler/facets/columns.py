"""The archive by columns: what its articles are counted by, each array in the order of time, the oldest first.

Some 50 bytes an article. A record is never changed; a refreshed archive is another record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np

from balkan_crawler.storage.facets_contract import Numbers, name_key
from balkan_crawler.storage.filters import Facet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from balkan_crawler.storage.facets_contract import ArchiveState

Array: TypeAlias = "np.ndarray[Any, Any]"


LABELS: Final = (Facet.AUTHOR, Facet.TAG, Facet.AGENCY)
"""The facets of which an article may have several values."""


@dataclass(frozen=True, slots=True)
class Column:
    """A value of each article, or none: ``names[codes[place]]``, where the code is not -1."""

    names: tuple[str, ...]
    codes: Array
    keys: Mapping[str, int]
    """The place of each name in ``names``, by what it is compared by."""


@dataclass(frozen=True, slots=True)
class LabelColumn:
    """Labels of articles: those of an article at ``place`` are ``labels[starts[place] : starts[place + 1]]``.

    Labels of one name have one code: ``codes[labels[...]]``.
    """

    starts: Array
    labels: Array


@dataclass(frozen=True, slots=True)
class Columns:
    """All articles of an archive in one state; ``version`` counts the states that were read.

    ``place_of`` finds an article's place by its number, ``clusters`` are groups of copies (0 for none) and ``ranks``
    say which is the earlier in its group. ``codes`` and ``keys`` are those of labels by their numbers.
    """

    version: int
    state: ArchiveState
    numbers: Numbers
    days: tuple[str, ...]
    day_starts: Array
    """The place where the articles of each day begin; and behind the last one, how many there are."""
    outlets: Column
    countries: Column
    languages: Column
    sections: Column
    access: Column
    labels: Mapping[Facet, LabelColumn]
    clusters: Array
    ranks: Array
    label_keys: Array
    """The `name_key` of each label, by its number; 0 where there is none of the number."""
    label_codes: Array
    """What labels of one name have in common, by their numbers: a place in ``names``."""
    names: Array
    """The `name_key` of each code, ascending."""
    order: Array | None
    place_of: Array
    """The place of each number; or, where ``order`` gives the numbers ascending, the place of each of these."""

    def __len__(self) -> int:
        """Count the articles."""
        return len(self.numbers)

    def column(self, facet: Facet) -> Column:
        """Give the column of a facet of which an article has one value."""
        return {
            Facet.COUNTRY: self.countries,
            Facet.OUTLET: self.outlets,
            Facet.LANGUAGE: self.languages,
            Facet.SECTION: self.sections,
            Facet.ACCESS: self.access,
        }[facet]

    def places(self, numbers: Numbers) -> Array:
        """Give the places of articles, in the order of their numbers here; of those that are not there, none."""
        if self.order is None:
            known = self.place_of[numbers[numbers < len(self.place_of)]]
            return known[known >= 0]
        at = np.minimum(self.order.searchsorted(numbers), max(0, len(self.order) - 1))
        return self.place_of[at[self.order[at] == numbers]] if len(self.order) else at[:0]

    def codes_of(self, facet: Facet, names: Sequence[str]) -> Array:
        """Give the codes of those of some names that there are."""
        if facet not in LABELS:
            keys = self.column(facet).keys
            found = [keys[key] for key in (comparable(facet, name) for name in names) if key in keys]
            return np.array(sorted(set(found)), dtype=np.int32)
        sought = np.array([name_key(name) for name in names], dtype=np.int64)
        at = np.minimum(self.names.searchsorted(sought), max(0, len(self.names) - 1))
        return np.unique(at[self.names[at] == sought]) if len(self.names) else at[:0]


def comparable(facet: Facet, name: str) -> str:
    """Give what names of a facet are compared by: sections as `name_key` does, all others to the letter."""
    return str(name_key(name)) if facet is Facet.SECTION else name


def column(facet: Facet, names: Sequence[str], codes: Array) -> Column:
    """Make a column; names that are one get the code of the most frequent one among them."""
    counts = np.bincount(codes[codes >= 0], minlength=len(names))
    best: dict[str, int] = {}
    for code in sorted(range(len(names)), key=lambda code: (-counts[code], names[code])):
        best.setdefault(comparable(facet, names[code]), code)
    ones = np.array([best[comparable(facet, name)] for name in names] + [-1], dtype=_type_for(len(names)))
    return Column(names=tuple(names), codes=ones[codes], keys=best)


def _type_for(count: int) -> type[np.int16] | type[np.int32]:
    return np.int16 if count < 32_000 else np.int32


def placing(numbers: Numbers) -> tuple[Array | None, Array]:
    """Give ``order`` and ``place_of`` of `Columns`: a table by number where numbers are not far apart."""
    most = int(numbers.max(initial=0))
    if most <= 4 * len(numbers) + 100_000:
        place_of = np.full(most + 1, -1, dtype=np.int32)
        place_of[numbers] = np.arange(len(numbers), dtype=np.int32)
        return None, place_of
    order = np.argsort(numbers).astype(np.int32)
    return numbers[order], order


def named(keys: Array) -> tuple[Array, Array]:
    """Give ``names`` and ``label_codes`` of `Columns` for the keys of labels."""
    names, codes = np.unique(keys, return_inverse=True)
    return names, codes.astype(np.int32)
