"""What a channel is to be told now, by what it was told before. Pure.

Times of a clock that may jump are never compared over long spans: of the time between two looks at most `LONGEST_GAP`
counts, and none where the clock went back. So a clock that jumps a year ahead and back neither has everything told
again nor keeps a reminder back for a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from balkan_crawler.notification.record import Notice, Part, Severity
from balkan_crawler.storage import Told

ONCE: Final = "once"
"""The scope of what is told once and does not last, such as a report."""
REMIND_AFTER: Final = timedelta(days=7) - timedelta(hours=1)
"""What lasts is told again after a week, less what nightly runs differ by."""
LONGEST_GAP: Final = timedelta(days=2)
"""So much of the time between two looks counts; where more passed, nobody looked, or the clock jumped."""
MOST_WAITING: Final = 10
"""So many reports that a channel could not be sent wait for it; of more, the oldest are dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """What one channel is to be told: the ``parts`` of a message, empty where there is nothing.

    ``before`` is to be kept whatever comes of it, ``after`` once it was sent.
    """

    parts: tuple[Part, ...]
    before: tuple[Told, ...]
    after: tuple[Told, ...]

    @property
    def notices(self) -> int:
        """How many notices it is to be told."""
        return sum(len(part.notices) for part in self.parts)


def lasting(
    scope: str,
    holding: Sequence[Notice],
    known: Iterable[Told],
    channel: str,
    now: datetime,
    remind_after: timedelta = REMIND_AFTER,
) -> Telling:
    """Work out what is new to a channel, what still holds and is to be said again, and what has ended.

    ``holding`` is all of this scope that holds now; ``known`` what was told of it to the channel. What ended before it
    could be told is never told.
    """
    said = {each.key: each for each in known}
    holds = {notice.key: notice for notice in reversed(holding)}
    new: list[Notice] = []
    still: list[Notice] = []
    over: list[Notice] = []
    before: list[Told] = []
    after: list[Told] = []
    for notice in dict.fromkeys(holds[each.key] for each in holding):
        last = said.get(notice.key)
        if last is None or last.ended is not None or last.first_told is None:
            new.append(notice)
            after.append(_told(scope, notice, channel, now))
            continue
        first = min(last.first_told, now)  # a clock may have run ahead
        seconds = last.seconds + _watched(last.looked, now)
        seen = replace(last, title=notice.title, first_told=first, looked=now, seconds=seconds)
        before.append(seen)
        if seconds >= remind_after.total_seconds():
            since = f"Told first on {first.day} {first:%B %Y}."
            still.append(replace(notice, text=f"{notice.text}\n{since}".strip()))
            after.append(replace(seen, last_told=now, seconds=0.0))
    for last in said.values():
        if last.ended is None and last.key not in holds:
            over.append(Notice(key=last.key, title=last.title, severity=Severity.NOTE))
            after.append(replace(last, ended=now, looked=now))
    parts = [
        Part(heading=heading, notices=tuple(of)) for heading, of in (("New", new), ("Still", still), ("Over", over))
    ]
    return Telling(parts=tuple(part for part in parts if part.notices), before=tuple(before), after=tuple(after))


def once(reports: Sequence[Notice], known: Iterable[Told], channel: str, now: datetime) -> Telling:
    """Work out which reports a channel has not been told yet, those before them that waited for it.

    ``known`` is what was told to the channel in the scope `ONCE`.
    """
    said = {each.key: each for each in known}
    waiting = sorted((each for each in said.values() if each.first_told is None), key=lambda each: each.looked)
    new = {notice.key: notice for notice in reports if notice.key not in said}
    before = [
        replace(_told(ONCE, notice, channel, now), first_told=None, last_told=None, text=notice.text)
        for notice in new.values()
    ]
    queue = [*waiting, *before]
    dropped, kept = queue[:-MOST_WAITING], queue[-MOST_WAITING:]
    told = [
        Notice(key=each.key, title=each.title, text=each.text or "", severity=Severity(each.severity)) for each in kept
    ]
    gone = [replace(each, text=None, first_told=now, ended=now) for each in dropped]
    after = [replace(each, text=None, first_told=now, last_told=now) for each in kept]
    parts = (Part(heading="", notices=tuple(told)),) if told else ()
    return Telling(parts=parts, before=(*before, *gone), after=tuple(after))


def _told(scope: str, notice: Notice, channel: str, now: datetime) -> Told:
    return Told(
        scope=scope,
        key=notice.key,
        channel=channel,
        title=notice.title,
        severity=notice.severity,
        first_told=now,
        last_told=now,
        looked=now,
    )


def _watched(looked: datetime, now: datetime) -> float:
    return min(max((now - looked).total_seconds(), 0.0), LONGEST_GAP.total_seconds())
