"""The state of a run as Prometheus reads it: the text format of version 0.0.4, for node_exporter's textfile collector.

Names follow https://prometheus.io/docs/practices/naming/: base units, plural, ``_total`` for what only grows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from balkan_crawler.supervision.state import Phase

if TYPE_CHECKING:
    from balkan_crawler.supervision.state import State

_PREFIX: Final = "balkan_crawler"
_COUNTERS: Final = {
    "rounds": "Crawls of a site that have ended.",
    "new": "Articles stored.",
    "edited": "Articles found edited.",
    "corrected": "Articles corrected, read anew once more was known of the outlet's pages.",
    "pages": "Pages fetched.",
    "revisits": "Pages among them that were fetched again.",
    "failed_pages": "Pages that could not be fetched or read.",
    "kept": "Pages kept in WARC files.",
}
_NAMES: Final = {
    "new": "articles_new",
    "edited": "articles_edited",
    "corrected": "articles_corrected",
    "revisits": "pages_again",
    "failed_pages": "pages_failed",
    "kept": "pages_kept",
}


def metrics(state: State, now: datetime) -> str:
    """Write all metrics."""
    lines: list[str] = []
    for name, kind, text, values in _families(state, now):
        lines += [f"# HELP {_PREFIX}_{name} {text}", f"# TYPE {_PREFIX}_{name} {kind}"]
        lines += [f"{_PREFIX}_{name}{_labels(labels)} {_number(value)}" for labels, value in values]
    return "\n".join(lines) + "\n"


_Values = list[tuple[Mapping[str, str], float]]


def _families(state: State, now: datetime) -> Iterator[tuple[str, str, str, _Values]]:
    report = state.report
    yield "info", "gauge", "The version at work.", [({"version": state.version, "database": state.database}, 1)]
    yield "start_timestamp_seconds", "gauge", "When the run began.", [({}, state.started.timestamp())]
    yield "written_timestamp_seconds", "gauge", "When this was written.", [({}, now.timestamp())]
    phases: _Values = [({"phase": phase.value}, phase is state.phase) for phase in Phase]
    yield "phase", "gauge", "What the run is at: 1 for one phase, 0 for the others.", phases
    yield "outlets", "gauge", "Outlets of the run.", [({}, state.outlets)]
    yield "sites_at_work", "gauge", "Sites that something is asked of.", [({}, len(report.at_work) if report else 0)]
    yield "outlets_held", "gauge", "Outlets that another run is at work on.", [({}, report.held if report else 0)]
    sums = state.counts
    for name, text in _COUNTERS.items():
        yield f"{_NAMES.get(name, name)}_total", "counter", text, [({}, sums[name])]
    yield "rounds_failed_total", "counter", "Rounds in which an outlet failed.", [({}, state.outlet_failures)]
    yield "sources_failed_total", "counter", "Polls of feeds and the like that failed.", [({}, state.source_failures)]
    yield "crawlers_started_total", "counter", "Crawling processes started.", [({}, state.crawlers)]
    yield "crawlers_broken_off_total", "counter", "Crawling processes that ended in error.", [({}, state.broken_off)]
    memory: _Values = [({"process": name}, size) for name, size in state.memory.items()]
    yield "memory_bytes", "gauge", "Resident memory, by process.", memory
    tasks = state.tasks.items()
    yield (
        "task_failures_total",
        "counter",
        "Times that a task of the schedule was not done.",
        [({"task": name}, task.failures) for name, task in tasks],
    )
    yield (
        "task_last_timestamp_seconds",
        "gauge",
        "When a task of the schedule was begun last, in this run.",
        [({"task": name}, task.last.timestamp()) for name, task in tasks if task.last is not None],
    )


def _labels(labels: Mapping[str, str]) -> str:
    written = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items())
    return f"{{{written}}}" if written else ""


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _number(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))
