"""CSV for spreadsheets: RFC 4180, UTF-8 with a byte order mark, and no cell that a spreadsheet runs as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO, Final

from balkan_crawler.model.columns import Column

LONGEST_CELL: Final = 32_767
"""The most characters that Excel takes into a cell."""
CUT_MARK: Final = " [...cut]"
"""The end of a cell that was longer."""
_BETWEEN_ITEMS: Final = "; "
_RUNS: Final = re.compile(
    r"""
    [\t\r\n]                         # makes a spreadsheet drop the rest of the cell into the next one
    | [\s'"‘’“”„«»\u200b\u2060\ufeff]*  # quotation marks and blanks are sometimes taken away before a cell is read
      [=+\-@|＝＋－＠｜﹦﹢﹣﹫]          # and full-width forms are read as the plain ones
    """,
    re.VERBOSE,
)


def guarded(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run as a formula or as a DDE command.

    The rule: https://owasp.org/www-community/attacks/CSV_Injection, widened to quoted and full-width forms.
    """
    return f"'{text}" if _RUNS.match(text) else text


def cut(text: str) -> str:
    """Cut a text to what a cell of a spreadsheet holds, with a mark at its end; a shorter one stays as it is.

    Excel counts UTF-16 units, and puts what is beyond into the next row, as cells of their own:
    https://support.microsoft.com/office/excel-specifications-and-limits-1672b34d-7043-467e-8e27-269d656771c3
    """
    if len(text) <= LONGEST_CELL // 2:
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    if len(units) <= 2 * LONGEST_CELL:
        return text
    return units[: 2 * (LONGEST_CELL - len(CUT_MARK))].decode("utf-16-le", "ignore") + CUT_MARK


@contextmanager
def write_csv(
    file: BinaryIO, columns: tuple[Column, ...], delimiter: str = ",", on_cut: Callable[[], None] = lambda: None
) -> Iterator[Callable[[Mapping[str, object]], None]]:
    """Write a heading and a line a row; items of a list are joined by ``; ``, and formulas are `guarded`.

    Cells that are too long for a spreadsheet are `cut`, and each calls ``on_cut``.
    """

    def written(text: str) -> str:
        whole = guarded(text)
        fitting = cut(whole)
        if fitting is not whole:
            on_cut()
        return fitting

    with _lines(file, columns, delimiter, written) as write:
        yield write


@contextmanager
def write_raw_csv(
    file: BinaryIO, columns: tuple[Column, ...], delimiter: str = ",", on_cut: Callable[[], None] = lambda: None
) -> Iterator[Callable[[Mapping[str, object]], None]]:
    """As `write_csv`, but for texts that stay as they are, formulas and long ones included."""
    with _lines(file, columns, delimiter, str) as write:
        yield write


@contextmanager
def _lines(
    file: BinaryIO, columns: tuple[Column, ...], delimiter: str, written: Callable[[str], str]
) -> Iterator[Callable[[Mapping[str, object]], None]]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    try:
        # else the dialect "excel": CRLF, quotes doubled, as in RFC 4180
        lines = csv.writer(text, delimiter=delimiter)
        lines.writerow([column.name for column in columns])

        def write(row: Mapping[str, object]) -> None:
            lines.writerow([_cell(row.get(column.name), written) for column in columns])

        yield write
        text.flush()
    finally:
        text.detach()


def _cell(value: object, written: Callable[[str], str]) -> object:
    if isinstance(value, list):
        value = _BETWEEN_ITEMS.join(map(str, value))
    return written(value) if isinstance(value, str) else value
