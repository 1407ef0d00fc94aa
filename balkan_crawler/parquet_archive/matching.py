"""A search, as a condition on the folded words of articles in DuckDB's SQL. Pure, but for `is_near`, which it calls.

A folded text has a space before its first word, after its last, and between all others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice, product
from typing import Final

from balkan_crawler.parquet_archive.tables import FOLDED
from balkan_crawler.storage.archive.search_query import MOST_NEAR, MOST_PHRASES
from balkan_crawler.text.search_words import AnyOf, Near, Node, Term, terms_of

Forms = Callable[[Term], Sequence[str]]
IS_NEAR: Final = "is_near"
"""The name by which SQL calls `is_near`."""


def condition(node: Node, forms: Forms) -> str:
    """Write a search as `read_search` reads it; ``forms`` gives the forms of a term's word, itself the first.

    It holds for the articles that `balkan_crawler.storage.archive.search_query.fts_expression` finds.
    """
    most = max(4, MOST_PHRASES // max(1, len(terms_of(node))))
    return _condition(node, lambda term: forms(term)[:most])


def is_near(text: str, phrases: str, distance: int) -> bool:
    """Say whether phrases stand in a folded text within some words of each other, as FTS5's NEAR has it.

    ``phrases`` are divided by ``|``, a last word that is only a beginning ends with ``*``. Between the end of each and
    the beginning of the last there are at most ``distance`` words.
    """
    words = text.split()
    wanted = [phrase.split() for phrase in phrases.split("|")]
    places = [_places(words, phrase) for phrase in wanted]
    return any(
        all(
            any(last - distance - len(phrase) <= place <= last for place in own)
            for own, phrase in zip(places, wanted, strict=True)
        )
        for last in sorted({place for own in places for place in own})
    )


def _places(words: Sequence[str], phrase: Sequence[str]) -> list[int]:
    *before, last = phrase
    is_prefix = last.endswith("*")
    last = last.rstrip("*")
    return [
        place
        for place in range(len(words) - len(before))
        if (words[place + len(before)].startswith(last) if is_prefix else words[place + len(before)] == last)
        and list(words[place : place + len(before)]) == before
    ]


def _condition(node: Node, forms: Forms) -> str:
    if isinstance(node, Term):
        return _in_any(node.column, lambda text: _holds(text, node, forms))
    if isinstance(node, Near):
        return _in_any(node.terms[0].column, lambda text: _near(text, node, forms))
    parts = [_condition(part, forms) for part in node.parts]
    if isinstance(node, AnyOf):
        return f"({' OR '.join(parts)})"
    parts += [f"NOT {_condition(part, forms)}" for part in node.without]
    return f"({' AND '.join(parts)})"


def _in_any(column: str | None, holds: Callable[[str], str]) -> str:
    """Write that something holds of one text of an article, or of any."""
    return f"({' OR '.join(holds(f'folded_{name}') for name in FOLDED if column in (None, name))})"


def _holds(text: str, term: Term, forms: Forms) -> str:
    """Write that a text holds a term. Words are letters and digits, so nothing in them has a meaning to SQL."""
    if term.in_forms:
        found = forms(term)
        return _contains(text, f" {found[0]} ") if len(found) == 1 else _matches(text, found)
    return _contains(text, f" {' '.join(term.words)}{'' if term.is_prefix else ' '}")


def _contains(text: str, words: str) -> str:
    return f"contains({text}, '{words}')"


def _matches(text: str, phrases: Sequence[str]) -> str:
    """Write that a text holds one of some phrases; what they all begin with is looked for first, which is quicker."""
    begin = _common_beginning(phrases)
    either = f"regexp_matches({text}, ' (?:{'|'.join(phrases)}) ')"
    return f"({_contains(text, f' {begin}')} AND {either})" if begin else either


def _common_beginning(phrases: Sequence[str]) -> str:
    first, last = min(phrases), max(phrases)
    same = next(
        (place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), min(len(first), len(last))
    )
    return first[:same]


def _near(text: str, node: Near, forms: Forms) -> str:
    there = " AND ".join(_holds(text, term, forms) for term in node.terms)
    each = [forms(term) if term.in_forms else [_phrase(term)] for term in node.terms]
    near = " OR ".join(
        f"{IS_NEAR}({text}, '{'|'.join(phrases)}', {node.distance})" for phrases in islice(product(*each), MOST_NEAR)
    )
    return f"(CASE WHEN {there} THEN {near} ELSE false END)"


def _phrase(term: Term) -> str:
    return f"{' '.join(term.words)}{'*' if term.is_prefix else ''}"
