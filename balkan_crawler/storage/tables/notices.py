"""What each channel of notification was told, in SQL. Every function runs inside a transaction of its caller."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.storage.columns import stamp
from balkan_crawler.storage.contract import Told

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

_COLUMNS: Final = tuple(field.name for field in fields(Told))
_MOMENTS: Final = frozenset({"first_told", "last_told", "looked", "ended"})


def told(db: sqlite3.Connection) -> list[Told]:
    """Give all rows."""
    rows = db.execute(f"SELECT {', '.join(_COLUMNS)} FROM _notices ORDER BY scope, key, channel")
    return [Told(**{name: _read(name, cell) for name, cell in zip(_COLUMNS, row, strict=True)}) for row in rows]


def keep(db: sqlite3.Connection, told: Sequence[Told]) -> None:
    """Put rows in the place of those of the same notice and channel."""
    db.executemany(
        f"INSERT OR REPLACE INTO _notices ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})",
        [[_write(getattr(row, name)) for name in _COLUMNS] for row in told],
    )


def _read(name: str, cell: Any) -> Any:
    return datetime.fromisoformat(cell) if name in _MOMENTS and cell is not None else cell


def _write(value: object) -> object:
    return stamp(value) if isinstance(value, datetime) else value
