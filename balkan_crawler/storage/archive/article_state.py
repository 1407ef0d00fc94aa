"""An article's text compared with another state of it. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from balkan_crawler.text import words

_SHINGLE: Final = 3
_SAME_BODY: Final = 0.5
_SAME_BODY_AND_TITLE: Final = 0.25


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
