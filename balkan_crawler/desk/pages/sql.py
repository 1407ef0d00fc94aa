"""A console for those who know SQL: one statement that reads, within limits, in the address of the page."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from balkan_crawler.desk.downloads import table_file
from balkan_crawler.desk.languages import words_of
from balkan_crawler.desk.page import Page, sentence
from balkan_crawler.desk.rendering import weblink
from balkan_crawler.errors import StatementError, StatementFault
from balkan_crawler.model.columns import Column
from balkan_crawler.storage import names_to_fill_in
from balkan_crawler.storage.file.dictionary import fresh_schema, meanings, questions

if TYPE_CHECKING:
    from starlette.responses import Response

    from balkan_crawler.desk.desk import Desk
    from balkan_crawler.desk.page import Asked
    from balkan_crawler.storage import SqlAnswer
    from balkan_crawler.storage.console_contract import Cell
    from balkan_crawler.storage.file.dictionary import TableMeaning

SHOWN: Final = 200
"""Rows of an answer that a page shows."""
LONGEST_CELL: Final = 200
"""Characters of a cell that a page shows."""
_MOST_SHOWN: Final = 120_000
"""Bytes of a page's table, about: where cells are long, fewer rows are shown."""
_MARKUP: Final = 25
"""Bytes that a cell takes beside its text."""
_MOST_COUNTED: Final = 100_000
"""Rows behind the shown ones that are counted, as long as `_SECONDS_OF_COUNTING`."""
_SECONDS: Final = 5.0
_SECONDS_OF_COUNTING: Final = 0.7
_SECONDS_OF_FILE: Final = 15.0
_LARGEST_FILE: Final = 200_000_000
"""Characters of all cells of a file."""
_FILLED: Final = "p_"
"""What the name of a form's field begins with that fills in a ``:name``."""


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell as a page shows it: its text, what it is (``text``, ``number``, ``null``, ``bytes``), where it leads to.

    ``left`` counts the characters that were cut off.
    """

    text: str
    kind: str
    left: int = 0
    link: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer as a page shows it: ``more`` rows are not shown, at least so many where ``is_more`` is set."""

    columns: tuple[str, ...]
    rows: tuple[tuple[ShownCell, ...], ...]
    more: int
    is_more: bool
    milliseconds: int


def console(desk: Desk, asked: Asked) -> Page:
    """Show the console, and the answer to a statement."""
    statement = asked.one("q")
    names, values = names_to_fill_in(statement), _values(asked)
    shown, fault = None, None
    if statement and all(name in values for name in names):
        try:
            shown = _answer(desk, statement, {name: values[name] for name in names})
        except StatementError as error:
            fault = fault_in_words(asked, error)
    return Page(
        template="sql.html",
        values={
            "statement": statement,
            "fields": [(_FILLED + name, name, values.get(name, "")) for name in names],
            "lacks": statement and shown is None and fault is None,
            "fault": fault,
            "shown": shown,
            "files": {form: asked.address(f"/sql.{form}") for form in ("csv", "json")},
            "questions": [(each, _address(each.sql, each.values)) for each in questions()],
            "tables": [(table, _address(table.example, {})) for table in _tables() if not table.is_inner],
            "inner": [table for table in _tables() if table.is_inner],
            "seconds": int(_SECONDS),
        },
        status=200 if fault is None else 400,
    )


def as_csv(desk: Desk, asked: Asked) -> Page | Response:
    """Give the answer to a statement as CSV."""
    return _file(desk, asked, "csv")


def as_json(desk: Desk, asked: Asked) -> Page | Response:
    """Give the answer to a statement as JSON."""
    return _file(desk, asked, "json")


def _file(desk: Desk, asked: Asked, form: str) -> Page | Response:
    statement, values = asked.one("q"), _values(asked)
    filled = {name: values[name] for name in names_to_fill_in(statement) if name in values}
    try:
        with desk.asking(), desk.reading() as store, store.ask(statement, filled, seconds=_SECONDS_OF_FILE) as answer:
            columns = tuple(Column(name) for name in _unique(answer.columns))
            return table_file(columns, _records(answer, columns), form, "answer")
    except StatementError as error:
        return sentence(fault_in_words(asked, error), 400)


