"""What a user looks for, as an expression of FTS5. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice, product
from typing import Final, TypeAlias

from balkan_crawler.text.search_words import AnyOf, Near, Node, Term, terms_of

Forms: TypeAlias = Callable[[Term], Sequence[str]]
"""Gives the forms of a term's word that are to be found, the most frequent first; the word itself is one of them."""

MOST_PHRASES: Final = 1000
"""Phrases of one expression, about: forms of many words are cut to the most frequent ones, so that it stays quick."""
MOST_NEAR: Final = 256
"""Combinations of forms that are looked for near each other."""


def fts_expression(node: Node, forms: Forms) -> str:
    """Write a search as `read_search` reads it, in the syntax of FTS5.

    Every word goes into quotation marks, so nothing a user types is read as FTS5's own syntax
    (https://www.sqlite.org/fts5.html#full_text_query_syntax).
    """
    most = max(4, MOST_PHRASES // max(1, len(terms_of(node))))
    return _expression(node, lambda term: forms(term)[:most])


def _expression(node: Node, forms: Forms) -> str:
    if isinstance(node, Term):
        phrases = _phrases(node, forms)
        found = phrases[0] if len(phrases) == 1 else _any_of(phrases)
        return f"{node.column} : {found}" if node.column else found
    if isinstance(node, Near):
        near = islice(product(*(_phrases(term, forms) for term in node.terms)), MOST_NEAR)
        found = _any_of(tuple(f"NEAR({' '.join(phrases)}, {node.distance})" for phrases in near))
        column = node.terms[0].column
        return f"{column} : {found}" if column else found
    parts = tuple(_expression(part, forms) for part in node.parts)
    if isinstance(node, AnyOf):
        return _any_of(parts)
    wanted = parts[0] if len(parts) == 1 else f"({' AND '.join(parts)})"
    without = tuple(_expression(part, forms) for part in node.without)
    return f"({wanted} NOT {_any_of(without)})" if without else wanted


def _any_of(parts: Sequence[str]) -> str:
    return f"({' OR '.join(parts)})"


def _phrases(term: Term, forms: Forms) -> tuple[str, ...]:
    if term.in_forms:
        return tuple(f'"{word}"' for word in forms(term))
    return (f'"{" ".join(term.words)}"{" *" if term.is_prefix else ""}',)
