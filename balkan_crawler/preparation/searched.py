"""What the full-text index takes of an article. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from balkan_crawler.preparation.folded_text import FoldedText
from balkan_crawler.text import words
from balkan_crawler.text.spellings import spellings, written_words
from balkan_crawler.text.stemming import family_of

Searched: TypeAlias = tuple[tuple[str, ...], ...]
"""Layers of body, title, lead, authors, tags and section: words with spaces between.

The first layer holds folded words; the others, at the same places, other spellings (`text.spellings`), and `HOLE` where
a word has no more of them.
"""

HOLE: Final = "\ue000"
"""A word to the index's tokenizer and to nobody else: https://www.sqlite.org/fts5.html#unicode61_tokenizer counts
characters for private use as letters."""
SEARCHED_CELLS: Final = ("title", "lead", "body", "authors", "tags", "section", "language")
"""The cells of an article that `searched` reads."""
_BOTH_SCRIPTS: Final = "serbian"
"""The family of languages that one and the same text is written in both scripts in."""
_WITH_J: Final = re.compile("[dgk]j", re.IGNORECASE)
_TRAILING: Final = f" {HOLE}"


def searched(cells: Mapping[str, object], folded: FoldedText | None = None) -> Searched:
    """Give what the full-text index takes of an article, from its `SEARCHED_CELLS`: of lists it wants the words only.

    ``folded`` is its folded text, where that is known.
    """
    is_of_both = family_of(str(cells["language"] or "")) == _BOTH_SCRIPTS
    texts = _folded(cells, folded)
    others = [_others(own, text, is_of_both) for own, text in texts]
    most = max(max(map(len, found), default=0) for found in others)
    return (_joined(texts), *(_layer(others, number) for number in range(most)))


def folded_layer(cells: Mapping[str, object]) -> tuple[str, ...]:
    """Give the first layer alone, of folded words, in a third of the time."""
    return _joined(_folded(cells, None))


def _folded(cells: Mapping[str, object], folded: FoldedText | None) -> list[tuple[Sequence[str], str]]:
    """Give the folded words of each column with its text."""
    title, lead, body, authors, tags, section, _ = (str(cells[name] or "") for name in SEARCHED_CELLS)
    folded = folded or FoldedText.of(title, lead, body)
    return [
        (folded.body_words, body),
        (folded.title, title),
        (folded.lead, lead),
        *((words(text), text) for text in (authors, tags, section)),
    ]


def _joined(texts: Sequence[tuple[Sequence[str], str]]) -> tuple[str, ...]:
    return tuple(" ".join(own) for own, _ in texts)


def _others(folded: Sequence[str], text: str, is_of_both: bool) -> list[tuple[str, ...]]:
    """Give the other spellings of each word of a text; nothing where none has any."""
    if text.isascii() and not (is_of_both or _WITH_J.search(text)):
        return []
    written = written_words(text)
    if len(written) != len(folded):  # a sign that folds to several words, such as ½
        return []
    found = spellings(written, in_cyrillic=is_of_both)
    return found if any(found) else []


def _layer(others: Sequence[Sequence[tuple[str, ...]]], number: int) -> tuple[str, ...]:
    """Give the layer of one of the other spellings; what comes behind the last word that has it is left out."""
    texts = [" ".join([each[number] if number < len(each) else HOLE for each in column]) for column in others]
    return tuple(text.rstrip(_TRAILING) for text in texts)
