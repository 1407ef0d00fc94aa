"""What a target keeps of the copying while it is not whole, in a table of names and values that goes at the end."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

MAKE: Final = "CREATE TABLE _copying (name TEXT PRIMARY KEY, value TEXT NOT NULL)"
READ: Final = "SELECT value FROM _copying WHERE name = ?"
KEEP: Final = "INSERT INTO _copying (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
SOURCE: Final = "source"
"""What tells the source from every other archive."""
RUN: Final = "run"
"""The run of the command that writes now; an earlier one that still lives is refused."""
OF_ANOTHER: Final = "an unfinished copy of another archive"
OF_ANOTHER_VERSION: Final = "a copy that another version of balkan-crawler began, which has to finish it"
HAS_ROWS: Final = "it holds an archive already"
TAKEN_OVER: Final = "another run of this copy writes to it now"


def progress_of(table: str) -> str:
    """Name the row of `_copying` that says how far a table is."""
    return f"table {table}"


def written(done: int, last: Sequence[Any]) -> str:
    """Write how many rows of a table are there, and the key of the last one."""
    return json.dumps([done, list(last)])


def came_to(value: str | None) -> tuple[int, list[Any] | None]:
    """Read back what `written` wrote; nothing where a table was not begun."""
    if value is None:
        return 0, None
    done, last = json.loads(value)
    return int(done), last
