"""The folder of the database, and the room on its disk."""

from __future__ import annotations

import shutil
import tempfile
from typing import TYPE_CHECKING, Final

from balkan_crawler.health.check import Check, State

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ROOM_TO_WORK: Final = 1_000_000_000
"""Free bytes below which a crawl of many outlets may run out of disk."""
ROOM_TO_START: Final = 50_000_000
"""Free bytes below which no crawl should begin."""


def folder(place: Path) -> Iterator[Check]:
    """Try to write to a folder, without leaving anything there, and look at the room on its disk."""
    try:
        with tempfile.TemporaryFile(dir=place):
            yield Check("folder", State.OK, f"{place} can be written to")
        free = shutil.disk_usage(place).free
    except OSError as error:
        text = f"{place} cannot be written to ({error.strerror}); name another with --db"
        yield Check("folder", State.PROBLEM, text)
        return
    yield disk(free)


def disk(free: int) -> Check:
    """Judge the free bytes of a disk."""
    state = State.PROBLEM if free < ROOM_TO_START else State.NOTE if free < ROOM_TO_WORK else State.OK
    return Check("disk", state, f"{free / 1e9:.1f} GB free")
