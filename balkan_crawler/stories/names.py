"""The names that an article speaks of: who, where, which body; in keys that join scripts and languages. Pure.

A name is a run of words with capital letters inside a sentence. A word that begins a sentence counts where it stands
with a capital inside another one of the article, too; one that the article also writes small is none. Lines where all
is written with capitals, as headlines of some outlets are, tell nothing but what the rest of the article says as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Final

from balkan_crawler.data import read_table
from balkan_crawler.stories.calendar import calendar
from balkan_crawler.stories.rules import RULES
from balkan_crawler.stories.sounds import asked_by, keys, stems
from balkan_crawler.text import fold

_UPPER: Final = "".join(letter for letter in map(chr, range(0x41, 0x2000)) if letter.isupper())
_CAPITAL: Final = re.compile(rf"(?<![^\W\d_])[{_UPPER}][^\W\d_]*(?:[’'ʼ-][^\W\d_]+)*")
_LONG: Final = re.compile(r"[^\W\d_]{4,}")
_FLEETING: Final = re.compile(r"(?<=[^aeiou])a([^aeiou])$")
"""The vowel that Slavic nouns lose in most of their cases: Skadar, u Skadru."""
_SIGNS: Final = ".,;:!?…\"“”„«»‘’'()[]–—-"
_LINE: Final = 5
"""Longer words of a line that could be all of capitals."""
_SHORT: Final = 3
"""Letters of words that may be capitals by chance."""
_TAIL: Final = re.compile(r"[’'ʼ-](?=[^\W\d_]*$)")
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
    """A word with a capital letter: where it stands, and whether a sentence begins with it."""

    text: str
    line: int
    place: tuple[int, int]
    begins: bool


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
            words[found[0]] = tuple(sorted({asked for stem in single for asked in asked_by(stem)}))
            for written in line.split():
                parts = written.split("+")
                stem = [min(stems(part, "") or {fold(part)}, key=len) for part in parts]
                if len(parts) == 1:
                    names[stem[0]] = names[_FLEETING.sub(r"\1", stem[0])] = found
                else:
                    pairs[stem[0], stem[-1]] = found
    return _Called(words, names, pairs, frozenset(nobody | calendar()))


def names_of(title: str, lead: str, body: str, language: str) -> tuple[Name, ...]:
    """Give the names of an article, each word once, in the order of their first places; at most `RULES.most_names`."""
    lines = [title, *lead.split("\n"), *body[: RULES.read].split("\n")]
    by_line = [_capitals(line, number) for number, line in enumerate(lines)]
    shouting = {number for number, words in enumerate(by_line) if _is_all_capitals(lines[number], words)}
    small = {word.strip(_SIGNS) for line in lines for word in line.split() if word[0].islower()}
    capitals = [word for words in by_line for word in words]
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


def _capitals(line: str, number: int) -> list[_Word]:
    """Find the words of a line that begin with a capital letter."""
    found: list[_Word] = []
    for match in _CAPITAL.finditer(line):
        start = match.start()
        begins = start == 0 or _BEGINS.search(line, max(0, start - 8), start) is not None
        for part in _without_tail(match[0]).split("-"):
            found.append(_Word(part, number, (start, start + len(part)), begins))
            start += len(part) + 1
            begins = False
    return found


def _is_all_capitals(line: str, capitals: Sequence[_Word]) -> bool:
    """Say whether most of a line's longer words begin with a capital, so that it does not say which are names."""
    if len(capitals) < _LINE:
        return False
    long = len(_LONG.findall(line))
    return long >= _LINE and sum(len(word.text) > _SHORT for word in capitals) >= RULES.capitals_of_a_line * long


def _without_tail(text: str) -> str:
    """Take off an ending that stands behind a sign: ``Vučić's``, ``NATO-a``, ``Erdoğan'ın``."""
    tail = _TAIL.search(text)
    return text[: tail.start()] if tail and text[tail.end() :].islower() else text


@dataclass(frozen=True, slots=True)
class _Said:
    """What all of an article says of its words: which it writes small, and which with a capital inside a sentence."""

    small: set[str]
    inside: frozenset[str]
    shouting: frozenset[int]
    language: str

    def is_name(self, word: _Word) -> bool:
        """Say whether a word with a capital is one of a name."""
        if len(word.text) < _SHORTEST or word.text.lower() in self.small:
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
    for word in words:
        if not said.is_name(word):
            if run:
                yield run
            run = []
        elif run and not word.begins and _is_joint(lines, run[-1], word):
            run.append(word)
        else:
            if run:
                yield run
            run = [word]
    if run:
        yield run


def _is_joint(lines: list[str], before: _Word, word: _Word) -> bool:
    """Say whether two words stand side by side in one name."""
    if before.line != word.line:
        return False
    between = lines[word.line][before.place[1] : word.place[0]]
    if between in {" ", "-", "\u00a0"}:
        return True
    particles = between.split()
    return between[:1] == " " and 0 < len(particles) <= 3 and _PARTICLES.issuperset(particles)


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
        elif heard := keys(word.text, language):
            yield word.text, heard, 0.0
        place += 1
