"""Which visited articles are worth another fetch, and how far an outlet's budget reaches. Pure; for every store.

An outlet's revisits are a share of its other fetches, so that they never cost much. What there is goes where an edit
is likeliest to be found soon after it was made: each purpose has its own chance, learned from the outlet's last visits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zlib import crc32

from balkan_crawler.model import Hints
from balkan_crawler.storage.contract import REVISITS, Purpose
from balkan_crawler.text import words

REMEMBERED: Final = timedelta(days=14)
"""How far back the visits lie that an outlet's chances are learned from."""
GIVEN_UP: Final = timedelta(days=7)
"""A revisit that was due for so long is given up."""
TRUST: Final = 0.1
"""Statements of change that prove true less often than this bring nobody: the article waits for its plan."""
SILENCE_BROKEN: Final = 0.05
"""Where more of the visits against a source's silence than this find an edit, its silence says nothing."""
SAMPLE: Final = 8
"""One in so many articles is visited against its source's silence, to learn what that is worth."""
FAR_AHEAD: Final = timedelta(days=1)
"""A stated time of change further ahead is a mistake; a smaller lead is a wrong zone, and counts as now."""

_EXPECTED: Final = {Purpose.STATED: (1, 2), Purpose.LIVE: (1, 2), Purpose.PLANNED: (1, 10), Purpose.SILENT: (1, 50)}
"""What is taken for known before the first visit of each purpose: edits found, of so many visits."""
_HALF_OF_EDITS: Final = 3.0
"""Hours after publication by which half of an article's edits are made; a quarter within one, nine tenths in 27."""
_LATE: Final = 12.0
"""Hours of age at which finding an edit is worth half as much as at once."""
_SETTLES: Final = 1.0
"""Hours since the last visit at which a stated change is worth half; several edits in a row then cost one fetch."""


@dataclass(frozen=True, slots=True)
class History:
    """An outlet's fetches of the last days by `Purpose`, and how many of them found an edit."""

    fetched: Mapping[str, int] = field(default_factory=dict)
    found: Mapping[str, int] = field(default_factory=dict)

    def chance(self, purpose: Purpose) -> float:
        """Estimate the chance (0 to 1) that a revisit for this purpose finds an edit."""
        found, fetched = _EXPECTED[purpose]
        return (found + self.found.get(purpose, 0)) / (fetched + self.fetched.get(purpose, 0))

    @property
    def trusts_statements(self) -> bool:
        """Whether what sources say of changes is worth a visit of its own."""
        return self.chance(Purpose.STATED) >= TRUST


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """One visited URL that is due again."""

    url: str
    purpose: Purpose
    appeared: datetime
    visited: datetime


def purpose_of(visits: int, stated: bool, live: bool, hints: Hints) -> Purpose:
    """Say what a fetch of a URL with this past is for."""
    if not visits:
        return Purpose.PAGE
    if stated:
        return Purpose.STATED
    if live:
        return Purpose.LIVE
    return Purpose.PLANNED if hints.modified is None else Purpose.SILENT


def room(fetches: Mapping[str, int], share: float) -> int:
    """Count the revisits that are left of an outlet's budget, by its fetches of this day and the day before.

    One is always granted in advance, unless ``share`` is 0: else an edit at an outlet just added would wait for days.
    """
    if share <= 0:
        return 0
    spent = sum(count for purpose, count in fetches.items() if purpose in REVISITS)
    return max(0, math.floor(share * (sum(fetches.values()) - spent)) + 1 - spent)


def worth(revisit: Revisit, history: History, now: datetime) -> float:
    """Weigh a revisit: the chance that an edit is found, less where it would be found late."""
    age = _hours(now - revisit.appeared)
    gap = min(_hours(now - revisit.visited), age)
    unseen = _edits_by(age) - _edits_by(age - gap)
    by_plan = unseen / (1 + age / _LATE)
    if revisit.purpose is Purpose.STATED:
        by_word = history.chance(Purpose.STATED) * gap / (gap + _SETTLES)
        return max(by_word, history.chance(Purpose.PLANNED) * by_plan)
    if revisit.purpose is Purpose.LIVE:
        return history.chance(Purpose.LIVE) * gap / (gap + _SETTLES)
    return history.chance(revisit.purpose) * by_plan


def chosen(due: Iterable[Revisit], history: History, now: datetime, most: int) -> list[Revisit]:
    """Choose at most ``most`` of the due revisits, the worthiest first; silent ones only where that may pay."""
    silent_too = history.chance(Purpose.SILENT) >= SILENCE_BROKEN
    open_ones = (each for each in due if each.purpose is not Purpose.SILENT or silent_too or _is_sampled(each.url))
    return sorted(open_ones, key=lambda each: (-worth(each, history, now), each.url))[:most]


def says_changed(known: Hints, said: Hints, visited: datetime, now: datetime, same_document: bool) -> bool:
    """Say whether new hints of a visited URL tell of a change that nobody told before.

    That is a time of change later than the one known (or than the visit), or another headline in the document that it
    was found in. Headlines differ from one document to another without an edit.
    """
    modified = said.modified
    if modified is not None and modified <= now + FAR_AHEAD and modified > (known.modified or visited):
        return True
    return same_document and bool(known.title and said.title) and words(known.title or "") != words(said.title or "")


def _is_sampled(url: str) -> bool:
    return crc32(url.encode()) % SAMPLE == 0


def _edits_by(age: float) -> float:
    """Give the share of an article's edits that are made by an age in hours."""
    return age / (age + _HALF_OF_EDITS)


def _hours(span: timedelta) -> float:
    return max(span, timedelta()) / timedelta(hours=1)
