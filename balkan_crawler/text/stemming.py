"""Light stemming: the forms of one word have one stem, in either script. Pure.

Endings of nouns, adjectives and names are taken off the folded word (`balkan_crawler.text.folding`), by the tables of
``stems.toml``. A stem is a key to compare by, not a word: what counts is that the forms of a word share it.

Why no ready-made stemmer: those of Snowball read marks and native letters, which are gone where text is folded, and no
list of words can be asked for all that may have a given stem. `surfaces` can, so that an index of words serves for
stems, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from balkan_crawler.data import read_table
from balkan_crawler.text.folding import words

SHORTEST: Final = 4
"""Shorter words are their own stems: there is too little of them to tell an ending from."""

CYRILLIC: Final = frozenset({"serbian", "macedonian", "bulgarian"})
"""The tables of languages that are written in Cyrillic, too."""


@dataclass(frozen=True, slots=True)
class _Table:
    """The endings of one language or of some that inflect alike; see ``stems.toml``."""

    name: str
    layers: tuple[tuple[tuple[str, str], ...], ...]
    ends: tuple[tuple[str, str], ...]
    least: int
    kept: frozenset[str]


def stem(word: str, language: str) -> str:
    """Give the stem of a word in a language (its tag, such as ``sr`` or ``sr-Cyrl``), in folded letters.

    Of a language without a table, and of a number, it is the folded word. What follows an apostrophe or a hyphen is
    left out. Empty for what has no letters.
    """
    folded = words(word)
    if not folded:
        return ""
    family = family_of(language)
    return folded[0] if family is None else stem_of_folded(folded[0], family)


def families() -> tuple[str, ...]:
    """Name the tables: languages that inflect alike share one."""
    return tuple(_tables()[0])


def family_of(language: str) -> str | None:
    """Name the table of a language, by its tag; ``None`` where there is none."""
    return _tables()[1].get(language.partition("-")[0].lower())


@lru_cache(maxsize=65536)
def stem_of_folded(word: str, family: str) -> str:
    """Give the stem of a word that is folded already, by one of `families`."""
    table = _tables()[0][family]
    if len(word) < SHORTEST or not word.isalpha():
        return word
    for layer in table.layers:
        if word in table.kept:
            return word
        for ending, other in layer:
            if word.endswith(ending) and len(word) - len(ending) + len(other) >= table.least:
                word = word[: len(word) - len(ending)] + other
                break
    if word in table.kept:
        return word
    for end, other in table.ends:
        if word.endswith(end) and len(word) > len(end):
            return word[: len(word) - len(end)] + other
    return word


def surfaces(found: str, family: str) -> tuple[str, ...]:
    """Give beginnings of words: each folded word with this stem begins with one of them."""
    table = _tables()[0][family]
    begun = {found}
    for pairs in (table.ends, *table.layers):
        for ending, other in pairs:
            if other and found.endswith(other):
                begun.add(found[: len(found) - len(other)] + ending)
    return tuple(
        sorted(start for start in begun if not any(start != other and start.startswith(other) for other in begun))
    )


@cache
def _tables() -> tuple[dict[str, _Table], dict[str, str]]:
    tables: dict[str, _Table] = {}
    tags: dict[str, str] = {}
    for name, raw in read_table(__name__, "stems.toml").items():
        layers = tuple(_pairs(layer) for layer in raw["layers"])
        tables[name] = _Table(name, layers, _pairs(raw["ends"]), raw["least"], frozenset(raw.get("kept", "").split()))
        tags |= dict.fromkeys(raw["languages"].split(), name)
    return tables, tags


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Read endings with what is put in their place, the longest first."""
    pairs = (piece.partition("=") for piece in text.split())
    return tuple(sorted(((ending, other) for ending, _, other in pairs), key=lambda pair: -len(pair[0])))
