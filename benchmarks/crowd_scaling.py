"""Two crawlers beside one, each on a core of its own: how much more do they store where extraction binds?

    python benchmarks/crowd_scaling.py [--sites 40] [--articles 25] [--rounds 2]

A farm whose sites ask for no delay is crawled into an empty archive on a PostgreSQL server (with fsync), by one crawler
with all sites and by two with half of them each, in turn. Each crawler is pinned to one core with its workers and has a
session of its own, so that Linux shares a busy machine by crawlers. Farm and server have no core of their own: on two
cores they take what they need from the crawlers, so the ratio is a lower bound. Timed from the first article to the
last; beside it stands the CPU time that crawlers and server took for an article, which a busy machine does not change.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import psutil
from support.crowd_farm import Farm, farming
from support.crowds import Crawler, Crowd
from support.postgres_servers import Server, server

from balkan_crawler.storage import open_store

LEASE = 300.0
LONGEST = 600.0
WORDS = 5_000
"""Articles so long that it is their extraction that takes the time."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--articles", type=int, default=25)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    rates: dict[int, list[float]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as name, server("shared_buffers=128MB") as served:
        made = Farm(folder=name, sites=options.sites, articles=options.articles, delay=0.0, latency=0.01, words=WORDS)
        with farming(made) as farm:
            for turn in range(options.rounds):
                for crawlers in rates:
                    database = f"archive_{turn}_{crawlers}"
                    rate, cost = measure(farm, served, database, crawlers, cores)
                    rates[crawlers].append(rate)
                    load = os.getloadavg()[0]
                    print(
                        f"{crawlers} crawlers: {rate:6.1f} articles/s, {cost * 1000:.0f} ms of CPU an article, "
                        f"load {load:.0f}",
                        flush=True,
                    )
    one, two = (statistics.median(rates[crawlers]) for crawlers in rates)
    print(f"two / one: {two / one:.2f} (asked: >= 1.7)")


def measure(farm: Farm, served: Server, database: str, crawlers: int, cores: list[int]) -> tuple[float, float]:
    """Crawl the whole farm; gives articles a second, and CPU seconds an article."""
    served.run(f"CREATE DATABASE {database}")
    open_store(served.url(database)).close()
    folder = Path(farm.folder, database)
    folder.mkdir()
    (folder / "outlets.toml").write_text(farm.tables(), "utf-8")
    crowd = Crowd(farm, folder, served.url(database), LEASE)
    keys, wanted = farm.keys(), farm.sites * farm.articles
    try:
        for number in range(crawlers):
            core = cores[number % len(cores)]
            crowd.start(keys[number::crawlers], before=("taskset", "-c", str(core)))
        parts = [set(each.keys) for each in crowd.crawlers.values()]
        begin = _wait(served, database, parts, 1)  # each has begun, so that no start is timed
        first, before = time.monotonic(), _cpu(crowd, served)
        _wait(served, database, parts, wanted)
        seconds, cpu = time.monotonic() - first, _cpu(crowd, served) - before
    finally:
        crowd.break_off()
    return (wanted - begin) / seconds, cpu / (wanted - begin)


def _wait(served: Server, database: str, parts: list[set[str]], articles: int) -> int:
    """Wait until so many articles are there, and some of each crawler's outlets; gives how many there are."""
    end = time.monotonic() + LONGEST
    while time.monotonic() < end:
        outlets = [str(outlet) for (outlet,) in served.run("SELECT outlet FROM articles", database)]
        if len(outlets) >= articles and not any(part.isdisjoint(outlets) for part in parts):
            return len(outlets)
        time.sleep(0.1)
    raise SystemExit("the crawl does not come to its end")


def _cpu(crowd: Crowd, served: Server) -> float:
    """Add up the CPU seconds of the crawlers with their workers, and of the server's processes that are there."""
    postmaster = int((served.folder / "data" / "postmaster.pid").read_text("utf-8").split("\n", 1)[0])
    server_process = psutil.Process(postmaster)  # type: ignore[no-untyped-call]
    processes = [server_process, *server_process.children(recursive=True)]  # type: ignore[no-untyped-call]
    processes += [process for each in crowd.crawlers.values() for process in _of(each)]
    seconds = 0.0
    for process in processes:
        with suppress(psutil.Error):
            seconds += sum(process.cpu_times()[:4])  # its own, and those of workers that it has replaced
    return seconds


def _of(crawler: Crawler) -> list[psutil.Process]:
    return crawler.processes()


if __name__ == "__main__":
    main()
