"""DuckDB over the files of a folder: it reads them, and writes nothing."""

from __future__ import annotations

import importlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.errors import MissingExtraError, MonthsDamagedError
from balkan_crawler.parquet_archive.matching import IS_NEAR, is_near
from balkan_crawler.parquet_archive.tables import load_pyarrow

if TYPE_CHECKING:
    from pathlib import Path

    from balkan_crawler.parquet_archive.manifest import FileRecord

ROWS: Final = 500
"""Rows that are fetched at one moment."""
_MEMORY: Final = "1GB"
"""What DuckDB may take; what a sort needs beyond goes to a temporary folder."""
_PLAIN: Final = "union_by_name = true, hive_partitioning = false"
_HIVE: Final = "union_by_name = true, hive_partitioning = true, hive_types = {'month': VARCHAR, 'country': VARCHAR}"


class FilesDatabase:
    """A connection of DuckDB that asks files of a folder; to be closed. Raises `MissingExtraError`."""

    def __init__(self, folder: Path) -> None:
        self._duckdb = _load()
        load_pyarrow()
        self._folder = folder
        self._scratch = tempfile.mkdtemp(prefix="balkan-months-")
        self._db: Any = self._duckdb.connect(
            ":memory:",
            config={
                # what is not in the wheel would be fetched from the network
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "memory_limit": _MEMORY,
                "temp_directory": self._scratch,
                "preserve_insertion_order": "false",
            },
        )
        self._db.execute("SET TimeZone = 'UTC'")
        self._db.create_function(IS_NEAR, is_near, ["VARCHAR", "VARCHAR", "INTEGER"], "BOOLEAN")

    def close(self) -> None:
        """Release what was opened."""
        self._db.close()
        with suppress(OSError):
            shutil.rmtree(self._scratch)

    def files(self, files: Sequence[FileRecord], *, named: bool = False) -> str:
        """Write files of one kind as a table; ``named`` gives it a column ``filename``, too."""
        paths = ", ".join(_quoted(self.path(file)) for file in files)
        return f"read_parquet([{paths}], {_HIVE if files[0].month else _PLAIN}{', filename = true' if named else ''})"

    def path(self, file: FileRecord) -> str:
        """Name a file as the column ``filename`` does."""
        return str(self._folder / file.path)

    def ask(self, query: str, values: dict[str, object]) -> Iterator[dict[str, Any]]:
        """Stream what a query finds. Raises `MonthsDamagedError` for what DuckDB and Arrow say of files."""
        pyarrow, _ = load_pyarrow()
        try:
            cursor = self._db.cursor()
            try:
                for batch in cursor.sql(query, params=values or None).to_arrow_reader(ROWS):
                    yield from batch.to_pylist()
            finally:
                cursor.close()
        except (self._duckdb.Error, pyarrow.ArrowException, OSError) as error:
            raise MonthsDamagedError(str(self._folder), str(error).partition("\n")[0]) from error


def _load() -> Any:
    try:
        return importlib.import_module("duckdb")
    except ImportError as error:
        raise MissingExtraError("A search of archived months", "archive") from error


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
