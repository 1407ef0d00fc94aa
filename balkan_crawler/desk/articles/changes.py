"""What changed from one text to another, as a page shows it: by word, long equal parts folded, within bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.articles.weight import fitting, weight
from balkan_crawler.desk.articles.writing import CYRILLIC, is_in_both
from balkan_crawler.text import to_cyrillic, to_latin
from balkan_crawler.text.differences import Fate, Run, word_runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from balkan_crawler.desk.articles.writing import Writing

LONGEST: Final = 200_000
"""Characters of a text that are compared; some 30,000 words."""
_BESIDE: Final = 12
"""Words that are shown of an equal part beside what changed."""
_FOLDED: Final = 40
"""So many words more are folded: a few are read sooner than unfolded."""
_WORD: Final = re.compile(r"\S+")
_OF_A_PART: Final = 110
"""Bytes of a part's markup, with the words for screen readers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A run of words: equal, removed or added (`Fate`).

    Of a long equal one only ``text`` and ``end`` are shown, and between them ``folded``, of ``words`` words; ``folded``
    is empty where there was no room for it.
    """

    fate: str
    text: str
    folded: str = ""
    words: int = 0
    end: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What changed: how many words went and came, and the parts; ``is_cut`` says that there was no room for the rest.

    ``bytes`` is their weight on the page.
    """

    removed: int
    added: int
    parts: tuple[Part, ...]
    is_cut: bool = False
    bytes: int = 0

    @property
    def is_none(self) -> bool:
        """Say whether both texts have the same words."""
        return not (self.removed or self.added)


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text to compare, its language and its script."""

    text: str
    language: str | None
    script: str | None


def change(old: Text, new: Text, writing: Writing, most: int) -> Change:
    """Compare two texts for a page that shows ``writing``; parts of more than ``most`` bytes are cut off.

    Texts in two scripts are compared in Latin letters, which each Cyrillic text has one form in.
    """
    texts = [each.text[:LONGEST] for each in (old, new)]
    to_show: Callable[[str], str] = writing.of
    if old.script != new.script and is_in_both(old.language, old.script) and is_in_both(new.language, new.script):
        texts = [to_latin(text, each.language or "sr") for text, each in zip(texts, (old, new), strict=True)]
        to_show = to_cyrillic if writing.shown == CYRILLIC else str
    runs = word_runs(*texts)
    counts = {fate: sum(len(run.text.split()) for run in runs if run.fate is fate) for fate in Fate}
    parts, taken, is_cut = _within(runs, to_show, most)
    is_cut = is_cut or any(len(each.text) > LONGEST for each in (old, new))
    return Change(
        removed=counts[Fate.REMOVED], added=counts[Fate.ADDED], parts=tuple(parts), is_cut=is_cut, bytes=taken
    )


def _within(runs: Sequence[Run], to_show: Callable[[str], str], most: int) -> tuple[list[Part], int, bool]:
    """Make parts of runs while there is room; gives them with their bytes, and whether some were left out."""
    parts: list[Part] = []
    taken = 0
    for run in runs:
        room = most - taken - _OF_A_PART
        if room <= 0:
            return parts, taken, True
        part = _equal(run.text, to_show, room) if run.fate is Fate.KEPT else _changed(run, to_show, room)
        parts.append(part)
        taken += _OF_A_PART + sum(map(weight, (part.text, part.folded, part.end)))
    return parts, taken, False


def _changed(run: Run, to_show: Callable[[str], str], room: int) -> Part:
    return Part(fate=run.fate, text=_cut(run.text, to_show, room))


def _equal(text: str, to_show: Callable[[str], str], room: int) -> Part:
    """Fold an equal run but for its ends; where there is no room for the folded middle, it is counted only."""
    words = list(_WORD.finditer(text))
    if len(words) <= 2 * _BESIDE + _FOLDED:
        return Part(fate=Fate.KEPT, text=_cut(text, to_show, room))
    begins, ends = words[_BESIDE - 1].end(), words[-_BESIDE].start()
    middle = text[begins:ends]
    shown = to_show(middle) if len(middle) <= room // 2 else ""
    return Part(
        fate=Fate.KEPT,
        text=_cut(text[:begins], to_show, room // 4),
        folded=shown if weight(shown) <= room // 2 else "",
        words=len(words) - 2 * _BESIDE,
        end=_cut(text[ends:], to_show, room // 4),
    )


def _cut(text: str, to_show: Callable[[str], str], room: int) -> str:
    """Give what fits of a text, with a mark where that is not all of it."""
    shown = to_show(text[: room + 1])
    fits = fitting(shown, room)
    return fits if len(fits) == len(shown) and len(text) <= room else f"{fits} ..."
