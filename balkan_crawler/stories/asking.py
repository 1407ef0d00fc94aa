"""The story of a stored article: what the archive is asked for it, and what comes of that.

It is worked out when it is asked for. The full-text index says who else of the days around holds the article's names,
and how many do, which is how rare they are; the articles that hold most are read and grown into a story. Then the
archive is asked a second time, by what the story has and this article has not.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final

from balkan_crawler.model.columns import Row
from balkan_crawler.storage import DaysAround, Store
from balkan_crawler.stories.features import features_of
from balkan_crawler.stories.growing import Marks, Piece, grow
from balkan_crawler.stories.likeness import Likeness, Rarity, explain, of_one_name
from balkan_crawler.stories.names import Name, written_elsewhere
from balkan_crawler.stories.rules import RULES
from balkan_crawler.stories.sounds import index_words

_EVERYDAY: Final = 0.02
"""Names of groups (`called.toml`) with such a share of all articles lead nowhere, and are not asked for."""


_COMPARED: Final = 10
"""Articles of a story, the earliest, among which the one is looked for that another was joined to."""


@dataclass(frozen=True, slots=True)
class Member:
    """An article of a story: its row, its copies' rows (near-duplicates, by time), and why it was joined.

    ``because`` says what it shares with the article ``to``; of the first article both are ``None``.
    """

    row: Row
    copies: tuple[Row, ...]
    to: int | None
    because: Likeness | None


@dataclass(frozen=True, slots=True)
class Story:
    """What outlets had of one event, the earliest first; ``asked`` is the article that it was asked for."""

    asked: Row
    members: tuple[Member, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """Give the rows of all articles, copies among them, by time."""
        found = [row for member in self.members for row in (member.row, *member.copies)]
        return tuple(sorted(found, key=when))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A name to ask for: what it is compared by, and the words of the index that it may be."""

    keys: frozenset[str]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Answers:
    """What the archive said: of how many articles, by key how many hold a name and which, and what it was asked by."""

    articles: int
    counts: Mapping[str, int]
    holders: Mapping[str, frozenset[int]]
    words: Mapping[str, frozenset[str]]

    def rarity(self, pieces: Iterable[Piece]) -> Rarity:
        """Say how rare names are: by who holds them, and at least as common as among the articles that were read."""
        counts = Counter(key for piece in pieces for key in {key for name in piece.features.names for key in name.keys})
        return Rarity(self.articles, {key: max(held, counts[key]) for key, held in self.counts.items()})


def when(row: Row) -> datetime:
    """Give the time of an article: of its publication, where that is known, else of its first visit."""
    found = datetime.fromisoformat(str(row["published"] or row["first_seen"]))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def story_of(store: Store, number: int) -> Story | None:
    """Find the story of a stored article; ``None`` where there is no article of that number.

    An article that is near-duplicate to earlier ones has the story of the earliest.
    """
    asked = next(iter(store.articles_by_number([number])), None)
    if asked is None:
        return None
    seed_row = _earliest(store, asked)
    seed = _piece(seed_row)
    day = date.fromisoformat(str(seed_row["date"]))
    pieces: dict[int, Piece] = {seed.number: seed}
    rows: dict[int, Row] = {seed.number: seed_row}
    answers = _ask(store, day, _of_one(seed), _Answers(0, {}, {}, {}))
    _read(store, _best(answers, seed, seed.features.names, pieces), rows, pieces)
    one_each = _one_a_cluster(pieces, rows, seed)
    members = grow(seed, one_each, answers.rarity(one_each))
    if len(pieces) > 1:
        wanted, names = _of_all(seed, members, one_each)
        answers = _ask(store, day, wanted, answers)
        _read(store, _best(answers, seed, names, pieces), rows, pieces)
        one_each = _one_a_cluster(pieces, rows, seed)
        members = grow(seed, one_each, answers.rarity(one_each))
    return _told(store, asked, seed, members, rows, answers.rarity(one_each))


def _earliest(store: Store, row: Row) -> Row:
    """Give the earliest of an article's cluster: the article itself where it is in none."""
    if row["cluster"] is None:
        return row
    cluster = int(str(row["cluster"]))
    first = store.cluster_numbers([cluster])[cluster][0]
    return row if first == row["id"] else store.articles_by_number([first])[0]


def _piece(row: Row) -> Piece:
    language = str(row["language"] or "")
    lead = None if row["lead"] is None else str(row["lead"])
    features = features_of(str(row["title"]), lead, str(row["body"]), language)
    return Piece(int(str(row["id"])), when(row), language, features)


def _of_one(seed: Piece) -> list[_Wanted]:
    """Give the names of an article to ask for, those of headline and lead first."""
    names = sorted((name for name in seed.features.names if name.share < _EVERYDAY), key=lambda name: -name.rank)
    return [_Wanted(name.keys, _words(name, seed.language)) for name in names[: RULES.names]]


def _of_all(seed: Piece, members: Sequence[Piece], pieces: Sequence[Piece]) -> tuple[list[_Wanted], tuple[Name, ...]]:
    """Give the names of a story to ask for, in all spellings that articles were found to use; and the names."""
    marks = Marks(pieces)
    held = Counter(mark for piece in members for mark in {marks.of(name) for name in piece.features.names})
    wanted = {marks.of(name) for name in seed.features.names} | {mark for mark, count in held.items() if count > 1}
    words: dict[str, set[str]] = defaultdict(set)
    names: dict[str, Name] = {}
    for piece in (seed, *pieces):
        for name in piece.features.names:
            mark = marks.of(name)
            if mark in wanted and name.share < _EVERYDAY:
                words[mark].update(_words(name, piece.language))
                names.setdefault(mark, replace(name, name=len(names)) if piece is not seed else name)
    common = sorted(words, key=lambda mark: (-held[mark], mark))[: 2 * RULES.names]
    return [_Wanted(frozenset({mark}), tuple(sorted(words[mark]))) for mark in common], tuple(names.values())


