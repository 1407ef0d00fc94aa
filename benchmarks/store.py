"""What an article costs to store in a small and in a large archive: time, rate, memory, size of the index.

    python benchmarks/store.py                       # 10,000 against 200,000 articles, about a minute
    python benchmarks/store.py --large 1000000       # some minutes, and 3 GB in the folder for temporary files

Both archives are filled with made-up articles (random fingerprints, the worst case for the index: no two alike), then
articles of 300 made-up words are committed to both in turn, ten at a time, through the store's own `commit`. Times are
given by the clock, and of the CPU, which other programs on the machine disturb least. In the end the small one takes
articles as a crawl delivers them, prepared elsewhere, in batches of several sizes.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import psutil

from balkan_crawler.model import Article, Lease, Outlet, UrlState, Visit
from balkan_crawler.preparation import preparation_of
from balkan_crawler.storage import Delivery, SqliteStore, open_store
from balkan_crawler.text.fingerprints import BANDS, HASHES, Fingerprint

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
BATCH = 10
SIZES = (1, 10, 32)
ASKED_MILLISECONDS, ASKED_RATIO, ASKED_MEGABYTES = 5.0, 0.8, 300

ARTICLES = """
    WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
    INSERT INTO articles (url, date, outlet, title, body, authors, agencies, date_source, tags, access, kind, words,
        appeared, charset, replacement_share, body_hash, state_hash, first_seen, last_seen, id, identity)
    SELECT 'https://bench-proba.rs/old-' || n, '2026-01-01', 'bench', 'Old ' || n, 'Body ' || n, '[]', '[]', 'json-ld',
        '[]', 'free', 'story', 2, '2026-01-01T00:00:00+00:00', 'utf-8', 0, '1:' || hex(randomblob(16)),
        '1:' || hex(randomblob(16)), '2026-01-01T00:00:00+00:00', '2026-01-01T00:00:00+00:00', n,
        'bench-proba.rs/old-' || n FROM numbers
"""
FRONTIER = """
    INSERT INTO _frontier (url, identity, outlet, state, found_by, found_in, hints, freshness, visits, first_seen)
    SELECT url, identity, outlet, 'done', 'feed', '', '{}', first_seen, 1, first_seen FROM articles ORDER BY url
