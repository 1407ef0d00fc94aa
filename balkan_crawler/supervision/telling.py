"""Telling how a run is doing while it lasts: to the service manager, into the status file and the file of metrics."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psutil

from balkan_crawler.supervision.files import write_whole
from balkan_crawler.supervision.metrics import metrics
from balkan_crawler.supervision.state import Phase

if TYPE_CHECKING:
    from balkan_crawler.supervision.state import State
    from balkan_crawler.supervision.supervisor import Supervisor
    from balkan_crawler.supervision.systemd import ServiceManager

_LOOK: Final = 1.0
_BETWEEN_FILES: Final = 10.0
"""Seconds between two times that the files are written; a change of what the run is at is written at once."""
_OF_THE_WATCHDOG: Final = 3
_BETWEEN_LINES: Final = 5.0


@dataclass(slots=True)
class Teller:
    """Tells all who want to know. A file that cannot be written is told of once, and tried again."""

    supervisor: Supervisor
    manager: ServiceManager
    status: Path | None
    metrics: Path | None
    tell: Callable[[str], None]
    _unwritable: set[Path] = field(default_factory=set)

    async def keep(self) -> None:
        """Tell it as long as the run lasts."""
        state, loop = self.supervisor.state, asyncio.get_running_loop()
        is_ready, said, phase = False, "", None
        next_files = next_line = next_beat = 0.0
        while True:
            now = loop.time()
            if not is_ready and (state.report is not None or state.phase is Phase.WAITING):
                self.manager.ready()
                is_ready = True
            if state.line != said and (now >= next_line or phase is not state.phase):
                said = state.line
                self.manager.status(said)
                next_line = now + _BETWEEN_LINES
            if self.manager.watchdog and now >= next_beat and self.supervisor.is_alive:
                self.manager.alive()
                next_beat = now + self.manager.watchdog / _OF_THE_WATCHDOG
            if now >= next_files or phase is not state.phase:
                self.write()
                next_files = now + _BETWEEN_FILES
            phase = state.phase
            await asyncio.sleep(_LOOK if not self.manager.watchdog else min(_LOOK, self.manager.watchdog / 6))

    def write(self) -> None:
        """Write the files that are wanted."""
        if self.status is None and self.metrics is None:
            return
        state, now = self.supervisor.state, datetime.now(UTC)
        state.memory = memory_of(state)
        if self.status is not None:
            self._write(self.status, json.dumps(state.as_json(now), ensure_ascii=False, indent=2))
        if self.metrics is not None:
            self._write(self.metrics, metrics(state, now))

    def _write(self, file: Path, text: str) -> None:
        error = write_whole(file, text)
        if error is None:
            self._unwritable.discard(file)
        elif file not in self._unwritable:
            self._unwritable.add(file)
            self.tell(f"{file} cannot be written ({error.strerror or error}); it is tried again")


def memory_of(state: State) -> dict[str, int]:
    """Give the resident bytes of this process, of the one that crawls, and of its workers together.

    Workers share pages with what started them, which are counted at each.
    """
    memory = {"supervisor": _bytes_of(os.getpid())}
    if state.crawler is not None:
        memory["crawler"] = _bytes_of(state.crawler)
        memory["workers"] = sum(map(_bytes_of, _children_of(state.crawler)))
    return memory


def _children_of(process: int) -> list[int]:
    try:
        children: list[psutil.Process] = psutil.Process(process).children(recursive=True)  # type: ignore[no-untyped-call]
    except psutil.Error:
        return []
    return [child.pid for child in children]


def _bytes_of(process: int) -> int:
    try:
        return int(psutil.Process(process).memory_info().rss)  # type: ignore[no-untyped-call]
    except psutil.Error:
        return 0
