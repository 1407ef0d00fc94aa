"""Which visited articles are worth another fetch, and how far an outlet's budget reaches. Pure; for every store.

Revisits are a share of the other fetches, so that they never cost much. What there is goes where an edit is likeliest
to be found soon after it was made: each purpose has its own chance, learned from the outlet's last visits.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Final
from zlib import crc32

from balkan_crawler.data import read_table
from balkan_crawler.model import Hints
from balkan_crawler.revisiting.purposes import REVISITS, Purpose
from balkan_crawler.text import words

_QUIET: Final = frozenset({Purpose.PLANNED, Purpose.SILENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The numbers of ``revisiting.toml`` that revisits are weighed by, under the names there, with what each means.

    ``expected`` are edits found and visits made, by `Purpose`; ages are in hours.
    """

    quiet_part: float
    remembered: timedelta
    given_up: timedelta
    trust: float
    proven: float
    silence_broken: float
    sample: int
    far_ahead: timedelta
    half_of_edits: float
    late: float
    stale: float
    settles: float
    expected: Mapping[str, tuple[float, float]]


@cache
def limits() -> Limits:
    """Give the numbers that revisits are weighed by."""
    data = read_table(__name__, "revisiting.toml")["worth"]
    return Limits(
        quiet_part=data["quiet_part"],
        remembered=timedelta(days=data["remembered_days"]),
        given_up=timedelta(days=data["given_up_days"]),
        trust=data["trust"],
        proven=data["proven"],
        silence_broken=data["silence_broken"],
        sample=data["sample"],
        far_ahead=timedelta(days=data["far_ahead_days"]),
        half_of_edits=data["half_of_edits_hours"],
        late=data["late_hours"],
        stale=data["stale_hours"],
        settles=data["settles_hours"],
        expected={Purpose(name): (found, fetched) for name, (found, fetched) in data["expected"].items()},
    )


@dataclass(frozen=True, slots=True)
class History:
    """An outlet's fetches of the last days by `Purpose`, and how many of them found an edit."""

    fetched: Mapping[str, int] = field(default_factory=dict)
    found: Mapping[str, int] = field(default_factory=dict)

    def chance(self, purpose: Purpose) -> float:
        """Estimate the chance (0 to 1) that a revisit for this purpose finds an edit."""
        found, fetched = limits().expected[purpose]
        return (found + self.found.get(purpose, 0)) / (fetched + self.fetched.get(purpose, 0))

    @property
    def trusts_statements(self) -> bool:
        """Whether what sources say of changes is worth a visit of its own."""
        return self.chance(Purpose.STATED) >= limits().trust

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
    where they have proven true; the plan no more than its quiet part of the outlet's own. The first revisit of all is
    granted in advance, unless ``share`` is 0: else an edit in a new archive would wait for days.
    """
    if share <= 0:
        return Room(0, 0)
    left = max(1, math.floor(share * _others(everywhere))) - _sum(everywhere, REVISITS)
    own = max(1, math.floor(share * _others(here))) - _sum(here, REVISITS)
    own_quiet = math.floor(share * limits().quiet_part * _others(here)) - _sum(here, history.quiet)
    most = left if history.chance(Purpose.STATED) >= limits().proven else min(left, own)
    return Room(max(0, most), max(0, min(most, own_quiet)))


def worth(revisit: Revisit, history: History, now: datetime) -> float:
    """Weigh a revisit: the chance that an edit is found, less where it would be found late."""
    age = _hours(now - revisit.appeared)
    gap = min(_hours(now - revisit.visited), age)
    unseen = _edits_by(age) - _edits_by(age - gap)
    by_plan = unseen / (1 + age / limits().late)
    if revisit.purpose is Purpose.STATED and history.trusts_statements:
        waited = _hours(now - (revisit.stated or now))
        by_word = history.chance(Purpose.STATED) * gap / (gap + limits().settles) / (1 + waited / limits().stale)
        return max(by_word, history.chance(Purpose.PLANNED) * by_plan)
    if revisit.purpose is Purpose.LIVE:
        return history.chance(Purpose.LIVE) * gap / (gap + limits().settles)
    return history.chance(revisit.purpose) * by_plan


def chosen(due: Iterable[Revisit], history: History, now: datetime, room: Room) -> list[Revisit]:
    """Choose due revisits as far as there is room, the worthiest first; silent ones only where that may pay."""
    silent_too = history.chance(Purpose.SILENT) >= limits().silence_broken
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
    if modified is not None and modified <= now + limits().far_ahead and modified > (known.modified or visited):
        return True
    return same_document and bool(known.title and said.title) and words(known.title or "") != words(said.title or "")


def _others(fetches: Mapping[str, int]) -> int:
    return sum(fetches.values()) - _sum(fetches, REVISITS)


def _sum(fetches: Mapping[str, int], purposes: frozenset[Purpose]) -> int:
    return sum(fetches.get(purpose, 0) for purpose in purposes)


def _is_sampled(url: str) -> bool:
    return crc32(url.encode()) % limits().sample == 0


def _edits_by(age: float) -> float:
    """Give the share of an article's edits that are made by an age in hours."""
    return age / (age + limits().half_of_edits)


def _hours(span: timedelta) -> float:
    return max(span, timedelta()) / timedelta(hours=1)
