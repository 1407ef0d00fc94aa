"""The formats, by name. A writer is a context manager: it takes a binary file and columns, gives a function that writes
one row, and completes the document when its block ends without an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from balkan_crawler.export.atom_writer import write_atom
from balkan_crawler.export.csv_writer import write_csv
from balkan_crawler.export.json_writer import write_json, write_json_lines
from balkan_crawler.export.parquet_writer import write_parquet
from balkan_crawler.export.reading_writer import write_markdown, write_text
from balkan_crawler.export.rows import Row
from balkan_crawler.export.xlsx_writer import write_xlsx

Writer = Callable[..., AbstractContextManager[Callable[[Row], None]]]


@dataclass(frozen=True, slots=True)
class Format:
    """A file format: its writer, the endings of its files (the usual one first), and what it is like.

    Where no cell can hold records (``nests``), teasers go to a file of their own. ``takes`` names what its writer takes
    beside file and columns, of what `Export` says. One of ``whole_articles`` has no columns to choose, and one that
    ``is_binary`` is nothing for a terminal.
    """

    writer: Writer
    endings: tuple[str, ...]
    nests: bool = True
    takes: frozenset[str] = frozenset()
    whole_articles: bool = False
    is_binary: bool = False


FORMATS: Final[Mapping[str, Format]] = {
    "csv": Format(
        write_csv,
        (".csv",),
        nests=False,
        takes=frozenset({"delimiter", "raw", "is_local", "for_programs", "on_cut"}),
    ),
    "xlsx": Format(write_xlsx, (".xlsx",), nests=False, takes=frozenset({"is_local", "on_cut"}), is_binary=True),
    "json": Format(write_json, (".json",)),
    "jsonl": Format(write_json_lines, (".jsonl", ".ndjson")),
    "parquet": Format(write_parquet, (".parquet",), is_binary=True),
    "markdown": Format(write_markdown, (".md", ".markdown"), whole_articles=True),
    "text": Format(write_text, (".txt",), whole_articles=True),
    "atom": Format(write_atom, (".atom", ".xml"), takes=frozenset({"feed"}), whole_articles=True),
}


def format_of(path: Path) -> str | None:
    """Name the format that a file's ending stands for, if it does for one."""
    return next((name for name, known in FORMATS.items() if path.suffix.lower() in known.endings), None)
