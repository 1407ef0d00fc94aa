"""The words that stand around names in bylines, and the names of agencies: ``bylines.toml`` and ``agencies.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from balkan_crawler.data import read_table
from balkan_crawler.dates.words import language_tables
from balkan_crawler.text import words

_SHORTEST_GLUED: Final = 4
"""Shortest word, in letters, that is looked for where it is glued to a name; shorter ones end or begin names."""

_SHORTEST_OFFICE: Final = 6
"""The same for offices (``novinarka``), and (below) for words before a span of time (``pre 2 h``)."""

_SHORTEST_SPAN: Final = 2


@dataclass(frozen=True, slots=True)
class Glued:
    """Words as they are glued to names: with a capital ``behind`` them, before a span of time, and ``before`` them.

    Those of ``spans`` and ``before`` have the longest first.
    """

    behind: tuple[str, ...]
    spans: tuple[str, ...]
    before: tuple[str, ...]


@lru_cache(maxsize=2048)
def folded(text: str) -> str:
    """Give a text as words are compared here: folded, one space apart."""
    return " ".join(words(text))


@cache
def phrases_of(function: str) -> tuple[str, ...]:
    """Give the phrases of all languages that have this function (a table of ``bylines.toml``), as they are written."""
    return tuple(phrase for phrases in _bylines()[function].values() for phrase in phrases)


@cache
def folded_phrases(function: str) -> frozenset[str]:
    """Give the same as `folded` makes them."""
    return frozenset(map(folded, phrases_of(function)))


@cache
def labels() -> Mapping[str, str]:
    """Give what each label names (`picture`, `editor`, `author`); one that is an author's in some language is that."""
    return {label: kind for kind in ("picture", "editor", "author") for label in folded_phrases(kind)}


@cache
def agencies() -> Mapping[str, str]:
    """Give the canonical names of agencies by all spellings, as `folded` makes them."""
    data = read_table(__name__, "agencies.toml")["agencies"]
    return {folded(spelling): name for name, spellings in data.items() for spelling in (name, *spellings)}


@cache
def agency_vocabulary() -> frozenset[str]:
    """Give the words that names of agencies are made of."""
    return frozenset(word for spelling in agencies() for word in spelling.split()) | folded_phrases("agency_word")


@cache
def glued_words() -> Glued:
    """Give the words that are found where elements ran together."""
    offices = [word for word in phrases_of("role") if len(word) >= _SHORTEST_OFFICE]
    behind = (*phrases_of("onward"), *phrases_of("picture"), *offices)
    before = (*phrases_of("author"), *phrases_of("editor"))
    return Glued(
        behind=tuple({_capitalised(word) for word in behind if len(word) >= _SHORTEST_GLUED}),
        spans=_longest_first(word for word in phrases_of("onward") if len(word) >= _SHORTEST_SPAN),
        before=_longest_first(_capitalised(word) for word in before if len(word) >= _SHORTEST_GLUED),
    )


def is_word_of_date(word: str) -> bool:
    """Say whether a word is a day of the week or a month in one of the languages of dates."""
    return folded(word) in _words_of_dates()


@cache
def _words_of_dates() -> frozenset[str]:
    tables = language_tables().values()
    return frozenset(
        folded(form) for table in tables for forms in (*table["weekdays"], *table["months"]) for form in forms
    )


@cache
def joiner_pattern(function: str) -> re.Pattern[str]:
    """Compile what finds the words between names; short ones (``short_joiner``) only as they are written."""
    flags = "(?i:" if function == "joiner" else "(?:"
    return re.compile(rf"\s+{flags}{'|'.join(map(re.escape, _longest_first(phrases_of(function))))})\s+")


@cache
def _bylines() -> Mapping[str, Mapping[str, list[str]]]:
    return read_table(__name__, "bylines.toml")


def _capitalised(word: str) -> str:
    return word[:1].upper() + word[1:]


def _longest_first(phrases: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(phrases), key=len, reverse=True))
