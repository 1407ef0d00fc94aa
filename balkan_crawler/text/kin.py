"""Which words are forms of one that is looked for: the rule that index and snippets share. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from balkan_crawler.text.language import function_words
from balkan_crawler.text.stemming import CYRILLIC, stem_of_folded, surfaces

LEAST: Final = 3
"""Letters that all forms begin with, at least: too much begins with fewer."""
LONGEST_ENDING: Final = 9
"""Letters that a form has beyond these, at most."""


class Kin:
    """The forms of a folded word in some languages, named by their tables (`stemming.families`).

    Of a word in Cyrillic only languages that are written so are asked. The short words that every text has are no forms
    ("nisu", "they are not", is none of "Niš"), but for the word itself.
    """

    def __init__(self, word: str, asked: Sequence[str], *, is_cyrillic: bool = False) -> None:
        self._stems = [
            (begin, family, stem)
            for family in asked
            if not is_cyrillic or family in CYRILLIC
            for stem in (stem_of_folded(word, family),)
            for begin in surfaces(stem, family)
            if len(begin) >= LEAST
        ]
        self._begins = tuple({begin for begin, _, _ in self._stems})

    @property
    def beginnings(self) -> tuple[str, ...]:
        """What its forms begin with; none of these begins with another."""
        all_of_them = sorted({begin for begin, _, _ in self._stems})
        return tuple(
            begin
            for begin in all_of_them
            if not any(begin != other and begin.startswith(other) for other in all_of_them)
        )

    def has(self, found: str) -> bool:
        """Say whether a folded word is one of the forms."""
        return found not in function_words() and self.might_have(found)

    def might_have(self, found: str) -> bool:
        """Say whether a folded word would be one of the forms, were it not another word that every text has."""
        return found.startswith(self._begins) and any(
            found.startswith(begin)
            and len(found) <= len(begin) + LONGEST_ENDING
            and stem_of_folded(found, family) == stem
            for begin, family, stem in self._stems
        )
