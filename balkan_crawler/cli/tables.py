"""Tables for people and programs: laid out for a terminal, with tabs between the cells in a pipe.

On a terminal nothing is cut: keys, numbers and addresses stay whole, only texts are wrapped, between words. A table
that is too wide for that loses its optional columns, the last ones first, or is written row by row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Final

import click

from balkan_crawler.cli import streams

_GAP: Final = 2
_WIDTH_OF_A_RULE: Final = 80
_WORD: Final = re.compile(r"\s*\S+")
"""A word with the spaces before it: labels stay in line."""
_LEAST_OF_TEXT: Final = 16
"""Columns of text narrower than this cannot be read; the table is written row by row then."""
_EASE_OF_TEXT: Final = 24
"""Columns of text narrower than this take many lines; columns that are optional give way to them."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its heading: ``number`` stands at the right, ``text`` may be wrapped, anything else stays whole.

    One that is ``optional`` is left out on a terminal that has no room for it.
    """

    name: str
    number: bool = False
    text: bool = False
    optional: bool = False


def numbers(*names: str, optional: bool = False) -> tuple[Column, ...]:
    """Make columns of numbers."""
    return tuple(Column(name, number=True, optional=optional) for name in names)


def show(columns: Sequence[Column], rows: Iterable[Sequence[object]], caption: str = "") -> None:
    """Print a table to standard output; its ``caption`` (units, time zone, order) for people alone."""
    width = streams.width_of_terminal()
    if width is None:
        for line in tab_separated([column.name for column in columns], rows):
            click.echo(line)
        return
    for line in layout(columns, rows, width):
        click.echo(line)
    if caption:
        click.echo("\n".join(wrapped(caption, width)))


def say(text: str, *, err: bool = False, indent: int = 2, bold: bool = False, dim: bool = False) -> None:
    """Print a line; on a terminal it is wrapped between words, with the further lines indented."""
    width = streams.width_of_terminal(err=err)
    for line in [text] if width is None else wrapped(text, width, indent):
        click.echo(click.style(line, bold=bold or None, dim=dim or None) if bold or dim else line, err=err)


def heading(text: str) -> None:
    """Print what a part of the output is, below an empty line and within a rule."""
    width = min(streams.width_of_terminal() or _WIDTH_OF_A_RULE, _WIDTH_OF_A_RULE)
    click.echo(f"\n── {text} {'─' * max(0, width - cells(text) - 4)}")


def tab_separated(names: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Write a table for programs: a line of names, then a line a row, one tab between two cells and none within."""
    for row in (names, *rows):
        yield "\t".join(_one_line(cell) for cell in row)


def layout(columns: Sequence[Column], rows: Iterable[Sequence[object]], width: int) -> list[str]:
    """Write a table in lines of at most ``width`` cells; a word that is longer than that stands on its own, whole."""
    texts = [[f"{cell:,}" if isinstance(cell, int) else _one_line(cell) for cell in row] for row in rows]
    while (widths := _widths(columns, texts, width)) is None:
        places = [place for place, column in enumerate(columns) if column.optional]
        if not places:
            return _row_by_row(columns, texts, width)
        columns = [column for place, column in enumerate(columns) if place != places[-1]]
        texts = [[cell for place, cell in enumerate(row) if place != places[-1]] for row in texts]
    lines = _row(columns, [column.name for column in columns], widths)
    lines.append("─" * (sum(widths) + _GAP * (len(widths) - 1)))
    for row in texts:
        lines += _row(columns, row, widths)
    return lines


def wrapped(text: str, width: int, indent: int = 0) -> list[str]:
    """Break a text between words into lines of at most ``width`` cells, the later ones indented further."""
    lines, line, start = [], "", " " * (len(text) - len(text.lstrip()) + indent)
    for word in _WORD.findall(text.rstrip()):
        if line.strip() and cells(line + word) > width:
            lines.append(line)
            line = start + word.lstrip()
        else:
            line += word
    return [*lines, line]


def cells(text: str) -> int:
    """Count the cells that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _one_line(cell: object) -> str:
    return "" if cell is None else " ".join(str(cell).split())


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> list[int] | None:
    """Give the widths of the columns, or ``None`` where the table is too wide to be read."""
    widths = [cells(column.name) for column in columns]
    least = list(widths)
    for row in rows:
        for place, cell in enumerate(row):
            widths[place] = max(widths[place], cells(cell))
            if columns[place].text:
                least[place] = max(least[place], max(map(cells, cell.split()), default=0))
    room = width - _GAP * (len(columns) - 1)
    least_of_text = _EASE_OF_TEXT if any(column.optional for column in columns) else _LEAST_OF_TEXT
    for place in sorted(
        (place for place, column in enumerate(columns) if column.text), key=lambda place: -widths[place]
    ):
        too_wide = sum(widths) - room
        if too_wide > 0:
            readable = max(least[place], min(least_of_text, widths[place]))
            widths[place] = max(readable, widths[place] - too_wide)
    return widths if sum(widths) <= room else None


def _row(columns: Sequence[Column], row: Sequence[str], widths: Sequence[int]) -> list[str]:
    blocks = [
        wrapped(cell, width) if column.text else [cell]
        for column, cell, width in zip(columns, row, widths, strict=True)
    ]
    lines = []
    for parts in zip_longest(*blocks, fillvalue=""):
        padded = (
            " " * (width - cells(part)) + part if column.number else part + " " * (width - cells(part))
            for column, part, width in zip(columns, parts, widths, strict=True)
        )
        lines.append((" " * _GAP).join(padded).rstrip())
    return lines


def _row_by_row(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> list[str]:
    lines: list[str] = []
    for row in rows:
        lines += wrapped(row[0], width)
        for column, cell in zip(columns[1:], row[1:], strict=True):
            if cell:
                lines += [f"  {line}" for line in wrapped(f"{column.name}: {cell}", width - 2, 2)]
    return lines
