"""Making a backup: a copy of one moment, read again before it gets its name, and the older ones that go for it."""

from __future__ import annotations

import os
import shutil
import time
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from balkan_crawler.durability import sync_file, sync_folder
from balkan_crawler.errors import (
    BackupPlaceError,
    BackupUnsoundError,
    BackupUnwritableError,
    StoreBrokenError,
    StoreMissingError,
)
from balkan_crawler.maintenance import rotation
from balkan_crawler.maintenance.packed import pack
from balkan_crawler.maintenance.parts import clear_parts, part
from balkan_crawler.storage.file.backup import Contents, copy_database, verify_copy
from balkan_crawler.storage.sqlite_store import BUSY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupMade:
    """A backup that was made: the file and its bytes, what it holds, and the older backups that were removed for it.

    ``is_beside`` says that it lies on the disk of the database, and would be lost with it.
    """

    path: Path
    size: int
    contents: Contents
    removed: tuple[Path, ...] = ()
    is_beside: bool = False


def back_up(
    path: Path,
    place: Path,
    now: datetime,
    *,
    keep: int | None = None,
    rotates: bool = True,
    packed: bool = False,
    thoroughly: bool = False,
    busy_seconds: float = BUSY_SECONDS,
    pause: Callable[[float], object] = time.sleep,
) -> BackupMade:
    """Copy the database at ``path`` to ``place``, while others may write to it.

    ``place`` is a folder that is there, in which the copy is named by the time and older ones are removed as
    `rotation.to_remove` says, unless it does not ``rotate``; or else a file that is not there yet. ``packed`` packs it
    with zstd, as a name that ends with ``.zst`` does. Nothing appears before it was read again, and nothing is removed
    before that. Raises a `StoreError` of the database, or a `BackupError`.
    """
    if not path.exists():
        raise StoreMissingError(str(path))
    is_folder = place.is_dir()
    folder = place if is_folder else place.parent
    _refuse(place, folder, is_folder=is_folder)
    stem = path.stem
    if clear_parts(folder, f"{stem}-" if is_folder else place.name) and is_folder:
        raise BackupUnwritableError(str(place), "another backup is being written there")
    packed = packed or place.suffix == rotation.PACKED
    name = rotation.name_of(stem, now, packed=packed) if is_folder else place.name
    try:
        with part(folder, name) as copy:
            shutil.copymode(path, copy)  # nobody may read in a copy what is kept from them in the database
            contents = copy_database(path, copy, busy_seconds, pause)
            _prove(copy, contents, path, thoroughly=thoroughly)
            if packed:
                with part(folder, name) as packed_copy:
                    shutil.copymode(path, packed_copy)
                    pack(copy, packed_copy)
                    target = _give_name(packed_copy, place, now, stem, packed=True)
            else:
                target = _give_name(copy, place, now, stem, packed=False)
    except OSError as error:
        raise BackupUnwritableError(str(place), error.strerror or str(error)) from error
    removed = _remove(folder, stem, now, keep, target) if is_folder and rotates else ()
    return BackupMade(
        path=target,
        size=target.stat().st_size,
        contents=contents,
        removed=removed,
        is_beside=path.stat().st_dev == target.stat().st_dev,
    )


def backups_in(folder: Path, path: Path) -> list[rotation.Backup]:
    """Find the backups of a database in a folder, the oldest first; none where there is no folder."""
    try:
        return rotation.backups_among(list(folder.iterdir()), path.stem)
    except OSError:
        return []


def _refuse(place: Path, folder: Path, *, is_folder: bool) -> None:
    if not folder.is_dir():
        raise BackupPlaceError(str(folder), "there is no such folder")
    if not is_folder:
        if os.path.lexists(place):
            raise BackupPlaceError(str(place), "it is there already, and is not overwritten")
        if not place.suffix:
            raise BackupPlaceError(str(place), "there is no such folder, and a file's name ends with .db")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise BackupUnwritableError(str(folder), "no permission")


def _prove(copy: Path, contents: Contents, path: Path, *, thoroughly: bool) -> None:
    """Read the copy from end to end. Raises `BackupUnsoundError`."""
    sync_file(copy)
    try:
        found = verify_copy(copy, thoroughly=thoroughly)
    except StoreBrokenError as error:
        raise BackupUnsoundError(str(path), error.detail) from error
    if found != contents:
        raise BackupUnsoundError(str(path), "it holds other rows than the database did")


def _give_name(copy: Path, place: Path, now: datetime, stem: str, *, packed: bool) -> Path:
    """Give a copy its name, which no other file has."""
    sync_file(copy)
    for number in count(1):
        target = place / rotation.name_of(stem, now, number, packed=packed) if place.is_dir() else place
        if target == place and os.path.lexists(place):
            raise BackupPlaceError(str(place), "it is there already, and is not overwritten")
        others = (place / rotation.name_of(stem, now, number, packed=other) for other in (False, True))
        if target != place and any(map(os.path.lexists, others)):
            continue
        copy.rename(target)
        sync_folder(target.parent)
        return target
    raise AssertionError("unreachable")


def _remove(folder: Path, stem: str, now: datetime, keep: int | None, made: Path) -> tuple[Path, ...]:
    """Remove the older backups that are not to be kept, never the one that was just made."""
    removed = []
    known: Sequence[rotation.Backup] = rotation.backups_among(list(folder.iterdir()), stem)
    for backup in rotation.to_remove(known, now, keep):
        if backup.path != made and backup.path.is_file() and not backup.path.is_symlink():
            backup.path.unlink()
            removed.append(backup.path)
    return tuple(removed)