def _answer(desk: Desk, statement: str, values: Mapping[str, str]) -> Shown:
    """Ask a statement, and read as much of the answer as is shown."""
    begun = time.monotonic()
    with desk.asking(), desk.reading() as store, store.ask(statement, values, seconds=_SECONDS) as answer:
        rows: list[tuple[ShownCell, ...]] = []
        size = 0
        for row in islice(answer.rows, SHOWN):
            cells = tuple(map(_shown, row))
            size += sum(len(cell.text.encode()) + _MARKUP for cell in cells)
            rows.append(cells)
            if size > _MOST_SHOWN:
                break
        taken = time.monotonic() - begun
        more, is_more = _count(answer.rows, time.monotonic() + _SECONDS_OF_COUNTING)
    return Shown(columns=answer.columns, rows=tuple(rows), more=more, is_more=is_more, milliseconds=round(taken * 1000))


def _count(rows: Iterator[object], end: float) -> tuple[int, bool]:
    """Count the rows that are left, and say whether there may be more: who wants them all takes a file."""
    counted = 0
    try:
        for counted, _ in enumerate(rows, 1):
            if counted >= _MOST_COUNTED or time.monotonic() > end:
                return counted, True
    except StatementError:  # the time of the statement was over; what is shown holds
        return counted, True
    return counted, False


def _shown(cell: Cell) -> ShownCell:
    match cell:
        case None:
            return ShownCell("NULL", "null")
        case bytes():
            return ShownCell(cell[:16].hex(" "), "bytes", max(0, len(cell) - 16))
        case int() | float():
            return ShownCell(str(cell), "number")
        case _:
            left = max(0, len(cell) - LONGEST_CELL)
            return ShownCell(cell[:LONGEST_CELL], "text", left, None if left else weblink(cell))


def _records(answer: SqlAnswer, columns: tuple[Column, ...]) -> Iterator[dict[str, object]]:
    names = [column.name for column in columns]
    size = 0
    for row in answer.rows:
        size += sum(len(cell) if isinstance(cell, str | bytes) else 8 for cell in row)
        if size > _LARGEST_FILE:
            raise StatementError(StatementFault.BIG)
        yield dict(zip(names, map(_plain, row), strict=True))


def _plain(cell: Cell) -> object:
    """Give a cell as files have it: bytes in hexadecimal digits, and no number that JSON does not know."""
    if isinstance(cell, bytes):
        return cell.hex()
    return str(cell) if isinstance(cell, float) and not math.isfinite(cell) else cell


def _unique(names: tuple[str, ...]) -> tuple[str, ...]:
    """Number the names of columns that there were before: two columns of a file need two names."""
    found: dict[str, None] = {}
    for name in names:
        number, given = 1, name
        while given in found:
            number += 1
            given = f"{name}_{number}"
        found[given] = None
    return tuple(found)


def _values(asked: Asked) -> dict[str, str]:
    return {name.removeprefix(_FILLED): texts[-1] for name, texts in asked.query.items() if name.startswith(_FILLED)}


def _address(statement: str, values: Mapping[str, str]) -> str:
    return f"/sql?{urlencode({'q': statement} | {_FILLED + name: value for name, value in values.items()})}"


@cache
def _tables() -> tuple[TableMeaning, ...]:
    with fresh_schema() as db:
        return meanings(db)


def fault_in_words(asked: Asked, error: StatementError) -> str:
    """Say in the reader's language why a statement was not answered, with the database's own words."""
    _ = words_of(asked.reader.language).gettext
    match error.fault:
        case StatementFault.WRONG:
            said = _("The database does not understand this.")
        case StatementFault.WRITES:
            said = _("Only reading is allowed here.")
        case StatementFault.SEVERAL:
            said = _("Ask one statement at a time.")
        case StatementFault.SLOW:
            said = _("This took too long and was ended. Ask for fewer rows, or with a condition on date or outlet.")
        case StatementFault.BIG:
            said = _("This asks for too much at once: a value or the answer would be too large.")
        case StatementFault.VALUES:
            said = _("Fill in what stands behind a colon, such as %(name)s.") % {"name": ":name"}
        case StatementFault.NOTHING:
            said = _("There is nothing to be answered.")
    return f"{said} {error.detail}".strip()
