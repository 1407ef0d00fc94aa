"""Packing a backup with zstd, and unpacking one that was packed with zstd or gzip; a block at a time."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import sys
import zlib
from typing import IO, TYPE_CHECKING, Final, cast

from balkan_crawler.errors import BackupUnsoundError, BackupUnusableError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from pathlib import Path

_BLOCK: Final = 2**20
_GZIP: Final = b"\x1f\x8b\x08"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"


def pack(path: Path, target: Path) -> None:
    """Pack a file, and read it again to see that nothing was lost.

    Raises `OSError`, and `BackupUnsoundError` where something was.
    """
    with path.open("rb") as source, zstd.open(target, "wb") as packed:
        shutil.copyfileobj(source, cast("IO[bytes]", packed), _BLOCK)
    with path.open("rb") as source, _open_packed(target) as packed_again:
        if _digest(source) != _digest(packed_again):
            raise BackupUnsoundError(str(path), "what was packed is not what is read")


def copy_unpacked(path: Path, target: Path) -> None:
    """Copy a file, unpacked where it is packed.

    Raises `OSError`, and `BackupUnusableError` where it is cut or damaged.
    """
    try:
        with _open_packed(path) as source, target.open("wb") as file:
            shutil.copyfileobj(source, file, _BLOCK)
    except (zlib.error, EOFError, zstd.ZstdError, gzip.BadGzipFile) as error:
        raise BackupUnusableError(str(path), f"it cannot be unpacked: {error}") from error


def _open_packed(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        sign = file.read(4)
    if sign.startswith(_GZIP):
        return cast("IO[bytes]", gzip.open(path, "rb"))
    if sign == _ZSTD:
        return cast("IO[bytes]", zstd.open(path, "rb"))
    return path.open("rb")


def _digest(file: IO[bytes]) -> bytes:
    return hashlib.file_digest(cast("hashlib._FileObj", file), "sha256").digest()  # type: ignore[name-defined,unused-ignore]
