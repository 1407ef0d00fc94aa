"""The words of articles and of searches in PostgreSQL's forms, ``tsvector`` and ``tsquery``. Pure.

All columns of an article stand in one vector, the short ones first, so far from each other that no phrase goes from one
into the next. A word of a short column stands there twice: as itself, and with the column's name before it
(``.title:word``), by which it is found without a look at the article; no word that is typed begins with a dot. Words of
the body are those of the weight ``D``.

PostgreSQL keeps no place above 16,383 and 256 places of one word at most
(https://www.postgresql.org/docs/current/textsearch-limitations.html): phrases are exact in the first 10,000 words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

from balkan_crawler.errors import QueryError
from balkan_crawler.text.search_words import AnyOf, Near, Node, Term, most_forms

if TYPE_CHECKING:
    from balkan_crawler.preparation import Searched

Forms: TypeAlias = Callable[[Term, int], Sequence[str]]
"""Gives the forms of a term's word that are to be found, no more than so many; the word itself is the first."""

_COLUMNS: Final = (("title", "A"), ("lead", "B"), ("authors", "B"), ("tags", "B"), ("section", "C"), ("body", "D"))
"""The columns in the order of their places, and the weights of their words."""
_LAYER: Final = ("body", "title", "lead", "authors", "tags", "section")
"""The columns in the order of `balkan_crawler.preparation.Searched`."""
_GAP: Final = 1000
"""Places between two columns: more than a search can ask for."""
_LAST_PLACE: Final = 16_383
_MOST_PLACES: Final = 255
_LONGEST: Final = 500
"""Letters of a word, at most: a vector takes 2,000 bytes of one."""
_MOST_BYTES: Final = 900_000
"""A vector takes a megabyte of words and places; what comes behind is not found."""
MOST_NEAR_CHARACTERS: Final = 400_000
"""A ``tsquery`` takes a megabyte of words."""


def vector(text: Searched) -> str:
    """Write what is indexed of an article as a ``tsvector``; only folded words, the first of the layers, are."""
    layer: dict[str, str] = dict(zip(_LAYER, text[0], strict=True))
    words = {column: layer[column].split() for column, _ in _COLUMNS}
    places = (_places if _is_short(words) else _places_within_bounds)(words)
    return " ".join([f"{_quoted(word)}:{','.join(marks[:_MOST_PLACES])}" for word, marks in places.items()])


def _is_short(words: Mapping[str, Sequence[str]]) -> bool:
    """Say whether a vector takes all words with all places, as it does of nearly every article."""
    lengths = [len(word) for each in words.values() for word in each]
    is_counted = len(lengths) + len(words) * _GAP < _LAST_PLACE
    return is_counted and max(lengths, default=0) <= _LONGEST and 4 * (len(lengths) + sum(lengths)) <= _MOST_BYTES


def _places(words: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Give the places of each word, in half the time that the bounds take."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    first = 1
    for column, weight in _COLUMNS:
        marks = _marks(weight)
        for word, mark in zip(words[column], islice(marks, first, None), strict=False):
            places[word].append(mark)
            if weight != "D":
                places[f".{column}:{word}"].append(mark)
        if words[column]:
            first += len(words[column]) + _GAP
    return places


@cache
def _marks(weight: str) -> tuple[str, ...]:
    return tuple(f"{place}{weight}" for place in range(_LAST_PLACE + 1))


def _places_within_bounds(words: Mapping[str, Sequence[str]]) -> dict[str, list[str]]:
    """Give the places of each word, as many as a vector takes."""
    places: defaultdict[str, list[str]] = defaultdict(list)
    place = size = 0
    for column, weight in _COLUMNS:
        for word in words[column]:
            place += 1
            size += 4 + (0 if word in places else 4 * len(word))
            if len(word) > _LONGEST or size > _MOST_BYTES:
                continue
            mark = f"{min(place, _LAST_PLACE)}{weight}"
            places[word].append(mark)
            if column != "body":
                places[f".{column}:{word}"].append(mark)
        if words[column]:
            place += _GAP
    return places


def vocabulary(text: Searched) -> set[str]:
    """Give the words of an article, each once; none that a vector does not take."""
    found = {word for column in text[0] for word in column.split()} if text else set()
    return found - {word for word in found if len(word) > _LONGEST}


def ts_query(node: Node, forms: Forms) -> str:
    """Write a search as `balkan_crawler.text.search_words.read_search` reads it as a ``tsquery``."""
    return _query(node, forms, most_forms(node))


def _query(node: Node, forms: Forms, most: int) -> str:
    if isinstance(node, Term):
        return _any_of([_phrase(words, node) for words in _phrases(node, forms, most)])
    if isinstance(node, Near):
        return _near([(term, _phrases(term, forms, most_forms(node))) for term in node.terms], node.distance)
    parts = [_query(part, forms, most) for part in node.parts]
    if isinstance(node, AnyOf):
        return _any_of(parts)
    without = [f"!{_any_of([_query(part, forms, most)])}" for part in node.without]
    return f"({' & '.join([*parts, *without])})"


def _any_of(parts: Sequence[str]) -> str:
    return f"({' | '.join(parts)})"


def _phrases(term: Term, forms: Forms, most: int) -> list[list[str]]:
    """Give the phrases that a term is found by, as their words."""
    if term.in_forms:
        return [form.split() for form in forms(term, most)]
    return [list(term.words)]


def _phrase(words: Sequence[str], term: Term) -> str:
    found = [_word(word, term) for word in words]
    if term.is_prefix:
        found[-1] = _word(words[-1], term, is_prefix=True)
    return found[0] if len(found) == 1 else f"({' <-> '.join(found)})"


def _word(word: str, term: Term, *, is_prefix: bool = False) -> str:
    """Write a word, where it is to stand in one column only as it stands in the vector for that."""
    word = word[: _LONGEST + 1]  # no vector has one that is longer, and a query takes none
    marks = ("*" if is_prefix else "") + ("D" if term.column == "body" else "")
    named = f".{term.column}:{word}" if term.column not in (None, "body") else word
    return f"{_quoted(named)}:{marks}" if marks else _quoted(named)


def _near(terms: Sequence[tuple[Term, list[list[str]]]], distance: int) -> str:
    """Write that phrases of all terms stand near each other, as FTS5 has it.

    One of them ends first; each other begins with its last word, or behind it with ``distance`` words between at most.
    Within a phrase, ``&`` and ``|`` join what begins at one place (``TS_phrase_execute`` of PostgreSQL's
    tsvector_op.c), so all others are looked for behind the same last word. Raises `QueryError` where that is too much.
    """
    found = []
    for place, (term, phrases) in enumerate(terms):
        others = [
            _any_of([_phrase(words, other) for words in written])
            for other, written in (*terms[:place], *terms[place + 1 :])
        ]
        for size in sorted({len(words) for words in phrases}):
            of_size = [words for words in phrases if len(words) == size]
            last = _any_of(sorted({_phrase(words[-1:], term) for words in of_size}))
            behind = [_any_of([f"{last} <{gap}> {other}" for gap in range(distance + 2)]) for other in others]
            found.append(f"({_any_of([_phrase(words, term) for words in of_size])} <0> ({' & '.join(behind)}))")
    if sum(map(len, found)) > MOST_NEAR_CHARACTERS:
        raise QueryError(" ".join(word for term, _ in terms for word in term.words), "too many words are to be NEAR")
    return _any_of(found)


def _quoted(word: str) -> str:
    if word.isalnum():
        return f"'{word}'"
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
