"""Duties, in SQL: who is at a task of the schedule, and for which occasion it was done last.

Every function runs inside a transaction of its caller.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from balkan_crawler.storage.columns import moment, stamp, stamp_or_none
from balkan_crawler.storage.duties_contract import Duty, DutyState, TakenDuty
from balkan_crawler.storage.file.lease_holders import is_gone

if TYPE_CHECKING:
    import sqlite3
    from datetime import datetime

LEAP: Final = timedelta(days=1)
"""An occasion, or the end of a taking, so far ahead was stamped by a clock that has been set back since."""


def take(db: sqlite3.Connection, duty: Duty, holder: str, now: datetime, seconds: float) -> TakenDuty:
    """Take a duty, unless it is done or another's."""
    db.execute(
        "INSERT OR IGNORE INTO _duties (name, holder, token, ends, occasion) VALUES (?, ?, 0, NULL, NULL)",
        (duty.name, holder),
    )
    [(former, token, ends, occasion)] = db.execute(
        "SELECT holder, token, ends, occasion FROM _duties WHERE name = ? /*+ FOR UPDATE */", (duty.name,)
    ).fetchall()
    done = moment(occasion)
    if done is not None and done <= max(now, duty.occasion) + LEAP:
        tolerance = duty.tolerance if _machine(former) == _machine(holder) else duty.tolerance_elsewhere
        if done >= duty.occasion - tolerance:
            return TakenDuty(name=duty.name, state=DutyState.DONE, holder=former, token=token)
    end = moment(ends)
    if end is not None and now < end <= now + LEAP and not is_gone(former):
        return TakenDuty(name=duty.name, state=DutyState.UNDER_WAY, holder=former, token=token)
    db.execute(
        "UPDATE _duties SET holder = ?, token = ?, ends = ? WHERE name = ?",
        (holder, token + 1, stamp(now + timedelta(seconds=seconds)), duty.name),
    )
    return TakenDuty(name=duty.name, state=DutyState.OURS, holder=holder, token=token + 1)


def renew(db: sqlite3.Connection, taken: TakenDuty, now: datetime, seconds: float) -> bool:
    """Move the end of a taking."""
    changed = db.execute(
        "UPDATE _duties SET ends = ? WHERE name = ? AND token = ? AND ends IS NOT NULL",
        (stamp(now + timedelta(seconds=seconds)), taken.name, taken.token),
    )
    return changed.rowcount == 1


def end(db: sqlite3.Connection, taken: TakenDuty, occasion: datetime | None) -> bool:
    """Let go of a duty."""
    changed = db.execute(
        "UPDATE _duties SET ends = NULL, occasion = coalesce(?, occasion)"
        " WHERE name = ? AND token = ? AND ends IS NOT NULL",
        (stamp_or_none(occasion), taken.name, taken.token),
    )
    return changed.rowcount == 1


def _machine(holder: str) -> str:
    return holder.partition(":")[0]
