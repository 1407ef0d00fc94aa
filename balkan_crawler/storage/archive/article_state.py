"""An article's text as a state of it: folded once for all that asks, and compared with another state. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Final, Self

from balkan_crawler import text
from balkan_crawler.text import words

_SENTENCE_END: Final = re.compile(r"[.!?…:;,»”\"]\s*$")
_SHINGLE: Final = 3
_SAME_BODY: Final = 0.5
_SAME_BODY_AND_TITLE: Final = 0.25


@dataclass(frozen=True, slots=True)
class FoldedText:
    """The folded words of title, lead and body; the body's by paragraph, and which paragraphs end as a sentence."""

    title: tuple[str, ...]
    lead: tuple[str, ...]
    paragraphs: tuple[tuple[str, ...], ...]
    sentences: tuple[bool, ...]

    @classmethod
    def of(cls, title: str, lead: str | None, body: str) -> Self:
        """Fold an article's text."""
        paragraphs = body.split("\n")
        return cls(
            tuple(words(title)),
            tuple(words(lead or "")),
            tuple(tuple(words(paragraph)) for paragraph in paragraphs),
            tuple(_SENTENCE_END.search(paragraph) is not None for paragraph in paragraphs),
        )

    @property
    def body_words(self) -> list[str]:
        """The body's words in order."""
        return [word for paragraph in self.paragraphs for word in paragraph]

    def state_hash(self) -> str:
        """Hash what counts as a state of the article; see `balkan_crawler.text.state_hash`."""
        return text.state_hash(self.title, self.paragraphs, self.sentences)


@dataclass(frozen=True, slots=True)
class Edit:
    """What an edit changed: the names of the parts, and the words that came and went in title and body together."""

    parts: tuple[str, ...]
    words_added: int
    words_removed: int


def edit_between(old_title: str, old_body: str, new_title: str, new_body: str) -> Edit:
    """Tell what changed between two states, and how many words were added and removed."""
    old, new = words(old_title), words(new_title)
    parts = ("title",) if old != new else ()
    old_words, new_words = words(old_body), words(new_body)
    if old_words != new_words:
        parts = (*parts, "body")
    before, after = Counter(old + old_words), Counter(new + new_words)
    return Edit(parts, (after - before).total(), (before - after).total())


def is_redated(old_title: str, old_body: str, new_title: str, new_body: str) -> bool:
    """Say whether two texts of one URL, dated on two days, are one story with a corrected day.

    They are when half of the shorter body's runs of three words stand in the longer one; a quarter is enough where the
    headlines are alike, since a horoscope keeps its headline and shares nothing else. Bodies without three words are
    compared by their headlines.
    """
    old, new = _shingles(old_body), _shingles(new_body)
    same_title = words(old_title) == words(new_title)
    if not old or not new:
        return same_title
    shared = len(old & new) / min(len(old), len(new))
    return shared >= (_SAME_BODY_AND_TITLE if same_title else _SAME_BODY)


def _shingles(body: str) -> set[tuple[str, ...]]:
    found = words(body)
    return set(zip(*(found[start:] for start in range(_SHINGLE)), strict=False))
