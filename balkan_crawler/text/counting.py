"""Numbers and spans of time, as they are written for people. Pure."""

from __future__ import annotations

from typing import Final

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_LONG: Final = 2
"""From so many of the next unit on a span is told in it: 90 minutes, then 2 hours."""


def counted(number: int, noun: str) -> str:
    """Write a number with what it counts: ``1 outlet``, ``1,200 outlets``."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def about(seconds: float) -> str:
    """Write how long something takes, as exactly as an estimate is worth: ``5 s``, ``12 min``, ``3 hours``."""
    if seconds < _LONG * _MINUTE:
        return f"{max(1, round(seconds))} s"
    if seconds < _LONG * _HOUR:
        return f"{round(seconds / _MINUTE)} min"
    if seconds < _LONG * _DAY:
        return counted(round(seconds / _HOUR), "hour")
    return counted(round(seconds / _DAY), "day")
