"""The folder of the database, and the room on its disk."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from balkan_crawler.doctor.check import Check, State

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

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


def authorities(environment: Mapping[str, str]) -> Check:
    """Judge where the authorities come from that certificates are held against, by the variables of OpenSSL."""
    file, place = environment.get("SSL_CERT_FILE"), environment.get("SSL_CERT_DIR")
    if not (file or place):
        return Check("certificates", State.OK, "held against the authorities of the system and Mozilla's")
    if (file and Path(file).is_file()) or (place and Path(place).is_dir()):
        return Check("certificates", State.OK, f"held against the authorities of {file or place}")
    text = f"{file or place}, which SSL_CERT_FILE or SSL_CERT_DIR names, is not there: no site can be verified"
    return Check("certificates", State.PROBLEM, text)


def disk(free: int) -> Check:
    """Judge the free bytes of a disk."""
    state = State.PROBLEM if free < ROOM_TO_START else State.NOTE if free < ROOM_TO_WORK else State.OK
    return Check("disk", state, f"{free / 1e9:.1f} GB free")
