"""What a search shows of an article: the place in its text where the words were found. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from balkan_crawler.text.folding import words
from balkan_crawler.text.search_words import SearchWords, Term

WORDS_AROUND: Final = 12
"""Words of a snippet on either side of the first one found."""

_TOKEN: Final = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a snippet's text, and whether it is a word that was looked for."""

    text: str
    found: bool = False


def snippet(text: str, sought: SearchWords) -> tuple[Piece, ...]:
    """Cut the text around the first place where a search finds it, in any script and spelling.

    Of a phrase only its words side by side are found. Without such a place (it was in the title) it is the text's
    beginning. ``...`` stands for what is left out.
    """
    tokens = [match[0] for match in _TOKEN.finditer(text)]
    found = _found(tokens, sought)
    start = max(0, min(found, default=0) - WORDS_AROUND)
    end = min(len(tokens), start + 2 * WORDS_AROUND)
    pieces = [Piece("... ")] if start else []
    for place in range(start, end):
        pieces.append(Piece(tokens[place], place in found))
        pieces.append(Piece(" " if place + 1 < end else ""))
    if end < len(tokens):
        pieces.append(Piece(" ..."))
    return tuple(piece for piece in pieces if piece.text)


def _found(tokens: Sequence[str], sought: SearchWords) -> frozenset[int]:
    """Give the places of the tokens that hold a word of a wanted term."""
    folded = [(place, word) for place, token in enumerate(tokens) for word in words(token)]
    terms = [term for group in sought.wanted for term in group]
    return frozenset(
        place
        for first in range(len(folded))
        for term in terms
        if _stands_at(term, [word for _, word in folded[first : first + len(term.words)]])
        for place, _ in folded[first : first + len(term.words)]
    )


def _stands_at(term: Term, run: Sequence[str]) -> bool:
    """Say whether a run of words, as many as the term has, is the term."""
    *before, last = term.words
    is_last = len(run) == len(term.words) and (run[-1].startswith(last) if term.is_prefix else run[-1] == last)
    return is_last and list(run[:-1]) == before
