"""The manifest of a folder: what was written when, every file with its checksum, and which months have left."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import MonthsDamagedError, MonthsStrangerError, MonthsTooNewError
from balkan_crawler.parquet_archive.closing import days_of
from balkan_crawler.parquet_archive.tables import TABLES, schema_of
from balkan_crawler.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

NAME: Final = "manifest.json"
FORMAT: Final = "balkan_crawler archive of months"
VERSION: Final = 1
"""Of the format. Raise it where a reader of the version before would read something wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRecord:
    """One file: its path within the folder with ``/``, what it holds, its size in bytes, and its SHA-256."""

    path: str
    table: str
    month: str
    country: str
    rows: int
    bytes: int
    sha256: str
    outlets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One writing of one month: new articles, and those that had changed since an earlier one.

    ``query`` says what was asked of which database, ``first_change`` and ``last_change`` are the numbers of changes
    that its articles were of, ``digest`` is the SHA-256 over the digests of all of them in their order, ``columns``
    names the types of the columns of each table.
    """

    number: int
    month: str
    made: str
    program: str
    query: Mapping[str, str]
    articles: int
    superseded: int
    first_change: int
    last_change: int
    digest: str
    columns: Mapping[str, Mapping[str, str]]
    files: tuple[FileRecord, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """All generations, and the months whose articles have left the database, with the time when they had."""

    generations: tuple[Generation, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)

    @property
    def next_number(self) -> int:
        """The number of the next generation."""
        return max((each.number for each in self.generations), default=0) + 1

    @property
    def files(self) -> tuple[FileRecord, ...]:
        """All files."""
        return tuple(file for each in self.generations for file in each.files)

    @property
    def months(self) -> tuple[str, ...]:
        """All months, the first one first."""
        return tuple(sorted({each.month for each in self.generations}))

    def files_of(self, table: str, month: str | None = None) -> tuple[FileRecord, ...]:
        """Give the files of a table, all or of a month."""
        return tuple(file for file in self.files if file.table == table and month in (None, file.month))


def written(manifest: Manifest) -> bytes:
    """Write a manifest as JSON."""
    about = {
        "format": FORMAT,
        "version": VERSION,
        "program": f"balkan_crawler {__version__}",
        "left": dict(sorted(manifest.left.items())),
        "generations": [asdict(each) for each in manifest.generations],
    }
    return json.dumps(about, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def read(folder: Path) -> Manifest:
    """Read the manifest of a folder.

    Raises `MonthsStrangerError`, `MonthsTooNewError`, and `MonthsDamagedError` for one that cannot be read.
    """
    path = folder / NAME
    try:
        text = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        raise MonthsStrangerError(str(folder), f"there is no {NAME}") from None
    except OSError as error:
        raise MonthsDamagedError(str(path), error.strerror or str(error)) from error
    try:
        about = json.loads(text)
    except ValueError as error:
        raise MonthsDamagedError(str(path), "it is no JSON") from error
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise MonthsStrangerError(str(folder), f"its {NAME} is of something else")
    version = about.get("version")
    if not isinstance(version, int) or isinstance(version, bool):
        raise MonthsDamagedError(str(path), "it states no version")
    if version > VERSION:
        raise MonthsTooNewError(str(folder), f"it is of format {version}, and this program reads {VERSION}")
    try:
        generations = tuple(_generation(each) for each in about["generations"])
        left = {str(month): str(when) for month, when in about["left"].items()}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise MonthsDamagedError(str(path), "something is missing in it") from error
    return Manifest(generations=generations, left=left)


def _generation(about: Mapping[str, Any]) -> Generation:
    known = {name: about[name] for name in Generation.__dataclass_fields__ if name != "files"}
    _refuse_other(known, ("number", "articles", "superseded", "first_change", "last_change"), int)
    _refuse_other(known, ("month", "made", "digest"), str)
    days_of(known["month"])
    for columns in known["columns"].values():
        schema_of(columns)
    return Generation(**known, files=tuple(_file(each) for each in about["files"]))


def _file(about: Mapping[str, Any]) -> FileRecord:
    known = {name: about[name] for name in FileRecord.__dataclass_fields__ if name != "outlets"}
    _refuse_other(known, ("rows", "bytes"), int)
    _refuse_other(known, ("path", "table", "month", "country", "sha256"), str)
    path = str(known["path"])
    if known["table"] not in {table.name for table in TABLES}:
        raise ValueError(known["table"])
    if path.startswith("/") or "\\" in path or ".." in path.split("/"):
        raise ValueError(path)  # what is read and compared lies within the folder
    return FileRecord(**known, outlets=tuple(map(str, about["outlets"])))


def _refuse_other(known: Mapping[str, Any], names: Sequence[str], kind: type) -> None:
    for name in names:
        if type(known[name]) is not kind:
            raise TypeError(name)
