"""Which visited articles are worth another fetch, and how far an outlet's budget reaches. Pure; for every store.

Revisits are a share of the other fetches, so that they never cost much. What there is goes where an edit is likeliest
to be found soon after it was made: each purpose has its own chance, learned from the outlet's last visits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from zlib import crc32

from balkan_crawler.model import Hints
from balkan_crawler.revisiting.purposes import REVISITS, Purpose
from balkan_crawler.text import words

QUIET_PART: Final = 0.5
"""Part of an outlet's share that goes to revisits that no source told of, for far more of them find nothing."""
REMEMBERED: Final = timedelta(days=14)
"""How far back the visits lie that an outlet's chances are learned from."""
GIVEN_UP: Final = timedelta(days=7)
"""A revisit that was due for so long is given up."""
TRUST: Final = 0.25
"""Statements of change that prove true less often than this bring nobody: the article waits for its plan."""
PROVEN: Final = 0.4
"""An outlet whose statements prove true as often may use what the others leave of the budget."""
SILENCE_BROKEN: Final = 0.02
"""Where more of the visits against a source's silence than this find an edit, its silence says nothing."""
SAMPLE: Final = 5
"""One in so many articles is visited against its source's silence, to learn what that is worth."""
FAR_AHEAD: Final = timedelta(days=1)
"""A stated time of change further ahead is a mistake; a smaller lead is a wrong zone, and counts as now."""

_QUIET: Final = frozenset({Purpose.PLANNED, Purpose.SILENT})
_EXPECTED: Final = {Purpose.STATED: (1, 2), Purpose.LIVE: (1, 2), Purpose.PLANNED: (1, 10), Purpose.SILENT: (0.5, 50)}
"""What is taken for known before the first visit of each purpose: edits found, of so many visits."""
_HALF_OF_EDITS: Final = 3.0
"""Hours after publication by which half of an article's edits are made; a quarter within one, nine tenths in 27."""
_LATE: Final = 12.0
"""Hours of age at which finding an edit is worth half as much as at once."""
_STALE: Final = 3.0
"""Hours after which a stated change is worth half: where not all can be fetched, the newest ones are."""
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

    @property
    def quiet(self) -> frozenset[Purpose]:
        """The purposes that nobody told of who is believed."""
        return _QUIET if self.trusts_statements else _QUIET | {Purpose.STATED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisit:
    """One visited URL that is due again; ``stated`` is when its source was last seen to say that it has changed."""

    url: str
    purpose: Purpose
    appeared: datetime
    visited: datetime
    stated: datetime | None = None


def purpose_of(visits: int, stated: bool, live: bool, hints: Hints) -> Purpose:
    """Say what a fetch of a URL with this past is for."""
    if not visits:
        return Purpose.PAGE
    if stated:
        return Purpose.STATED
    if live:
        return Purpose.LIVE
    return Purpose.PLANNED if hints.modified is None else Purpose.SILENT


@dataclass(frozen=True, slots=True)
class Room:
    """How many revisits an outlet has left: of any kind, and of them for what no source told of, or none believed."""

    all: int
    quiet: int


def room_left(everywhere: Mapping[str, int], here: Mapping[str, int], history: History, share: float) -> Room:
    """Give what is left of the budget, by the fetches of this day and the day before, of all outlets and of this one.

    ``share`` is that of the revisits in the other fetches. What sources tell of may use what all outlets have left,
    where they have `PROVEN` true; the plan no more than `QUIET_PART` of the outlet's own. The first revisit of all is
    granted in advance, unless ``share`` is 0: else an edit in a new archive would wait for days.
    """
    if share <= 0:
        return Room(0, 0)
    left = max(1, math.floor(share * _others(everywhere))) - _sum(everywhere, REVISITS)
    own = max(1, math.floor(share * _others(here))) - _sum(here, REVISITS)
    own_quiet = math.floor(share * QUIET_PART * _others(here)) - _sum(here, history.quiet)
    most = left if history.chance(Purpose.STATED) >= PROVEN else min(left, own)
    return Room(max(0, most), max(0, min(most, own_quiet)))


def worth(revisit: Revisit, history: History, now: datetime) -> float:
    """Weigh a revisit: the chance that an edit is found, less where it would be found late."""
    age = _hours(now - revisit.appeared)
    gap = min(_hours(now - revisit.visited), age)
    unseen = _edits_by(age) - _edits_by(age - gap)
    by_plan = unseen / (1 + age / _LATE)
    if revisit.purpose is Purpose.STATED and history.trusts_statements:
        waited = _hours(now - (revisit.stated or now))
        by_word = history.chance(Purpose.STATED) * gap / (gap + _SETTLES) / (1 + waited / _STALE)
        return max(by_word, history.chance(Purpose.PLANNED) * by_plan)
    if revisit.purpose is Purpose.LIVE:
        return history.chance(Purpose.LIVE) * gap / (gap + _SETTLES)
    return history.chance(revisit.purpose) * by_plan


def chosen(due: Iterable[Revisit], history: History, now: datetime, room: Room) -> list[Revisit]:
    """Choose due revisits as far as there is room, the worthiest first; silent ones only where that may pay."""
    silent_too = history.chance(Purpose.SILENT) >= SILENCE_BROKEN
    open_ones = (each for each in due if each.purpose is not Purpose.SILENT or silent_too or _is_sampled(each.url))
    taken: list[Revisit] = []
    quiet = room.quiet
    for each in sorted(open_ones, key=lambda each: (-worth(each, history, now), each.url)):
        if len(taken) == room.all:
            break
        if each.purpose in history.quiet:
            if not quiet:
                continue
            quiet -= 1
        taken.append(each)
    return taken


def says_changed(known: Hints, said: Hints, visited: datetime, now: datetime, same_document: bool) -> bool:
    """Say whether new hints of a visited URL tell of a change that nobody told before.

    That is a time of change later than the one known (or than the visit), or another headline in the document that it
    was found in. Headlines differ from one document to another without an edit.
    """
    modified = said.modified
    if modified is not None and modified <= now + FAR_AHEAD and modified > (known.modified or visited):
        return True
    return same_document and bool(known.title and said.title) and words(known.title or "") != words(said.title or "")


def _others(fetches: Mapping[str, int]) -> int:
    return sum(fetches.values()) - _sum(fetches, REVISITS)


def _sum(fetches: Mapping[str, int], purposes: frozenset[Purpose]) -> int:
    return sum(fetches.get(purpose, 0) for purpose in purposes)


def _is_sampled(url: str) -> bool:
    return crc32(url.encode()) % SAMPLE == 0


def _edits_by(age: float) -> float:
    """Give the share of an article's edits that are made by an age in hours."""
    return age / (age + _HALF_OF_EDITS)


def _hours(span: timedelta) -> float:
    return max(span, timedelta()) / timedelta(hours=1)
