"""Parquet with real types, compressed with Zstandard. pyarrow, which the extra ``parquet`` brings, is loaded on use."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, BinaryIO, Final

from balkan_crawler.errors import MissingExtraError
from balkan_crawler.model.columns import TEASER_COLUMNS, Column, ColumnType

BATCH_ROWS: Final = 1_000
"""Rows that are held in memory and written together as one row group."""


@contextmanager
def write_parquet(file: BinaryIO, columns: tuple[Column, ...]) -> Iterator[Callable[[Mapping[str, object]], None]]:
    """Write rows in batches; a document without rows has its columns all the same. Raises `MissingExtraError`."""
    try:
        pyarrow: Any = importlib.import_module("pyarrow")
        parquet: Any = importlib.import_module("pyarrow.parquet")
    except ImportError as error:
        raise MissingExtraError("Parquet", "parquet") from error
    schema = pyarrow.schema([(column.name, _type(column, pyarrow)) for column in columns])
    batch: list[dict[str, object]] = []
    with parquet.ParquetWriter(file, schema, compression="zstd") as document:

        def flush() -> None:
            document.write_batch(pyarrow.RecordBatch.from_pylist(batch, schema=schema))
            batch.clear()

        def write(row: Mapping[str, object]) -> None:
            batch.append({column.name: _value(row.get(column.name), column) for column in columns})
            if len(batch) == BATCH_ROWS:
                flush()

        yield write
        if batch:
            flush()


def _type(column: Column, pyarrow: Any) -> Any:
    """Give the type of a column."""
    if column.type is ColumnType.TEASERS:
        return pyarrow.list_(pyarrow.struct([(part.name, _type(part, pyarrow)) for part in TEASER_COLUMNS]))
    return {
        ColumnType.TEXT: pyarrow.string(),
        ColumnType.DAY: pyarrow.date32(),
        ColumnType.TIME: pyarrow.timestamp("us", tz="UTC"),
        ColumnType.WHOLE: pyarrow.int64(),
        ColumnType.NUMBER: pyarrow.float64(),
        ColumnType.LIST: pyarrow.list_(pyarrow.string()),
    }[column.type]


def _value(value: object, column: Column) -> object:
    if isinstance(value, str) and column.type is ColumnType.DAY:
        return date.fromisoformat(value)
    if isinstance(value, str) and column.type is ColumnType.TIME:
        return datetime.fromisoformat(value)
    return value
