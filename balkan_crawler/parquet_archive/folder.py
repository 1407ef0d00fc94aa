"""The folder: names of files, the lock, putting files in place for good, and clearing away what a killed run left."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from balkan_crawler.durability import sync_folder
from balkan_crawler.errors import MonthsBusyError, MonthsDamagedError, MonthsStrangerError, MonthsUnwritableError
from balkan_crawler.parquet_archive import manifest as manifests
from balkan_crawler.parquet_archive.manifest import Manifest
from balkan_crawler.parquet_archive.tables import OUTLETS, TABLES
from balkan_crawler.parquet_archive.views import VIEWS, views
from balkan_crawler.warc.locking import lock

if TYPE_CHECKING:
    from pathlib import Path

LOCK: Final = ".lock"
PART: Final = ".part"
"""The ending of a file that is not complete."""
_NO_COUNTRY: Final = "__HIVE_DEFAULT_PARTITION__"
_OURS: Final = re.compile(r"part-\d{6,}\.parquet(\.part)?")
_HALF_WRITTEN: Final = re.compile(rf"\.({re.escape(manifests.NAME)}|{re.escape(VIEWS)})\.[0-9a-f]{{8}}\.part")


def path_of(table: str, month: str, country: str, generation: int) -> str:
    """Name a file, within the folder: in the form that Hive, DuckDB, Arrow and Spark know.

    A country is written so that it is one name of a folder on every system; these all read it back.
    """
    name = f"part-{generation:06}.parquet"
    if table == OUTLETS.name:
        return f"{table}/{name}"
    return f"{table}/month={month}/country={quote(country, safe='') or _NO_COUNTRY}/{name}"


@contextmanager
def unwritable(path: Path) -> Iterator[None]:
    """Turn an error of the file system into `MonthsUnwritableError`."""
    try:
        yield
    except OSError as error:
        raise MonthsUnwritableError(str(path), error.strerror or str(error)) from error


@contextmanager
def locked(folder: Path, *, makes: bool = True) -> Iterator[Manifest]:
    """Make the folder where it is not there yet, lock it, and clear away what a killed run left; gives the manifest.

    With ``makes`` off, a folder that is not there is no folder of months.

    Raises `MonthsStrangerError`, `MonthsTooNewError`, `MonthsDamagedError`, `MonthsBusyError` and
    `MonthsUnwritableError`.
    """
    if folder.exists() and not folder.is_dir():
        raise MonthsStrangerError(str(folder), "it is a file")
    is_new = not (folder / manifests.NAME).exists()
    if is_new and folder.is_dir():
        strangers = [
            each.name for each in folder.iterdir() if each.name != LOCK and not _HALF_WRITTEN.fullmatch(each.name)
        ]
        if strangers:
            raise MonthsStrangerError(str(folder), f"it holds {min(strangers)} and no {manifests.NAME}")
    if not (is_new and makes):
        manifests.read(folder)  # what is wrong with it is said before anything is made
    with unwritable(folder):
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / LOCK).open("ab")
    with file:
        if not lock(file):
            raise MonthsBusyError(str(folder))
        if is_new and not (folder / manifests.NAME).exists():
            put(folder / manifests.NAME, manifests.written(Manifest()))
        manifest = manifests.read(folder)
        clear(folder, manifest)
        _renew_views(folder, manifest)
        yield manifest


def keep(folder: Path, manifest: Manifest) -> None:
    """Write the views and then, last, the manifest. Raises `MonthsUnwritableError`."""
    put(folder / VIEWS, views(manifest).encode("utf-8"))
    put(folder / manifests.NAME, manifests.written(manifest))


def put(path: Path, content: bytes) -> None:
    """Put a file in place, whole, and for good: its bytes are on the disk before its name is."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
    with unwritable(path):
        try:
            with part.open("xb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def checksum(path: Path) -> tuple[int, str]:
    """Read a file anew: its size in bytes and its SHA-256. Raises `MonthsDamagedError` where it cannot be read."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return file.tell(), digest
    except OSError as error:
        raise MonthsDamagedError(str(path), error.strerror or str(error)) from error


def strays(folder: Path, manifest: Manifest) -> list[str]:
    """Name the files in the folder that no manifest knows, by their paths within it."""
    known = {file.path for file in manifest.files} | {manifests.NAME, VIEWS, LOCK}
    found = (
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()
    )
    return sorted(name for name in found if name not in known)


def is_leftover(name: str) -> bool:
    """Say whether a stray file is one that a killed run left, and the next one clears away."""
    first, _, last = name.partition("/")
    if not last:
        return _HALF_WRITTEN.fullmatch(name) is not None
    return first in {table.name for table in TABLES} and _OURS.fullmatch(name.rpartition("/")[2]) is not None


def clear(folder: Path, manifest: Manifest) -> None:
    """Take away the files of months that the manifest does not name. Raises `MonthsUnwritableError`."""
    with unwritable(folder):
        for name in strays(folder, manifest):
            if is_leftover(name):
                (folder / name).unlink(missing_ok=True)
                for parent in (folder / name).relative_to(folder).parents[:-1]:
                    with suppress(OSError):  # others are in it
                        (folder / parent).rmdir()


def _renew_views(folder: Path, manifest: Manifest) -> None:
    """Write the views anew where a run was killed between them and the manifest."""
    content = views(manifest).encode("utf-8")
    path = folder / VIEWS
    if manifest.generations and (not path.exists() or path.read_bytes() != content):
        put(path, content)
