"""What the copying asks of the two ends, whatever engine each has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence
    from datetime import datetime

    from balkan_crawler.storage.copying.canonical import Row
    from balkan_crawler.storage.copying.fitting import Fits, Needs
    from balkan_crawler.storage.copying.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """Rows that fit: so many, in COPY's form or as they are, whichever the target takes; ``last`` is the last key."""

    rows: int
    last: Sequence[Any]
    block: bytes = b""
    cells: Sequence[Row] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What comes behind the last portion: the digest of all rows that fit, and what was refused or replaced."""

    rows: int
    sha256: str
    fits: Fits


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


class Written(Reader, Protocol):
    """What was copied so far."""

    def blocks(self, table: Table) -> Generator[tuple[bytes, int], None, None]:
        """Give all rows in COPY's form, with how many; they need not be of one moment where nobody changes them."""
        ...


class Source(Reader, Protocol):
    """An archive that is copied."""

    def fitting(
        self, fits: Fits, after: Sequence[Any] | None, *, as_blocks: bool
    ) -> Generator[Portion | Read, None, None]:
        """Give the rows behind a key that a target takes, and then what was read of them."""
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

    def reader_opener(self) -> Callable[[], Written]:
        """Give what reads what was copied so far, in any process."""
        ...

    def needs(self, table: Table, of_server: bool) -> Needs:
        """Say what rows must be like, where they come from a server or a file."""
        ...

    def came_to(self, table: Table) -> tuple[int, list[Any] | None]:
        """Say how many rows of a table were added, and the key of the last one."""
        ...

    def add(self, table: Table, portion: Portion, done: int) -> None:
        """Add rows, and note how far that is; a server's come in COPY's form."""
        ...

    def mend(self, table: Table, gone: Sequence[Sequence[Any]], rows: Sequence[Row]) -> None:
        """Delete the rows of these keys, then add rows."""
        ...

    def index_words(self) -> Iterator[int]:
        """Index the words of all articles; gives how many are done, now and then."""
        ...

    def index(self, table: Table) -> Iterator[str]:
        """Make the indexes of a table whose rows are all there, or have them made; gives their names."""
        ...

    def rest(self) -> Iterator[str]:
        """See that all indexes and constraints are there; gives the name of each that is made, before it is."""
        ...

    def finish(self, counters: dict[str, int]) -> None:
        """Number on from these counters by table, and let others open the archive."""
        ...
