"""The records of this room: what is to be told, the one message that tells it, and what came of each channel."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a notice asks of its reader: to know of it, or to do something."""

    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One thing to tell. The same thing keeps its ``key`` for as long as it lasts, whatever its words say by then.

    ``title`` is a line of what is so (``danas: nothing new since 27 November``), ``text`` the evidence and what to do,
    in as many lines as it takes.
    """

    key: str
    title: str
    text: str = ""
    severity: Severity = Severity.PROBLEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a message: what its notices have in common, and the notices."""

    heading: str
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The one message that sums up what a channel is to be told: plain text, with a subject of one line."""

    subject: str
    text: str
    severity: Severity
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one channel.

    ``told`` counts the notices that it was sent. ``reason`` says why it could not be sent them, or, where it was, what
    else is to be known. ``is_news`` says whether that is to be said now: a fault that lasts is said once a day.
    """

    channel: str
    told: int = 0
    reason: str | None = None
    is_sent: bool = True
    is_news: bool = True
