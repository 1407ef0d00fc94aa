"""How much two articles have in common that few others have, and what that is. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import timedelta
from math import log, sqrt

from balkan_crawler.stories.features import Features
from balkan_crawler.stories.names import Name
from balkan_crawler.stories.numbers import Figure
from balkan_crawler.stories.rules import RULES


@dataclass(frozen=True, slots=True)
class Rarity:
    """How many articles of the days around there are, and how many of them hold a name, by key."""

    articles: int
    holders: Mapping[str, int]
    _known: dict[frozenset[str], float] = field(default_factory=dict, repr=False, compare=False)

    def weight(self, name: Name) -> float:
        """Say what sharing a name tells: the logarithm of how rare it is, within bounds."""
        found = self._known.get(name.keys)
        if found is None:
            found = self._known[name.keys] = self._worked_out(name)
        return found

    def _worked_out(self, name: Name) -> float:
        among = max(self.articles, RULES.floor)
        known = [self.holders[key] for key in name.keys if key in self.holders]
        if not known and not name.share:
            return RULES.unknown
        held = max(1.0, name.share * among, max(known, default=0))
        return max(0.0, min(RULES.most_weight, log(among / held)))


@dataclass(frozen=True, slots=True)
class Shared:
    """A name or number that two articles share, as each writes it, and what it counted for."""

    first: str
    second: str
    weight: float
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Likeness:
    """What two articles share, the weightiest first.

    ``weight`` is its sum, less where their numbers are others; ``share`` is that of what both have. ``apart`` are the
    days between them. ``is_telling`` says that it is more than places that everybody writes of.
    """

    shared: tuple[Shared, ...]
    weight: float
    share: float
    apart: float
    is_telling: bool

    @property
    def joins(self) -> bool:
        """Say whether two articles like this tell of one event."""
        return (
            self.is_telling
            and self.weight >= RULES.weight * (1 + RULES.each_day * self.apart)
            and self.share >= RULES.share
            and len(self.shared) >= RULES.things
        )


def explain(first: Features, second: Features, rarity: Rarity, apart: timedelta = timedelta()) -> Likeness:
    """Say what two articles share, name by name and number by number, in the words that each of them uses.

    ``apart`` is the time between them.
    """
    found: dict[tuple[int, int], list[tuple[float, Name, Name]]] = defaultdict(list)
    by_key = {key: name for name in reversed(second.names) for key in name.keys}
    taken: set[Name] = set()
    taken_of_first: list[Name] = []
    for name in first.names:
        other = next((by_key[key] for key in sorted(name.keys, key=len, reverse=True) if key in by_key), None)
        if other is not None and other not in taken:
            taken.add(other)
            taken_of_first.append(name)
            found[name.name, 0].append((_weight(name, other, rarity), name, other))
    shared = [_together(pairs) for pairs in found.values()]
    shared += _shared_figures(first.figures, second.figures)
    weight = sum(each.weight for each in shared)
    weight *= doubt(first.figures, {figure.key for figure in second.figures}, some_numbers(second.figures))
    both = sqrt(total(first, rarity) * total(second, rarity))
    ordered = tuple(sorted(shared, key=lambda each: (-each.weight, each.first)))
    is_telling = not (first.is_table or second.is_table) and is_more_than_places(taken_of_first)
    share = min(1.0, weight / both) if both else 0.0
    return Likeness(ordered, weight, share, abs(apart) / timedelta(days=1), is_telling)


def is_more_than_places(names: Iterable[Name]) -> bool:
    """Say whether there is a name among some that is none of a place or body that everybody writes of."""
    return any(not name.share for name in names)


def some_numbers(figures: Iterable[Figure]) -> bool:
    """Say whether there are numbers enough that another article of the same event would have one of them."""
    return sum(figure.weight >= RULES.tellings for figure in figures) >= RULES.some_numbers


def doubt(figures: tuple[Figure, ...], others: Set[str], has_others: bool) -> float:
    """Give what an article's likeness is multiplied with: less than 1 where its numbers are others altogether."""
    if not has_others or not some_numbers(figures) or any(figure.key in others for figure in figures):
        return 1.0
    return RULES.other_numbers


def total(features: Features, rarity: Rarity) -> float:
    """Give the weight of all that an article has."""
    names: dict[int, list[float]] = defaultdict(list)
    for name in features.names:
        names[name.name].append(rarity.weight(name) * name.rank)
    return sum(map(of_one_name, names.values())) + sum(figure.weight for figure in features.figures)


def of_one_name(weights: Iterable[float]) -> float:
    """Give the weight of words that stand together as one name: they are no evidence of their own each."""
    first, *rest = sorted(weights, reverse=True)
    return first + RULES.rest_of_a_name * sum(rest)


def _weight(name: Name, other: Name, rarity: Rarity) -> float:
    return min(rarity.weight(name), rarity.weight(other)) * sqrt(name.rank * other.rank)


def _together(pairs: list[tuple[float, Name, Name]]) -> Shared:
    """Give what words of one name share: named as the whole where more than one word does."""
    weight = of_one_name(each for each, _, _ in pairs)
    _, name, other = max(pairs, key=lambda pair: pair[0])
    if len(pairs) > 1:
        return Shared(name.written, max((pair[2].written for pair in pairs), key=len), weight)
    return Shared(name.word, other.word, weight)


def _shared_figures(first: tuple[Figure, ...], second: tuple[Figure, ...]) -> list[Shared]:
    others = {figure.key: figure for figure in second}
    return [
        Shared(figure.written, others[figure.key].written, figure.weight, is_number=True)
        for figure in first
        if figure.key in others and figure.weight
    ]
