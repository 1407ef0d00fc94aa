"""An article's text in paragraphs: what fits on a page, with the words of a search marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from balkan_crawler.desk.articles.weight import fitting, weight
from balkan_crawler.errors import QueryError
from balkan_crawler.text.search_words import read_search
from balkan_crawler.text.snippets import Piece, with_marks

if TYPE_CHECKING:
    from balkan_crawler.desk.articles.writing import Writing
    from balkan_crawler.text.search_words import SearchWords

MOST_BYTES: Final = 60_000
"""What is shown of a body; some 5,000 words of Cyrillic, 9,000 of Latin letters."""
_OF_A_PARAGRAPH: Final = 8
"""Bytes of a paragraph's markup."""
_MOST_MARKS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The paragraphs that are shown, each in pieces, and how many words of the body are not."""

    paragraphs: tuple[tuple[Piece, ...], ...]
    left_out: int


def read_query(query: str) -> SearchWords | None:
    """Read a search whose words are to be marked; ``None`` for none, and for one that cannot be understood."""
    try:
        return read_search(query) if query else None
    except QueryError:
        return None


def marked(text: str, sought: SearchWords | None, column: str) -> tuple[Piece, ...]:
    """Give a text with the words of a search marked; of very many the first ones."""
    if sought is None or not text:
        return (Piece(text),) if text else ()
    pieces = with_marks(text, sought, column)
    if len(pieces) > 2 * _MOST_MARKS:
        pieces = (*pieces[: 2 * _MOST_MARKS], Piece("".join(piece.text for piece in pieces[2 * _MOST_MARKS :])))
    return pieces


def body(text: str, writing: Writing, sought: SearchWords | None) -> Body:
    """Give what fits of a body, in the script that is shown."""
    cut, room = [], MOST_BYTES
    for paragraph in filter(str.strip, text.split("\n")):
        if room <= _OF_A_PARAGRAPH:
            break
        shown = fitting(writing.of(paragraph[:room]), room - _OF_A_PARAGRAPH)
        cut.append(shown)
        room -= weight(shown) + _OF_A_PARAGRAPH
        if len(paragraph) > len(shown) and room < MOST_BYTES // 100:
            break
    shown_words = sum(len(paragraph.split()) for paragraph in cut)
    left_out = max(0, len(text.split()) - shown_words)
    pieces = marked("\n".join(cut), sought, "body")
    return Body(paragraphs=_in_paragraphs(pieces) if text.strip() else (), left_out=left_out)


def _in_paragraphs(pieces: tuple[Piece, ...]) -> tuple[tuple[Piece, ...], ...]:
    """Part pieces where lines end; a phrase may go from one line to the next."""
    paragraphs: list[list[Piece]] = [[]]
    for piece in pieces:
        for number, line in enumerate(piece.text.split("\n")):
            if number:
                paragraphs.append([])
            if line:
                paragraphs[-1].append(Piece(line, piece.found))
    return tuple(map(tuple, paragraphs))
