"""What a search shows of an article: the place in its text where the query was found. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from balkan_crawler.text import words

WORDS_AROUND: Final = 12
"""Words of a snippet on either side of the first one found."""

_WORD: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a snippet's text, and whether it is a word that was looked for."""

    text: str
    found: bool = False


def snippet(text: str, query: str) -> tuple[Piece, ...]:
    """Cut the text around the first word of the query, in any script and spelling that a search finds.

    Without such a word (it stood in the title) it is the text's beginning. ``...`` stands for what is left out.
    """
    whole, begun = _sought(query)
    tokens = [match[0] for match in _WORD.finditer(text)]
    hits = [any(word in whole or (begun and word.startswith(begun)) for word in words(token)) for token in tokens]
    first = hits.index(True) if True in hits else 0
    start = max(0, first - WORDS_AROUND)
    end = min(len(tokens), start + 2 * WORDS_AROUND)
    pieces = [Piece("... ")] if start else []
    for place in range(start, end):
        pieces.append(Piece(tokens[place], hits[place]))
        pieces.append(Piece(" " if place + 1 < end else ""))
    if end < len(tokens):
        pieces.append(Piece(" ..."))
    return tuple(piece for piece in pieces if piece.text)


def _sought(query: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """Give the words of a query in their folded form: those that stand for themselves, and beginnings (``word*``)."""
    whole: set[str] = set()
    begun: set[str] = set()
    for match in _WORD.finditer(query):
        if match[0] == "OR" or match[0].startswith("-"):
            continue
        (begun if match[0].endswith("*") else whole).update(words(match[0]))
    return frozenset(whole), tuple(begun)
