"""What reading kept pages again costs, by one process and by a cluster: pages a second, whose CPU time, the speed-up.

``python benchmarks/rereading.py [--pages N | --warc FOLDER [--outlets FILE]]`` reads files into a new archive alone
(one worker), by a cluster of one worker and by one of two. The pages are made up and weigh what real ones do
(`heavy_pages`), or are of a folder of your own WARC files, which are told apart by your outlets.

Two runs of each, a short and a long one: their difference is free of what it takes to start. The clock means something
only on a machine that does nothing else. So CPU time is told as well, apart for the process that asks and stores (with
the scheduler), Dask's workers, and the processes that read; what they allow is the bound of the speed-up: a worker
reads with one process, the one that asks is one, and all of them share the cores. Needs Linux.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import psutil
from heavy_pages import outlets_toml, page_of, url_of

from balkan_crawler.outlets import load_outlets
from balkan_crawler.outlets.by_host import finder_of
from balkan_crawler.warc.extracting import extract_page
from balkan_crawler.warc.files import find_warc_files
from balkan_crawler.warc.pages import WarcPage, read_pages
from balkan_crawler.warc.writing import Exchange, beginning, records_of

NOON: Final = datetime(2026, 11, 1, 12, tzinfo=UTC)
WAYS: Final = {
    "alone, 1 worker": ("--workers", "1"),
    "cluster of 1": ("--cluster", "local:1"),
    "cluster of 2": ("--cluster", "local:2"),
}
FILES: Final = 4
SAMPLED: Final = 60
"""Pages whose reading is timed in this process."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a run took: pages, seconds by the clock, CPU seconds by role."""

    pages: int
    clock: float
    cpu: Counter[str]

    def without(self, other: Cost) -> Cost:
        """Give what it took more than a shorter run."""
        cpu = Counter({role: seconds - other.cpu[role] for role, seconds in self.cpu.items()})
        return Cost(self.pages - other.pages, self.clock - other.clock, cpu)

    def milliseconds(self, role: str) -> float:
        """Give milliseconds of CPU time a page."""
        return 1_000 * self.cpu[role] / self.pages

    def most_pages(self, workers: int, cores: int) -> float:
        """Give the pages a second that the CPU time allows."""
        slowest = max(self.cpu["asks"], self.cpu["reads"] / workers, self.cpu.total() / cores)
        return self.pages / slowest


