"""How long a lease takes over PostgreSQL for many crawlers, without and beside a transaction that stays open.

    PYTHONPATH=tests python benchmarks/postgres_leases.py                 # two minutes

Each crawler leases a site, takes pages, and gives it back a moment later, as fast as 64 crawlers would that hold a site
for a fifth of a second. A transaction that stays open keeps the server from cleaning up after them: every state that a
row had stays where it is looked for. Given are the milliseconds of a lease by the clock, with the dead rows in the end.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import random
import threading
import time
from contextlib import closing, nullcontext
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import psycopg
from support.postgres_servers import server

from balkan_crawler.model import Outlet
from balkan_crawler.storage import open_store

if TYPE_CHECKING:
    from collections.abc import Sequence

PROCESSES: Final = 4
ASKED_MILLISECONDS: Final = 1000
DEAD: Final = "SELECT relname, n_live_tup, n_dead_tup FROM pg_stat_user_tables WHERE relname IN ('_sites', '_frontier')"

PAGES: Final = """
    INSERT INTO _frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, due, first_seen)
    SELECT homepage || page, homepage || page, key, 'new', 'feed', '', '{}', first_seen, first_seen, first_seen
    FROM outlets CROSS JOIN generate_series(1, 20) AS pages(page)
"""


def outlets(count: int) -> list[Outlet]:
    """Give outlets, each a site of its own."""
    return [
        Outlet(
            key=f"bench_{number}",
            name="Bench",
            country="RS",
            languages=("sr",),
            timezone="Europe/Belgrade",
            homepage=f"https://bench-{number}.rs/",
        )
        for number in range(count)
    ]


def crawl(url: str, name: str, keys: Sequence[str], until: float, took: list[float]) -> None:
    """Lease sites one after the other until a time of the clock."""
    chance, pause = random.Random(name), threading.Event()
    with closing(open_store(url)) as store:
        while time.time() < until:
            mine = chance.sample(keys, 50)
            now, begun = datetime.now(UTC), time.perf_counter()
            found = store.lease(mine, f"elsewhere:{name}:1", now, 60, 1)
            took.append((time.perf_counter() - begun) * 1000)
            for held in found:
                store.take(held, now, 2)
            pause.wait(0.2)
            for held in found:
                store.release(held, now, now + timedelta(seconds=1))


def crawlers(url: str, process: int, threads: int, keys: Sequence[str], until: float, answers: Any) -> None:
    """Run crawlers in threads of a process."""
    took: list[float] = []
    names = [f"{process}-{number}" for number in range(threads)]
    running = [threading.Thread(target=crawl, args=(url, name, keys, until, took)) for name in names]
    for each in running:
        each.start()
    for each in running:
        each.join()
    answers.put(took)


def measure(name: str, url: str, keys: Sequence[str], arguments: argparse.Namespace) -> None:
    """Have all crawlers lease for a while, and print what it took."""
    context = multiprocessing.get_context("spawn")
    answers, until = context.Queue(), time.time() + arguments.seconds
    each = arguments.crawlers // PROCESSES
    running = [
        context.Process(target=crawlers, args=(url, number, each, keys, until, answers)) for number in range(PROCESSES)
    ]
    for process in running:
        process.start()
    took = sorted(milliseconds for _ in running for milliseconds in answers.get())
    for process in running:
        process.join()
    half, most = took[len(took) // 2], took[int(len(took) * 0.99)]
    print(
        f"{name:28} {len(took) / arguments.seconds:6.0f} leases/s; {half:5.1f} ms at the median,"
        f" {most:6.1f} at the 99th percentile (asked: {ASKED_MILLISECONDS}), load {os.getloadavg()[0]:.0f}",
        flush=True,
    )


def main() -> None:
    """Lease and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crawlers", type=int, default=64)
    parser.add_argument("--sites", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=60)
    arguments = parser.parse_args()
    with server("shared_buffers=128MB max_connections=200") as running:
        running.run("CREATE DATABASE news")
        url, made = running.url("news"), outlets(arguments.sites)
        keys = [outlet.key for outlet in made]
        with closing(open_store(url)) as store:
            store.register(made, datetime.now(UTC))
        running.run(PAGES, "news")
        for name, is_pinned in (("alone", False), ("beside an open transaction", True)):
            with psycopg.connect(url) if is_pinned else nullcontext() as pin:
                if pin is not None:
                    pin.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                    pin.execute("SELECT count(*) FROM _sites")
                measure(name, url, keys, arguments)
                print(*(f"{table}: {live} rows, {dead} dead" for table, live, dead in running.run(DEAD, "news")))


if __name__ == "__main__":
    main()
