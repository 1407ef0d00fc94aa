"""The part of the store's contract that people ask in SQL themselves: one statement that reads, within limits."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

Cell: TypeAlias = "str | int | float | bytes | None"

_PIECE: Final = re.compile(
    r"""
    '(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | \[[^\]]*\]  # texts and quoted names
    | --[^\n]* | /\*.*?(?:\*/|\Z)                           # comments
    | ::                                                    # no name begins here
    | [:@$](?P<name>[^\W\d]\w*)
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlAnswer:
    """The answer to a statement: the names of its columns, as it gives them, and its rows, read one by one.

    Reading on may raise `StatementError`.
    """

    columns: tuple[str, ...]
    rows: Iterator[tuple[Cell, ...]]


class ConsoleStore(Protocol):
    """What a store can do for a console; see `balkan_crawler.storage.Store`, which has these methods, too."""

    def ask(
        self, statement: str, values: Mapping[str, str] | None = None, *, seconds: float = 5.0
    ) -> AbstractContextManager[SqlAnswer]:
        """Answer one statement that only reads, in the database's own SQL.

        ``values`` fill in what stands behind a colon. It sees one moment, on a connection of its own, which ends with
        the block: after ``seconds`` at the latest (and a second of grace) nothing is read any more. Raises
        `StatementError` for whatever is wrong with the statement or would take too much.
        """
        ...


def names_to_fill_in(statement: str) -> tuple[str, ...]:
    """Give what is to be filled in of a statement, in its order: ``:name`` outside of texts and comments."""
    found = (piece["name"] for piece in _PIECE.finditer(statement))
    return tuple(dict.fromkeys(filter(None, found)))
