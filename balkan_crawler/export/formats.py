"""The formats, by name. A writer is a context manager: it takes a binary file, columns and whether cells stay raw,
gives a function that writes one row, and completes the document when its block ends without an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from balkan_crawler.export.columns import Column
from balkan_crawler.export.csv_writer import write_csv
from balkan_crawler.export.json_writer import write_json, write_json_lines
from balkan_crawler.export.parquet_writer import write_parquet

Row = Mapping[str, object]
Writer = Callable[[BinaryIO, tuple[Column, ...], bool], AbstractContextManager[Callable[[Row], None]]]


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its writer, the endings of its files (the usual one first), and whether a cell can hold records.

    Where it cannot, teasers go to a file of their own.
    """

    writer: Writer
    endings: tuple[str, ...]
    nests: bool = True


FORMATS: Final[Mapping[str, Format]] = {
    "csv": Format(write_csv, (".csv",), nests=False),
    "json": Format(write_json, (".json",)),
    "jsonl": Format(write_json_lines, (".jsonl", ".ndjson")),
    "parquet": Format(write_parquet, (".parquet",)),
}


def format_of(path: Path) -> str | None:
    """Name the format that a file's ending stands for, if it does for one."""
    return next((name for name, known in FORMATS.items() if path.suffix.lower() in known.endings), None)
