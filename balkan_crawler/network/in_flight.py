"""The bytes of all answers that are being received, within bounds."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Hashable

MOST_BYTES: Final = 128 * 1024**2
"""Bytes of all answers that are being received: ten of the largest, or half a megabyte for each of 256."""

T = TypeVar("T", bound="Hashable")


@dataclass(slots=True)
class _Flight:
    task: asyncio.Task[Any]
    size: int = 0
    was_dropped: bool = False


@dataclass(slots=True)
class InFlight(Generic[T]):
    """Counts what has come of each answer; where all together are too many bytes, the largest is given up.

    So whoever sends much is hit, not whoever comes last, and nobody has to wait.
    """

    most: int = MOST_BYTES
    size: int = 0
    _flights: dict[T, _Flight] = field(default_factory=dict)

    def begin(self, request: T, task: asyncio.Task[Any]) -> None:
        """Note that an answer to ``request`` is waited for by ``task``, which is cancelled to give it up."""
        self._flights[request] = _Flight(task)

    def received(self, request: T, size: int) -> None:
        """Count further bytes of an answer."""
        flight = self._flights.get(request)
        if flight is None:
            return
        flight.size += size
        self.size += size
        if self.size > self.most:
            largest = max(self._flights.values(), key=lambda each: each.size)
            self.size -= largest.size
            largest.size, largest.was_dropped = 0, True
            largest.task.cancel()

    def was_dropped(self, request: T) -> bool:
        """Say whether an answer was given up here."""
        return self._flights[request].was_dropped

    def end(self, request: T) -> None:
        """Note that an answer is there, or will not come."""
        self.size -= self._flights.pop(request).size
