"""A story grown around an article: by what its articles have in common, not from one to the next. Pure.

A chain of articles each of which is like the next one would join the news of a week. So an article is held against the
story's core: the names and numbers that many of its articles have, by how many do. The core is made of the articles
that are like the first one, the story of those that are like the core, and so on until nothing changes; whichever of
its articles one begins with, the core is about the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import median
from typing import Final

from balkan_crawler.stories.features import Features
from balkan_crawler.stories.likeness import Rarity, explain, is_more_than_places, of_one_name, some_numbers, total
from balkan_crawler.stories.names import Name
from balkan_crawler.stories.rules import RULES

_NUMBER: Final = "#"
"""What the mark of a number begins with."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One article on its way into a story; ``when`` is aware."""

    number: int
    when: datetime
    language: str
    features: Features


@dataclass(frozen=True, slots=True)
class Core:
    """What a story's articles have in common, by mark: the share of them that have it, times how it ranks there."""

    shares: Mapping[str, float]
    weights: Mapping[str, float]
    middle: datetime

    @property
    def has_numbers(self) -> bool:
        """Say whether there are numbers enough that an article of the story would have one of them."""
        telling = (mark for mark in self.shares if mark.startswith(_NUMBER) and self.weights[mark] >= RULES.tellings)
        return len(list(telling)) >= RULES.some_numbers

    @property
    def weight(self) -> float:
        """Give the weight of all of it."""
        return sum(share * self.weights[mark] for mark, share in self.shares.items())


class Marks:
    """Which names of some articles are the same: of a name's keys, the one that most articles have stands for it.

    So two readings of one article's name make no name of two others that have one of them each.
    """

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._held: Counter[str] = Counter()
        for piece in pieces:
            self._held.update({key for name in piece.features.names for key in name.keys})

    def of(self, name: Name) -> str:
        """Give the mark of a name."""
        return max(name.keys, key=lambda key: (self._held[key], len(key), key))

    def held(self, mark: str) -> int:
        """Say how many of the articles may have a mark."""
        return self._held[mark]


def joined(seed: Piece, pieces: Iterable[Piece], rarity: Rarity) -> list[Piece]:
    """Give the articles that are like one, within days of it."""
    reach = timedelta(days=RULES.days)
    return [
        piece
        for piece in pieces
        if piece.number != seed.number
        and abs(piece.when - seed.when) <= reach
        and explain(seed.features, piece.features, rarity, piece.when - seed.when).joins
    ]


def core_of(members: Sequence[Piece], marks: Marks, rarity: Rarity) -> Core:
    """Give what many of a story's articles have."""
    held: dict[str, list[float]] = defaultdict(list)
    weights: dict[str, float] = {}
    for piece in members:
        for mark, (weight, rank) in _marked(piece, marks, rarity).items():
            held[mark].append(rank)
            weights[mark] = min(weight, weights.get(mark, weight))
    least = max(2.0, RULES.core_share * len(members)) if len(members) > 1 else 1.0
    shares = {mark: sum(ranks) / len(members) for mark, ranks in held.items() if len(ranks) >= least}
    middle = datetime.fromtimestamp(median(piece.when.timestamp() for piece in members), members[0].when.tzinfo)
    return Core(shares, weights, middle)


def fits(piece: Piece, core: Core, marks: Marks, whole: float) -> bool:
    """Say whether an article tells of what a story's core says, within days of it; ``whole`` is its own weight."""
    apart = abs(piece.when - core.middle)
    if apart > timedelta(days=RULES.days) or piece.features.is_table:
        return False
    by_name: dict[int, list[float]] = defaultdict(list)
    names = [name for name in piece.features.names if marks.of(name) in core.shares]
    for name in names:
        mark = marks.of(name)
        by_name[name.name].append(core.weights[mark] * sqrt(core.shares[mark] * name.rank))
    figures = [figure for figure in piece.features.figures if _number_mark(figure.key) in core.shares]
    shared = sum(map(of_one_name, by_name.values()))
    shared += sum(figure.weight * sqrt(core.shares[_number_mark(figure.key)]) for figure in figures)
    if core.has_numbers and not figures and some_numbers(piece.features.figures):
        shared *= RULES.other_numbers
    both = sqrt(whole * core.weight)
    return (
        is_more_than_places(names)
        and len(by_name) + len(figures) >= RULES.things
        and shared >= RULES.core_weight * (1 + RULES.each_day * (apart / timedelta(days=1)))
        and shared >= RULES.core_part * both
    )


def grow(seed: Piece, pieces: Sequence[Piece], rarity: Rarity) -> list[Piece]:
    """Give the articles of the story that one is of, itself among them, by time; alone where it has none."""
    everything = [seed, *(piece for piece in pieces if piece.number != seed.number)]
    members = [seed, *joined(seed, everything, rarity)]
    if len(members) == 1:
        return members
    first = {piece.number for piece in members}
    marks = Marks(everything)
    wholes = {piece.number: total(piece.features, rarity) for piece in everything}
    for _ in range(RULES.rounds):
        core = core_of(members, marks, rarity)
        found = [piece for piece in everything if fits(piece, core, marks, wholes[piece.number])]
        if len(found) < 2 or {piece.number for piece in found} == {piece.number for piece in members}:
            break
        members = found
    if seed.number not in {piece.number for piece in members}:
        members = [piece for piece in everything if piece.number in first]
    return sorted(members, key=lambda piece: (piece.when, piece.number))


def _marked(piece: Piece, marks: Marks, rarity: Rarity) -> dict[str, tuple[float, float]]:
    """Give the weight and rank of each mark of an article."""
    found = {marks.of(name): (rarity.weight(name), name.rank) for name in reversed(piece.features.names)}
    found |= {_number_mark(figure.key): (figure.weight, 1.0) for figure in piece.features.figures if figure.weight}
    return found


def _number_mark(key: str) -> str:
    return _NUMBER + key
