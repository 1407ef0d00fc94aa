"""What several pages of one outlet teach: plain data that pickles, goes to JSON and back, and says its version.

Texts, headlines and addresses are kept as hashes: enough to know them again, too little to read them; only the
beginnings of what recurs are kept to be read. What the data mean on a page is the business of
`balkan_crawler.extraction.knowledge`.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field
from functools import lru_cache
from typing import Any, Final, Self

KNOWLEDGE_VERSION: Final = 2
"""The version of the form and of the rules that wrote it; other knowledge is not read, but learned anew."""

_LARGEST: Final = 4 * 1024**2
"""Bytes of knowledge unpacked: sixty times what it ever has."""
_OUTLETS_AT_HAND: Final = 64
"""Unpacked knowledge that a process keeps at hand."""


@dataclass(frozen=True, slots=True)
class SeenText:
    """A text that stood on a page of the outlet.

    ``stories`` are the numbers of the latest stories on whose pages it stood, three at most. ``place`` is the hash of
    what it stood in last by tag and class, ``path`` the one by tags alone. ``day`` is when it was seen last, as a
    proleptic ordinal. ``words`` is how many it has, 99 at most.
    """

    stories: tuple[int, ...]
    place: int
    path: int
    day: int
    words: int


@dataclass(frozen=True, slots=True)
class KnownStory:
    """A story of the outlet: its number, the hash of its address, and short hashes of the words of its headline."""

    number: int
    address: int
    headline: frozenset[int]


@dataclass(frozen=True, slots=True)
class LeadPlace:
    """A place between headline and body: on how many articles it was, their words there, and how often a sentence.

    ``name`` is the place as a person reads it: the element and the one around it, by tag and class.
    """

    articles: int
    words: int
    sentences: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class PlaceTally:
    """What stood at a place of articles: on how many, in how many words, and how many of these were their own text.

    ``name`` is the place as a person reads it, as in `LeadPlace`.
    """

    articles: int
    words: int
    chosen: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name that articles were signed with: how many, and how many of them with another name beside it."""

    articles: int
    together: int


@dataclass(frozen=True, slots=True)
class Furniture:
    """A kind of element, by tag and class: on how many articles it held nothing of them, and on how many something."""

    idle: int
    needed: int

    @property
    def articles(self) -> int:
        """On how many articles it was."""
        return self.idle + self.needed


