"""What a store knows of duties: tasks of a schedule that one of several runs over one archive does, and only one."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """A task that is due: its name, and the ``occasion`` that it is due at, by the clock of whoever asks for it.

    Done for an occasion that lies less than a tolerance before this one, it is done for this one, too: ``tolerance``
    for those of one machine, ``tolerance_elsewhere`` where another machine did it, whose time zone may be another.
    """

    name: str
    occasion: datetime
    tolerance: timedelta
    tolerance_elsewhere: timedelta


class DutyState(StrEnum):
    """What becomes of a duty that is asked for: ``OURS`` to do now, another's who is ``UNDER_WAY``, or ``DONE``."""

    OURS = "ours"
    UNDER_WAY = "under way"
    DONE = "done"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenDuty:
    """The answer to who asks for a duty: ``holder`` is who has it or has done it, ``token`` tells takings apart."""

    name: str
    state: DutyState
    holder: str
    token: int


class DutiesStore(Protocol):
    """What a store knows of duties; see `balkan_crawler.storage.Store`, which has these methods, too."""

    def take_duty(self, duty: Duty, holder: str, now: datetime, seconds: float) -> TakenDuty:
        """Take a duty for so many seconds, unless it is done, or another is at it who is not known to be gone."""
        ...

    def renew_duty(self, taken: TakenDuty, now: datetime, seconds: float) -> bool:
        """Keep a duty for so many seconds from now; gives whether it is still this holder's."""
        ...

    def end_duty(self, taken: TakenDuty, occasion: datetime | None) -> bool:
        """Let go of a duty, which is done for an ``occasion``, or not; gives whether it was still this holder's."""
        ...
