"""What a search shows of an article: the places in its text where the words were found. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Final

from balkan_crawler.text.folding import fold, words, words_of_folded
from balkan_crawler.text.kin import Kin
from balkan_crawler.text.search_words import SearchWords, Term, terms_of
from balkan_crawler.text.stemming import families

WORDS_AROUND: Final = 12
"""Words of a snippet on either side of the first one found."""

_SHOWN: Final = ("lead", "body")
"""What snippets are cut of: terms that are looked for elsewhere only are not marked."""
_TOKEN: Final = re.compile(r"\S+")
_TESTS_KEPT: Final = 64
"""Words that are looked for, whose tests are kept: a page cuts twenty snippets with one."""
_WORDS_KEPT: Final = 2000
"""Words of texts that a test remembers its answer for."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of a snippet's text, and whether it is a word that was looked for."""

    text: str
    found: bool = False


def snippet(text: str, sought: SearchWords) -> tuple[Piece, ...]:
    """Cut the text around the first place where a search finds it, in any script and spelling.

    Of a phrase only its words side by side are found, of a word its forms in any language. Without such a place (it was
    in the title) it is the text's beginning. ``...`` stands for what is left out.
    """
    tokens = [match[0] for match in _TOKEN.finditer(text)]
    found = _found(tokens, sought, _SHOWN)
    start = max(0, min(found, default=0) - WORDS_AROUND)
    end = min(len(tokens), start + 2 * WORDS_AROUND)
    pieces = [Piece("... ")] if start else []
    for place in range(start, end):
        pieces.append(Piece(tokens[place], place in found))
        pieces.append(Piece(" " if place + 1 < end else ""))
    if end < len(tokens):
        pieces.append(Piece(" ..."))
    return tuple(piece for piece in pieces if piece.text)


def beginning(text: str) -> tuple[Piece, ...]:
    """Cut the beginning of a text, as long as a snippet."""
    tokens = [match[0] for match in islice(_TOKEN.finditer(text), 2 * WORDS_AROUND + 1)]
    cut = " ".join(tokens[: 2 * WORDS_AROUND])
    pieces = (Piece(cut), Piece(" ...")) if len(tokens) > 2 * WORDS_AROUND else (Piece(cut),)
    return pieces if cut else ()


def with_marks(text: str, sought: SearchWords, column: str) -> tuple[Piece, ...]:
    """Give a whole text of a column with the words marked that a search finds, as `snippet` finds them.

    The pieces together are the text; words side by side are one piece.
    """
    tokens = list(_TOKEN.finditer(text))
    found = sorted(_found([token[0] for token in tokens], sought, (column,)))
    pieces: list[Piece] = []
    place = 0
    for number, at in enumerate(found):
        begins, is_next = tokens[at].start(), bool(number) and found[number - 1] == at - 1
        if is_next:
            pieces[-1] = Piece(pieces[-1].text + text[place : tokens[at].end()], True)
        else:
            pieces += [Piece(text[place:begins]), Piece(tokens[at][0], True)]
        place = tokens[at].end()
    return tuple(piece for piece in (*pieces, Piece(text[place:])) if piece.text)


def _found(tokens: Sequence[str], sought: SearchWords, columns: tuple[str, ...]) -> frozenset[int]:
    """Give the places of the tokens that hold a word of a term that is wanted in one of the columns, or anywhere."""
    folded = [(place, word) for place, found in enumerate(_words_of(tokens)) for word in found]
    terms = [term for term in terms_of(sought.wanted) if term.column in (None, *columns)]
    tests = [(term, [_test(term, number) for number in range(len(term.words))]) for term in terms]
    return frozenset(
        place
        for first in range(len(folded))
        for term, checks in tests
        if first + len(checks) <= len(folded)
        and all(check(folded[first + number][1]) for number, check in enumerate(checks))
        for place, _ in folded[first : first + len(checks)]
    )


def _words_of(tokens: Sequence[str]) -> list[list[str]]:
    """Give the folded words of each token. All are folded at once, which takes a fifth of the time."""
    folded = fold(" ".join(tokens)).split(" ")
    if len(folded) != len(tokens):  # a fold may make a space of a mark
        return [words(token) for token in tokens]
    return [words_of_folded(token) for token in folded]


@lru_cache(maxsize=_TESTS_KEPT)
def _test(term: Term, number: int) -> Callable[[str], bool]:
    """Give the test that a word of a text must pass to be a word of a term."""
    word = term.words[number]
    if term.is_prefix and number == len(term.words) - 1:
        return lambda found: found.startswith(word)
    if not term.in_forms:
        return lambda found: found == word
    has = lru_cache(maxsize=_WORDS_KEPT)(Kin(word, families(), is_cyrillic=term.is_cyrillic).has)
    return lambda found: found == word or has(found)
