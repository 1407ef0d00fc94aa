"""The names that an article speaks of: who, where, which body; in keys that join scripts and languages. Pure.

A name is a run of words with capital letters inside a sentence. A word that begins a sentence counts where it stands
with a capital inside another one of the article, too; one that the article also writes small is none. Lines where all
is written with capitals, as headlines of some outlets are, tell nothing but what the rest of the article says as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final

from balkan_crawler.data import read_table
from balkan_crawler.stories.calendar import calendar
from balkan_crawler.stories.rules import RULES
from balkan_crawler.stories.sounds import keys, stems
from balkan_crawler.text import fold

_WORD: Final = re.compile(r"[^\W\d_]+(?:[’'ʼ-][^\W\d_]+)*")
_TAIL: Final = re.compile(r"[’'ʼ-](?=[^\W\d_]*$)(?=.[a-zа-яёђјљњћџѓќѕα-ωά-ώčćžšđëçşğıöüáéíóúőűăâîșț])")
_BEGINS: Final = re.compile(r"(?:^|[.!?:;…\n•|>])[\s\"“”„«»‘’'()\[\]–—-]*$")
_PARTICLES: Final = frozenset(
    "von van der den de di da del della la le el al bin ibn фон ван дер ден де ди да ел ал φον βαν ντερ ντε".split()
)
_SHORTEST: Final = 2


@dataclass(frozen=True, slots=True)
class Name:
    """One word of a name, with all of the name as the article writes it.

    ``keys`` are what the word is compared by, ``share`` the least share of articles that it is taken to be in; ``rank``
    counts 1 for a name of headline or lead, less for one of the body only. ``name`` numbers the article's names.
    """

    written: str
    word: str
    keys: frozenset[str]
    share: float
    rank: float
    name: int


@dataclass(frozen=True, slots=True)
class _Word:
    """A word with a capital letter, or a particle that may stand between two: where it stands, and how."""

    text: str
    line: int
    place: tuple[int, int]
    begins: bool
    is_particle: bool


@dataclass(frozen=True, slots=True)
class _Called:
    """What ``called.toml`` knows: groups by key of their names, all words of each, and words that name nobody."""

    written: dict[str, tuple[str, ...]]
    names: dict[str, tuple[str, float]]
    pairs: dict[tuple[str, str], tuple[str, float]]
    nobody: frozenset[str]


@cache
def _called() -> _Called:
    names: dict[str, tuple[str, float]] = {}
    pairs: dict[tuple[str, str], tuple[str, float]] = {}
    words: dict[str, tuple[str, ...]] = {}
    raw = read_table(__name__, "called.toml")
    nobody = {fold(word) for word in raw.pop("nobody")["words"].split()}
    for group in raw.values():
        for line in group["names"]:
            first, *_ = line.split()
            found = f"={fold(first)}", float(group["share"])
            single = [min(stems(word, "") or {fold(word)}, key=len) for word in line.split() if "+" not in word]
            words[found[0]] = tuple(sorted({f"{stem}*" if len(stem) > 3 else stem for stem in single}))
            for written in line.split():
                parts = written.split("+")
                stem = [min(stems(part, "") or {fold(part)}, key=len) for part in parts]
                if len(parts) == 1:
                    names[stem[0]] = found
                else:
                    pairs[stem[0], stem[-1]] = found
    return _Called(words, names, pairs, frozenset(nobody | calendar()))


def names_of(title: str, lead: str, body: str, language: str) -> tuple[Name, ...]:
    """Give the names of an article, each word once, in the order of their first places; at most `RULES.most_names`."""
    lines = [title, *lead.split("\n"), *body[: RULES.read].split("\n")]
    read = [_read(line, number) for number, line in enumerate(lines)]
    shouting = {number for number, line in enumerate(read) if line.is_all_capitals}
    small = {text for line in read for text in line.small}
    capitals = [word for line in read for word in line.capitals]
    inside = {
        stem
        for word in capitals
        if not word.begins and word.line not in shouting
        for stem in stems(word.text, language)
    }
    said = _Said(small, frozenset(inside), frozenset(shouting), language)
    first_of_body = 1 + len(lead.split("\n"))
    found: dict[str, Name] = {}
    for number, run in enumerate(_runs(lines, capitals, said)):
        written = lines[run[0].line][run[0].place[0] : run[-1].place[1]]
        rank = 1.0 if run[0].line < first_of_body else RULES.rank_of_body
        for word, own, share in _parts(run, language):
            if not any(key in found for key in own):
                found.update(dict.fromkeys(own, Name(written, word, own, share, rank, number)))
    return tuple(dict.fromkeys(found.values()))[: RULES.most_names]


def written_elsewhere(name: Name) -> tuple[str, ...]:
    """Give the folded words that other languages have for a name, as `index_words` does; nothing for most names."""
    return next((_called().written[key] for key in name.keys if key in _called().written), ())


@dataclass(frozen=True, slots=True)
class _Line:
    """A line's words with capital letters, and particles, in their order; and the others, in small letters."""

    capitals: list[_Word]
    small: set[str]
    is_all_capitals: bool


