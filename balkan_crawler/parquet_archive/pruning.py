"""Which parts of months may have what a search looks for, by the words that are counted in each. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from balkan_crawler.text.search_words import AnyOf, Near, Node, Term

if TYPE_CHECKING:
    from balkan_crawler.parquet_archive.matching import Forms

LEAST: Final = 3
"""Letters that a beginning has, at least, for it to be looked up: almost all parts have words that begin with fewer."""

Having = Callable[[str, bool], frozenset[str]]
"""Names the parts that have a word, or one that begins so."""


def possible_parts(node: Node, forms: Forms, having: Having, parts: frozenset[str]) -> frozenset[str]:
    """Name those of some parts in which a search may find something; the search itself says whether it does."""
    if isinstance(node, Term):
        return _of_term(node, forms, having, parts)
    if isinstance(node, Near):
        return frozenset.intersection(*(_of_term(term, forms, having, parts) for term in node.terms))
    found = [possible_parts(part, forms, having, parts) for part in node.parts]
    return frozenset.union(*found) if isinstance(node, AnyOf) else frozenset.intersection(parts, *found)


def _of_term(term: Term, forms: Forms, having: Having, parts: frozenset[str]) -> frozenset[str]:
    if term.in_forms:  # a form may have a preposition before it
        return frozenset().union(*(having(form.rpartition(" ")[2], False) for form in forms(term))) & parts
    words: Sequence[str] = term.words[:-1] if term.is_prefix else term.words
    found = [having(word, False) for word in words]
    if term.is_prefix and len(term.words[-1]) >= LEAST:
        found.append(having(term.words[-1], True))
    return frozenset.intersection(parts, *found)
