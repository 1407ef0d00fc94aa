"""What a user types into a search box, read once for all who need it: the index and the snippets of a search. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from balkan_crawler.errors import QueryError
from balkan_crawler.text.folding import words

MOST_TERMS: Final = 64
"""More terms are refused: nobody types so many, and FTS5 limits the size of an expression."""

_QUOTES: Final = str.maketrans(dict.fromkeys("„“”«»‟″", '"'))
_PIECE: Final = re.compile(r'(?P<minus>-?)(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')
_OR: Final = "OR"
_ONE_SIDED: Final = "OR stands between two words"


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that stand side by side, one at least; of a prefix the last is only the beginning of a word."""

    words: tuple[str, ...]
    is_prefix: bool = False


@dataclass(frozen=True, slots=True)
class SearchWords:
    """What a text must hold to be found: of each group in ``wanted`` one term, and none of ``excluded``."""

    wanted: tuple[tuple[Term, ...], ...]
    excluded: tuple[Term, ...] = ()


def read_search(query: str) -> SearchWords:
    """Read a query: all words must occur; ``"a phrase"``, ``-without``, ``this OR that``, ``begin*``.

    Words are folded, so script, case and marks do not matter. ``OR`` joins its two neighbours and binds closer than the
    rest. Raises `QueryError` for a query without anything to look for, an open quotation mark, an ``OR`` without two
    sides, or too many terms.
    """
    plain = query.translate(_QUOTES)
    if plain.count('"') % 2:
        raise QueryError(query, "a quotation mark is not closed")
    pieces = [piece for piece in _PIECE.finditer(plain) if piece[0] == _OR or _term(piece).words]
    if len(pieces) > MOST_TERMS:
        raise QueryError(query, f"more than {MOST_TERMS} words")
    wanted = _wanted(query, pieces)
    if not wanted:
        raise QueryError(query, "there is no word to look for")
    return SearchWords(wanted, tuple(_term(piece) for piece in pieces if piece["minus"]))


def _wanted(query: str, pieces: Sequence[re.Match[str]]) -> tuple[tuple[Term, ...], ...]:
    """Give the wanted terms in groups: those beside an ``OR`` are of one."""
    groups: list[list[Term]] = []
    before, joining = None, False
    for piece in pieces:
        kind = _OR if piece[0] == _OR else piece["minus"] or "word"
        if (kind == _OR and before != "word") or (joining and kind != "word"):
            raise QueryError(query, _ONE_SIDED)
        if kind == "word" and joining:
            groups[-1].append(_term(piece))
        elif kind == "word":
            groups.append([_term(piece)])
        before, joining = kind, kind == _OR
    if joining:
        raise QueryError(query, _ONE_SIDED)
    return tuple(map(tuple, groups))


def _term(piece: re.Match[str]) -> Term:
    """Give what a piece of a query looks for; of signs only, no words."""
    text = piece["word"] if piece["phrase"] is None else piece["phrase"]
    return Term(tuple(words(text)), is_prefix=bool(piece["word"]) and text.endswith("*"))
