"""What polls show of a source again and again, and what was done about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final


class SignKind(StrEnum):
    """What polls of a source show, one after the other.

    ``MOVED``: it is read at the address of a permanent redirect, and names the outlet's articles there. ``LEFT``: such
    a redirect leads to another site, and what is there names none of them. ``LOST``: it fails for good, that is not for
    an hour. ``BACK``: it is read, after it had failed so long that others stand in for it.
    """

    MOVED = "moved"
    LEFT = "left"
    LOST = "lost"
    BACK = "back"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What all polls of a source showed since ``since``, the last at ``last``, on ``days`` different days (UTC).

    ``to`` is the address that it redirects to. Polls that show nothing of it (an error of the hour, a refusal, no
    answer) neither count nor end it; one that shows something else begins another.
    """

    kind: SignKind
    since: datetime
    last: datetime
    to: str | None = None
    days: int = 1
    polls: int = 1


def sign_after(before: Sign | None, kind: SignKind, now: datetime, to: str | None = None) -> Sign:
    """Give the sign after a poll that showed this; it begins anew after another one, or a clock that was set back."""
    if before is None or (before.kind, before.to) != (kind, to) or now < before.last:
        return Sign(kind=kind, since=now, last=now, to=to)
    another_day = now.date() != before.last.date()
    return replace(before, last=now, days=before.days + another_day, polls=before.polls + 1)


class RepairKind(StrEnum):
    """What was done, or found.

    ``FEED_MOVED``: a source was taken at the address that it redirects to. ``FEED_REPLACED``: another one was found for
    a source that failed for good. ``FALLBACK``: sitemaps and pages stand in for sources none of which can be read.
    ``RESTORED``: that has ended. ``LEARNED_ANEW``: the pages are built otherwise than before. ``SITE_MOVED``: the home
    page leads to another site, which is for people to look at; nothing was done.
    """

    FEED_MOVED = "feed-moved"
    FEED_REPLACED = "feed-replaced"
    FALLBACK = "fallback"
    RESTORED = "restored"
    LEARNED_ANEW = "learned-anew"
    SITE_MOVED = "site-moved"


REPLACING: Final = frozenset({RepairKind.FEED_MOVED, RepairKind.FEED_REPLACED})
"""Kinds after which the old addresses are polled no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSource:
    """A source that no table names: ``kind`` is a value of `balkan_crawler.discovery.sources.SourceKind`."""

    kind: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """One step, with its evidence in plain words; ``id`` is the store's, 0 before it is kept.

    ``old`` are the addresses that it is about, and ``new`` what takes their place (of a fallback: stands beside them).
    ``undone`` is when a user took it back.
    """

    outlet: str
    at: datetime
    kind: RepairKind
    evidence: str
    old: tuple[str, ...] = ()
    new: tuple[FoundSource, ...] = ()
    undone: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """The last search for another source of an outlet: when it began, the how manieth in vain it is, what came of it.

    ``result`` is ``None`` where it was broken off.
    """

    outlet: str
    at: datetime
    tries: int = 1
    result: str | None = None
