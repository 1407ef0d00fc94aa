"""Parquet with real types, compressed with Zstandard. pyarrow, which the extra ``parquet`` brings, is loaded on use."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, BinaryIO, Final

from balkan_crawler.errors import MissingExtraError
from balkan_crawler.export.columns import TEASER_COLUMNS, Column, Kind

BATCH_ROWS: Final = 1_000
"""Rows that are held in memory and written together as one row group."""


@contextmanager
def write_parquet(
    file: BinaryIO, columns: tuple[Column, ...], raw: bool
) -> Iterator[Callable[[Mapping[str, object]], None]]:
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
            batch.append({column.name: _value(row.get(column.name), column.kind) for column in columns})
            if len(batch) == BATCH_ROWS:
                flush()

        yield write
        if batch:
            flush()


def _type(column: Column, pyarrow: Any) -> Any:
    """Give the type of a column."""
    if column.kind is Kind.TEASERS:
        return pyarrow.list_(pyarrow.struct([(part.name, _type(part, pyarrow)) for part in TEASER_COLUMNS]))
    return {
        Kind.TEXT: pyarrow.string(),
        Kind.DAY: pyarrow.date32(),
        Kind.TIME: pyarrow.timestamp("us", tz="UTC"),
        Kind.WHOLE: pyarrow.int64(),
        Kind.SHARE: pyarrow.float64(),
        Kind.LIST: pyarrow.list_(pyarrow.string()),
    }[column.kind]


def _value(value: object, kind: Kind) -> object:
    if isinstance(value, str) and kind is Kind.DAY:
        return date.fromisoformat(value)
    if isinstance(value, str) and kind is Kind.TIME:
        return datetime.fromisoformat(value)
    return value
