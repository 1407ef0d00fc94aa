"""An article's text folded once for all that asks: the state hash, the full-text index, the fingerprint. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

from balkan_crawler import text
from balkan_crawler.text import words

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
        """Hash what counts as a state of the article; see `balkan_crawler.text.state_hash`."""
        return text.state_hash(self.title, self.paragraphs, self.sentences)