"""


def fill(path: Path, count: int) -> None:
    """Make an archive of ``count`` articles, each with its frontier row and a random fingerprint."""
    with open_store(path) as store:
        outlet = Outlet(
            key="bench",
            name="Bench",
            country="RS",
            languages=("sr",),
            timezone="Europe/Belgrade",
            homepage="https://bench-proba.rs/",
        )
        store.register([outlet], NOW)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA synchronous = OFF")
        db.execute("BEGIN")
        db.execute(ARTICLES, (count,))
        db.execute(FRONTIER)
        chance = np.random.default_rng(1)
        signatures = (Fingerprint(280, chance.bytes(HASHES * 4)).to_bytes() for _ in range(count))
        db.executemany("INSERT INTO _fingerprints (article, signature) VALUES (?, ?)", enumerate(signatures, start=1))
        db.executemany("INSERT OR IGNORE INTO _bands (band, article) VALUES (?, ?)", bands(chance, count))
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def bands(chance: np.random.Generator, count: int) -> Iterator[tuple[int, int]]:
    """Give random (band, article) pairs in the order of the index, an eighth of the range of keys at a time."""
    step = 2**32 // 8
    for low in range(-(2**31), 2**31, step):
        keys = np.sort(chance.integers(low, low + step, size=count * BANDS // 8))
        articles = chance.integers(1, count + 1, size=keys.size)
        yield from zip(keys.tolist(), articles.tolist(), strict=True)


def visits(chance: random.Random, vocabulary: list[str]) -> Iterator[list[Visit]]:
    """Give batches of visits to articles never seen, of 300 random words in six paragraphs."""
    number = 0
    while True:
        batch = []
        for _ in range(BATCH):
            number += 1
            url = f"https://bench-proba.rs/vesti/2026/11/23/nova-vest-{number}"
            body = "\n".join(f"{' '.join(chance.choices(vocabulary, k=50))}." for _ in range(6))
            title = " ".join(chance.choices(vocabulary, k=8))
            article = Article(url=url, title=title, body=body, published=NOW)
            batch.append(Visit(url=url, outlet="bench", state=UrlState.DONE, outcome="article", article=article))
        yield batch


def commit(store: SqliteStore, held: Lease, batch: list[Visit]) -> tuple[float, float]:
    """Commit a batch and give its milliseconds an article, by the clock and of the CPU."""
    start, start_cpu = time.perf_counter(), time.process_time()
    store.commit(held, batch, NOW)
    return (time.perf_counter() - start) * 1000 / BATCH, (time.process_time() - start_cpu) * 1000 / BATCH


def by_batch(store: SqliteStore, held: Lease, batches: Iterator[list[Visit]], count: int) -> None:
    """Print the CPU's milliseconds an article, prepared in the store and elsewhere, by the size of batches.

    The sizes take turns, so that what else the machine does is the same to all.
    """
    kinds = [(1, False), *((size, True) for size in SIZES)]
    taken: dict[tuple[int, bool], list[float]] = {kind: [] for kind in kinds}
    for _ in range(count):
        for size, is_prepared in kinds:
            found = [visit for _ in range(-(-size // BATCH)) for visit in next(batches)][:size]
            if is_prepared:
                found = [replace(visit, prepared=preparation_of(visit)) for visit in found]
            deliveries = [Delivery(lease=held, visit=visit, now=NOW) for visit in found]
            start = time.process_time()
            store.deliver(deliveries)
            taken[size, is_prepared].append((time.process_time() - start) * 1000 / size)
    whole = statistics.median(taken[1, False])
    print(f"prepared in the store, batches of 1:   {whole:.2f} ms of CPU an article")
    for size in SIZES:
        found_ms = statistics.median(taken[size, True])
        print(f"prepared elsewhere, batches of {size:<8}{found_ms:.2f} ms, {found_ms / whole:.0%} of that")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=200_000)
    parser.add_argument("--batches", type=int, default=150, help="measured batches of ten articles for each archive")
    arguments = parser.parse_args()
    chance = random.Random(1)
    vocabulary = [
        "".join(chance.choices("abcčćdđefghijklmnoprsštuvzž", k=chance.randint(3, 10))) for _ in range(30_000)
    ]
    with tempfile.TemporaryDirectory() as folder:
        paths = {count: Path(folder) / f"{count}.db" for count in (arguments.small, arguments.large)}
        for count, path in paths.items():
            start = time.perf_counter()
            fill(path, count)
            size = path.stat().st_size / 2**20
            print(f"{count:>9,} articles filled in {time.perf_counter() - start:.0f} s, {size:,.0f} MiB")
        before = psutil.Process().memory_info().rss  # type: ignore[no-untyped-call]
        taken: dict[int, list[tuple[float, float]]] = {count: [] for count in paths}
        stores = {count: open_store(path) for count, path in paths.items()}
        try:
            held = {n: store.lease(["bench"], "bench:1:1", NOW, 3600)[0] for n, store in stores.items()}
            batches = visits(chance, vocabulary)
            for turn in range(arguments.batches + arguments.batches // 3):
                batch = next(batches)
                for count, store in stores.items():
                    times = commit(store, held[count], batch)
                    if turn >= arguments.batches // 3:  # the first third warms the caches
                        taken[count].append(times)
            by_batch(stores[arguments.small], held[arguments.small], batches, arguments.batches // 3)
            grown = (psutil.Process().memory_info().rss - before) / 2**20  # type: ignore[no-untyped-call]
        finally:
            for store in stores.values():
                store.close()
    for count, found in taken.items():
        clock, cpu = (sorted(each) for each in zip(*found, strict=True))
        print(
            f"{count:>9,} articles: {statistics.median(clock):.2f} ms an article"
            f" (95 of 100 under {clock[int(len(clock) * 0.95)]:.2f}; asked: under {ASKED_MILLISECONDS:.0f}),"
            f" {statistics.median(cpu):.2f} ms of CPU; {1000 / statistics.mean(clock):,.0f} articles/s"
        )
    for name, place in (("clock", 0), ("CPU", 1)):
        small, large = (sum(each[place] for each in taken[count]) for count in paths)
        print(
            f"rate of the large archive by the {name}: {small / large:.0%} of the small one's"
            f" (asked: {ASKED_RATIO:.0%})"
        )
    print(f"memory grown by both stores together: {grown:,.0f} MiB (asked: under {ASKED_MEGABYTES} for the index)")


if __name__ == "__main__":
    main()
