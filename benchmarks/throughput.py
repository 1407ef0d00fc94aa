"""How fast a crawl is, beside a bare Scrapy fetch and plain Scrapy with trafilatura, and what it costs.

    python benchmarks/throughput.py [--sites 20] [--pages 50] [--rounds 1] [--only bare,cold]

Serves a farm (`static_farm.py`) on loopback and fetches its pages in turns: by Scrapy alone; by Scrapy with trafilatura
in its callback, as a user usually writes it; by `balkan-crawler crawl` with an empty database (cold); and with one that
knows 20 pages of each outlet, of which the others are fetched (warm). Prints for each, in the median of the rounds:
pages a second of the whole run, start and end included, and of its steady part (from a tenth to 85 % of the pages);
CPU milliseconds a page of the main process and of the workers; the most memory that all processes had at a time (PSS,
MiB); seconds from the start to the first article (a page that was stored, or given by the spider); and both rates as
parts of those of the bare fetch. Asserts nothing.
"""

from __future__ import annotations

import argparse
import compileall
import contextlib
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import psutil
from farm import CRAWL, PORT, PROJECT
from static_farm import Farm, build, serving

FIRST: Final = 20
"""Pages of each outlet that the warm crawl knows."""
STEADY: Final = (0.10, 0.85)
LOOK: Final = 0.02
"""Seconds between two looks at the database."""
PROCESSES_EVERY: Final = 3
"""Looks at the database for one at the processes; their memory takes longer to tell."""
MEMORY_EVERY: Final = 8 * PROCESSES_EVERY
MEBIBYTE: Final = 2**20
RUNS: Final = {
    "bare": "bare Scrapy fetch",
    "plain": "plain Scrapy with trafilatura",
    "cold": "balkan-crawler, cold",
    "warm": "balkan-crawler, warm",
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run took; CPU in milliseconds a page, memory in MiB."""

    pages: int
    seconds: float
    steady: float
    main: float
    workers: float
    memory: float
    first: float

    @property
    def rate(self) -> float:
        """Pages a second of the whole run."""
        return self.pages / self.seconds


def main() -> None:
    options = _options()
    compileall.compile_dir(PROJECT / "balkan_crawler", quiet=1)  # as whoever installs it does
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        farm = build(folder / "farm", options.sites, options.pages, FIRST, options.seed)
        runs: dict[str, list[Measured]] = {run: [] for run in options.only.split(",")}
        with serving(farm) as server:
            print(
                f"{len(farm.pages)} sites, {len(farm.urls):,} pages of {farm.bytes_a_page / 1024:.0f} KiB, by {server}"
            )
            for number in range(options.rounds):
                for run, found in runs.items():
                    place = folder / f"{run}{number}"
                    place.mkdir()
                    found.append(run_of(run, farm, place))
        tell({RUNS[run]: found for run, found in runs.items()})


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sites", type=int, default=20)
    parser.add_argument("--pages", type=int, default=50, help="pages of a site")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", default=",".join(RUNS), help="which of these to run, with commas")
    return parser.parse_args()


def run_of(run: str, farm: Farm, folder: Path) -> Measured:
    """Do one run in its own folder."""
    if run in ("bare", "plain"):
        return _other(run, farm.urls, folder)
    if run == "warm":
        _crawl(farm, "first.xml", folder)
    return _crawl(farm, "all.xml", folder)


def _other(run: str, urls: Sequence[str], folder: Path) -> Measured:
    """Fetch the pages by Scrapy, which writes down when it had each of them."""
    times = folder / "times.json"
    (folder / "urls.json").write_text(json.dumps(urls), "utf-8")
    program = PROJECT / "benchmarks" / "farm.py"
    watched = Watched([sys.executable, program, f"--{run}", folder / "urls.json", times], None)
    told = json.loads(times.read_text("utf-8"))
    return watched.measured([(moment - watched.start, number) for number, moment in enumerate(told, 1)])


def _crawl(farm: Farm, feed: str, folder: Path) -> Measured:
    """Crawl the farm as a user would."""
    keys = [f"farm_{number}" for number in range(1, len(farm.pages) + 1)]
    (folder / "outlets.toml").write_text(_tables(farm, feed), "utf-8")
    command: list[str | Path] = [sys.executable, "-c", CRAWL, "crawl", *keys, "--quiet", "--allow-private"]
    command += ["--outlets", folder / "outlets.toml", "--db", folder / "news.db", "--revisits", "0"]
    return (watched := Watched(command, folder / "news.db")).measured(watched.counts)


def _tables(farm: Farm, feed: str) -> str:
    return "\n".join(
        f"""[farm_{number}]
name = "Farm {number}"
country = "AL"
languages = ["en"]
timezone = "Europe/Tirane"
homepage = "http://{host}:{PORT}/"
feeds = ["http://{host}:{PORT}/{feed}"]
delay = 0
delay_reason = "our own machine"
concurrency = 4
"""
        for number, host in enumerate(farm.pages, 1)
    )


class Watched:
    """A command that is run to its end, and what could be seen of it meanwhile."""

    def __init__(self, command: Sequence[str | Path], database: Path | None) -> None:
        """Run the command; the pages that its database had before are not counted."""
        self.counts: list[tuple[float, int]] = []
        self.memory = 0.0
        self._cpu: dict[int, float] = {}
        before = _visited(database) if database else 0
        environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
        self.start = time.monotonic()
        process = subprocess.Popen([*map(str, command)], env=environment)
        self._pid, look = process.pid, 0
        while process.poll() is None:
            if database:
                self._count(_visited(database) - before)
            if look % PROCESSES_EVERY == 0:
                self._look_at_processes(memory=look % MEMORY_EVERY == 0)
            look += 1
            time.sleep(LOOK)
        self.seconds = time.monotonic() - self.start
        if process.returncode:
            print(f"exit code {process.returncode}: {' '.join(map(str, command))}")
        if database:
            self._count(_visited(database) - before)

    def _count(self, visited: int) -> None:
        if visited > (self.counts[-1][1] if self.counts else 0):
            self.counts.append((time.monotonic() - self.start, visited))

    def _look_at_processes(self, *, memory: bool) -> None:
        with contextlib.suppress(psutil.Error):
            root: Any = psutil.Process(self._pid)  # type: ignore[no-untyped-call]
            sizes = []
            for process in (root, *root.children(recursive=True)):
                with contextlib.suppress(psutil.Error):
                    times = process.cpu_times()
                    self._cpu[process.pid] = times.user + times.system
                    sizes.append(process.memory_full_info().pss if memory else 0)
            self.memory = max(self.memory, sum(sizes) / MEBIBYTE)

    def measured(self, counts: Sequence[tuple[float, int]]) -> Measured:
        """Sum it up, where so many pages were done at so many seconds after the start."""
        pages = counts[-1][1]
        (began, first), (ended, last) = (next(each for each in counts if each[1] >= part * pages) for part in STEADY)
        main = self._cpu.get(self._pid, 0.0)
        return Measured(
            pages=pages,
            seconds=self.seconds,
            steady=(last - first) / (ended - began) if ended > began else 0.0,
            main=1000 * main / pages,
            workers=1000 * (sum(self._cpu.values()) - main) / pages,
            memory=self.memory,
            first=counts[0][0],
        )


def _visited(database: Path) -> int:
    """Count the pages that are done."""
    if not database.exists():
        return 0
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
            [[visited]] = db.execute("SELECT count(*) FROM _frontier WHERE visits > 0").fetchall()
            return int(visited)
    except sqlite3.Error:  # it is being made
        return 0


def tell(runs: dict[str, list[Measured]]) -> None:
    """Print a line for each kind of run."""
    print(
        f"{'':30} {'pages':>6} {'pages/s':>8} {'steady':>7} {'main ms':>8} {'workers':>8} {'MiB':>6} {'first s':>8} "
        f"{'of bare':>8} {'steady':>7}"
    )
    bare = runs.get(RUNS["bare"])
    for name, found in runs.items():
        rate, steady = _median(run.rate for run in found), _median(run.steady for run in found)
        line = f"{name:30} {found[0].pages:>6} {rate:>8.1f} {steady:>7.1f} {_median(run.main for run in found):>8.2f} "
        line += f"{_median(run.workers for run in found):>8.2f} {_median(run.memory for run in found):>6.0f} "
        line += f"{_median(run.first for run in found):>8.2f}"
        if bare:
            line += f" {rate / _median(run.rate for run in bare):>8.2f}"
            line += f" {steady / _median(run.steady for run in bare):>7.2f}"
        print(line, flush=True)


def _median(values: Iterable[float]) -> float:
    return statistics.median(values)


if __name__ == "__main__":
    main()
