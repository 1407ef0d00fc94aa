"""The disk of an archive: what is known of its past, gathered for the forecast."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from balkan_crawler.maintenance import rotation
from balkan_crawler.maintenance.backing_up import backups_in
from balkan_crawler.maintenance.forecast import PAST, Forecast, bytes_of_usual_day, forecast, growth
from balkan_crawler.maintenance.kept_pages import bytes_by_day, kept_files

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from balkan_crawler.configuration import Maintenance
    from balkan_crawler.storage.upkeep import Upkeep

_BACKUPS_OF_DAYS_AND_WEEKS: Final = rotation.DAYS + rotation.WEEKS
"""So many backups there are in the end where no number is set."""


def foresee(upkeep: Upkeep, rules: Maintenance, pages: Path | None, today: date) -> Forecast:
    """Foresee the disk of a database, with the backups and pages that grow on it. Raises `OSError` and `StoreError`."""
    path, since = upkeep.path.absolute(), today - PAST
    room = upkeep.room()
    used = room.file - room.free
    grown = growth(today, upkeep.new_by_day(since), upkeep.sizes(since), used, upkeep.articles())
    copies, reserved = _backups(path, rules, room.file)
    pages_a_day = 0.0
    if pages is not None and pages.is_dir() and _is_same_disk(pages, path) and rules.keep_pages_days is None:
        pages_a_day = bytes_of_usual_day(today, bytes_by_day(kept_files(pages), since))
    free = shutil.disk_usage(path.parent).free
    return forecast(free, grown, reserved=reserved, copies=copies, pages_a_day=pages_a_day)


def _backups(path: Path, rules: Maintenance, size: int) -> tuple[float, int]:
    """Say how many archives the backups on the same disk amount to in the end, and the bytes that are missing to it."""
    folder = rules.backup
    if folder is None or not folder.is_dir() or not _is_same_disk(folder, path):
        return 0.0, 0
    backups = backups_in(folder, path)
    most = rules.keep_backups or _BACKUPS_OF_DAYS_AND_WEEKS
    one = backups[-1].path.stat().st_size if backups else size
    return most * one / max(1, size), max(0, most - len(backups)) * one


def _is_same_disk(place: Path, path: Path) -> bool:
    return place.stat().st_dev == path.stat().st_dev