def _words(name: Name, language: str) -> tuple[str, ...]:
    return written_elsewhere(name) or index_words(name.word, language)


def _ask(store: Store, day: date, wanted: Sequence[_Wanted], before: _Answers) -> _Answers:
    """Ask the archive for the holders of names, by words that it was not asked for yet."""
    known = {key: before.words.get(key, frozenset()) for each in wanted for key in each.keys}
    groups = [[word for word in each.words if not _is_covered(word, known, each.keys)] for each in wanted]
    found: DaysAround = store.days_around(day, RULES.days, groups, RULES.holders, RULES.most_articles)
    counts, holders, words = dict(before.counts), dict(before.holders), dict(before.words)
    for each, count, numbers in zip(wanted, found.counts, found.holders, strict=True):
        for key in each.keys:
            counts[key] = counts.get(key, 0) + count
            holders[key] = holders.get(key, frozenset()) | frozenset(numbers)
            words[key] = words.get(key, frozenset()) | frozenset(each.words)
    return _Answers(found.articles, counts, holders, words)


def _is_covered(word: str, known: Mapping[str, frozenset[str]], keys: Iterable[str]) -> bool:
    """Say whether a name was asked for by this word already, or by a beginning of it."""
    asked = {other for key in keys for other in known[key]}
    return word in asked or any(other.endswith("*") and word.startswith(other[:-1]) for other in asked)


def _best(answers: _Answers, seed: Piece, names: Sequence[Name], known: Mapping[int, Piece]) -> list[int]:
    """Give the articles that hold most of some names, by how rare these are; those of two names at least come first.

    What holds so little that the seed's numbers, and names that too many hold to say who, could not make up for it is
    left out.
    """
    rarity = answers.rarity(())
    weights: dict[int, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    frequent: dict[int, list[float]] = defaultdict(list)
    for name in names:
        weight = rarity.weight(name) * name.rank
        if not any(answers.holders.get(key) for key in name.keys):
            frequent[name.name].append(weight)
        for number in {number for key in name.keys for number in answers.holders.get(key, ())}:
            weights[number][name.name].append(weight)
    sums = {number: sum(map(of_one_name, held.values())) for number, held in weights.items()}
    besides = sum(figure.weight for figure in seed.features.figures) + sum(map(of_one_name, frequent.values()))
    least = max(RULES.promise * RULES.weight, RULES.weight - besides - RULES.unheard)
    promising = [number for number, weight in sums.items() if weight >= least and number not in known]
    promising.sort(key=lambda number: (-min(2, len(weights[number])), -sums[number], number))
    return promising[: RULES.candidates]


def _read(store: Store, numbers: Sequence[int], rows: dict[int, Row], pieces: dict[int, Piece]) -> None:
    for row in store.articles_by_number(numbers):
        piece = _piece(row)
        rows[piece.number], pieces[piece.number] = row, piece


def _one_a_cluster(pieces: Mapping[int, Piece], rows: Mapping[int, Row], seed: Piece) -> list[Piece]:
    """Leave out copies: one article speaks for its cluster, the seed or the earliest that was read."""
    found: dict[object, Piece] = {}
    for piece in sorted(pieces.values(), key=lambda piece: (piece.number != seed.number, piece.when, piece.number)):
        cluster = rows[piece.number]["cluster"]
        found.setdefault(("alone", piece.number) if cluster is None else cluster, piece)
    return list(found.values())


def _told(
    store: Store, asked: Row, seed: Piece, pieces: Sequence[Piece], rows: dict[int, Row], rarity: Rarity
) -> Story:
    """Put a story together: with the copies of its articles, and why each was joined."""
    clusters = {piece.number: rows[piece.number]["cluster"] for piece in pieces}
    copies = store.cluster_numbers(sorted({int(str(cluster)) for cluster in clusters.values() if cluster is not None}))
    missing = [number for numbers in copies.values() for number in numbers if number not in rows]
    rows |= {int(str(row["id"])): row for row in store.articles_by_number(missing)}
    members = []
    for piece in pieces:
        cluster = clusters[piece.number]
        same = [piece.number] if cluster is None else copies[int(str(cluster))]
        ordered = sorted(
            (rows[number] for number in same if number in rows), key=lambda row: (when(row), str(row["url"]))
        )
        to, because = _reason(piece, seed, pieces, rarity)
        members.append(Member(ordered[0], tuple(ordered[1:]), to, because))
    return Story(asked, tuple(sorted(members, key=lambda member: when(member.row))))


def _reason(piece: Piece, seed: Piece, pieces: Sequence[Piece], rarity: Rarity) -> tuple[int | None, Likeness | None]:
    """Say what joined an article: to the one that was asked for, or to the likest among the first of the story."""
    if piece.number == seed.number:
        return None, None
    to_seed = explain(seed.features, piece.features, rarity, piece.when - seed.when)
    if to_seed.joins:
        return seed.number, to_seed
    others = [other for other in pieces if other.number != piece.number][:_COMPARED]
    found = [
        (explain(other.features, piece.features, rarity, piece.when - other.when), other.number) for other in others
    ]
    likeness, number = max(found, key=lambda pair: (pair[0].weight, -pair[1]))
    return number, likeness
