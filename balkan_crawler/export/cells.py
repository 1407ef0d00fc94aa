"""What a cell of a spreadsheet can hold, and what it must not."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

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


def joined(items: Iterable[object]) -> str:
    """Write a list into one cell."""
    return _BETWEEN_ITEMS.join(map(str, items))


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
