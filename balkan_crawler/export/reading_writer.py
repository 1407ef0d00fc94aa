"""Articles one after the other, to be read: plain text and Markdown, UTF-8."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final

from balkan_crawler.export.readable import as_markdown, as_text

if TYPE_CHECKING:
    from balkan_crawler.export.rows import Row
    from balkan_crawler.model.columns import Column

_BETWEEN_TEXTS: Final = f"\n{'-' * 72}\n\n"
_BETWEEN_MARKDOWN: Final = "\n---\n\n"


@contextmanager
def write_text(file: BinaryIO, columns: tuple[Column, ...]) -> Iterator[Callable[[Row], None]]:
    """Write whole articles as plain text, whichever the columns, a ruled line between them."""
    yield _writing(file, as_text, _BETWEEN_TEXTS)


@contextmanager
def write_markdown(file: BinaryIO, columns: tuple[Column, ...]) -> Iterator[Callable[[Row], None]]:
    """Write whole articles as Markdown, whichever the columns, a rule between them."""
    yield _writing(file, as_markdown, _BETWEEN_MARKDOWN)


def _writing(file: BinaryIO, form: Callable[[Row], str], between: str) -> Callable[[Row], None]:
    before = ""

    def write(row: Row) -> None:
        nonlocal before
        file.write((before + form(row)).encode("utf-8"))
        before = between

    return write
