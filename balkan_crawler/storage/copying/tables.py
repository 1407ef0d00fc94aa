"""What is copied of an archive: the tables of `tables.toml`, with their keys and the kinds of their columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.data import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MANY: Final = 20_000
_SOME: Final = 2000
_FEW: Final = 200


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    NUMBER = "number"
    REAL = "real"
    FLAG = "flag"
    TIME = "time"
    DAY = "day"
    LIST = "list"
    OBJECT = "object"
    BLOB = "blob"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of an archive.

    ``key`` names the columns that its rows are read by, ``columns`` all of them with their kinds, in their order.
    ``counter`` is the column that the engine numbers, ``asked`` the SQL that is read in a column's place, ``only`` the
    condition of the rows that are copied.
    """

    name: str
    key: tuple[str, ...]
    columns: Mapping[str, Kind]
    counter: str | None = None
    wide: bool = False
    asked: Mapping[str, str]
    only: str | None = None

    @property
    def places(self) -> tuple[int, ...]:
        """Where the columns of the key stand among all."""
        names = list(self.columns)
        return tuple(names.index(name) for name in self.key)

    @property
    def is_of_numbers(self) -> bool:
        """Whether all columns are whole numbers."""
        return set(self.columns.values()) == {Kind.NUMBER}

    @property
    def at_once(self) -> int:
        """How many rows are read and written together, at most."""
        return _MANY if self.is_of_numbers else _FEW if self.wide else _SOME

    def query(self, after: Sequence[str] = ()) -> str:
        """Give the statement that reads the rows in the order of the key, as SQLite has it.

        ``after`` has a placeholder for each value of a key that is to be begun behind.
        """
        asked = ", ".join(f"{self.asked[name]} AS {name}" if name in self.asked else name for name in self.columns)
        keys = ", ".join(f"{self.name}.{name}" for name in self.key)
        conditions = [f"({self.only})"] if self.only else []
        if after:
            conditions.append(f"({keys}) > ({', '.join(after)})")
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        return f"SELECT {asked} FROM {self.name}{where} ORDER BY {keys}"


@cache
def tables() -> tuple[Table, ...]:
    """Give the tables in the order in which they are copied."""
    return tuple(_table(name, said) for name, said in read_table(__name__, "tables.toml").items())


def _table(name: str, said: Mapping[str, Any]) -> Table:
    return Table(
        name=name,
        key=tuple(said["key"]),
        columns={column: Kind(kind) for column, kind in said["columns"].items()},
        counter=said.get("counter"),
        wide=said.get("wide", False),
        asked=said.get("asked", {}),
        only=said.get("only"),
    )
