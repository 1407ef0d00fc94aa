"""JSON (one array) and JSON Lines (an object a line), UTF-8, letters as they are, written row by row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO

from balkan_crawler.model.columns import Column


@contextmanager
def write_json(file: BinaryIO, columns: tuple[Column, ...]) -> Iterator[Callable[[Mapping[str, object]], None]]:
    """Write one array with an object a row, each on a line of its own."""
    before = b"[\n"

    def write(row: Mapping[str, object]) -> None:
        nonlocal before
        file.write(before + _object(row, columns))
        before = b",\n"

    yield write
    file.write(b"[]\n" if before == b"[\n" else b"\n]\n")


@contextmanager
def write_json_lines(file: BinaryIO, columns: tuple[Column, ...]) -> Iterator[Callable[[Mapping[str, object]], None]]:
    """Write an object and a newline a row (https://jsonlines.org)."""

    def write(row: Mapping[str, object]) -> None:
        file.write(_object(row, columns) + b"\n")

    yield write


def _object(row: Mapping[str, object], columns: tuple[Column, ...]) -> bytes:
    """Write a row; the two line ends that JSON allows inside a string and many programs split lines at are escaped."""
    text = json.dumps({column.name: row.get(column.name) for column in columns}, ensure_ascii=False)
    escaped = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")
    return escaped.encode("utf-8")
