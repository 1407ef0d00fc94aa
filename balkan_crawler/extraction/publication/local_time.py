"""The offset that a time is told in: the outlet's own, where a page shows that the day is another one there, or that a
time marked as UTC is a local one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta, timezone
from typing import Final
from zoneinfo import ZoneInfo

from balkan_crawler.extraction.publication.stated_times import Claim, Frame
from balkan_crawler.model import DateSource

_FARTHEST_OFFSET: Final = timedelta(hours=14)
"""The greatest distance of a zone from UTC (Kiribati's)."""

_OFFSET_STEP: Final = timedelta(minutes=15)
"""Offsets of zones are multiples of this."""

_SAME_MOMENT: Final = timedelta(minutes=2)
"""Two places of a page that tell one moment differ by less: one is rounded, or stamped a little later. Set by hand."""

_OFFSETS: Final = sorted(range(-11, 14), key=abs)
"""Whole hours of offset that are tried, the smallest first."""


def in_local_time(claim: Claim, frame: Frame) -> Claim:
    """Tell an exact claim in UTC in the frame's zone; give any other as it stands."""
    is_utc = claim.offset and claim.is_exact and not claim.time.utcoffset()
    return replace(claim, time=claim.time.astimezone(ZoneInfo(frame.timezone))) if is_utc else claim


def localise(chosen: Claim, claims: Sequence[Claim], frame: Frame) -> Claim:
    """Tell a claim with its offset in the outlet's time where the page shows that its day is another one there.

    Shown by the same moment elsewhere with a local offset or printed without one, or, of a claim in UTC, by the
    address: then in the outlet's zone where that is known, and else with the smallest offset that gives the day. A
    local time that is only marked as UTC is told for what it is (see `_is_mislabelled`).
    """
    if not chosen.offset or not chosen.is_exact:
        return chosen
    if not frame.is_unknown:
        if _is_mislabelled(chosen, claims, frame):
            return replace(chosen, time=chosen.time.replace(tzinfo=ZoneInfo(frame.timezone)), offset=False)
        local = in_local_time(chosen, frame)
        shown = any(claim.day == local.day for claim in claims if claim.source in {DateSource.BYLINE, DateSource.URL})
        return local if shown else chosen
    for claim in claims:
        offset = _offset_of(claim, chosen)
        if offset is not None:
            return replace(chosen, time=chosen.time.astimezone(timezone(offset))) if claim.day != chosen.day else chosen
    return _on_day_of_address(chosen, claims) if not chosen.time.utcoffset() else chosen


def is_in_doubt(claim: Claim, frame: Frame) -> bool:
    """Say whether a time that is marked as UTC may be a local one: exact, at an outlet whose zone is another."""
    is_utc = claim.offset and claim.is_exact and not claim.time.utcoffset()
    return is_utc and not frame.is_unknown and bool(_distance(claim, frame))


def _is_mislabelled(chosen: Claim, claims: Sequence[Claim], frame: Frame) -> bool:
    """Say whether a time marked as UTC is the outlet's local one.

    It is where it lies ahead of the fetch and as a local time does not; where the feed tells the moment that it is as
    a local time; and where readers are shown the same time of day, and not the one that it is in the outlet's zone. A
    time with a fraction of a second comes from a clock, which knows its zone; servers print such times in UTC, too.
    """
    if not is_in_doubt(chosen, frame):
        return False
    local = chosen.time.replace(tzinfo=ZoneInfo(frame.timezone))
    if frame.is_fetch and local <= frame.now + _SAME_MOMENT < chosen.time:
        return True
    told = [claim for claim in claims if claim.is_exact and claim.source is DateSource.FEED]
    if any(abs(claim.time - chosen.time) <= _SAME_MOMENT and claim.time.utcoffset() for claim in told):
        return False
    if any(abs(claim.time - local) <= _SAME_MOMENT for claim in told):
        return True
    if chosen.is_stamped:
        return False
    printed = [claim.time for claim in claims if claim.is_exact and not claim.offset and _is_shown(claim)]
    return any(abs(time - local) <= _SAME_MOMENT for time in printed) and not any(
        abs(time - chosen.time) <= _SAME_MOMENT for time in printed
    )


def _is_shown(claim: Claim) -> bool:
    return claim.source in {DateSource.BYLINE, DateSource.TIME}


def _distance(claim: Claim, frame: Frame) -> timedelta | None:
    return claim.time.astimezone(ZoneInfo(frame.timezone)).utcoffset()


def _on_day_of_address(chosen: Claim, claims: Sequence[Claim]) -> Claim:
    """Tell a claim in UTC with the smallest offset that gives the day of the address, if one does."""
    for claim in claims:
        if claim.source is DateSource.URL and claim.day != chosen.day:
            zoned = (chosen.time.astimezone(timezone(timedelta(hours=hours))) for hours in _OFFSETS)
            return next((replace(chosen, time=each) for each in zoned if each.date() == claim.day), chosen)
    return chosen


def _offset_of(claim: Claim, chosen: Claim) -> timedelta | None:
    """Give the distance from UTC with which a claim tells the moment of another one, if it is its moment."""
    if not claim.is_exact or claim.source not in {DateSource.BYLINE, DateSource.TIME}:
        return None
    stated = claim.time.utcoffset()
    if claim.offset and stated is not None:
        return stated if stated and abs(claim.time - chosen.time) <= _SAME_MOMENT else None
    apart = claim.time.replace(tzinfo=UTC) - chosen.time
    offset = _OFFSET_STEP * round(apart / _OFFSET_STEP)
    return offset if abs(offset) <= _FARTHEST_OFFSET and abs(apart - offset) <= _SAME_MOMENT else None
