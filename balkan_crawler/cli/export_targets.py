"""Where an export goes: files, named or not, and standard output."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

import click

from balkan_crawler.export import FORMATS, format_of

FOLDER: Final = Path("exports")
"""Where exports go that are given no name; files of the tool's own in it are renewed at every export."""
STANDARD_OUTPUT: Final = (Path("-"), Path("/dev/stdout"))


@dataclass(frozen=True, slots=True)
class Target:
    """One place to write to: its format, whether a file may be there already, and the stream that it is otherwise."""

    path: Path
    format: str
    replace: bool
    stream: BinaryIO | None = None


def targets(
    formats: Sequence[str], files: Sequence[Path], *, force: bool, series: str | None, now: datetime
) -> list[Target]:
    """Say where to write, in which formats. Raises `click.UsageError`.

    Files that are given no name are ``exports/articles.<format>``; one of a ``series`` has its name and the time, so
    that it replaces none that was not taken up yet.
    """
    if not files:
        chosen = dict.fromkeys(formats or ("csv",))
        name = f"{series}-{now:%Y%m%dT%H%M%SZ}" if series else "articles"
        return [Target(FOLDER / f"{name}{FORMATS[each].endings[0]}", each, series is None) for each in chosen]
    if formats and len(formats) != len(files):
        raise click.UsageError("give every --output its --format in turn, or leave --format to the files' endings.")
    if len({file.absolute() for file in files}) < len(files) or sum(file in STANDARD_OUTPUT for file in files) > 1:
        raise click.UsageError("the same file is named twice with --output.")
    return [_target(file, formats[place] if formats else None, force) for place, file in enumerate(files)]


def _target(file: Path, name: str | None, force: bool) -> Target:
    if file in STANDARD_OUTPUT:
        name = name or "csv"
        if FORMATS[name].is_binary and sys.stdout.isatty():
            raise click.UsageError(
                f"{name} is nothing for a terminal; name a file with --output, or hand it on with > or |."
            )
        return Target(Path("-"), name, True, sys.stdout.buffer)
    name = name or format_of(file)
    if name is None:
        endings = ", ".join(ending for known in FORMATS.values() for ending in known.endings)
        raise click.UsageError(f"{file}: the ending says no format; use one of {endings}, or add --format.")
    return Target(file, name, force)
