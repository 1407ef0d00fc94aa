"""Which words are forms of one that is looked for: the rule that index and snippets share. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from balkan_crawler.text.language import function_words
from balkan_crawler.text.search_words import Term
from balkan_crawler.text.stemming import CYRILLIC, stem_of_folded, surfaces

LEAST: Final = 3
"""Letters that all forms begin with, at least: too much begins with fewer."""
LONGEST_ENDING: Final = 9
"""Letters that a form has beyond these, at most."""
MOST_FORMS: Final = 64
"""Forms of one word that are looked for, the most frequent ones: a rare word of another language may look like one."""
PREPOSITIONS: Final = ("u", "na", "o", "po", "pri", "prema")
"""Prepositions of the South Slavic languages that stand before the cases of places."""


def forms_among(term: Term, asked: Sequence[str], words: Callable[[str], Iterable[tuple[str, int]]]) -> tuple[str, ...]:
    """Give the words of an index that are forms of a term's word in one of the languages asked for.

    ``words`` gives those with a beginning, and how many articles have each. The word itself is the first, then come the
    most frequent ones. What is written as one of the short words that every text has is taken behind a preposition,
    where it can only be the noun: "u Nišu", while "nisu" is a verb.
    """
    (word,) = term.words
    kin = Kin(word, asked, is_cyrillic=term.is_cyrillic)
    counts = {found: articles for begin in kin.beginnings for found, articles in words(begin) if kin.might_have(found)}
    counts.pop(word, None)
    common = sorted(counts, key=lambda form: (-counts[form], form))[: MOST_FORMS - 1]
    forms = [form for form in common if kin.has(form)]
    return (word, *forms, *(f"{before} {form}" for form in common if not kin.has(form) for before in PREPOSITIONS))


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
