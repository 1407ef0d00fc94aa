"""Tables within the configuration file: each key read by its own reader, and whatever is wrong told with its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final, TypeAlias

from balkan_crawler.outlets.fields import text, texts
from balkan_crawler.outlets.tables import near

Reader: TypeAlias = Callable[[Any, Path], object]
"""Reads a value, given the file's folder; raises `ValueError` with a reason in plain words."""
Place: TypeAlias = tuple[str | int, ...]
"""The keys that lead to a value; a number is that of a table in an array, from 1."""

_HEADER: Final = re.compile(r"""\s*\[{1,2}\s*([^\[\]#]+?)\s*\]{1,2}\s*(?:#.*)?""")
_QUOTES: Final = " \t\"'"


class WrongKeyError(ValueError):
    """What is wrong within a table, and where; never leaves this room."""

    def __init__(self, place: Place, reason: str) -> None:
        super().__init__(reason)
        self.place = place


def read_table(
    value: object, folder: Path, readers: Mapping[str, Reader], required: Iterable[str] = ()
) -> dict[str, Any]:
    """Read a table within the file: its values by key. Raises `WrongKeyError`, or `ValueError` where it is no table."""
    if not isinstance(value, dict):
        raise ValueError("expected a table")
    values = {}
    for key, item in value.items():
        reader = readers.get(key)
        if reader is None:
            hint = near(key, frozenset(readers)) or f"; the keys are {', '.join(readers)}"
            raise WrongKeyError((key,), f"unknown key{hint}")
        with_place = _within(key)
        values[key] = with_place(reader, item, folder)
    missing = [key for key in required if key not in values]
    if missing:
        raise ValueError(f"lacks {', '.join(missing)}")
    return values


def one_or_several(reader: Reader) -> Reader:
    """Make a reader of one table, or of an array of such tables; it gives a tuple of what they were read as."""

    def read(value: Any, folder: Path) -> object:
        if not isinstance(value, list):
            return (reader(value, folder),)
        return tuple(_within(number)(reader, item, folder) for number, item in enumerate(value, start=1))

    return read


def _within(key: str | int) -> Callable[[Reader, object, Path], object]:
    def read(reader: Reader, item: object, folder: Path) -> object:
        try:
            return reader(item, folder)
        except ValueError as error:
            raise WrongKeyError((key, *place_of(error)), str(error)) from error

    return read


def place_of(error: BaseException) -> Place:
    """Give the keys within a table that an error is about; none where it is about the table itself."""
    return error.place if isinstance(error, WrongKeyError) else ()


def in_words(place: Place) -> str:
    """Write a place: ``notification.webhook[2].url``."""
    return "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place).lstrip(".")


def line_of(place: Place, file: Path) -> str:
    """Say in which line a place stands: `` (line 7)``; nothing where it is written in no usual way."""
    names = tuple(key for key in place if isinstance(key, str))
    if not names:
        return ""
    turn = next((key for key in place if isinstance(key, int)), None)
    inside = names if isinstance(place[-1], int) else names[:-1]
    begins = re.compile(rf"""\s*["']?{re.escape(names[-1])}\b""")
    table: tuple[str, ...] = ()
    seen = 0
    for number, line in enumerate(file.read_text("utf-8-sig").splitlines(), start=1):
        header = _HEADER.fullmatch(line)
        if header:
            table = tuple(part.strip(_QUOTES) for part in header[1].split("."))
            seen += table == inside
        is_turn = turn is None or seen == turn
        is_here = table[: len(names)] == names if header else table == inside and begins.match(line)
        if is_here and is_turn:
            return f" (line {number})"
    return ""


def path(value: object, folder: Path) -> Path:
    """Read a path, relative to the file's folder; ``~`` is the user's home."""
    try:
        return folder / Path(text(value)).expanduser()
    except RuntimeError as error:
        raise ValueError("~ stands for a home folder, and there is none; write the whole path") from error


def text_list(value: object) -> tuple[str, ...]:
    """Read a list of texts; a text alone is told how a list is written."""
    if isinstance(value, str):
        written = ", ".join(f'"{part.strip()}"' for part in value.split(","))
        raise ValueError(f"expected a list; write [{written}]")
    return texts(value)
