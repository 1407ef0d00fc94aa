"""What was changed between two short texts, word by word. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

_MOST_WORDS: Final = 400
"""Longer texts are compared as a whole: comparing takes the square of their words."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a text, and whether the other one lacks them."""

    text: str
    is_other: bool


def word_changes(before: str, after: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    """Give both texts in pieces, those that only one of them has marked."""
    old, new = before.split(), after.split()
    if max(len(old), len(new)) > _MOST_WORDS:
        return (Piece(before, is_other=before != after),), (Piece(after, is_other=before != after),)
    was, became = [], []
    for kind, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if first < last:
            was.append(Piece(" ".join(old[first:last]), kind != "equal"))
        if begin < end:
            became.append(Piece(" ".join(new[begin:end]), kind != "equal"))
    return tuple(was), tuple(became)
