"""Small files that others read while they are written: whole or not there."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path


def write_whole(file: Path, text: str) -> OSError | None:
    """Write a file in UTF-8, beside its place first; gives the error where that cannot be, and leaves what was there.

    It may be read by all whom the umask lets: a monitor is another user.
    """
    beside = file.with_name(f".{file.name}.{os.getpid()}.part")
    try:
        beside.write_text(text if text.endswith("\n") else f"{text}\n", "utf-8")
        beside.replace(file)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        return error
    return None
