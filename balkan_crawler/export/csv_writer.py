"""CSV for spreadsheets: RFC 4180, UTF-8 with a byte order mark, and no cell that a spreadsheet runs as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO

from balkan_crawler.export.cells import cut, guarded, joined
from balkan_crawler.export.local_times import LOCAL, to_the_minute
from balkan_crawler.model.columns import Column, ColumnType


@contextmanager
def write_csv(
    file: BinaryIO,
    columns: tuple[Column, ...],
    *,
    delimiter: str = ",",
    raw: bool = False,
    is_local: bool = False,
    for_programs: bool = False,
    on_cut: Callable[[], None] = lambda: None,
) -> Iterator[Callable[[Mapping[str, object]], None]]:
    """Write a heading and a line a row; items of a list are joined by ``; ``.

    Formulas are `guarded`, and cells that are too long for a spreadsheet `cut`, each of which calls ``on_cut``;
    ``raw`` leaves all texts as they are. Local times are written as spreadsheets read them, in a column whose name ends
    in ``_local``. There is no byte order mark where the lines go to a program.
    """

    def written(text: str) -> str:
        if raw:
            return text
        whole = guarded(text)
        fitting = cut(whole)
        if fitting is not whole:
            on_cut()
        return fitting

    def cell(column: Column, value: object) -> object:
        if isinstance(value, list):
            value = joined(value)
        elif is_local and value and column.type is ColumnType.TIME:
            value = to_the_minute(str(value))
        return written(value) if isinstance(value, str) else value

    encoding = "utf-8" if for_programs else "utf-8-sig"
    text = io.TextIOWrapper(file, encoding=encoding, newline="", write_through=False)
    try:
        # else the dialect "excel": CRLF, quotes doubled, as in RFC 4180
        lines = csv.writer(text, delimiter=delimiter)
        times = LOCAL if is_local else ""
        lines.writerow([f"{each.name}{times if each.type is ColumnType.TIME else ''}" for each in columns])

        def write(row: Mapping[str, object]) -> None:
            lines.writerow([cell(column, row.get(column.name)) for column in columns])

        yield write
        text.flush()
    finally:
        text.detach()