def _read(line: str, number: int) -> _Line:
    """Find the words of a line."""
    capitals: list[_Word] = []
    small: set[str] = set()
    long = long_capitals = 0
    for match in _WORD.finditer(line):
        text, start = match[0], match.start()
        if text[0].islower():
            small.add(text)
            long += len(text) > 3
            if text in _PARTICLES:
                capitals.append(_Word(text, number, (start, start + len(text)), begins=False, is_particle=True))
            continue
        begins = start == 0 or _BEGINS.search(line, max(0, start - 8), start) is not None
        for part in _without_tail(text).split("-"):
            capitals.append(_Word(part, number, (start, start + len(part)), begins, is_particle=False))
            long += len(part) > 3
            long_capitals += len(part) > 3
            start += len(part) + 1
            begins = False
    return _Line(capitals, small, long >= 5 and long_capitals >= RULES.capitals_of_a_line * long)


def _without_tail(text: str) -> str:
    """Take off an ending that stands behind a sign: ``Vučić's``, ``NATO-a``, ``Erdoğan'ın``."""
    tail = _TAIL.search(text)
    return text[: tail.start()] if tail else text


@dataclass(frozen=True, slots=True)
class _Said:
    """What all of an article says of its words: which it writes small, and which with a capital inside a sentence."""

    small: set[str]
    inside: frozenset[str]
    shouting: frozenset[int]
    language: str

    def is_name(self, word: _Word) -> bool:
        """Say whether a word with a capital is one of a name."""
        if word.is_particle or len(word.text) < _SHORTEST or word.text.lower() in self.small:
            return False
        if fold(word.text) in _called().nobody:
            return False
        if word.begins or word.line in self.shouting:
            own = stems(word.text, self.language)
            return bool(own & self.inside) or any(stem in _called().names for stem in own if len(stem) > 2)
        return True


def _runs(lines: list[str], words: list[_Word], said: _Said) -> Iterator[list[_Word]]:
    """Give the runs of words that are names; between two of a run there is a space, a hyphen or a particle."""
    run: list[_Word] = []
    held: list[_Word] = []
    for word in words:
        before = (held or run or [word])[-1]
        stands_behind = bool(run) and before.line == word.line and _is_joint(lines[word.line], before, word)
        if word.is_particle:
            held = [*held, word] if stands_behind and len(held) < 3 else []
            if run and not held:
                yield run
                run = []
        elif not said.is_name(word):
            if run:
                yield run
            run, held = [], []
        elif stands_behind and not word.begins:
            run, held = [*run, *held, word], []
        else:
            if run:
                yield run
            run, held = [word], []
    if run:
        yield run


def _is_joint(line: str, before: _Word, word: _Word) -> bool:
    """Say whether two words of a line stand side by side."""
    return line[before.place[1] : word.place[0]] in {" ", "-", "\u00a0"}


def _parts(run: list[_Word], language: str) -> Iterator[tuple[str, frozenset[str], float]]:
    """Give the words of a name with their keys; a name that languages have other words for is one."""
    called = _called()
    own = [stems(word.text, language) for word in run]
    place = 0
    while place < len(run):
        word = run[place]
        following = own[place + 1] if place + 1 < len(run) else frozenset()
        two = next((called.pairs[pair] for pair in product(own[place], following) if pair in called.pairs), None)
        one = next((called.names[stem] for stem in sorted(own[place], key=len) if stem in called.names), None)
        if two is not None:
            yield f"{word.text} {run[place + 1].text}", frozenset({two[0]}), two[1]
            place += 1
        elif one is not None:
            yield word.text, frozenset({one[0]}), one[1]
        elif not word.is_particle and (heard := keys(word.text, language)):
            yield word.text, heard, 0.0
        place += 1
