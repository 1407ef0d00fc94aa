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
from collections.abc import Callable, Iterator, Sequence
from itertools import islice, permutations, product
from typing import TYPE_CHECKING, Final, TypeAlias

from balkan_crawler.text.search_words import AnyOf, Near, Node, Term, terms_of

if TYPE_CHECKING:
    from balkan_crawler.preparation import Searched

Forms: TypeAlias = Callable[[Term], Sequence[str]]
"""Gives the forms of a term's word that are to be found, the most frequent first; the word itself is one of them."""

_COLUMNS: Final = (("title", "A"), ("lead", "B"), ("authors", "B"), ("tags", "B"), ("section", "C"), ("body", "D"))
"""The columns in the order of their places, and the weights of their words."""
_LAYER: Final = ("body", "title", "lead", "authors", "tags", "section")
"""The columns in the order of `balkan_crawler.preparation.Searched`."""
_GAP: Final = 1000
"""Places between two columns: more than a search can ask for."""
_LAST_PLACE: Final = 16_383
_MOST_PLACES: Final = 255
_LONGEST: Final = 2000
"""Bytes of a word that a vector takes, about."""
MOST_PHRASES: Final = 1000
"""Phrases of one search, about: forms of many words are cut to the most frequent ones, so that it stays quick."""
MOST_NEAR: Final = 4000
"""Arrangements of words that are looked for where they are to be near each other."""


def vector(text: Searched) -> str:
    """Write what is indexed of an article as a ``tsvector``; only folded words, the first of the layers, are."""
    layer: dict[str, str] = dict(zip(_LAYER, text[0], strict=True))
    places: defaultdict[str, list[str]] = defaultdict(list)
    place = 0
    for column, weight in _COLUMNS:
        for word in layer[column].split():
            place += 1
            if len(word) > _LONGEST // 4:
                continue
            mark = f"{min(place, _LAST_PLACE)}{weight}"
            places[word].append(mark)
            if column != "body":
                places[f".{column}:{word}"].append(mark)
        if layer[column]:
            place += _GAP
    return " ".join(f"{_quoted(word)}:{','.join(marks[:_MOST_PLACES])}" for word, marks in places.items())


def vocabulary(text: Searched) -> set[str]:
    """Give the words of an article, each once."""
    return {word for column in text[0] for word in column.split()} if text else set()


def ts_query(node: Node, forms: Forms) -> str:
    """Write a search as `balkan_crawler.text.search_words.read_search` reads it as a ``tsquery``."""
    most = max(4, MOST_PHRASES // max(1, len(terms_of(node))))
    return _query(node, lambda term: forms(term)[:most])


def _query(node: Node, forms: Forms) -> str:
    if isinstance(node, Term):
        return _any_of([_phrase(words, node) for words in _phrases(node, forms)])
    if isinstance(node, Near):
        return _any_of(list(islice(_near(node, forms), MOST_NEAR)))
    parts = [_query(part, forms) for part in node.parts]
    if isinstance(node, AnyOf):
        return _any_of(parts)
    without = [f"!{_any_of([_query(part, forms)])}" for part in node.without]
    return f"({' & '.join([*parts, *without])})"


def _any_of(parts: Sequence[str]) -> str:
    return f"({' | '.join(parts)})"


def _phrases(term: Term, forms: Forms) -> list[list[str]]:
    """Give the phrases that a term is found by, as their words."""
    if term.in_forms:
        return [form.split() for form in forms(term)]
    return [list(term.words)]


def _phrase(words: Sequence[str], term: Term) -> str:
    found = [_word(word, term) for word in words]
    if term.is_prefix:
        found[-1] = _word(words[-1], term, is_prefix=True)
    return found[0] if len(found) == 1 else f"({' <-> '.join(found)})"


def _word(word: str, term: Term, *, is_prefix: bool = False) -> str:
    """Write a word, where it is to stand in one column only as it stands in the vector for that."""
    marks = ("*" if is_prefix else "") + ("D" if term.column == "body" else "")
    named = f".{term.column}:{word}" if term.column not in (None, "body") else word
    return f"{_quoted(named)}:{marks}" if marks else _quoted(named)


def _near(node: Near, forms: Forms) -> Iterator[str]:
    """Give the arrangements of the terms, so that there are at most ``distance`` words between the first and last.

    https://www.sqlite.org/fts5.html#fts5_near_queries: words between the end of the first phrase and the beginning of
    the last.
    """
    lengths = [{len(words) for words in _phrases(term, forms)} for term in node.terms]
    for order in permutations(range(len(node.terms))):
        for sizes in product(*(sorted(lengths[place]) for place in order)):
            inner = sum(sizes[1:-1])
            for gaps in _gaps(len(order) - 1, node.distance - inner):
                yield _arranged(node, forms, order, sizes, gaps)


def _gaps(number: int, most: int) -> Iterator[tuple[int, ...]]:
    """Give the numbers of words between neighbours, the near ones first; they may be no more than ``most`` together.

    One less than none is a word that both have: two forms of one word find the same one.
    """
    if number == 1:
        yield from ((gap,) for gap in range(-1, most + 1))
        return
    for total in range(-number, most + 1):
        for first in range(-1, total + number):
            yield from ((first, *others) for others in _gaps(number - 1, total - first) if first + sum(others) == total)


def _arranged(node: Near, forms: Forms, order: Sequence[int], sizes: Sequence[int], gaps: Sequence[int]) -> str:
    """Write terms in an order, with so many words between them: from the last of one to the first of the next."""
    parts = []
    for place, size in zip(order, sizes, strict=True):
        term = node.terms[place]
        parts.append([words for words in _phrases(term, forms) if len(words) == size])
    written = _any_of([_phrase(words, node.terms[order[0]]) for words in parts[0]])
    for gap, place, phrases in zip(gaps, order[1:], parts[1:], strict=True):
        written += f" <{gap + 1}> " + _any_of([_phrase(words, node.terms[place]) for words in phrases])
    return f"({written})"


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
