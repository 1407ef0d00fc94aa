"""Which files are meant by what a user named: WARC files, and folders of such."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

ENDINGS: Final = (".warc", ".warc.gz")
"""How names of WARC files end."""


def find_warc_files(named: Iterable[Path]) -> tuple[list[Path], dict[Path, str]]:
    """Give the files to read, each once, and why others of what was named cannot be.

    A file is taken whatever it is called; of a folder and those within it all that end in ``.warc`` or ``.warc.gz``, by
    name, so that the captures of an outlet come in the order of their days.
    """
    files: dict[Path, None] = {}
    unreadable: dict[Path, str] = {}
    for path in named:
        if not path.is_dir():
            if path.exists():
                files[path] = None
            else:
                unreadable[path] = "it is not there"
            continue
        found, failed = _in_folder(path)
        files |= dict.fromkeys(found)
        unreadable |= failed
        if not found and not failed:
            unreadable[path] = "it holds no .warc or .warc.gz file"
    return list(files), unreadable


def _in_folder(folder: Path) -> tuple[list[Path], dict[Path, str]]:
    failed: dict[Path, str] = {}

    def note(error: OSError) -> None:
        failed[Path(error.filename)] = error.strerror or str(error)

    found = [
        Path(place) / name
        for place, _, names in os.walk(folder, onerror=note)
        for name in names
        if name.lower().endswith(ENDINGS)
    ]
    return sorted(found, key=_order), failed


def _order(file: Path) -> tuple[str, str, int, str]:
    """Order files by name, the second file of a day behind the first."""
    stem = file.name.lower().removesuffix(".gz").removesuffix(".warc")
    beginning, _, number = stem.rpartition("-")
    if number.isdecimal() and len(number) < 10 and beginning[-3:-2] == "-":  # <outlet>-2026-11-30-2
        return str(file.parent), beginning, int(number), ""
    return str(file.parent), stem, 1, ""