@dataclass(frozen=True, slots=True)
class UnlikeRow:
    """Articles one after the other that were built as none before them.

    ``unlike`` is how many, ``foreign`` how many of these stood in another frame. ``places`` and ``frame`` are where
    text stood, and what was around it, before the first of them.
    """

    unlike: int = 0
    foreign: int = 0
    places: frozenset[int] = frozenset()
    frame: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What the page of one article teaches of its outlet.

    ``texts`` are its texts by hash, each with the story number 0; ``chosen`` are the hashes of those that are its body,
    ``struck`` the beginnings of those that would be if they did not recur. ``above`` are the places between headline
    and body, ``names`` the people that it is signed with, folded. ``furniture`` are the elements of its page, ``size``
    the words of its body, and ``trial`` says whether a reading by what was known gave the same; ``None`` where there
    was none. Where the page was read so, it teaches of its texts only: ``is_full`` is false.
    """

    address: int
    headline: frozenset[int]
    texts: Mapping[int, SeenText]
    chosen: frozenset[int]
    struck: Mapping[int, str]
    above: Mapping[int, LeadPlace]
    places: Mapping[int, PlaceTally]
    names: frozenset[str]
    furniture: Mapping[str, Furniture] = field(default_factory=dict)
    size: int = 0
    trial: bool | None = None
    is_full: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """What is known of an outlet's pages. Without arguments: nothing yet.

    ``articles`` counts those that it was learned from, ``read`` also those that were read by their template, which
    teach of texts only; ``stories`` are the latest ones. ``texts`` are by
    their hash, ``leads`` and ``places`` by that of their place. ``struck`` are the beginnings of recurring texts that
    would be body otherwise, by hash, the latest last. ``moving`` is the share (0 to 1) of an article's texts that stood
    where none had stood before, as it was of late: near 1 where class names change at each request. ``furniture`` are
    elements by tag and class. ``sizes`` are the words of the latest bodies, and ``trials`` say of the latest pages
    whether they were read alike with and without the classifier. ``row`` are the latest articles, as far
    as they were built as none before them.
    """

    version: int = KNOWLEDGE_VERSION
    articles: int = 0
    stories: tuple[KnownStory, ...] = ()
    texts: Mapping[int, SeenText] = field(default_factory=dict)
    struck: Mapping[int, str] = field(default_factory=dict)
    leads: Mapping[int, LeadPlace] = field(default_factory=dict)
    places: Mapping[int, PlaceTally] = field(default_factory=dict)
    names: Mapping[str, KnownName] = field(default_factory=dict)
    moving: float = 0.0
    furniture: Mapping[str, Furniture] = field(default_factory=dict)
    sizes: tuple[int, ...] = ()
    trials: tuple[bool, ...] = ()
    read: int = 0
    row: UnlikeRow = field(default_factory=UnlikeRow)

    def to_json(self) -> dict[str, Any]:
        """Give it as what JSON can hold: about 25 bytes a text, at most 64 KiB in all."""
        spots = list(dict.fromkeys((seen.place, seen.path) for seen in self.texts.values()))
        number = {spot: place for place, spot in enumerate(spots)}
        return {
            "version": self.version,
            "articles": self.articles,
            "moving": round(self.moving, 4),
            "stories": [[story.number, story.address, *sorted(story.headline)] for story in self.stories],
            "spots": [list(spot) for spot in spots],
            "texts": [
                [text, number[seen.place, seen.path], seen.day, seen.words, *seen.stories]
                for text, seen in self.texts.items()
            ],
            "struck": [[text, begins] for text, begins in self.struck.items()],
            "leads": [[place, *astuple(lead)] for place, lead in self.leads.items()],
            "places": [[place, *astuple(tally)] for place, tally in self.places.items()],
            "names": [[name, *astuple(each)] for name, each in self.names.items()],
            "furniture": [[name, *astuple(each)] for name, each in self.furniture.items()],
            "sizes": list(self.sizes),
            "trials": list(map(int, self.trials)),
            "read": self.read,
            "row": [self.row.unlike, self.row.foreign, sorted(self.row.places), sorted(self.row.frame)],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` gave; knowledge of another version is none.

        Raises `KeyError`, `IndexError`, `TypeError` or `ValueError` for what `to_json` never gave.
        """
        if data["version"] != KNOWLEDGE_VERSION:
            return cls()
        spots = [(int(place), int(path)) for place, path in data["spots"]]
        return cls(
            articles=int(data["articles"]),
            moving=float(data["moving"]),
            stories=tuple(
                KnownStory(int(number), int(address), frozenset(map(int, headline)))
                for number, address, *headline in data["stories"]
            ),
            texts={
                int(text): SeenText(tuple(map(int, stories)), spots[spot][0], spots[spot][1], int(day), int(size))
                for text, spot, day, size, *stories in data["texts"]
            },
            struck={int(text): str(begins) for text, begins in data["struck"]},
            leads={
                int(place): LeadPlace(int(articles), int(size), int(sentences), str(name))
                for place, articles, size, sentences, name in data["leads"]
            },
            places={
                int(place): PlaceTally(int(articles), int(size), int(chosen), str(name))
                for place, articles, size, chosen, name in data["places"]
            },
            names={str(name): KnownName(*map(int, counts)) for name, *counts in data["names"]},
            furniture={str(name): Furniture(*map(int, counts)) for name, *counts in data["furniture"]},
            sizes=tuple(map(int, data["sizes"])),
            trials=tuple(map(bool, data["trials"])),
            read=int(data["read"]),
            row=_row(*data.get("row", (0, 0, (), ()))),
        )


def _row(unlike: object, foreign: object, places: Iterable[object], frame: Iterable[object]) -> UnlikeRow:
    return UnlikeRow(
        int(str(unlike)), int(str(foreign)), frozenset(int(str(each)) for each in places), frozenset(map(str, frame))
    )


def pack(known: Knowledge) -> bytes:
    """Give knowledge as bytes: its JSON, packed by zlib."""
    return zlib.compress(json.dumps(known.to_json(), separators=(",", ":")).encode(), 1)


@lru_cache(maxsize=_OUTLETS_AT_HAND)
def unpack(packed: bytes) -> Knowledge:
    """Read what `pack` gave; what is broken, or of another version, is no knowledge."""
    if not packed:
        return Knowledge()
    try:
        return Knowledge.from_json(json.loads(zlib.decompressobj().decompress(packed, _LARGEST)))
    except (zlib.error, ArithmeticError, LookupError, ValueError, TypeError, AttributeError, RecursionError):
        return Knowledge()
