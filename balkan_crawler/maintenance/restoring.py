"""Putting a backup in the place of a database, and moving aside what stood there."""

from __future__ import annotations

import errno
import os
import shutil
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final

from balkan_crawler.durability import sync_file
from balkan_crawler.errors import (
    BackupUnusableError,
    StoreError,
    StoreFullError,
    StoreReadOnlyError,
    StoreStrangerError,
    StoreTooNewError,
)
from balkan_crawler.maintenance.packed import copy_unpacked
from balkan_crawler.maintenance.parts import clear_parts, part
from balkan_crawler.storage.file.backup import Contents, verify_copy
from balkan_crawler.storage.file.replacement import finish_journal, put_in_place_of

if TYPE_CHECKING:
    from datetime import datetime

_FULL: Final = {errno.ENOSPC, errno.EFBIG}


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was put in place, and the name that what stood there has now; ``None`` where nothing did."""

    contents: Contents
    aside: Path | None


def restore(backup: Path, path: Path, now: datetime, busy_seconds: float) -> Restored:
    """Put a copy of ``backup`` in the place of the database at ``path``; the backup itself stays where it is.

    Nothing changes before the copy was read from end to end, on the database's own disk. What stood there is never
    deleted: it gets a name beside its old one, with its journal where that could not be written into it. Whoever is
    killed on the way leaves one of the two in place, whole. Raises `BackupUnusableError`, and a `StoreError`:
    `StoreInUseError` where anybody has the database open.
    """
    if not backup.is_file():
        raise BackupUnusableError(str(backup), "there is no such file")
    place = Path(os.path.realpath(path))
    if not place.parent.is_dir():
        raise StoreReadOnlyError(str(path), "there is no such folder")
    clear_parts(place.parent, place.name)
    try:
        with part(place.parent, place.name) as copy:
            copy_unpacked(backup, copy)
            sync_file(copy)
            contents = _read_through(copy, backup)
            _belong_as(place if place.exists() else backup, copy)
            finish_journal(place, busy_seconds)
            aside = _free_name(place, now)
            was_there = put_in_place_of(copy, place, aside)
    except OSError as error:
        kind = StoreFullError if error.errno in _FULL else StoreReadOnlyError
        raise kind(str(path), error.strerror or str(error)) from error
    return Restored(contents=contents, aside=aside if was_there else None)


def _read_through(copy: Path, backup: Path) -> Contents:
    try:
        return verify_copy(copy, thoroughly=True)
    except StoreStrangerError as error:
        raise BackupUnusableError(str(backup), "it is the database of another program") from error
    except StoreTooNewError as error:
        raise BackupUnusableError(str(backup), f"a newer version made it, {error.detail}") from error
    except StoreError as error:
        raise BackupUnusableError(str(backup), error.detail) from error


def _belong_as(other: Path, copy: Path) -> None:
    """Let the same people use a copy; an administrator's is not to lock out who owns the database."""
    shutil.copymode(other, copy)
    found = other.stat()
    if sys.platform != "win32" and (found.st_uid, found.st_gid) != (os.geteuid(), os.getegid()):
        with suppress(PermissionError):
            os.chown(copy, found.st_uid, found.st_gid)


def _free_name(place: Path, now: datetime) -> Path:
    """Name what is moved aside: ``balkan-replaced-2026-11-30T0330.db``, which rotation takes for no backup."""
    for number in count(1):
        second = "" if number == 1 else f"-{number}"
        name = place.with_name(f"{place.stem}-replaced-{now.astimezone(UTC):%Y-%m-%dT%H%M}{second}{place.suffix}")
        if not any(os.path.lexists(f"{name}{end}") for end in ("", "-wal", "-shm")):
            return name
    raise AssertionError("unreachable")
