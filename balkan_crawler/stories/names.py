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
from typing import Final

from balkan_crawler.data import read_table
from balkan_crawler.stories.calendar import calendar
from balkan_crawler.stories.rules import RULES
from balkan_crawler.stories.sounds import keys, stems
from balkan_crawler.text import fold

_WORD: Final = re.compile(r"[^\W\d_]+(?:[’'ʼ\u2019-][^\W\d_]+)*")
_APOSTROPHE: Final = re.compile(r"[’'ʼ\u2019]")
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
    """A word of the text: where it stands, and how."""

    text: str
    folded: str
    line: int
    place: tuple[int, int]
    is_capital: bool
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
    body = body[: RULES.read]
    lines = [title, *lead.split("\n"), *body.split("\n")]
    words = [word for number, line in enumerate(lines) for word in _words(line, number)]
    shouting = {number for number in range(len(lines)) if _is_all_capitals([w for w in words if w.line == number])}
    small = {word.folded for word in words if not word.is_capital}
    inside = {
        stem
        for word in words
        if word.is_capital and not word.begins and word.line not in shouting
        for stem in stems(word.text, language)
    }
    first_of_body = 1 + len(lead.split("\n"))
    found: dict[str, Name] = {}
    for number, run in enumerate(_runs(lines, words, small, inside, shouting, language)):
        written = lines[run[0].line][run[0].place[0] : run[-1].place[1]]
        rank = 1.0 if run[0].line < first_of_body else RULES.rank_of_body
        for word, own, share in _parts(run, language):
            known = next((key for key in own if key in found), None)
            if known is None:
                name = Name(written, word, own, share, rank, number)
                found.update(dict.fromkeys(own, name))
    return tuple(dict.fromkeys(found.values()))[: RULES.most_names]


def written_elsewhere(name: Name) -> tuple[str, ...]:
    """Give the folded words that other languages have for a name, as `index_words` does; nothing for most names."""
    return next((_called().written[key] for key in name.keys if key in _called().written), ())


def _words(line: str, number: int) -> Iterator[_Word]:
    for match in _WORD.finditer(line):
        text = match[0]
        tail = re.search(r"[’'ʼ\u2019-](?=[^\W\d_]*$)", text)
        if tail and text[tail.end() : tail.end() + 1].islower():  # Vučić's, NATO-a, Erdoğan'ın
            text = text[: tail.start()]
        start = match.start()
        for part in re.split(r"[-]", text):
            is_capital = part[:1].isupper()
            begins = start == match.start() and bool(_BEGINS.search(line[max(0, start - 8) : start] if start else ""))
            yield _Word(part, fold(part), number, (start, start + len(part)), is_capital, begins or start == 0)
            start += len(part) + 1


def _is_all_capitals(words: list[_Word]) -> bool:
    """Say whether a line writes most of its longer words with capitals, so that they do not say what is a name."""
    long = [word for word in words if len(word.text) > 3]
    if len(long) < 5:
        return False
    return sum(word.is_capital for word in long) >= RULES.capitals_of_a_line * len(long)


def _runs(
    lines: list[str],
    words: list[_Word],
    small: set[str],
    inside: set[str],
    shouting: set[int],
    language: str,
) -> Iterator[list[_Word]]:
    """Give the runs of words that are names; between two of a run there is a space, a hyphen or a particle."""
    run: list[_Word] = []
    held: list[_Word] = []
    for word in words:
        between = lines[word.line][(run or [word])[-1].place[1] : word.place[0]] if run else ""
        joins = bool(run) and run[-1].line == word.line and (between in {" ", "-", "\u00a0"} or bool(held))
        if joins and held:
            joins = lines[word.line][held[-1].place[1] : word.place[0]] == " "
        if run and joins and word.text in _PARTICLES and len(held) < 3:
            held.append(word)
            continue
        if not _is_name(word, small, inside, shouting, language):
            if run:
                yield run
            run, held = [], []
        elif joins and not word.begins:
            run += [*held, word]
            held = []
        else:
            if run:
                yield run
            run, held = [word], []
    if run:
        yield run


def _is_name(word: _Word, small: set[str], inside: set[str], shouting: set[int], language: str) -> bool:
    if not word.is_capital or len(word.text) < _SHORTEST or word.folded in _called().nobody or word.folded in small:
        return False
    if word.begins or word.line in shouting:
        own = stems(word.text, language)
        return bool(own & inside) or any(stem in _called().names for stem in own if len(stem) > 2)
    return True


def _parts(run: list[_Word], language: str) -> Iterator[tuple[str, frozenset[str], float]]:
    """Give the words of a name with their keys; a name that languages have other words for is one."""
    called = _called()
    own = [stems(word.text, language) for word in run]
    place = 0
    while place < len(run):
        word = run[place]
        two = None
        if place + 1 < len(run):
            two = next(
                (called.pairs[a, b] for a in own[place] for b in own[place + 1] if (a, b) in called.pairs), None
            )
        one = next((called.names[stem] for stem in sorted(own[place], key=len) if stem in called.names), None)
        if two is not None:
            yield f"{word.text} {run[place + 1].text}", frozenset({two[0]}), two[1]
            place += 2
            continue
        if one is not None:
            yield word.text, frozenset({one[0]}), one[1]
        elif word.text not in _PARTICLES:
            heard = keys(word.text, language)
            if heard:
                yield word.text, heard, 0.0
        place += 1
