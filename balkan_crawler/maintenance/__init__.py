"""The care of an archive: backups and their return, what is kept for how long, soundness, room, and the disk's future.

It knows nothing of commands, nor of how people are told. What came of a step is a `Result`, which carries the identity
and the words that a message needs.
"""

from __future__ import annotations

from balkan_crawler.maintenance.backing_up import BackupMade, back_up
from balkan_crawler.maintenance.forecast import Forecast, forecast, growth
from balkan_crawler.maintenance.job import Job
from balkan_crawler.maintenance.records import Result, State, Step
from balkan_crawler.maintenance.restoring import Restored, restore
from balkan_crawler.maintenance.steps import maintain

__all__ = [
    "BackupMade",
    "Forecast",
    "Job",
    "Restored",
    "Result",
    "State",
    "Step",
    "back_up",
    "forecast",
    "growth",
    "maintain",
    "restore",
]
