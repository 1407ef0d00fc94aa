"""Files that are being written: hidden beside their place, and gone when nobody writes them any more."""

from __future__ import annotations

import secrets
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from balkan_crawler.warc.locking import lock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_END: Final = ".part"


@contextmanager
def part(folder: Path, name: str) -> Iterator[Path]:
    """Make an empty hidden file for what is to be called ``name``; what still has that name in the end is removed.

    It is held by a lock until then, which ends with the process, so that what a killed one left is told from it.
    Raises `OSError`.
    """
    path = folder / f".{name}.{secrets.token_hex(4)}{_END}"
    file = path.open("x+b")
    try:
        if sys.platform == "win32":
            file.close()  # an open file cannot be renamed there, nor one be deleted that somebody writes
        else:
            lock(file)
        yield path
    finally:
        file.close()
        with suppress(OSError):
            path.unlink(missing_ok=True)


def clear_parts(folder: Path, beginning: str) -> bool:
    """Remove what killed processes left of files whose names begin so; gives whether another is being written now."""
    under_way = False
    for path in folder.glob(f".{_escaped(beginning)}*{_END}"):
        try:
            with path.open("r+b") as file:
                is_left = lock(file)
            if is_left:
                path.unlink(missing_ok=True)
            under_way = under_way or not is_left
        except OSError:
            continue
    return under_way


def _escaped(text: str) -> str:
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in text)
