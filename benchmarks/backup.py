"""What a backup costs a crawl that writes meanwhile, whether it ends, and how long a vacuum holds it up.

    python benchmarks/backup.py                       # an archive of some 500 MB: a few minutes to make, then one more
    python benchmarks/backup.py --articles 2000 --keep archive.db

A writer in a process of its own commits articles all the time, as a crawl does: alone first, then beside a backup in
portions within one snapshot (what `balkan-crawler backup` does), beside SQLite's online backup without one, beside
``VACUUM INTO``, and beside ``VACUUM``. Of each are given: the time it took, how long the writer's commits took at the
median, at the 99th percentile and at most, and the size of the copy in proportion to the archive.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from balkan_crawler.configuration import Maintenance
from balkan_crawler.maintenance.backing_up import back_up
from balkan_crawler.maintenance.packed import pack
from balkan_crawler.maintenance.retaining import delete_expired
from balkan_crawler.model import Article, Outlet, UrlState, Visit
from balkan_crawler.storage import Delivery, SqliteStore, open_store
from balkan_crawler.storage.upkeep import Upkeep, check_soundness

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BATCH = 10
WORDS = 500
PORTIONS = 10
PATIENCE = 60.0
"""Seconds after which a backup that begins anew again and again is given up."""


def outlet() -> Outlet:
    """Make the one outlet."""
    return Outlet(
        key="bench",
        name="Bench",
        country="RS",
        languages=("sr",),
        timezone="Europe/Belgrade",
        homepage="https://bench-proba.rs/",
    )


class Writer:
    """Delivers made-up articles."""

    def __init__(self, store: SqliteStore, seed: int) -> None:
        self.store, self.seed, self.number = store, seed, 0
        self.chance = random.Random(seed)
        letters = "aeiourstnlkmvdjpzbgč"
        self.vocabulary = ["".join(self.chance.choices(letters, k=self.chance.randint(3, 11))) for _ in range(40_000)]
        store.register([outlet()], NOW)
        [self.lease] = store.lease(["bench"], "bench:1:1", NOW + timedelta(days=seed), 60)

    def deliver(self) -> float:
        """Deliver a batch, and give how many seconds that took."""
        visits = [self._visit() for _ in range(BATCH)]
        deliveries = [Delivery(lease=self.lease, visit=visit, now=NOW) for visit in visits]
        start = time.perf_counter()
        for answer in self.store.deliver(deliveries):
            if isinstance(answer, Exception):
                raise answer
        return time.perf_counter() - start

    def _visit(self) -> Visit:
        self.number += 1
        url = f"https://bench-proba.rs/vesti/{self.seed}/nova-vest-{self.number}"
        words = [self.vocabulary[int(len(self.vocabulary) * self.chance.random() ** 3)] for _ in range(WORDS)]
        body = "\n".join(f"{' '.join(words[at : at + 50])}." for at in range(0, WORDS, 50))
        title = " ".join(words[:8])
        article = Article(url=url, title=title, body=body, published=NOW, tags=(words[0],))
        return Visit(url=url, outlet="bench", state=UrlState.DONE, outcome="article", article=article)


def write(path: Path, pipe: Connection, seed: int) -> None:
    """Commit all the time until told to end; send how long the commits took."""
    taken = []
    with open_store(path) as store:
        writer = Writer(store, seed)
        pipe.send("ready")
        while not pipe.poll(0.02):
            taken.append(writer.deliver())
    pipe.send(taken)


def beside(path: Path, seed: int, work: Callable[[], str]) -> None:
    """Do something beside a writer, and print what it was to both."""
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=write, args=(path, there, seed))
    process.start()
    there.close()
    here.recv()
    start = time.perf_counter()
    told = work()
    took = time.perf_counter() - start
    here.send("end")
    taken = sorted(here.recv())
    process.join()
    p99 = taken[int(len(taken) * 0.99)]
    line = f"{told:<44} {took:6.1f} s; {len(taken):4} commits: median {statistics.median(taken) * 1000:5.0f} ms"
    print(f"{line}, p99 {p99 * 1000:5.0f}, most {taken[-1] * 1000:6.0f}", flush=True)


def online(path: Path, target: Path) -> str:
    """Copy by SQLite's online backup, which begins anew with each commit of another process."""
    start, again, last = time.monotonic(), 0, 0

    def progress(_: int, remaining: int, total: int) -> None:
        nonlocal again, last
        again += remaining > last > 0
        last = remaining
        if time.monotonic() > start + PATIENCE:
            raise TimeoutError
        time.sleep(0.002)

    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        try:
            source.backup(copy, pages=256, progress=progress)
        except TimeoutError:
            return f"online backup: given up, begun anew {again} times"
    return f"online backup: begun anew {again} times"


def vacuum_into(path: Path, target: Path) -> str:
    """Copy by ``VACUUM INTO``."""
    with closing(sqlite3.connect(path)) as source:
        source.execute("VACUUM INTO ?", [str(target)])
    return f"VACUUM INTO: {target.stat().st_size / path.stat().st_size:.2f} of the size"


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--articles", type=int, default=30_000)
    arguments.add_argument("--keep", type=Path, help="make the archive here, or take the one that is there")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "archive.db"
        kept = given.keep
        if kept is not None and kept.exists():
            shutil.copy(kept, path)
        else:
            with open_store(path) as store:
                writer = Writer(store, 1)
                for _ in range(given.articles // BATCH):
                    writer.deliver()
            if kept is not None:
                shutil.copy(path, kept)
        print(f"an archive of {path.stat().st_size / 1e6:,.0f} MB", flush=True)

        def backup() -> str:
            made = back_up(path, folder / "copy.db", NOW)
            return f"backup: {made.size / path.stat().st_size:.2f} of the size, read again"

        def packed() -> str:
            pack(folder / "copy.db", folder / "copy.db.zst")
            share = (folder / "copy.db.zst").stat().st_size / (folder / "copy.db").stat().st_size
            return f"packed: {share:.2f} of the size"

        def alone() -> str:
            time.sleep(10)
            return "alone"

        def check() -> str:
            return f"integrity check: {'sound' if check_soundness(path).is_sound else 'damaged'}"

        def vacuum() -> str:
            with Upkeep(path) as upkeep:
                return f"VACUUM: {'done' if upkeep.vacuum(None) else 'broken off'}"

        def retention() -> str:
            """Delete some hundred articles, the writer's own among them."""
            portions = []

            def pause(seconds: float) -> None:
                portions.append(seconds)
                time.sleep(seconds)
                if len(portions) == PORTIONS:
                    raise InterruptedError

            with Upkeep(path) as upkeep, suppress(InterruptedError):
                delete_expired(upkeep, Maintenance(keep_articles_days=1), None, NOW + timedelta(days=99), pause)
            return f"retention: {PORTIONS} portions, at most {max(portions):.2f} s"

        works = (
            alone,
            backup,
            packed,
            lambda: online(path, folder / "online.db"),
            lambda: vacuum_into(path, folder / "into.db"),
            check,
            retention,
            vacuum,
            alone,
        )
        for seed, work in enumerate(works, start=2):
            beside(path, seed, work)


if __name__ == "__main__":
    main()
