"""An article's text folded once for all that asks: the state hash, the full-text index, the fingerprint. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self, TypeAlias

from balkan_crawler import text
from balkan_crawler.text import words

_SENTENCE_END: Final = re.compile(r"[.!?…:;,»”\"]\s*$")

Searched: TypeAlias = tuple[str, str, str, str, str, str]
"""Title, lead, body, authors, tags and section as folded words with spaces between."""


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

    def searched(self, authors: str, tags: str, section: str | None) -> Searched:
        """Give what the full-text index takes of an article; of lists as they are stored, since it wants words only."""
        text = " ".join(self.title), " ".join(self.lead), " ".join(self.body_words)
        return (*text, _folded(authors), _folded(tags), _folded(section or ""))

    def state_hash(self) -> str:
        """Hash what counts as a state of the article; see `balkan_crawler.text.state_hash`."""
        return text.state_hash(self.title, self.paragraphs, self.sentences)


def searched(title: str, lead: str | None, body: str, authors: str, tags: str, section: str | None) -> Searched:
    """Give what the full-text index takes of an article, from its cells."""
    return FoldedText.of(title, lead, body).searched(authors, tags, section)


def _folded(text: str) -> str:
    return " ".join(words(text))
