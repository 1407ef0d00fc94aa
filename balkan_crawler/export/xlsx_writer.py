"""Excel workbooks with real dates. XlsxWriter, which the extra ``xlsx`` brings, is loaded on use.

Rows go to a temporary file as they come, so that memory does not grow with them; the workbook is packed at the end.
"""

from __future__ import annotations

import importlib
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, BinaryIO, Final

from balkan_crawler.errors import MissingExtraError
from balkan_crawler.export.cells import cut, joined
from balkan_crawler.export.local_times import LOCAL
from balkan_crawler.model.columns import Column, ColumnType

MOST_ROWS: Final = 1_048_576
"""Rows of a sheet, its header among them: https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3"""
_UTC: Final = "_utc"
_FIRST_DAY: Final = date(1900, 3, 1)
"""Before it Excel counts a day that there never was; such dates stay text."""
_WIDTHS: Final = {ColumnType.DAY: 11, ColumnType.TIME: 16, ColumnType.WHOLE: 9, ColumnType.NUMBER: 9}
_WIDE: Final = {"title": 50, "lead": 40, "body": 60, "url": 30, "outlet": 14, "country": 8}
_WIDTH: Final = 15
_NO_XML: Final = re.compile("[\ud800-\udfff]")


@contextmanager
def write_xlsx(
    file: BinaryIO,
    columns: tuple[Column, ...],
    *,
    is_local: bool = False,
    on_cut: Callable[[], None] = lambda: None,
) -> Iterator[Callable[[Mapping[str, object]], None]]:
    """Write a sheet with a frozen header and filters; when it is full, another one.

    Cells of Excel have no time zones: the heading says which one is meant (``published_utc``, or ``_local`` for rows
    whose times are local). Text is text, formulas and addresses included. A text that no cell can hold is cut with a
    mark, and ``on_cut`` called. Raises `MissingExtraError`, and `OSError` where the file cannot be written.
    """
    try:
        xlsxwriter: Any = importlib.import_module("xlsxwriter")
    except ImportError as error:
        raise MissingExtraError("XLSX", "xlsx") from error
    headings = [
        f"{column.name}{LOCAL if is_local else _UTC}" if column.type is ColumnType.TIME else column.name
        for column in columns
    ]
    with tempfile.TemporaryDirectory(prefix="balkan_crawler-") as folder:
        packed = _Forgiving(file)
        book = xlsxwriter.Workbook(packed, {"constant_memory": True, "tmpdir": folder})
        book.use_zip64()
        try:
            sheets = _Sheets(book, columns, headings, on_cut)
            yield sheets.write
            sheets.end()
            _pack(book, xlsxwriter)
            if packed.lost is not None:
                raise packed.lost
        finally:
            for sheet in book.worksheets():
                sheet._opt_close()  # its temporary file, which only a workbook that is packed closes by itself


class _Forgiving:
    """A file that is only written to and takes whatever comes; ``lost`` is the first error of what it could not write.

    XlsxWriter leaves a broken zip file to Python's finalizer, which would complain of it once more, to the user.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.lost: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write bytes, or drop them."""
        if self.lost is None:
            try:
                self._file.write(data)
            except OSError as error:
                self.lost = error
        return len(data)

    def flush(self) -> None:
        """Do nothing: whose file it is will do it."""


def _pack(book: Any, xlsxwriter: Any) -> None:
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as error:
        cause = error.args[0] if error.args else None
        raise (cause if isinstance(cause, OSError) else OSError(str(error))) from error


class _Sheets:
    """The sheets of a workbook, filled one after the other."""

    def __init__(self, book: Any, columns: tuple[Column, ...], headings: list[str], on_cut: Callable[[], None]) -> None:
        self._book, self._columns, self._headings, self._on_cut = book, columns, headings, on_cut
        self._bold = book.add_format({"bold": True})
        self._forms = {
            ColumnType.DAY: book.add_format({"num_format": "yyyy-mm-dd"}),
            ColumnType.TIME: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
        }
        self._begin()

    def _begin(self) -> None:
        count = len(self._book.worksheets())
        self._sheet = self._book.add_worksheet("articles" if not count else f"articles {count + 1}")
        self._sheet.freeze_panes(1, 0)
        for place, (column, heading) in enumerate(zip(self._columns, self._headings, strict=True)):
            self._sheet.set_column(place, place, _WIDTHS.get(column.type) or _WIDE.get(column.name, _WIDTH))
            self._sheet.write_string(0, place, heading, self._bold)
        self._row = 1

    def write(self, row: Mapping[str, object]) -> None:
        """Write one article."""
        if self._row == MOST_ROWS:
            self.end()
            self._begin()
        for place, column in enumerate(self._columns):
            self._write_cell(place, column, row.get(column.name))
        self._row += 1

    def end(self) -> None:
        """Add the filters, which need to know the last row."""
        if self._columns:
            self._sheet.autofilter(0, 0, self._row - 1, len(self._columns) - 1)

    def _write_cell(self, place: int, column: Column, value: object) -> None:
        if value is None or value == []:
            return
        if isinstance(value, int | float):
            self._sheet.write_number(self._row, place, value)
            return
        moment = _moment(str(value), column)
        if moment is not None:
            self._sheet.write_datetime(self._row, place, moment, self._forms[column.type])
            return
        whole = _NO_XML.sub("\ufffd", joined(value) if isinstance(value, list) else str(value))
        text = cut(whole)
        if text is not whole:
            self._on_cut()
        if text.startswith("<r>"):  # XlsxWriter would take it for markup of its own
            text = f" {text}"
        self._sheet.write_string(self._row, place, text)


def _moment(text: str, column: Column) -> date | datetime | None:
    """Read a day or a time, without its offset; ``None`` for what is none or none that Excel knows."""
    try:
        if column.type is ColumnType.DAY:
            found = date.fromisoformat(text)
            return found if found >= _FIRST_DAY else None
        if column.type is ColumnType.TIME:
            moment = datetime.fromisoformat(text).replace(tzinfo=None)
            return moment if moment.date() >= _FIRST_DAY else None
    except ValueError:
        return None
    return None
