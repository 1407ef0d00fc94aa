"""The systemd units that are shipped, with the paths of this installation."""

from __future__ import annotations

import shutil
import sys
from importlib.resources import files
from pathlib import Path
from typing import Final

KINDS: Final = ("user", "system")
_SHIPPED: Final = {
    "user": "%h/balkan/venv/bin/balkan-crawler",
    "system": "/opt/balkan-crawler/bin/balkan-crawler",
}
"""The program as the units name it, which somebody may have installed elsewhere."""
_SPECIAL: Final = str.maketrans({"%": "%%", " ": "\\x20"})


def unit(kind: str, program: Path) -> str:
    """Give the unit of the service for a user or the system, with the program where it is."""
    text = files("balkan_crawler.supervision").joinpath("units", kind, "balkan-crawler.service").read_text("utf-8")
    assert _SHIPPED[kind] in text
    return text.replace(_SHIPPED[kind], str(program).translate(_SPECIAL))


def this_program() -> Path:
    """Find the command of this installation: beside its Python, else on the path; else where it would be."""
    beside = Path(sys.executable).with_name("balkan-crawler")
    found = None if beside.exists() else shutil.which("balkan-crawler")
    return Path(found) if found else beside
