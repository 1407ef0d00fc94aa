"""CSV for spreadsheets: RFC 4180, UTF-8 with a byte order mark, and no cell that a spreadsheet runs as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import BinaryIO, Final

from balkan_crawler.model.columns import Column

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


@contextmanager
def write_csv(file: BinaryIO, columns: tuple[Column, ...]) -> Iterator[Callable[[Mapping[str, object]], None]]:
    """Write a heading and a line a row; items of a list are joined by ``; ``, and formulas are `guarded`."""
    with _lines(file, columns, guarded) as write:
        yield write


@contextmanager
def write_raw_csv(file: BinaryIO, columns: tuple[Column, ...]) -> Iterator[Callable[[Mapping[str, object]], None]]:
    """As `write_csv`, but for texts that stay as they are, formulas included."""
    with _lines(file, columns, str) as write:
        yield write


@contextmanager
def _lines(
    file: BinaryIO, columns: tuple[Column, ...], written: Callable[[str], str]
) -> Iterator[Callable[[Mapping[str, object]], None]]:
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    try:
        lines = csv.writer(text)  # the dialect "excel": commas, CRLF, quotes doubled, as in RFC 4180
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