def write(folder: Path, pages: int) -> None:
    """Write files of made-up pages."""
    folder.mkdir()
    for file in range(FILES):
        info, data = beginning("made-up", NOON)
        with (folder / f"made-up-{file}.warc.gz").open("wb") as out:
            out.write(data)
            for number in range(file * 10**6, file * 10**6 + pages // FILES):
                at = NOON + timedelta(seconds=number % 10**6)
                exchange = Exchange(url=url_of(number), fetched=at, status=200, content=page_of(number))
                out.write(records_of(exchange, info))


def link(files: list[Path], folder: Path, start: int) -> None:
    """Make a folder of every fourth of a user's files, or of all."""
    folder.mkdir()
    for place, file in enumerate(files[::start]):
        (folder / f"{place:06}-{file.name}").symlink_to(file.absolute())


def run(place: Path, pages: Path, own: Path | None, *how: str) -> Cost:
    """Read files into a new archive."""
    database = place / "news.db"
    for file in place.glob("news.db*"):
        file.unlink()
    command = [sys.executable, "-m", "balkan_crawler", "reextract", str(pages), "--db", str(database), "--json", *how]
    began = time.monotonic()
    with subprocess.Popen(
        [*command, *(("--outlets", str(own)) if own is not None else ())], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        cpu = _watched(process)
        clock = time.monotonic() - began
        told = process.stdout.read()
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    found = json.loads(told)
    return Cost(found["pages"], clock, cpu)


def _watched(process: subprocess.Popen[str]) -> Counter[str]:
    """Wait for the end of a run, and give the CPU time of its processes by what they do."""
    asks = psutil.Process(process.pid)  # type: ignore[no-untyped-call]  # psutil has no types
    seconds: dict[psutil.Process, tuple[str, float]] = {}
    while process.poll() is None:
        try:
            for each in (asks, *asks.children(recursive=True)):  # type: ignore[no-untyped-call]
                spent = each.cpu_times()
                role = seconds[each][0] if each in seconds else _role(each, asks)
                seconds[each] = (role, spent.user + spent.system)
        except psutil.Error:  # one has just ended
            continue
        time.sleep(0.1)
    cpu: Counter[str] = Counter()
    for role, spent in seconds.values():
        cpu[role] += spent  # type: ignore[assignment]  # a counter of seconds
    return cpu


def _role(process: psutil.Process, asks: psutil.Process) -> str:
    """Tell the process that asks, Dask's own, and those that read, which are forks of a fork server."""
    if process == asks:
        return "asks"
    return "reads" if any("workers.forkserver" in word for word in process.cmdline()) else "works"  # type: ignore[no-untyped-call]


def tell_of_pages(folder: Path, own: Path | None) -> None:
    """Print the size of pages, and the CPU time that reading one takes."""
    catalogue = load_outlets(*((own,) if own is not None else ()))
    outlet_of = finder_of(catalogue.values())
    sizes: list[int] = []
    seconds: list[float] = []
    for file in sorted(folder.iterdir()):
        for found in read_pages(file):
            if not isinstance(found, WarcPage) or (outlet := outlet_of(found.url)) is None:
                continue
            sizes.append(len(found.content))
            if len(sizes) % 7 == 0 and len(seconds) < SAMPLED:
                began = time.process_time()
                extract_page(found.content, found.url, outlet, found.captured, None, found.content_type, b"")
                seconds.append(time.process_time() - began)
    if not seconds:
        raise SystemExit(f"{folder}: too few pages of known outlets; name your tables with --outlets")
    sizes.sort()
    tenth, median, last = (sizes[len(sizes) * share // 10] / 1_000 for share in (1, 5, 9))
    reading = 1_000 * sum(seconds) / len(seconds)
    print(
        f"{len(sizes):,} pages of {sum(sizes) / len(sizes) / 1_000:.0f} KB in the mean (a tenth below {tenth:.0f}, "
        f"half below {median:.0f}, a tenth above {last:.0f}); one is read in {reading:.0f} ms"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=2_000, help="made-up pages of the long run")
    parser.add_argument("--warc", type=Path, metavar="FOLDER", help="read the WARC files of a folder")
    parser.add_argument("--outlets", type=Path, metavar="FILE", help="their outlets, beside those of the catalogue")
    parser.add_argument("--cores", type=int, default=os.cpu_count() or 1, help="cores that the bound is for")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        place, own = Path(name), asked.outlets
        if asked.warc is None:
            own = place / "own.toml"
            own.write_text(outlets_toml())
            write(place / "short", asked.pages // 4)
            write(place / "long", asked.pages)
        else:
            files, _ = find_warc_files([asked.warc])
            if len(files) < 2:
                raise SystemExit(f"{asked.warc}: two or more WARC files are needed, of which some are the short run")
            link(files, place / "short", min(4, len(files)))
            link(files, place / "long", 1)
        tell_of_pages(place / "long", own)
        costs = {}
        for name, how in WAYS.items():
            load = os.getloadavg()[0]
            short, long = (run(place, place / each, own, *how) for each in ("short", "long"))
            cost = costs[name] = long.without(short)
            spent = ", ".join(f"{role} {cost.milliseconds(role):.2f}" for role in ("asks", "works", "reads"))
            print(
                f"{name}: {cost.pages / cost.clock:.1f} pages/s by the clock at load {load:.1f}, "
                f"{cost.pages / cost.cpu.total():.1f} a CPU second; ms of CPU a page: {spent}",
                flush=True,
            )
        one, two = costs["cluster of 1"], costs["cluster of 2"]
        bound = two.most_pages(2, asked.cores) / one.most_pages(1, asked.cores)
        print(
            f"two workers are {two.pages / two.clock / (one.pages / one.clock):.2f} times one by the clock; their CPU "
            f"time allows {bound:.2f} on {asked.cores} cores"
        )


if __name__ == "__main__":
    main()
