"""The process that crawls: it is handed its order, tells each second how it goes, and ends when its input is closed."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from balkan_crawler.supervision import processes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

DISMISSED: Final = b"done"
"""What a process reads that waits for work in vain."""
LONGEST_MESSAGE: Final = 4 * 1024**2
"""Bytes of a message of the crawling process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What failed: an outlet, or a source of one that did well otherwise; ``cause`` is the reason without its own."""

    at: str
    outlet: str
    cause: str
    reason: str
    is_source: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a crawling process is doing; the counts are since its start.

    ``at_work`` are sites, ``held`` outlets that another run has. ``writer_waits`` are the seconds for which the first
    of the visits that wait to be stored has waited. ``failures`` are those since the report before. ``keeping_ended``
    says why no more pages are kept, where that is so. Of a run that several processes share, ``outlets`` is what came
    of them since the report before, packed, and ``idle_since`` when the process last looked in vain for work, having
    none.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    at_work: tuple[str, ...] = ()
    held: int = 0
    next_due: str | None = None
    is_offline: bool = False
    writer_waits: float = 0.0
    failures: tuple[Failure, ...] = ()
    keeping_ended: str | None = None
    outlets: str = ""
    idle_since: float | None = None
    is_stopped: bool = False
    is_drained: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a crawling process ended: ``error`` in words, ``None`` where it was told to end and did.

    ``is_lasting`` says that no further try can go better.
    """

    error: str | None = None
    is_lasting: bool = False


class Crawler:
    """One crawling process, as whoever started it sees it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._loop = asyncio.get_running_loop()
        self.started = self.heard = self._loop.time()
        """Times of the loop: of the start, and of the last word."""
        self.report: Report | None = None
        self.untold: list[Failure] = []
        """Failures that it has reported and nobody has taken yet."""
        self.outlets: list[str] = []
        """What it has told of outlets, packed, and nobody has taken yet."""
        self._end: End | None = None
        self.was_asked = False
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, words: Sequence[str], order: bytes) -> Self:
        """Start the process and hand it the order. Raises `OSError` where none can be had."""
        process = await processes.begin(words, with_input=True)
        assert process.stdin is not None
        process.stdin.write(len(order).to_bytes(8, "big") + order)
        return cls(process)

    @property
    def pid(self) -> int:
        """The number of the process."""
        return self._process.pid

    @property
    def is_over(self) -> bool:
        """Whether the process has ended."""
        return self._process.returncode is not None

    def ask_to_end(self) -> None:
        """Have it finish what is in flight, and end."""
        if not self.was_asked and self._process.stdin is not None:
            self.was_asked = True
            self._process.stdin.close()

    def dismiss(self) -> None:
        """Tell a process that waits for work that there is none."""
        if not self.was_asked and self._process.stdin is not None:
            with suppress(ConnectionError):
                self._process.stdin.write(DISMISSED)

    @property
    def now(self) -> float:
        """The time of the loop."""
        return self._loop.time()

    def kill(self) -> None:
        """End it at once, with its workers; what it had not committed is fetched again."""
        processes.end(self._process, at_once=True)

    async def ended(self) -> End:
        """Wait for its end, and take care that nothing is left of it."""
        code = await self._process.wait()
        self.kill()
        await asyncio.wait({self._reading}, timeout=2.0)
        self._reading.cancel()
        if self._end is not None and (self._end.error is not None or code == 0):
            return self._end
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        return End(error=f"the crawling process ended unexpectedly, {how}")

    async def _read(self) -> None:
        """Take its messages, a JSON object a line."""
        assert self._process.stdout is not None
        rest = b""
        while chunk := await self._process.stdout.read(65_536):
            *lines, rest = (rest + chunk).split(b"\n")
            rest = rest[-LONGEST_MESSAGE:]
            for line in lines:
                self._hear(line)

    def _hear(self, line: bytes) -> None:
        try:
            told: dict[str, Any] = json.loads(line)
            if "end" in told:
                self._end = End(**told["end"])
                return
            failures = tuple(Failure(**failure) for failure in told.pop("failures", ()))
            self.report = Report(**{**told, "at_work": tuple(told["at_work"])}, failures=failures)
        except (ValueError, TypeError, KeyError):  # what somebody else prints into the pipe
            return
        self.heard = self._loop.time()
        self.untold += failures
        self.outlets += [self.report.outlets] * bool(self.report.outlets)


def moment(text: str | None) -> datetime | None:
    """Read a time of a report."""
    return datetime.fromisoformat(text) if text else None
