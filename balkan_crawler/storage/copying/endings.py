"""What the copying asks of the two ends, whatever engine each has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from datetime import datetime

    from balkan_crawler.storage.copying.canonical import Row
    from balkan_crawler.storage.copying.fitting import Needs
    from balkan_crawler.storage.copying.tables import Table


class Reader(Protocol):
    """An archive as it is at one moment; every method may raise a `StoreError`. ``place`` is safe to show."""

    place: str
    is_server: bool

    def close(self) -> None:
        """Let go of the archive."""
        ...

    def birth(self) -> str:
        """Give what tells this archive from every other."""
        ...

    def holders(self, now: datetime) -> list[str]:
        """Name the living processes that crawl it."""
        ...

    def count(self, table: Table) -> int:
        """Count the rows of a table."""
        ...

    def counter(self, table: Table) -> int:
        """Give the highest number that a table ever gave to a row."""
        ...

    def portions(self, table: Table, after: Sequence[Any] | None = None) -> Generator[Sequence[Row], None, None]:
        """Give the rows behind a key, in the order of their keys, in their one form."""
        ...


class Target(Protocol):
    """An archive in the making; every method may raise a `StoreError`. Each writing method is one transaction.

    Every one of them first sees that no other run of the copying has taken over since: raises `StoreInUseError`.
    """

    place: str
    is_server: bool

    def close(self) -> None:
        """Let go of the archive, which stays as it is."""
        ...

    def begin(self, source: str) -> bool:
        """Take over what was begun of this source, or begin; says whether it goes on.

        Raises `CopyTargetError` where there is something else.
        """
        ...

    def reader(self) -> Reader:
        """Read what was copied so far."""
        ...

    def needs(self, table: Table, of_server: bool) -> Needs:
        """Say what rows must be like, where they come from a server or a file."""
        ...

    def came_to(self, table: Table) -> tuple[int, list[Any] | None]:
        """Say how many rows of a table were added, and the key of the last one."""
        ...

    def add(self, table: Table, rows: Sequence[Row], done: int, last: Sequence[Any]) -> None:
        """Add rows, and note how far that is."""
        ...

    def mend(self, table: Table, gone: Sequence[Sequence[Any]], rows: Sequence[Row]) -> None:
        """Delete the rows of these keys, then add rows."""
        ...

    def indexes(self) -> Iterator[str]:
        """Make the indexes and constraints that stood back, one at each step; gives its name before it is made."""
        ...

    def index_words(self) -> Iterator[int]:
        """Index the words of all articles; gives how many are done, now and then."""
        ...

    def finish(self, counters: dict[str, int]) -> None:
        """Number on from these counters by table, and let others open the archive."""
        ...
