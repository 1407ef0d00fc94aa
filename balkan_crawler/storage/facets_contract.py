"""The part of the store's contract that facets and large result lists need: numbers of articles by the thousand.

Numbers of articles are those of the column ``id``. Arrays are numpy's, since a frequent word is in a third of a million
articles: as many Python objects would take longer to make than the search.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from balkan_crawler.text import folded_name

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from balkan_crawler.model.columns import Row
    from balkan_crawler.storage.filters import Filter

Numbers: TypeAlias = "np.ndarray[Any, np.dtype[np.int32]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextMatches:
    """The articles that a query finds, ascending; and those that it fits best, the best first.

    Of very many it is the latest to be stored that are ranked, as in `Store.rows`.
    """

    numbers: Numbers
    ranked: Numbers | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A column of texts: each article's is ``names[codes[place]]``, or none where the code is -1."""

    names: tuple[str, ...]
    codes: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Labels of one kind: ``labels[number]`` is one of the article at ``places[number]``; places ascend."""

    places: Numbers
    labels: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetColumns:
    """What articles are counted by, in the order of time: the oldest first, as `Store.rows` has them last.

    ``numbers`` are those of the articles, ``days`` each day with its articles. ``labels`` are tags, authors and
    agencies by kind (``tag``, ``author``, ``agency``).
    """

    numbers: Numbers
    days: tuple[tuple[str, int], ...]
    outlets: Coded
    languages: Coded
    sections: Coded
    access: Coded
    labels: Mapping[str, Listed]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """Articles of groups of copies: by group, the earliest of each first."""

    clusters: Numbers
    numbers: Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveState:
    """What changes whenever articles do: the number of the latest change, and how many articles there are."""

    change: int
    articles: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedArticles:
    """Articles that changed: their numbers, the days they are of now, and the groups of copies they are in now."""

    numbers: Numbers
    days: tuple[str, ...]
    clusters: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelKeys:
    """Labels, ascending, with the `name_key` of each."""

    labels: Numbers
    keys: np.ndarray[Any, np.dtype[np.int64]]


def name_key(name: str) -> int:
    """Give the number of 64 bits that all spellings of a name share (`balkan_crawler.text.folded_name`)."""
    folded = folded_name(name).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(folded, digest_size=8).digest(), "big", signed=True)


class FacetsStore(Protocol):
    """What a store can do for facets; see `balkan_crawler.storage.Store`, which has these methods, too."""

    def text_matches(self, wanted: Filter) -> TextMatches:
        """Give the numbers of all articles whose text a query finds, ranked as well where that is the order asked for.

        The other fields of the filter do not narrow it, nor does ``outlet:`` in the query; but they say in which
        languages other forms of a word are looked for, as in `Store.rows`. Raises `QueryError`.
        """
        ...

    def numbers(self, wanted: Filter) -> Numbers:
        """Give the numbers of the articles that `Store.rows` gives of a filter, in its order. Raises `QueryError`."""
        ...

    def statement(self, wanted: Filter) -> str:
        """Write what a user may ask the archive by themselves to get the articles of a filter: one statement of SQL.

        It holds the forms of the words as they are now. Raises `QueryError`.
        """
        ...

    def rows_of(self, numbers: Sequence[int]) -> dict[int, Row]:
        """Give the articles of some numbers in their order, as `Store.rows` does; without those that are gone."""
        ...

    def archive_state(self) -> ArchiveState:
        """Say which state of its articles the archive is in."""
        ...

    def article_numbers(self) -> Numbers:
        """Give the numbers of all articles, ascending."""
        ...

    def changed_articles(self, after: int) -> ChangedArticles:
        """Give the articles that were added or changed after a change's number."""
        ...

    def facet_columns(self, days: Sequence[str] | None = None) -> FacetColumns:
        """Give what articles are counted by: all of them, or those of some days."""
        ...

    def copies(self, clusters: Sequence[int] | None = None) -> Copies:
        """Give the articles of all groups of copies, or those of some."""
        ...

    def label_keys(self, labels: Sequence[int] | None = None) -> LabelKeys:
        """Give the keys of all labels, or of some, by which those of one name are told."""
        ...

    def label_names(self, labels: Sequence[int]) -> dict[int, str]:
        """Give the names that labels are shown by."""
        ...
