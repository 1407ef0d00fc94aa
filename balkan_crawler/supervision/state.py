"""How a run is doing, as it is told to people and monitors: what it is at, what came of it, what failed."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from balkan_crawler.supervision.crawler import Failure, Report

COUNTS: Final = ("rounds", "new", "edited", "corrected", "pages", "revisits", "failed_pages", "kept")
"""What a crawling process counts since its start."""
MOST_CAUSES: Final = 100
_TOLD_CAUSES: Final = 20
MOST_ERRORS: Final = 20
_MOST_SITES: Final = 20


class Phase(StrEnum):
    """What a run is at."""

    STARTING = "starting"
    CRAWLING = "crawling"
    OFFLINE = "offline"
    WAITING = "waiting"
    TASKS = "tasks"
    STOPPING = "stopping"


@dataclass(slots=True)
class TaskState:
    """How a task was done last: ``result`` in words, ``None`` while it was not done yet in this run."""

    last: datetime | None = None
    seconds: float | None = None
    result: str | None = None
    failures: int = 0
    following: datetime | None = None


@dataclass(slots=True, kw_only=True)
class State:
    """The numbers are since the start of the run, over all of its crawling processes.

    It does not grow: of causes of failures the most frequent are counted, of errors the last are held.
    """

    database: str
    version: str
    pid: int
    started: datetime
    outlets: int = 0
    phase: Phase = Phase.STARTING
    reason: str | None = None
    again_at: datetime | None = None
    crawler: int | None = None
    report: Report | None = None
    past: Counter[str] = field(default_factory=Counter)
    crawlers: int = 0
    broken_off: int = 0
    outlet_failures: int = 0
    source_failures: int = 0
    causes: Counter[str] = field(default_factory=Counter)
    errors: deque[dict[str, str]] = field(default_factory=lambda: deque(maxlen=MOST_ERRORS))
    tasks: dict[str, TaskState] = field(default_factory=dict)
    memory: dict[str, int] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """All counts, each by its name in `COUNTS`."""
        now = self.report.counts if self.report is not None else {}
        return {name: self.past[name] + now.get(name, 0) for name in COUNTS}

    def end_crawler(self) -> None:
        """Add what a crawling process has counted to what came before."""
        if self.report is not None:
            self.past.update(self.report.counts)
        self.report = self.crawler = None

    def note_failures(self, failures: Iterable[Failure]) -> None:
        """Count failures by their cause, and hold the last."""
        for failure in failures:
            self.outlet_failures += not failure.is_source
            self.source_failures += failure.is_source
            self.causes[failure.cause] += 1
            self.errors.append({"at": failure.at, "outlet": failure.outlet, "error": failure.reason})
        while len(self.causes) > MOST_CAUSES:
            del self.causes[min(self.causes, key=lambda cause: self.causes[cause])]

    def note_error(self, error: str, now: datetime) -> None:
        """Hold an error that is not one outlet's."""
        self.errors.append({"at": now.isoformat(timespec="seconds"), "error": error})

    @property
    def line(self) -> str:
        """Say in a line what the run is at and what came of it."""
        sums, report = self.counts, self.report
        doing = {
            Phase.STARTING: "starting",
            Phase.OFFLINE: "no site can be reached",
            Phase.TASKS: f"at night's work: {self.reason}",
            Phase.WAITING: f"waiting: {self.reason}",
            Phase.STOPPING: "stopping",
        }.get(self.phase) or f"{counted(len(report.at_work) if report else 0, 'site')} at work"
        found = f"{counted(sums['new'], 'new article')}, {sums['edited']:,} edited, {counted(sums['pages'], 'page')}"
        return f"{doing}; {found}, {counted(self.outlet_failures, 'failed round')}"

    def as_json(self, now: datetime) -> dict[str, object]:
        """Give all of it as the status file has it; times are in UTC."""
        report = self.report
        return {
            "pid": self.pid,
            "version": self.version,
            "database": self.database,
            "since": _written(self.started),
            "written": _written(now),
            "phase": self.phase,
            "reason": self.reason,
            "again_at": _written(self.again_at),
            "outlets": self.outlets,
            "crawler": {"pid": self.crawler, "started": self.crawlers, "broken_off": self.broken_off},
            "sites_at_work": len(report.at_work) if report else 0,
            "at_work": list(report.at_work[:_MOST_SITES]) if report else [],
            "held_by_another_run": report.held if report else 0,
            "next_due": report.next_due if report else None,
            "keeping_ended": report.keeping_ended if report else None,
            **self.counts,
            "failed_rounds": self.outlet_failures,
            "failed_sources": self.source_failures,
            "failures_by_cause": dict(self.causes.most_common(_TOLD_CAUSES)),
            "last_errors": list(self.errors),
            "tasks": {
                name: {
                    "last": _written(task.last),
                    "seconds": task.seconds,
                    "result": task.result,
                    "failures": task.failures,
                    "next": _written(task.following),
                }
                for name, task in self.tasks.items()
            },
            "memory_bytes": self.memory,
        }


def _written(time: datetime | None) -> str | None:
    return time.isoformat(timespec="seconds") if time is not None else None
