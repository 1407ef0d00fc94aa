"""What a user looks for, as an expression of FTS5. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import TypeAlias

from balkan_crawler.text.search_words import AnyOf, Near, Node, Term, most_forms

Forms: TypeAlias = Callable[[Term, int], Sequence[str]]
"""Gives the forms of a term's word that are to be found, no more than so many; the word itself is the first."""


def fts_expression(node: Node, forms: Forms) -> str:
    """Write a search as `read_search` reads it, in the syntax of FTS5.

    Every word goes into quotation marks, so nothing a user types is read as FTS5's own syntax
    (https://www.sqlite.org/fts5.html#full_text_query_syntax).
    """
    return _expression(node, forms, most_forms(node))


def _expression(node: Node, forms: Forms, most: int) -> str:
    if isinstance(node, Term):
        phrases = _phrases(node, forms, most)
        found = phrases[0] if len(phrases) == 1 else _any_of(phrases)
        return f"{node.column} : {found}" if node.column else found
    if isinstance(node, Near):
        near = product(*(_phrases(term, forms, most_forms(node)) for term in node.terms))
        found = _any_of(tuple(f"NEAR({' '.join(phrases)}, {node.distance})" for phrases in near))
        column = node.terms[0].column
        return f"{column} : {found}" if column else found
    parts = tuple(_expression(part, forms, most) for part in node.parts)
    if isinstance(node, AnyOf):
        return _any_of(parts)
    wanted = parts[0] if len(parts) == 1 else f"({' AND '.join(parts)})"
    without = tuple(_expression(part, forms, most) for part in node.without)
    return f"({wanted} NOT {_any_of(without)})" if without else wanted


def _any_of(parts: Sequence[str]) -> str:
    return f"({' OR '.join(parts)})"


def _phrases(term: Term, forms: Forms, most: int) -> tuple[str, ...]:
    if term.in_forms:
        return tuple(f'"{word}"' for word in forms(term, most))
    return (f'"{" ".join(term.words)}"{" *" if term.is_prefix else ""}',)
