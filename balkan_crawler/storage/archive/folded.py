"""An article's text folded once, for all that asks: its state, its number of words, the full-text index."""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final, Self

from balkan_crawler.text import words

RULE: Final = "1"
"""Version of the rule of `FoldedText.state_hash`; stands before each hash."""

_LABEL_WORDS: Final = 5
_SENTENCE_END: Final = re.compile(r"[.!?…:;,»”\"]\s*$")


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
        """Hash what counts as a state of an article: the words of title and body, without counters.

        Case, marks, script, spaces and punctuation make no other state, nor do the numbers of a short line that is no
        sentence ("123 comments", "Read: 1,204 times"). The lead is left out: pages often repeat the body in it.
        """
        lines = [self.title, *map(_without_counter, self.paragraphs, self.sentences)]
        text = "\n".join(" ".join(line) for line in lines)
        return f"{RULE}:{blake2b(text.encode(), digest_size=16).hexdigest()}"


def _without_counter(found: tuple[str, ...], sentence: bool) -> tuple[str, ...]:
    if sentence or len(found) > 4 * _LABEL_WORDS:
        return found
    label = tuple(word for word in found if not word.isdigit())
    return label if len(label) <= _LABEL_WORDS else found
