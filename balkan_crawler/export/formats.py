"""The formats, by name. A writer is a context manager: it takes a binary file and columns, gives a function that writes
one row, and completes the document when its block ends without an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from balkan_crawler.export.csv_writer import write_csv, write_raw_csv
from balkan_crawler.export.json_writer import write_json, write_json_lines
from balkan_crawler.export.parquet_writer import write_parquet

Row = Mapping[str, object]
Writer = Callable[..., AbstractContextManager[Callable[[Row], None]]]


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its writer, the endings of its files (the usual one first), and whether a cell can hold records.

    Where it cannot, teasers go to a file of their own. A format that changes texts for their readers' safety has a
    ``raw_writer`` too, which does not. The writers of one that is ``delimited`` take a ``delimiter``, and what to call
    for each cell that is cut (``on_cut``).
    """

    writer: Writer
    endings: tuple[str, ...]
    nests: bool = True
    raw_writer: Writer | None = None
    delimited: bool = False


FORMATS: Final[Mapping[str, Format]] = {
    "csv": Format(write_csv, (".csv",), nests=False, raw_writer=write_raw_csv, delimited=True),
    "json": Format(write_json, (".json",)),
    "jsonl": Format(write_json_lines, (".jsonl", ".ndjson")),
    "parquet": Format(write_parquet, (".parquet",)),
}


def format_of(path: Path) -> str | None:
    """Name the format that a file's ending stands for, if it does for one."""
    return next((name for name, known in FORMATS.items() if path.suffix.lower() in known.endings), None)
