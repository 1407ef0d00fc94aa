"""What a store knows of the processes that crawl into it: who they are, what they hold, and which are to give way."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from datetime import datetime, timedelta


LATE: Final = 0.5
"""This share of a lease without a sign of life is late: one comes at each third."""


class WorkerState(StrEnum):
    """How a crawling process is doing.

    ``GONE``: seen to be no more, or silent for a whole lease, so that its sites are free. ``LATE``: it missed a sign.
    """

    WORKING = "working"
    DRAINED = "drained"
    LATE = "late"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beat:
    """A sign of life of a crawling process, which is known by the name of its leases' ``holder``.

    ``version`` is the program's, ``seconds`` how long its leases last, ``pages`` how many it has fetched since it
    ``started``. One that ``stays`` takes sites for as long as it lives.
    """

    holder: str
    version: str
    started: datetime
    seconds: float
    stays: bool
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A process that crawls, or has not said that it ended, as the archive knows it.

    ``heard`` is its last sign of life, ``held`` the sites that it holds, ``sites`` how many. ``is_gone`` says that the
    process was seen to be no more: that is known of those of this machine alone. ``is_drained`` ones take no more
    sites. Of a holder that gave no sign of life, which is of an older version of the program, all else is ``None``.
    """

    holder: str
    machine: str
    process: str
    held: tuple[str, ...]
    is_gone: bool
    is_drained: bool
    version: str | None = None
    started: datetime | None = None
    heard: datetime | None = None
    seconds: float | None = None
    stays: bool | None = None
    pages: int | None = None

    @property
    def sites(self) -> int:
        """How many sites it holds."""
        return len(self.held)

    def state(self, now: datetime) -> WorkerState:
        """Say how it is doing at a time."""
        silent = (now - self.heard).total_seconds() if self.heard is not None else 0.0
        if self.is_gone or (self.seconds is not None and silent > self.seconds):
            return WorkerState.GONE
        if self.seconds is not None and silent > LATE * self.seconds:
            return WorkerState.LATE
        return WorkerState.DRAINED if self.is_drained else WorkerState.WORKING


class WorkersStore(Protocol):
    """What a store knows of crawling processes; see `balkan_crawler.storage.Store`, which has these methods, too."""

    def beat(self, beat: Beat, now: datetime) -> bool:
        """Keep a sign of life; gives whether the process is to take no more sites."""
        ...

    def leave(self, holder: str) -> None:
        """Forget a process that ends in good order."""
        ...

    def workers(self, now: datetime) -> list[Worker]:
        """Give all processes that crawl, or hold a site whose lease has not ended, by machine and process."""
        ...

    def drain(self, name: str, now: datetime, *, wanted: bool = True) -> list[Worker]:
        """Have the processes of a machine, or one (``machine:process``), take no more sites, or take them again.

        What is asked of a machine holds for its later processes, too. Gives the processes that it is asked of.
        """
        ...

    def clock_skew(self) -> timedelta:
        """Give how far the clock of the archive's server is ahead of this machine's; leases go by the server's."""
        ...
