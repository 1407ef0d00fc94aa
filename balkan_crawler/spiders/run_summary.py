"""A run in numbers and words: for the end of a command, and for the log."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from balkan_crawler.spiders.run_results import OutletState
from balkan_crawler.text.counting import counted

if TYPE_CHECKING:
    from datetime import datetime

    from balkan_crawler.spiders.run_results import OutletRun, Run

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """A run in numbers; ``seconds`` since its start, ``rate`` in pages a second."""

    outlets: int
    over: int
    failed: int
    pages: int
    revisits: int
    new: int
    edited: int
    corrected: int
    failures: int
    seconds: float

    @property
    def rate(self) -> float:
        """Pages a second."""
        return self.pages / self.seconds if self.seconds else 0.0


def totals(run: Run, now: datetime) -> Totals:
    """Add up the outlets of a run, and the rounds that have ended of one that stays."""
    outlets = list(run.outlets.values())

    def all_of(name: str) -> int:
        numbers: list[int] = [getattr(outlet, name) for outlet in outlets]
        return sum(numbers) + run.past[name]

    return Totals(
        outlets=len(outlets),
        over=sum(outlet.over for outlet in outlets),
        failed=len(run.failed),
        pages=all_of("fetched"),
        revisits=all_of("revisits"),
        new=all_of("new"),
        edited=all_of("edited"),
        corrected=all_of("corrected"),
        failures=all_of("failed"),
        seconds=(now - run.started).total_seconds(),
    )


def in_words(run: Run, sums: Totals) -> str:
    """Say in a line what came of a run."""
    found = counted(sums.new, "new article") + (f", {sums.edited:,} edited" if sums.edited else "")
    revisits = f" ({sums.revisits:,} again)" if sums.revisits else ""
    failed = [counted(sums.failed, "outlet")] * bool(sums.failed) + [counted(sums.failures, "page")] * bool(
        sums.failures
    )
    return (
        f"{'stopped early' if run.stopped else 'done'}: {found}, "
        f"{counted(sums.pages, 'page')}{revisits} of {counted(sums.outlets, 'outlet')} in {sums.seconds:.0f} s"
        + (f"; {' and '.join(failed)} failed" if failed else "")
    )


def outlet_in_words(outlet: OutletRun) -> str:
    """Say in a line what came of an outlet, and why it failed where it did."""
    counts = {
        "new": outlet.new,
        "edited": outlet.edited,
        "corrected": outlet.corrected,
        "again": outlet.revisits,
        "failed": outlet.failed,
    }
    told = [counted(outlet.fetched, "page"), *(f"{count:,} {name}" for name, count in counts.items() if count)]
    return f"{outlet.outlet.key}: {outlet.state}: {', '.join(told)}" + (f": {outlet.reason}" if outlet.reason else "")


def log_outlet(outlet: OutletRun) -> None:
    """Write the line of an outlet whose part has ended to the log, with the numbers for whoever reads JSON."""
    fields = {
        "event": "outlet",
        "outlet": outlet.outlet.key,
        "state": outlet.state.value,
        "reason": outlet.reason,
        "new": outlet.new,
        "edited": outlet.edited,
        "corrected": outlet.corrected,
        "pages": outlet.fetched,
        "revisits": outlet.revisits,
        "failures": outlet.failed,
        "failed_sources": len(outlet.failed_sources),
        "outcomes": dict(outlet.counts),
    }
    level = logging.WARNING if outlet.state is OutletState.FAILED else logging.INFO
    logger.log(level, "%s", outlet_in_words(outlet), extra={"fields": fields})


def log_run(run: Run, now: datetime) -> None:
    """Write the line of the whole run to the log."""
    sums = totals(run, now)
    fields = {"event": "run", "database": str(run.order.database), "stopped": run.stopped} | asdict(sums)
    logger.info("%s", in_words(run, sums), extra={"fields": fields})
