"""The difference of two texts in words, for people to read. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_TOKEN: Final = re.compile(r"\s+|[^\s]+")


class Fate(StrEnum):
    """What became of a run of words."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Run:
    """A run of words of one fate."""

    text: str
    fate: Fate = Fate.KEPT


def changed_paragraphs(old: str, new: str) -> tuple[tuple[Run, ...], ...]:
    """Give the paragraphs that an edit touched, each as its runs in order; untouched and empty ones are left out.

    Paragraphs are matched first and words within those that differ, so that a long text costs no more than its edits.
    The removed runs with the kept ones are the old paragraph, the added with the kept the new one.
    """
    before, after = ([line for line in text.split("\n") if line] for text in (old, new))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    changed: list[tuple[Run, ...]] = []
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "equal":
            changed += _paired(before[i:j], after[k:m])
    return tuple(changed)


def _paired(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[Run, ...]]:
    """Compare paragraphs in turn; those without a partner went or came whole."""
    for place in range(max(len(before), len(after))):
        old = before[place] if place < len(before) else ""
        new = after[place] if place < len(after) else ""
        if old or new:
            yield tuple(_runs(old, new))


def _runs(old: str, new: str) -> Iterator[Run]:
    """Give the runs in order; a blank between two changed words counts as changed, so that phrases stay together."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    removed = added = ""
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[i:j]), "".join(after[k:m])
        if tag != "equal" or (gone.isspace() and (removed or added)):
            removed, added = removed + gone, added + come
            continue
        yield from _changed(removed, added)
        removed = added = ""
        yield Run(gone)
    yield from _changed(removed, added)


def _changed(removed: str, added: str) -> Iterator[Run]:
    if removed:
        yield Run(removed, Fate.REMOVED)
    if added:
        yield Run(added, Fate.ADDED)


def marked(runs: Iterable[Run]) -> str:
    """Write runs as plain text: ``[-removed-]{+added+}``, as wdiff and ``git diff --word-diff`` do."""
    marks = {Fate.KEPT: ("", ""), Fate.REMOVED: ("[-", "-]"), Fate.ADDED: ("{+", "+}")}
    return "".join(f"{marks[run.fate][0]}{run.text}{marks[run.fate][1]}" for run in runs)
