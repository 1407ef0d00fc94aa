"""Mending a damaged database as far as that is safe: while nobody else writes, and undone where it did not help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balkan_crawler.errors import StoreInUseError
from balkan_crawler.maintenance.records import Result, State, Step
from balkan_crawler.storage.overviews import StepRun
from balkan_crawler.storage.upkeep import Upkeep, check_soundness

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


def repair_database(path: Path, now: datetime) -> Result:
    """Look for damage, and make anew what can be. Raises a `StoreError`: `StoreInUseError` while a crawl is at work."""
    with Upkeep(path) as upkeep:
        holders = upkeep.holders(now)
        if holders:
            raise StoreInUseError(str(path), f"a crawl is at work ({holders[0]})")
        found = check_soundness(path)
        if found.is_sound:
            result = Result(step=Step.CHECK, state=State.DONE, text="the database is sound")
        else:
            left = upkeep.repair(found)
            if left.is_sound:
                result = Result(step=Step.CHECK, state=State.DONE, text=f"mended: {found.first}")
            else:
                text = (
                    f"{left.first}; nothing was changed of it: this cannot be made anew, so restore a backup "
                    "(`balkan-crawler restore`), or save what can be read with `.recover` of sqlite3"
                )
                result = Result(step=Step.CHECK, state=State.FINDING, text=text)
        upkeep.remember(Step.CHECK, StepRun(ran=now, state=result.state, said=result.text))
    return result
