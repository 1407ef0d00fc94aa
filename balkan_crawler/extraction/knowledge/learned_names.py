"""Names that an outlet puts beside all authors: a label, the newsroom, a programme, taken for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from balkan_crawler.model.knowledge import KnownName
from balkan_crawler.text import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from balkan_crawler.model.knowledge import Knowledge

LONGEST: Final = 60
"""Characters of a name that are kept."""
FEWEST_ARTICLES: Final = 5
"""Where fewer articles are known, every name is a person's."""
LEAST_SHARE: Final = 0.6
"""The share of articles that a name has to be on to be the outlet's ..."""
LEAST_TOGETHER: Final = 0.8
"""... and the share of these on which others stand beside it: one who writes alone is a person."""


def folded_names(people: Iterable[str]) -> frozenset[str]:
    """Give names as they are compared."""
    return frozenset(_folded(name) for name in people)


def _folded(name: str) -> str:
    return " ".join(words(name))[:LONGEST]


def people_among(people: Sequence[str], known: Knowledge) -> tuple[str, ...]:
    """Give the names that are people's, where another one stays beside those that are the outlet's own."""
    kept = tuple(name for name in people if not _is_outlets(name, known))
    return kept or tuple(people)


def _is_outlets(name: str, known: Knowledge) -> bool:
    seen = known.names.get(_folded(name))
    return (
        seen is not None
        and known.articles >= FEWEST_ARTICLES
        and seen.articles >= LEAST_SHARE * known.articles
        and seen.together >= LEAST_TOGETHER * seen.articles
    )


def more_names(known: Mapping[str, KnownName], seen: Iterable[str]) -> dict[str, KnownName]:
    """Add the names of one article more."""
    names, on_page = dict(known), frozenset(seen)
    for name in on_page:
        before = names.get(name, KnownName(0, 0))
        names[name] = KnownName(before.articles + 1, before.together + (len(on_page) > 1))
    return names
