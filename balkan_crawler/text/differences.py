"""The difference of two texts in words, for people to read. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from balkan_crawler.text.alignment import Match, matches

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_WORD: Final = re.compile(r"\S+")


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
    changed: list[tuple[Run, ...]] = []
    i = k = 0
    for match in (*matches(before, after), Match(len(before), len(after), 0)):
        changed += _paired(before[i : match.first], after[k : match.second])
        i, k = match.first + match.length, match.second + match.length
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
    before, after = list(_WORD.finditer(old)), list(_WORD.finditer(new))
    place = other = 0
    kept = ""
    for match in (*matches([found[0] for found in before], [found[0] for found in after]), None):
        for number in range(match.length if match else 1):
            word = before[match.first + number] if match else None
            came = after[match.second + number] if match else None
            gone_to, come_to = word.start() if word else len(old), came.start() if came else len(new)
            begin, gone, come, end = _without_blanks(old[place:gone_to], new[other:come_to])
            kept += begin
            if gone or come:
                yield from _written(kept, gone, come)
                kept = ""
            kept += end
            if word and came:
                kept += word[0]
                place, other = word.end(), came.end()
    yield from _written(kept)


def _without_blanks(gone: str, come: str) -> tuple[str, str, str, str]:
    """Take the blanks that two texts begin and end with off them: gives these with what is left in the middle."""
    if gone == come:
        return gone, "", "", ""
    begin = 0
    while begin < min(len(gone), len(come)) and gone[begin] == come[begin] and gone[begin].isspace():
        begin += 1
    end = 0
    while end < min(len(gone), len(come)) - begin and gone[-end - 1] == come[-end - 1] and gone[-end - 1].isspace():
        end += 1
    return gone[:begin], gone[begin : len(gone) - end], come[begin : len(come) - end], gone[len(gone) - end :]


def _written(kept: str, removed: str = "", added: str = "") -> Iterator[Run]:
    for text, fate in ((kept, Fate.KEPT), (removed, Fate.REMOVED), (added, Fate.ADDED)):
        if text:
            yield Run(text, fate)


def word_runs(old: str, new: str) -> tuple[Run, ...]:
    """Compare two whole texts in words, whatever their paragraphs: two outlets set one text in other ones.

    Kept runs are as the new text has them, its line ends among them. Work is bounded: texts of 50,000 words that have
    nothing in common take no longer than reading them.
    """
    before, after = list(_WORD.finditer(old)), list(_WORD.finditer(new))
    found: list[Run] = []
    i = k = place = 0
    for match in (*matches([each[0] for each in before], [each[0] for each in after]), None):
        until, other_until = (match.first, match.second) if match else (len(before), len(after))
        gone = old[before[i].start() : before[until - 1].end()] if until > i else ""
        come = new[after[k].start() : after[other_until - 1].end()] if other_until > k else ""
        starts = after[k].start() if k < len(after) else len(new)
        if gone or come:
            if not come:
                gone = f"{gone} " if k < len(after) else f" {gone}" if place else gone
            found += _written(new[place:starts], gone, come)
            place = after[other_until - 1].end() if come else starts
        if match:
            i, k = match.first + match.length, match.second + match.length
            found += _written(new[place : after[k - 1].end()])
            place = after[k - 1].end()
    found += _written(new[place:])
    return _merged(found)


def _merged(runs: Iterable[Run]) -> tuple[Run, ...]:
    """Join neighbours of one fate."""
    merged: list[Run] = []
    for run in runs:
        if merged and merged[-1].fate is run.fate:
            merged[-1] = Run(merged[-1].text + run.text, run.fate)
        else:
            merged.append(run)
    return tuple(merged)


def marked(runs: Iterable[Run]) -> str:
    """Write runs as plain text: ``[-removed-]{+added+}``, as wdiff and ``git diff --word-diff`` do."""
    marks = {Fate.KEPT: ("", ""), Fate.REMOVED: ("[-", "-]"), Fate.ADDED: ("{+", "+}")}
    return "".join(f"{marks[run.fate][0]}{run.text}{marks[run.fate][1]}" for run in runs)
